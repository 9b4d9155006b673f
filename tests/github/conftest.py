"""A GitHub for the tests, and repositories of it opened as people and programs open them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cmops.github import place
from cmops.github.session import Patience, Repository, connect
from tests.github.hub import Account, Hub, Repo
from tests.github.server import serving


@dataclass
class Watch:
    """A clock that only waiting moves."""

    at: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as made:
        yield made


@pytest.fixture
def repo(hub: Hub) -> Repo:
    return hub.repository()


@pytest.fixture
def repository(hub: Hub, repo: Repo, watch: Watch) -> Repository:
    """The repository as a workflow opens it."""
    return opened(hub, repo, hub.actions(repo), watch)


def opened(hub: Hub, repo: Repo, account: Account, watch: Watch) -> Repository:
    environ = hub.environment(repo, account)
    patience = Patience(now=watch.now, sleep=watch.sleep)
    return connect(place.find(environ), environ, patience=patience)


def change(repo: Repo, branch: str, files: dict[str, str], start: str = "main") -> str:
    """A commit on a branch that adds or replaces files; its id."""
    parent = repo.head(branch) or repo.head(start)
    assert parent is not None
    entries = repo.run("ls-tree", parent).splitlines()
    rows = {line.split("\t")[1]: line for line in entries}
    for name, text in files.items():
        blob = repo.run("hash-object", "-w", "--stdin", stdin=text)
        rows[name] = f"100644 blob {blob}\t{name}"
    tree = repo.run("mktree", stdin="\n".join(rows.values()) + "\n")
    made = repo.run("commit-tree", tree, "-p", parent, "-m", f"Change {', '.join(files)}")
    repo.run("update-ref", f"refs/heads/{branch}", made)
    return made
