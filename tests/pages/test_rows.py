from __future__ import annotations

import re

from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import XSS

PATH = "calendar/2026-12.md"


def post(id: str, title: str, extra: str = "") -> dict[str, str]:
    head = f"title: '{title}'\nstatus: ready\npublish_at: 2026-12-16 09:05\nto: [mastodon]\n"
    return {f"content/posts/{id}.md": f"---\n{head}{extra}---\n{id}\n"}


def made(workspace: MakeWorkspace, *posts: dict[str, str]) -> Site:
    named = CMOPS_YML.replace("  mastodon:\n", f"  mastodon:\n    name: '{XSS}'\n")
    files = {path: text for each in posts for path, text in each.items()}
    named += "pillars: {coulisses: {name: Coulisses}}\n"
    root = workspace({"cmops.yml": named, **files})
    return Site(Project(root, at="2026-12-01 08:00", sandbox=True), as_folders)


def test_nothing_that_a_line_or_a_cell_says_becomes_markup(workspace: MakeWorkspace) -> None:
    site = made(workspace, post("a", XSS))
    shown = site.rows.rows(PATH, site.programme.slots) + site.rows.cells(
        PATH, site.programme.slots, 5
    )
    assert "<img" not in shown
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") == 3  # two titles and a channel's name


def test_several_lines_are_the_lines_of_each_in_order(workspace: MakeWorkspace) -> None:
    site = made(workspace, post("a", "A"), post("b", "B"))
    one, two = site.programme.slots
    for dated in (False, True):
        lines = [site.rows.row(PATH, each, dated=dated) for each in (one, two)]
        assert site.rows.rows(PATH, (one, two), dated=dated) == lines[0] + lines[1]
    assert site.rows.row(PATH, one) != site.rows.row(PATH, one, dated=True)


def test_what_a_narrow_day_has_no_room_for_is_marked(workspace: MakeWorkspace) -> None:
    site = made(workspace, *(post(id, id) for id in "abc"))
    cells = site.rows.cells(PATH, site.programme.slots, 2)
    assert re.findall(r'cell cmops-is-waiting( cmops-beyond)?"', cells) == ["", "", " cmops-beyond"]
    assert cells.count('<span class="cmops-when">09:05</span>') == 3


def test_posts_that_stand_alike_say_so_and_others_say_their_own(workspace: MakeWorkspace) -> None:
    extra = "pillar: coulisses\n"
    site = made(workspace, post("a", "A"), post("b", "B"), post("c", "C", extra))
    told = {slot.id: site.rows.told(slot) for slot in site.programme.slots}
    assert told["a"] == told["b"] != told["c"]
    assert "pillar:coulisses" in told["c"].split()
    assert site.rows.states() == {"waiting"}
