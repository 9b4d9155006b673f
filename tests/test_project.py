from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cmops.errors import CmopsError, UsageError
from cmops.ledger.errors import LedgerMissing
from cmops.project import Project
from tests.cli.conftest import NOW, post
from tests.conftest import CMOPS_YML, MakeWorkspace

POST = {"content/posts/a.md": post()}
NAMED = {"cmops.yml": f"{CMOPS_YML}ledger: {{genesis: {'a' * 32}}}\n"}


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def test_the_workspace_is_the_nearest_one_above(workspace: MakeWorkspace) -> None:
    root = workspace(POST)
    assert Project(root / "content/posts").root == root
    (root / "content/cmops.yml").write_text(CMOPS_YML)
    assert Project(root / "content/posts").root == root / "content"


def test_the_time_is_the_workspaces_and_can_be_set(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace()
    assert Project(root, at=NOW).now.isoformat() == "2026-11-24T10:00:00+01:00"
    assert str(Project(root).now.tzinfo) == "Europe/Paris"
    assert Project(root).now.microsecond == 0
    monkeypatch.setenv("CMOPS_AT", "2026-07-01 12:00")
    assert Project(root).now.isoformat() == "2026-07-01T12:00:00+02:00"
    assert Project(root, at=NOW).now.month == 11
    with pytest.raises(UsageError):
        _ = Project(root, at="demain").now


def test_read_anew_it_keeps_its_clock_and_its_ledger(workspace: MakeWorkspace) -> None:
    root = workspace(POST)
    project = Project(root, at=NOW, sandbox=True, fresh=True)
    again = project.again(root)
    assert (again.now, again.sandbox, again.fresh) == (project.now, True, True)


def test_where_an_adapter_is_not_ours_nothing_of_it_is_kept(workspace: MakeWorkspace) -> None:
    root = workspace(POST)
    assert Project(root).cache is not None
    theirs = f"{CMOPS_YML}  other: {{platform: elsewhere, account: us}}\n"
    (root / "cmops.yml").write_text(theirs)
    assert Project(root).cache is None


def test_what_is_required_is_said(workspace: MakeWorkspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Project(tmp_path).require()
    root = workspace({"cmops.yml": "version: 1\n"})
    with pytest.raises(CmopsError) as raised:
        Project(root).require()
    assert "cmops.yml:1:1: error CM102" in str(raised.value.values["wrong"])
    Project(root).require(usable=False)


def test_paths_are_taken_from_where_a_person_stands(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = workspace(POST)
    project = Project(root)
    monkeypatch.chdir(root / "content/posts")
    paths = ["a.md", "../posts/a.md", "../..", str(root / "content")]
    assert project.relative(paths) == ["content/posts/a.md", "content/posts/a.md", ".", "content"]
    with pytest.raises(UsageError):
        project.relative(["/etc/hostname"])
    (tmp_path / "link").symlink_to(root)
    assert project.relative([str(tmp_path / "link/content/posts/a.md")]) == ["content/posts/a.md"]


def test_a_link_is_meant_itself_and_not_what_it_leads_to(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(POST)
    (root / "content/posts/lien.md").symlink_to("/etc/hostname")
    monkeypatch.chdir(root)
    assert Project(root).relative(["content/posts/lien.md"]) == ["content/posts/lien.md"]


def test_outside_git_everything_is_new_and_inside_what_has_changed(
    workspace: MakeWorkspace,
) -> None:
    root = workspace({**POST, "content/posts/b é.md": post()})
    assert Project(root).is_new("content/posts/a.md")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "x")
    assert not Project(root).is_new("content/posts/a.md")
    (root / "content/posts/b é.md").write_text(post("Autre"))
    assert Project(root).is_new("content/posts/b é.md")


def test_a_ledger_that_is_named_and_missing_stops_what_publishes_only(
    workspace: MakeWorkspace,
) -> None:
    root = workspace({**POST, **NAMED})
    with pytest.raises(LedgerMissing):
        _ = Project(root, at=NOW, fresh=True).deliveries
    assert [str(each.state) for each in Project(root, at=NOW).deliveries] == ["due"]


def test_a_repository_git_refuses_is_noted_and_the_check_goes_on(workspace: MakeWorkspace) -> None:
    root = workspace({**POST, "content/posts/vide.md": ""})
    git(root, "init", "--quiet")
    (root / ".git/config").write_text("[broken\n")
    project = Project(root, at=NOW)
    assert [each.code for each in project.diagnostics] == ["CM005"]
    assert len(project.notes) == 1


def test_errors_of_posts_nothing_is_planned_of_are_told_apart(workspace: MakeWorkspace) -> None:
    files = {
        "content/posts/vide.md": "",
        "content/posts/a.md": post(to="nulle-part"),
        "content/posts/idee.md": post(to="nulle-part").replace("ready", "idea"),
        "content/replies/r.md": "",
    }
    project = Project(workspace(files), at=NOW)
    assert [each.path for each in project.unplanned] == ["content/posts/vide.md"]


def test_deliveries_are_named_as_people_do(workspace: MakeWorkspace) -> None:
    project = Project(workspace(POST), at=NOW)
    assert project.named(["a@archive"]) == {"a~outbox~outbox%2Farchive"}
    with pytest.raises(UsageError):
        project.named(["a@bluesky"])


def test_subjects_follow_the_hour(workspace: MakeWorkspace) -> None:
    text = post(at="2026-11-02 09:30").replace("status", "repeat: FREQ=DAILY\nstatus")
    project = Project(workspace({"content/posts/a.md": text}), at=NOW)
    today = project.subjects
    assert project.subjects_at(project.now.replace(minute=59)) == today
    later = project.subjects_at(project.now.replace(month=12))
    assert later[-1].at != today[-1].at


def test_nothing_is_written_into_a_workspace_that_is_only_looked_at(
    workspace: MakeWorkspace,
) -> None:
    root = workspace(POST)
    _ = Project(root, at=NOW).todo
    assert sorted(path.name for path in root.iterdir()) == [".cmops", "cmops.yml", "content"]
