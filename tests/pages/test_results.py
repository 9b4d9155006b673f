from __future__ import annotations

import pytest

from cmops.cli.main import run
from cmops.errors import CmopsError
from cmops.measure import run as engine
from cmops.measure.goals import Standing
from cmops.pages import programmes, results
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import MakeWorkspace

FILES = {
    "calendar/objectives.yml": """objectives:
  - {id: posts, name: P, why: W, kpi: published, target: 1, start: 2026-12-01, end: 2026-12-31}
  - {id: clics, name: C, why: W, kpi: link-clicks, target: 9, start: 2026-12-01, end: 2026-12-31}
  - {id: vieux, name: Vieux, why: W, kpi: published, target: 9, start: 2026-01-01, end: 2026-01-31}
  - id: vite
    name: Vite
    why: W
    kpi: reply-time
    target: 4
    unit: heures
    better: lower
    start: 2026-12-01
    end: 2026-12-31
""",
    "calendar/campaigns/hiver.md": (
        "---\nname: Hiver\nobjective: posts\nstart: 2026-11-20\nend: 2026-12-20\n"
        "audiences: [tous]\nchannels: [mastodon]\n---\nX\n"
    ),
    "content/posts/un.md": (
        "---\ntitle: Un\nstatus: ready\npublish_at: 2026-12-01 10:00\nto: [mastodon]\n"
        "campaign: hiver\n---\nUn\n"
    ),
}
AT = "2026-12-01 10:05"


def site(workspace: MakeWorkspace) -> Site:
    root = workspace(FILES)
    run(["-C", str(root), "publish", "--sandbox", "--at", AT])
    return Site(Project(root, at="2026-12-02 12:00", sandbox=True), as_folders)


def test_objectives_of_today_say_where_they_stand_or_that_nothing_is_measured(
    workspace: MakeWorkspace,
) -> None:
    found = {each.progress.objective.id: each for each in results.goals(site(workspace))}
    assert list(found) == ["posts", "clics", "vite"]
    assert found["posts"].progress.standing is Standing.REACHED
    assert (found["posts"].value, found["posts"].fine) == ("1", True)
    assert (found["clics"].value, found["clics"].progress.standing) == ("", Standing.NOT_MEASURED)
    assert found["vite"].target == "≤\u00a04\u00a0heures"
    assert found["vite"].share is None


def test_a_campaign_tells_its_figures_and_which_there_are_none_of(
    workspace: MakeWorkspace,
) -> None:
    figures = results.campaigns(site(workspace))["hiver"]
    told = {each.title: each.value for each in figures}
    assert told["Posts publiés"] == "1"
    assert told["Portée"] == ""
    units = {each.title: each.unit for each in figures}
    assert units["Posts publiés"] == "post"
    assert units["Portée"] == "personnes"


def test_without_the_engine_nothing_is_measured_and_the_pages_are_there(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise CmopsError("measure.no-duckdb")

    made = site(workspace)
    monkeypatch.setattr(engine, "opened", missing)
    assert {each.progress.standing for each in results.goals(made)} == {Standing.NOT_MEASURED}
    (_, page) = programmes.campaigns(made)
    assert "Rien n’est encore mesuré." in page.markdown
