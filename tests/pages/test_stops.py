"""What holds a post is said where the post stands, and leads to the incident."""

from __future__ import annotations

import re

import pytest

from cmops.pages import build
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.pages.stops import all_stopped, held_by, stops
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace

AT = "2026-12-01 12:30"
POST = (
    "---\ntitle: {title}\nstatus: ready\npublish_at: {at}\nto: {to}\n{more}---\nBonjour {title}\n"
)
PLAYBOOK = """---
title: Panne
levels:
  - {id: jaune, name: Jaune, when: Un peu}
  - {id: rouge, name: Rouge, when: Beaucoup, pauses: {everything: true}}
triggers: [{what: Rien ne répond, level: rouge}]
roles: [{id: pilote, name: Astreinte, does: [decides, speaks, acts, informed], duties: Tout}]
steps:
  - {id: voir, phase: assess, what: Regarder, who: pilote, within: 10m, done_when: Vu}
  - {id: agir, phase: contain, what: Couper, who: pilote, within: 2h, done_when: Fait, level: rouge}
  - {id: dire, phase: respond, what: Prévenir, who: pilote, within: 4h, done_when: Dit}
closing: {conditions: [Fini], decided_by: pilote, post_mortem_by: pilote, post_mortem_within: 1w}
---
"""
INCIDENT = """---
title: "{title}"
playbook: panne
level: {level}
status: open
declared_at: 2026-12-01 11:40
{pauses}steps: {steps}
---
"""


def files(
    *,
    title: str = "Tout est rouge",
    pauses: str = "channels: [mastodon]",
    level: str = "rouge",
    steps: str = "[]",
) -> dict[str, str]:
    paused = f"pauses: {{{pauses}}}\n" if pauses else ""
    told = {"title": title, "pauses": paused, "level": level, "steps": steps}
    return {
        "content/posts/midi.md": POST.format(
            title="Midi", at="2026-12-01 12:15", to="[mastodon, bluesky]", more=""
        ),
        "content/posts/demain.md": POST.format(
            title="Demain", at="2026-12-02 09:00", to="[mastodon]", more=""
        ),
        "content/posts/loin.md": POST.format(
            title="Loin", at="2026-12-20 09:00", to="[mastodon]", more=""
        ),
        "content/posts/ailleurs.md": POST.format(
            title="Ailleurs", at="2026-12-03 09:00", to="[bluesky]", more=""
        ),
        "playbooks/crisis/panne.md": PLAYBOOK,
        "playbooks/incidents/a.md": INCIDENT.format(**told),
    }


def made(workspace: MakeWorkspace, **told: str) -> Project:
    return Project(workspace(files(**told)), at=AT, sandbox=True)


def pages(project: Project) -> dict[str, str]:
    return {page.path: page.markdown for page in build(project).pages}


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def test_a_post_says_which_of_its_channels_are_held_and_what_is_far_away_says_nothing(
    workspace: MakeWorkspace,
) -> None:
    site = Site(made(workspace), as_folders)
    found = {slot.id: slot for slot in site.programme.slots}
    assert [each.channels for each in stops(found["midi"])] == [("mastodon",)]
    assert [each.channels for each in stops(found["demain"])] == [()]
    assert not stops(found["loin"])
    assert not stops(found["ailleurs"])
    assert [id for id, slot in found.items() if all_stopped(slot)] == ["demain"]
    (incident,) = site.workspace.incidents.values()
    assert [slot.id for slot in held_by(site, incident)] == ["midi", "demain"]


def test_the_reason_is_a_link_to_its_incident_wherever_the_post_is_listed(
    workspace: MakeWorkspace,
) -> None:
    found = pages(made(workspace))
    reason = "suspendu par l’incident « Tout est rouge »"
    for path in ("index.md", "calendar/2026-12.md", "incidents/a.md"):
        links = re.findall(r'<a href="([^"]*)">([^<]*)</a>', found[path])
        leads = {address for address, text in links if reason in words(text)}
        assert len(leads) == 1, path
        assert next(iter(leads)).endswith(("incidents/a/", "incidents/a.md", "a.md", "./")), leads


def test_two_incidents_stop_a_post_together_and_each_is_led_to(workspace: MakeWorkspace) -> None:
    told = files(pauses="channels: [bluesky]", title="Autre chose")
    other = told["playbooks/incidents/a.md"]
    root = workspace({**files(), "playbooks/incidents/b.md": other})
    site = Site(Project(root, at=AT, sandbox=True), as_folders)
    found = {slot.id: slot for slot in site.programme.slots}
    assert all_stopped(found["midi"])
    for own, others in (("a", "b"), ("b", "a")):
        page = next(p for p in build(site.facts).pages if p.path == f"incidents/{own}.md")
        assert f'href="../{others}/"' in page.markdown
        assert 'href="./"' in page.markdown


def test_what_is_stopped_is_not_the_next_to_go_out_for_commands_either(
    workspace: MakeWorkspace,
) -> None:
    coming = made(workspace, pauses="everything: true").next_delivery
    assert coming is not None
    assert coming.subject.post == "loin"


def test_what_is_stopped_is_not_what_goes_out_next(workspace: MakeWorkspace) -> None:
    home = words(pages(made(workspace))["index.md"])
    assert re.search(r"Prochain envoi 09:00 Jeu\. 3 déc\. Ailleurs", home), home


@pytest.mark.parametrize(
    ("level", "steps", "told"),
    [
        ("rouge", "[]", "À faire d’abord : Regarder Astreinte "),
        (
            "rouge",
            "[{step: voir, at: 2026-12-01 12:00, role: astreinte}]",
            "À faire ensuite : Couper Astreinte, avant 13:40 ",
        ),
        (
            "jaune",
            "[{step: voir, at: 2026-12-01 12:00, role: astreinte}]",
            "À faire ensuite : Prévenir Astreinte, avant 15:40 ",
        ),
    ],
)
def test_home_says_the_next_step_that_nobody_has_done(
    workspace: MakeWorkspace, level: str, steps: str, told: str
) -> None:
    home = words(pages(made(workspace, level=level, steps=steps))["index.md"])
    assert told in home, home
    assert "1 post retenu, 1 à venir" in home


def test_an_incident_that_holds_nothing_says_so(workspace: MakeWorkspace) -> None:
    found = pages(made(workspace, pauses=""))
    assert "Aucun post, pour l’instant." in words(found["incidents/a.md"])
    assert "retenu" not in words(found["index.md"])


def test_a_title_never_becomes_markup(workspace: MakeWorkspace) -> None:
    for path, text in pages(made(workspace, title="<img src=x onerror=alert(1)>")).items():
        assert "<img src=x" not in text, path


@pytest.mark.parametrize("tasks", ["", ", tasks"])
def test_a_site_without_crises_does_not_say_that_there_is_one(
    workspace: MakeWorkspace, tasks: str
) -> None:
    site = f"site: {{visibility: public, without: [crises{tasks}]}}\n"
    root = workspace({**files(), "cmops.yml": CMOPS_YML + site})
    found = pages(Project(root, at=AT, sandbox=True))
    assert not [path for path, text in found.items() if "Tout est rouge" in text]
    assert ("suspendu" in words(found["calendar/2026-12.md"])) == (not tasks)


def test_a_brands_own_site_has_the_incident_of_its_campaign(workspace: MakeWorkspace) -> None:
    from cmops.pages.view import View

    brands = CMOPS_YML.replace("channels:", "brands: {a: {name: A}, b: {name: B}}\nchannels:")
    campaign = (
        "---\nname: Hiver\nobjective: but\nstart: 2026-11-20\nend: 2026-12-20\nbrand: {}\n"
        "audiences: [tous]\nchannels: [{}]\n---\n"
    )
    root = workspace(
        {
            **files(pauses="campaigns: [hiver]"),
            "cmops.yml": brands.replace("    platform:", "    brand: a\n    platform:").replace(
                "  archive:\n    brand: a", "  archive:\n    brand: b"
            ),
            "calendar/campaigns/hiver.md": campaign.format("a", "mastodon"),
            "content/posts/midi.md": POST.format(
                title="Midi", at="2026-12-01 12:15", to="[mastodon]", more="campaign: hiver\n"
            ),
        }
    )
    project = Project(root, at=AT, sandbox=True)
    for brand, shown in (("a", True), ("b", False)):
        whole = "\n".join(page.markdown for page in build(project, view=View(brand)).pages)
        assert ("Tout est rouge" in whole) == shown, brand
