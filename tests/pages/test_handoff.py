"""Pages of what people publish by hand: everything to copy, and nothing of it for the public."""

from __future__ import annotations

import pytest

from cmops.mainline import Asked
from cmops.pages.building import build
from cmops.pages.view import View
from cmops.project import Project
from cmops.publish.deliver import deliver
from cmops.rehearsal import SetClock
from cmops.running import ledger_made, ports
from cmops.workspace.model import SitePart
from tests.cli.conftest import post
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import _png

AT = "2026-12-01 12:05"
STORIES = """\
  stories:
    platform: handoff
    for: instagram-story
    account: nous
    handoff: {checklist: [Poser l’autocollant <b>]}
"""


@pytest.fixture
def project(workspace: MakeWorkspace) -> Project:
    text = "Samedi <img src=x>\n\n---\n\nDimanche"
    made = post(text, to="stories", at="2026-12-01 12:15", title="Ouverture")
    made = made.replace("status:", "media: [media/a.png]\nstatus:")
    root = workspace(
        {
            "cmops.yml": CMOPS_YML + STORIES,
            "content/posts/ouverture.md": made,
            "content/media/a.png": _png(),
            "content/media/a.png.yml": "alt: {fr: L’établi}\ncredit: N\nlicence: CC0-1.0\n",
        }
    )
    project = Project(root, at=AT)
    ledger_made(project)
    outside = ports(project, SetClock.to(project.now), Asked())
    deliver(outside)
    outside.ledger.close()
    return Project(root, at=AT, fresh=True)


def test_a_delivery_in_somebodys_hands_has_a_page_with_all_there_is_to_copy(
    project: Project,
) -> None:
    pages = {page.path: page for page in build(project).pages}
    index = pages["handoff/index.md"].html
    (path,) = [each for each in pages if each.startswith("handoff/o")]
    assert "Ouverture" in index
    shown = pages[path].html
    assert "Samedi &lt;img src=x&gt;" in shown
    assert "Dimanche" in shown
    assert shown.count("data-cmops-copy=") == 3
    assert "l’autocollant &lt;b&gt;" in shown
    assert " download>" in shown
    assert "cmops resolve ouverture@stories" in shown


def test_only_the_team_sees_it(project: Project) -> None:
    view = View(None, frozenset({SitePart.TASKS}))
    assert not [p for p in build(project, view=view).pages if p.path.startswith("handoff/")]


def test_without_such_a_channel_there_is_no_such_page(workspace: MakeWorkspace) -> None:
    project = Project(workspace())
    assert not [p for p in build(project).pages if p.path.startswith("handoff/")]
