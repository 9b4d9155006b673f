"""Whether we may push to a remote, and whether anybody may delete or rewind its branches."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cmops.git import Git
from cmops.git.guarding import Guard, guard, refusal

BRANCH = "refs/heads/cmops-ledger"


def git(root: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *args], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit, and a bare one beside it as its remote."""
    for name, options in (("root", ()), ("server.git", ("--bare",))):
        subprocess.run(["git", "init", "-q", *options, str(tmp_path / name)], check=True)
    made = tmp_path / "root"
    git(made, "commit", "-q", "--allow-empty", "-m", "a")
    git(made, "remote", "add", "origin", "../server.git")
    return made


def test_a_push_that_would_be_taken_is_not_made(root: Path) -> None:
    assert refusal(Git(root), "origin", git(root, "rev-parse", "HEAD"), BRANCH) is None
    assert git(root, "ls-remote", "origin") == ""


def test_a_remote_that_is_not_there_says_why(root: Path) -> None:
    git(root, "remote", "set-url", "origin", "../nowhere.git")
    assert refusal(Git(root), "origin", git(root, "rev-parse", "HEAD"), BRANCH)


def test_a_refusal_shows_no_password(root: Path) -> None:
    git(root, "remote", "set-url", "origin", "http://me:hunter2@127.0.0.1:9/a.git")
    said = refusal(Git(root), "origin", git(root, "rev-parse", "HEAD"), BRANCH)
    assert said is not None
    assert "hunter2" not in said


@pytest.mark.parametrize("address", ["../server.git", "{server}", "file://{server}"])
def test_a_folder_of_this_machine_says_what_it_forbids(root: Path, address: str) -> None:
    server = root.parent / "server.git"
    git(root, "remote", "set-url", "origin", address.format(server=server))
    assert (guard(Git(root), "origin").deletion, guard(Git(root), "origin").rewinding) == (
        False,
        False,
    )
    git(server, "config", "receive.denyDeletes", "yes")
    git(server, "config", "receive.denyNonFastForwards", "TRUE")
    found = guard(Git(root), "origin")
    assert (found.deletion, found.rewinding, found.known) == (True, True, True)
    assert Path(found.folder) == server


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://github.com/a/b.git", "github.com"),
        ("https://me:hunter2@git.example:8443/a.git", "git.example"),
        ("git@github.com:a/b.git", "github.com"),
        ("ssh://git@forge.example/a", "forge.example"),
        ("forge:a/b", "forge"),
        ("https://[broken", ""),
    ],
)
def test_a_server_is_only_named(root: Path, address: str, host: str) -> None:
    git(root, "remote", "set-url", "origin", address)
    found = guard(Git(root), "origin")
    assert (found.host, found.known) == (host, False)
    assert "hunter2" not in repr(found)


def test_a_remote_that_has_no_address_is_unknown(root: Path) -> None:
    assert guard(Git(root), "nobody") == Guard()
