"""Crisis playbooks, and incidents in which they were used."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds

PATH = "playbooks/crisis/panne.md"
INCIDENT = "playbooks/incidents/2026-11-panne.md"
PLAYBOOK = """\
---
title: Panne
reviewed_on: 2026-11-01
review_every: 26w
levels:
  - {id: gene, name: Gêne, when: Quelques messages}
  - {id: grave, name: Grave, when: Un média en parle, pauses: {everything: true}}
triggers:
  - {what: Le site ne répond plus, level: gene}
roles:
  - {id: direction, name: Direction, does: [decides, speaks], duties: Décide et parle}
  - {id: social, name: Réseaux sociaux, does: [acts], duties: Suspend}
  - {id: juridique, name: Juridique, does: [informed], duties: Relit}
statements:
  - id: attente
    audience: Tous
    text: {fr: Nous vérifions.}
    channels: [mastodon]
    level: gene
    approved_on: 2026-10-01
    approved_by: [juridique]
steps:
  - {id: pub, phase: contain, what: Couper les publicités, who: social,
     within: 30m, done_when: fait}
  - {id: file, phase: contain, what: Suspendre ce qui est programmé ailleurs, who: social,
     within: 30m, done_when: fait, level: grave}
closing:
  conditions: [Plus de messages]
  decided_by: direction
  post_mortem_by: social
  post_mortem_within: 1w
---
"""


def test_a_playbook_that_can_be_followed_is_fine(check: Check) -> None:
    assert check({PATH: PLAYBOOK}).codes == set()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        (
            "CM810",
            "publicités, who: social",
            "publicités, who: ⟦sociaux",
        ),
        ("CM810", "decided_by: direction", "decided_by: ⟦directeur"),
        ("CM810", "post_mortem_by: social", "post_mortem_by: ⟦tous"),
        ("CM810", "approved_by: [juridique]", "approved_by: [⟦juriste]"),
        ("CM811", "plus, level: gene", "plus, level: ⟦rouge"),
        ("CM811", "    level: gene", "    level: ⟦rouge"),
        ("CM811", "level: grave}", "level: ⟦pire}"),
        ("CM210", "channels: [mastodon]", "channels: [⟦masto]"),
        ("CM211", "pauses: {everything: true}", "pauses: {brands: [⟦ateliers]}"),
        ("CM814", "id: file", "id: ⟦pub"),
        (
            "CM815",
            "{id: grave, name: Grave, when: Un média en parle, pauses: {everything: true}}",
            "⟦{id: grave, name: Grave, when: Un média en parle}",
        ),
        (
            "CM816",
            "steps:\n  - {id: pub, phase: contain, what: Couper les publicités,",
            "⟦steps:\n  - {id: pub, phase: contain, what: Évaluer,",
        ),
        (
            "CM817",
            "roles:\n  - {id: direction, name: Direction, does: [decides, speaks]",
            "⟦roles:\n  - {id: direction, name: Direction, does: [decides]",
        ),
        (
            "CM818",
            "id: attente\n    audience: Tous\n    text: {fr: Nous vérifions.}\n"
            "    channels: [mastodon]\n    level: gene\n    approved_on: 2026-10-01\n"
            "    approved_by: [juridique]",
            "id: ⟦attente\n    audience: Tous\n    text: {fr: Nous vérifions.}",
        ),
        ("CM820", "reviewed_on: 2026-11-01", "reviewed_on: ⟦2026-05-01"),
    ],
)
def test_what_would_fail_under_stress_is_found_now(
    code: str, old: str, new: str, finds: Finds
) -> None:
    assert old in PLAYBOOK
    finds(code, {PATH: PLAYBOOK.replace(old, new)})


def incident(more: str = "status: open", playbook: str = "panne", level: str = "grave") -> str:
    return (
        f"---\ntitle: Panne de novembre\nplaybook: {playbook}\nlevel: {level}\n"
        f"declared_at: 2026-11-20 09:00\n{more}\n---\n"
    )


CLOSED = "status: closed\nclosed_at: 2026-11-20 18:00"
LEARNT = (
    f"{CLOSED}\npost_mortem:\n  what_happened: Une panne\n  went_well: []\n  went_wrong: []\n"
    "  actions:\n    - {{what: Doubler le serveur, who: technique, due: {due}{done}}}"
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("CM235", incident(playbook="⟦pannes")),
        ("CM811", incident(level="⟦pire")),
        (
            "CM812",
            incident("status: open\nsteps: [{step: ⟦couper, at: 2026-11-20 09:10, role: s}]"),
        ),
        (
            "CM813",
            incident("status: open\nstatements: [{statement: ⟦attentes, at: 2026-11-20 09:10}]"),
        ),
        ("CM212", incident("status: open\npauses: {campaigns: [⟦hiver]}")),
        ("CM319", incident("status: closed\nclosed_at: ⟦2026-11-20 08:00")),
        ("CM821", incident(f"⟦{CLOSED}").replace("⟦status: ", "status: ⟦")),
        ("CM822", incident(LEARNT.format(due="⟦2026-11-30", done=""))),
    ],
)
def test_an_incident_that_is_not_finished_or_points_nowhere_is_found(
    code: str, text: str, finds: Finds
) -> None:
    finds(code, {PATH: PLAYBOOK, INCIDENT: text})


def test_before_its_day_a_post_mortem_is_only_expected(finds: Finds) -> None:
    text = incident(CLOSED).replace("status: ", "status: ⟦")
    finds("CM824", {PATH: PLAYBOOK, INCIDENT: text}, at="2026-11-25 12:00")


@pytest.mark.parametrize(
    "text",
    [
        incident(),
        incident(LEARNT.format(due="2026-12-01", done="")),
        incident(LEARNT.format(due="2026-11-21", done=", done_on: 2026-11-22")),
    ],
)
def test_an_incident_in_hand_says_nothing(text: str, check: Check) -> None:
    assert check({PATH: PLAYBOOK, INCIDENT: text}).codes == set()
