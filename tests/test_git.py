from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cmops.git import (
    Git,
    GitError,
    GitMissing,
    GitTimeout,
    NotARepository,
    PushAnswer,
    redact,
)
from cmops.git.tips import Asking
from cmops.git.worktree import write_files

REF = "refs/heads/ledger"


def git(root: Path, *args: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *args], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Git:
    root = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    return Git(root)


@pytest.fixture
def server(tmp_path: Path) -> Path:
    bare = tmp_path / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    return bare


def commit(repository: Git, files: dict[str, bytes], parent: str | None = None) -> str:
    blobs = {path: repository.hash_object(content) for path, content in files.items()}
    return repository.commit_tree(repository.tree_with(parent, blobs), parent, "m", 0)


def test_the_files_of_a_commit_are_written_without_what_nobody_should_have_put_there(
    repository: Git, tmp_path: Path
) -> None:
    made = commit(repository, {".cache/a": b"1", "b/.cache/c": b"2", "d": b"3"})
    folder = tmp_path / "files"
    write_files(repository, made, folder, without=".cache")
    found = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
    assert found == ["b/.cache/c", "d"]


def test_a_tree_is_its_base_with_some_paths_replaced(repository: Git) -> None:
    first = commit(repository, {"a/1": b"one", "a/é \t2": b"two", "b": b""})
    second = commit(repository, {"a/1": b"ONE", "c/d/e": b"three"}, first)
    assert {path: repository.show(second, path) for path in repository.ls_tree(second, ".")} == {
        "a/1": b"ONE",
        "a/é \t2": b"two",
        "b": b"",
        "c/d/e": b"three",
    }
    assert list(repository.ls_tree(second, "a")) == ["a/1", "a/é \t2"]
    assert repository.ls_tree(second, "nothing") == {}
    assert repository.show(second, "nothing") is None
    assert repository.show(second, "a") is None
    assert git(repository.root, "status", "--porcelain") == ""


def test_many_blobs_come_from_one_process_whatever_bytes_they_hold(repository: Git) -> None:
    contents = [b"", b"\n", b"\0\xff" * 1000, "é\n".encode(), b"x" * 1_000_000]
    ids = [repository.hash_object(content) for content in contents]
    assert list(repository.blobs([*ids, ids[0]]).values()) == contents
    with pytest.raises(GitError, match="missing"):
        repository.blobs([ids[0], "0" * 40])
    assert repository.blobs([]) == {}


@pytest.mark.parametrize("full", [False, True])
def test_very_many_blobs_come_through_a_file_where_there_is_room(
    repository: Git, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    contents = [f"{number}\n\0é".encode() * number for number in range(40)]
    ids = [repository.hash_object(content) for content in contents]
    if full:
        place = partial(open, "/dev/full", "w+b")
        monkeypatch.setattr("cmops.git.plumbing.tempfile.TemporaryFile", place)
    assert list(repository.blobs(ids).values()) == contents


def test_a_local_ref_moves_only_from_where_it_is_expected(repository: Git) -> None:
    one = commit(repository, {"a": b"1"})
    two = commit(repository, {"a": b"2"}, one)
    assert repository.commit(REF) is None
    assert not repository.update_ref(REF, two, one)
    assert repository.update_ref(REF, one, None)
    assert not repository.update_ref(REF, two, None)
    assert repository.update_ref(REF, two, one)
    assert repository.commit(REF) == two


def test_a_commit_knows_its_ancestors(repository: Git) -> None:
    one = commit(repository, {"a": b"1", "b": b"1"})
    two = commit(repository, {"b": b"2"}, one)
    assert repository.is_ancestor(one, two) is True
    assert repository.is_ancestor(two, one) is False
    assert repository.is_ancestor(one, one) is True
    assert repository.is_ancestor("1" * 40, one) is None


def test_a_shallow_history_cannot_say_what_is_not_an_ancestor(
    repository: Git, server: Path, tmp_path: Path
) -> None:
    commits = [commit(repository, {"a": b"0"})]
    for number in range(1, 4):
        commits.append(commit(repository, {"a": b"%d" % number}, commits[-1]))
    assert repository.push(server.as_uri(), commits[-1], REF, None).answer is PushAnswer.WON
    other = Git(tmp_path / "other")
    subprocess.run(["git", "init", "-q", str(other.root)], check=True)
    other.fetch(server.as_uri(), REF, depth=2)
    assert other.is_shallow()
    assert other.is_ancestor(commits[2], commits[3]) is True
    assert other.is_ancestor(commits[0], commits[3]) is None
    assert not (other.root / ".git" / "FETCH_HEAD").exists()
    assert git(other.root, "for-each-ref") == ""


def test_a_push_wins_moves_or_is_refused(repository: Git, server: Path) -> None:
    one = commit(repository, {"a": b"1"})
    two = commit(repository, {"a": b"2"}, one)
    three = commit(repository, {"a": b"3"}, one)
    url = server.as_uri()
    assert repository.ls_remote(url, REF) is None
    assert repository.push(url, one, REF, None).answer is PushAnswer.WON
    assert repository.push(url, one, REF, None).answer is PushAnswer.MOVED
    assert repository.push(url, one, REF, one).answer is PushAnswer.MOVED  # up to date: no win
    assert repository.push(url, two, REF, one).answer is PushAnswer.WON
    assert repository.push(url, three, REF, one).answer is PushAnswer.MOVED
    assert repository.push(url, three, REF, None).answer is PushAnswer.MOVED
    assert repository.ls_remote(url, REF) == two
    hook = server / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho 'ask your administrator' >&2\nexit 1\n")
    hook.chmod(0o755)
    refused = repository.push(url, commit(repository, {"a": b"4"}, two), REF, two)
    assert refused.answer is PushAnswer.REFUSED
    assert "hook declined" in refused.reason
    assert "ask your administrator" in refused.reason


def test_a_push_to_nowhere_has_no_answer(repository: Git, tmp_path: Path) -> None:
    one = commit(repository, {"a": b"1"})
    push = repository.push((tmp_path / "nowhere").as_uri(), one, REF, None)
    assert push.answer is PushAnswer.UNKNOWN
    assert push.reason


def test_a_push_does_not_run_the_persons_hooks(repository: Git, server: Path) -> None:
    hook = repository.root / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    one = commit(repository, {"a": b"1"})
    assert repository.push(server.as_uri(), one, REF, None).answer is PushAnswer.WON


@pytest.mark.parametrize(
    "ref",
    [
        "ledger",
        "--upload-pack=touch x",
        "refs/heads/a b",
        "refs/heads/a..b",
        "refs/heads/a:refs/heads/main",
        "refs/heads/*",
        "refs/heads/a\n",
        "refs/heads/a.lock",
        "refs/heads/",
        "refs/heads/.a",
        "+refs/heads/a",
        "refs/heads/@{1}",
    ],
)
def test_a_hostile_ref_is_refused_before_git_sees_it(repository: Git, ref: str) -> None:
    one = commit(repository, {"a": b"1"})
    with pytest.raises(GitError, match="not a full ref"):
        repository.ls_remote("origin", ref)
    with pytest.raises(GitError, match="not a full ref"):
        repository.push("origin", one, ref, None)
    with pytest.raises(GitError, match="not a full ref"):
        repository.update_ref(ref, one, None)


@pytest.mark.parametrize("name", ["", "--upload-pack=touch x", "-c", "a\nb", "a\0b"])
def test_a_hostile_remote_or_commit_is_refused_before_git_sees_it(
    repository: Git, name: str
) -> None:
    with pytest.raises(GitError, match="not a name"):
        repository.ls_remote(name, REF)
    with pytest.raises(GitError, match="not a name"):
        repository.commit(name)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../b", "a\0b"])
def test_a_path_out_of_the_tree_is_refused(repository: Git, path: str) -> None:
    one = commit(repository, {"a": b"1"})
    with pytest.raises(GitError, match="not a path"):
        repository.show(one, path)


def test_a_transport_that_runs_commands_is_refused(repository: Git, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    with pytest.raises(GitError):
        repository.ls_remote(f"ext::touch% {trap}", REF)
    assert not trap.exists()


def test_no_git_no_repository_and_somebody_elses_repository_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(GitMissing):
        Git(tmp_path, program="git-that-is-not-there").folder()
    with pytest.raises(NotARepository):
        Git(tmp_path).folder()
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")
    with pytest.raises(GitError) as raised:
        Git(tmp_path).folder()
    assert raised.value.reason


def test_the_repositorys_folder_is_shared_by_its_work_trees(
    repository: Git, tmp_path: Path
) -> None:
    assert repository.update_ref("refs/heads/main", commit(repository, {"a": b"1"}), None)
    git(repository.root, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    assert Git(tmp_path / "tree").folder() == repository.folder()
    assert Git(tmp_path / "tree").folder().is_absolute()


def test_a_hook_that_runs_cmops_does_not_redirect_it(
    repository: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    commit(repository, {"a": b"1"})
    assert repository.folder() == repository.root / ".git"
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fatal: https://user:tok@example.org/x.git", "fatal: https://***@example.org/x.git"),
        ("https://ghp_token@example.org", "https://***@example.org"),
        ("ssh://git@example.org/x", "ssh://***@example.org/x"),
        ("AUTHORIZATION: basic eC1hY2Nlc3M=", "AUTHORIZATION: basic ***"),
        ("x-access-token:abc123 rest", "x-access-token:*** rest"),
        (
            "https://example.org/x?private_token=abc&a=1",
            "https://example.org/x?private_token=***&a=1",
        ),
        ("jean@example.org: no", "jean@example.org: no"),
    ],
)
def test_credentials_are_taken_out_of_what_git_says(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_credentials_do_not_show_in_errors(repository: Git) -> None:
    one = commit(repository, {"a": b"1"})
    url = "https://user:s3cret@127.0.0.1:9/x.git"
    with pytest.raises(GitError) as raised:
        repository.ls_remote(url, REF)
    assert "s3cret" not in repr(raised.value)
    assert "s3cret" not in repository.push(url, one, REF, None).reason


def test_a_server_that_never_answers_is_given_up_with_everything_git_started(
    repository: Git,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"git://127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(GitTimeout):
            repository.ls_remote(url, REF, timeout=0.5)
        one = commit(repository, {"a": b"1"})
        assert repository.push(url, one, REF, None, timeout=0.5).answer is PushAnswer.UNKNOWN


@pytest.fixture
def daemon(server: Path) -> Iterator[str]:
    """The server's repository behind git's own protocol, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", "--export-all"]
    command += ["--enable=receive-pack", "--reuseaddr", f"--base-path={server.parent}"]
    process = subprocess.Popen([*command, str(server.parent)], start_new_session=True)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"git://127.0.0.1:{port}/{server.name}"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def test_the_network_protocol_answers_as_the_file_protocol_does(
    repository: Git, daemon: str, tmp_path: Path
) -> None:
    one = commit(repository, {"a": b"1"})
    two = commit(repository, {"a": b"2"}, one)
    assert repository.push(daemon, one, REF, None).answer is PushAnswer.WON
    assert repository.push(daemon, two, REF, None).answer is PushAnswer.MOVED
    assert repository.push(daemon, two, REF, one).answer is PushAnswer.WON
    other = Git(tmp_path / "other")
    subprocess.run(["git", "init", "-q", str(other.root)], check=True)
    assert other.ls_remote(daemon, REF) == two
    other.fetch(daemon, REF, depth=1)
    assert other.show(two, "a") == b"2"


def test_two_branches_are_asked_for_together_and_the_answer_is_shared(
    repository: Git, server: Path
) -> None:
    git(server, "symbolic-ref", "HEAD", "refs/heads/main")
    one, two = commit(repository, {"a": b"1"}), commit(repository, {"a": b"2"})
    seconds = [0.0]
    git(repository.root, "remote", "add", "origin", server.as_uri())
    asking = Asking(repository, "origin", REF, lambda: seconds[0])
    assert (asking.tips().main, asking.tips().other) == (None, None)
    repository.push("origin", one, "refs/heads/main", None)
    repository.push("origin", two, REF, None)
    assert asking.tips(10.0).main is None
    seconds[0] = 10.0
    assert (asking.tips(10.0).main, asking.tips(10.0).other) == (("refs/heads/main", one), two)
    three = commit(repository, {"a": b"3"}, one)
    repository.push("origin", three, "refs/heads/main", one)
    assert asking.tips(10.0).main == ("refs/heads/main", one)
    seconds[0] = 11.0
    assert asking.tips(10.0, after=10.0).main == ("refs/heads/main", three)
    assert asking.tips(10.0, after=10.0).at == 11.0
    assert asking.tips(0.0).other == two


def test_only_the_very_ref_is_taken_for_it(repository: Git, server: Path) -> None:
    one = commit(repository, {"a": b"1"})
    repository.push(server.as_uri(), one, f"refs/heads/x/{REF}", None)
    assert Asking(repository, server.as_uri(), REF, lambda: 0.0).tips().other is None
    with pytest.raises(GitError):
        Asking(repository, "gone", REF, lambda: 0.0).tips()


def test_trees_that_are_remembered_are_the_trees_that_git_would_read(repository: Git) -> None:
    names = ["a.b", "a/x", "a0", "a/é \t2", "c/d/e", "c.d/e", "z"]
    tip = None
    for number, name in enumerate([*names, *reversed(names)]):
        files = {name: b"%d" % number, "a/x": b"%d more" % number}
        fresh = commit(Git(repository.root), files, tip)
        tip = commit(repository, files, tip)
        assert tip == fresh
    assert sorted(repository.ls_tree(tip or "", ".")) == sorted(names)
    # Wrongly sorted or doubled entries would be told here.
    assert git(repository.root, "fsck", "--strict", "--no-dangling") == ""


def test_long_content_is_stored_whole(repository: Git) -> None:
    content = os.urandom(1_000_000)
    blob = repository.hash_object(content)
    assert repository.blobs([blob]) == {blob: content}
