from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from cmops.ledger.clock import SystemClock
from cmops.ledger.history import History
from cmops.mainline import Asked, RemoteMain, WorkTree, main_of, stamp
from cmops.project import Project
from cmops.publish.deliver import deliver
from cmops.publish.ports import Main, MainUnreadable
from cmops.running import ledger_made, ports
from tests.cli.conftest import post
from tests.conftest import CMOPS_YML, MakeWorkspace

POST = "content/posts/a.md"
EMPTY = History.of_entries(())


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def now(project: Project, minutes: int = 0) -> str:
    return f"{project.now + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


@pytest.fixture
def remote(workspace: MakeWorkspace, tmp_path: Path) -> Path:
    """A workspace in a repository whose main is on a remote."""
    root = workspace({POST: post(at="2030-01-07 09:30")})
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "remote.git")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    push(root)
    return root


def push(root: Path) -> str:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "x")
    git(root, "push", "--quiet", "origin", "main")
    return git(root, "rev-parse", "HEAD")


def main(root: Path) -> Main:
    return main_of(Project(root), SystemClock(), Asked())


def posts(root: Path, *, of: Main | None = None) -> list[str]:
    return [each.subject.post for each in (of or main(root)).plan(EMPTY).deliveries]


def test_the_stamp_follows_documents_and_media_and_nothing_else(workspace: MakeWorkspace) -> None:
    root = workspace({POST: post(), "content/media/a.jpg": b"x"})
    first = stamp(root)
    (root / "notes.txt").write_text("x")
    assert stamp(root) == first
    (root / "content/media/a.jpg").write_bytes(b"xy")
    second = stamp(root)
    (root / POST).write_text(post("Autre"))
    assert len({first, second, stamp(root)}) == 3
    assert stamp(root / "nowhere") == stamp(root / "nowhere")


def test_without_a_remote_main_is_the_folder_as_it_is_now(workspace: MakeWorkspace) -> None:
    root = workspace({POST: post(at="2030-01-07 09:30")})
    here = main(root)
    assert isinstance(here, WorkTree)
    first = here.identity(0)
    assert posts(root, of=here) == ["a"]
    (root / "content/posts/b.md").write_text(post("Bis", at="2030-01-08 09:30"))
    assert here.identity(0) != first
    assert posts(root, of=here) == ["a", "b"]


def test_with_a_remote_main_is_what_was_pushed_and_not_what_lies_about(remote: Path) -> None:
    there = main(remote)
    assert isinstance(there, RemoteMain)
    (remote / "content/posts/b.md").write_text(post("Bis", at="2030-01-08 09:30"))
    assert posts(remote, of=there) == ["a"]
    commit = push(remote)
    planned = there.plan(EMPTY)
    assert (planned.main, planned.commit) == (commit, commit)
    assert [each.subject.post for each in planned.deliveries] == ["a", "b"]


def test_one_look_at_the_remote_serves_the_ledger_and_main(
    remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger_made(Project(remote))
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    outside = ports(Project(remote, fresh=True), SystemClock(), Asked())
    deliver(outside)
    outside.ledger.close()
    assert len(re.findall(r"built-in: git (?:ls-remote|fetch) ", trace.read_text())) == 1


def test_the_checkout_serves_as_it_was_read_unless_it_has_changed_since(remote: Path) -> None:
    project = Project(remote)
    project.require()
    (remote / "content/posts/b.md").write_text(post("Bis", at="2030-01-08 09:30"))
    push(remote)
    assert not project.stands()
    assert posts(remote, of=main_of(project, SystemClock(), Asked())) == ["a", "b"]
    again = Project(remote)
    assert posts(remote, of=main_of(again, SystemClock(), Asked())) == ["a", "b"]
    assert again.stands()


def test_a_workspace_below_the_repositorys_top_is_found(tmp_path: Path) -> None:
    top = tmp_path / "top"
    root = top / "team/posts"
    (root / "content/posts").mkdir(parents=True)
    (root / "cmops.yml").write_text(CMOPS_YML)
    (root / POST).write_text(post(at="2030-01-07 09:30"))
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "remote.git")
    git(top, "init", "--quiet", "--initial-branch", "main")
    git(top, "remote", "add", "origin", str(tmp_path / "remote.git"))
    push(top)
    assert posts(root) == ["a"]


def test_the_work_tree_is_not_touched(remote: Path) -> None:
    (remote / POST).write_text(post("Pas encore prêt"))
    before = git(remote, "status", "--porcelain")
    posts(remote)
    assert git(remote, "status", "--porcelain") == before
    assert (remote / POST).read_text() == post("Pas encore prêt")


def test_a_main_that_cannot_be_read_says_so(remote: Path, tmp_path: Path) -> None:
    (tmp_path / "remote.git").rename(tmp_path / "gone.git")
    with pytest.raises(MainUnreadable):
        main(remote).plan(EMPTY)


def test_a_channel_without_its_secret_has_no_way_to_send(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace()
    assert set(ports(Project(root), SystemClock(), Asked()).outlets) == {"archive"}
    sandbox = ports(Project(root, sandbox=True), SystemClock(), Asked())
    assert set(sandbox.outlets) == {"mastodon", "bluesky", "archive"}


def test_a_ledger_is_made_once(workspace: MakeWorkspace) -> None:
    root = workspace()
    first = ledger_made(Project(root))
    assert first
    assert ledger_made(Project(root)) == first
