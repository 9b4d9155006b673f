"""``approvals`` of ``cmops.yml``: what is found wrong with it, and where."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds
from tests.conftest import CMOPS_YML

ROLES = """\
approvals:
  roles:
    direction: {title: Direction, people: [camille]}
    relecture: {people: ["@ateliers/relecture"]}
"""


def settings(*lines: str, roles: str = ROLES) -> str:
    return CMOPS_YML + roles + "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("  rules:", "    - by: {any: [⟦redaction]}"),
        ("  rules:", "    - by: {all: [direction]}", "      minor: {any: [⟦redaction]}"),
        ("  rules:", "    - by: {at_least: 2, of: [relecture, ⟦redaction]}"),
        ("  emergency: {of: [relecture, ⟦redaction]}",),
    ],
    ids=str,
)
def test_a_role_that_nobody_knows_is_found(finds: Finds, lines: tuple[str, ...]) -> None:
    yml = settings(*lines).replace("[relecture, ⟦", "⟦[relecture, ").replace("[⟦", "⟦[")
    found = finds("CM250", {"cmops.yml": yml})
    assert "direction" in found[0].message


def test_a_deputy_that_nobody_knows_is_found(finds: Finds) -> None:
    roles = "approvals:\n  roles:\n    direction: {people: [camille], deputy: ⟦personne}\n"
    rule = ("  rules:", "    - by: {any: [direction]}", "      remind: 24h")
    finds("CM250", {"cmops.yml": settings(*rule, roles=roles)})


@pytest.mark.parametrize(
    "ask", ["{any: [direction], all: [relecture]}", "{at_least: 2}", "{of: [direction], all: []}"]
)
def test_a_rule_that_asks_for_two_things_or_nothing_is_found(check: Check, ask: str) -> None:
    yml = settings("  rules:", f"    - by: {ask}")
    codes = {each.code for each in check({"cmops.yml": yml}).diagnostics}
    assert codes & {"CM251", "CM109"}


def test_where_it_is_not_clear_whose_word_is_wanted_is_told(finds: Finds) -> None:
    yml = settings("  rules:", "    - ⟦by: {any: [direction], all: [relecture]}")
    finds("CM251", {"cmops.yml": yml})


def test_a_role_that_nobody_can_speak_for_is_found(finds: Finds) -> None:
    roles = "approvals:\n  roles:\n    ⟦direction: {title: Direction}\n    ca: {email: true}\n"
    finds("CM252", {"cmops.yml": settings(roles=roles)})


def test_more_people_than_there_are_can_never_be_met(finds: Finds) -> None:
    roles = "approvals:\n  roles:\n    a: {people: [camille, sacha]}\n    b: {people: [Camille]}\n"
    lines = ("  rules:", "    - by: {at_least: ⟦3, of: [a, b]}")
    found = finds("CM253", {"cmops.yml": settings(*lines, roles=roles)})
    assert "2" in found[0].message


def test_a_team_may_have_as_many_members_as_it_takes(check: Check) -> None:
    yml = settings("  rules:", "    - by: {at_least: 9, of: [direction, relecture]}")
    assert not check({"cmops.yml": yml}).diagnostics


def test_an_emergency_that_one_person_could_declare_is_found(finds: Finds) -> None:
    roles = "approvals:\n  roles:\n    direction: {people: [camille]}\n"
    yml = settings("  emergency: {at_least: ⟦2, of: [direction]}", roles=roles)
    finds("CM253", {"cmops.yml": yml})


def test_a_deputy_who_is_never_heard_is_found(finds: Finds) -> None:
    roles = """\
approvals:
  roles:
    direction: {people: [camille], deputy: ⟦communication}
    communication: {people: [sacha]}
"""
    yml = settings("  rules:", "    - by: {any: [direction]}", roles=roles)
    finds("CM254", {"cmops.yml": yml})


@pytest.mark.parametrize(
    ("matter", "code"),
    [
        ("brand: inconnue", "CM211"),
        ("channel: [mastodon, inconnu]", "CM210"),
        ("pillar: inconnu", "CM213"),
        ("campaign: inconnue", "CM212"),
    ],
)
def test_a_rule_about_something_that_there_is_not_is_found(
    check: Check, matter: str, code: str
) -> None:
    yml = settings("  rules:", f"    - for: {{{matter}}}", "      by: {any: [direction]}")
    (found,) = check({"cmops.yml": yml}).diagnostics
    assert found.code == code
    assert (found.path, found.line) == ("cmops.yml", CMOPS_YML.count("\n") + 6)


def test_a_complete_policy_has_no_findings(check: Check) -> None:
    yml = CMOPS_YML + POLICY
    assert not check({"cmops.yml": yml}).diagnostics


POLICY = """\
brands: {ateliers: {name: Les Ateliers}}
approvals:
  roles:
    direction: {title: Direction, people: ["@ateliers/direction"], deputy: relecture, email: true}
    relecture: {people: [camille, "@sacha"]}
  rules:
    - for: {brand: ateliers, channel: [mastodon], severity: warning, commercial: true}
      by: {all: [direction, relecture]}
      minor: {any: [relecture]}
      remind: 24h
    - by: {at_least: 2, of: [direction, relecture]}
  solo: false
  emergency: {of: [direction, relecture], at_least: 2}
"""
