"""A GitHub with a workspace on it whose workflows cmops has written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cmops.cli.main import run
from tests.github.hub import Hub, Repo
from tests.github.server import serving
from tests.workflows.github import actions, workflows_of
from tests.workflows.runner import Runner

ACTION = "acme/cmops@" + "a" * 40


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as made:
        yield made


@pytest.fixture
def repo(hub: Hub) -> Repo:
    return hub.repository()


@dataclass
class Team:
    """A clone that people work in, pushed to a repository as who they are."""

    hub: Hub
    repo: Repo
    root: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def push(self, branch: str, message: str = "Un changement", to: Repo | None = None) -> str:
        """Commits everything and pushes it; the commit."""
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        self.git("push", "-qf", str((to or self.repo).git), f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def team(hub: Hub, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A new workspace, in French, whose one channel is a folder, on the repository's main."""
    monkeypatch.chdir(tmp_path)
    options = ("--name", "Les Ateliers", "--language", "fr", "--timezone", "Europe/Paris")
    assert run(["init", "communication", *options, "--action", ACTION]) == 0
    return on_github(hub, repo, tmp_path / "communication")


def on_github(hub: Hub, repo: Repo, root: Path) -> Team:
    """A workspace with its workflows, pushed to the repository's main."""
    made = Team(hub, repo, root)
    made.git("init", "-q", "-b", "main")
    made.git("remote", "add", "origin", f"{hub.url}/{repo.name}.git")
    made.push("main", "L’espace")
    hub.person("lea", repo, "write")
    for file in workflows_of(repo):
        actions(repo).states[file] = "active"
    return made


@pytest.fixture
def runner(hub: Hub, repo: Repo, tmp_path: Path) -> Runner:
    return Runner(hub, repo, tmp_path / "runs", {"CMOPS_SITE_PASSWORD": "un long mot de passe"})
