"""A team that works through pull requests: main, branches, people, and a ledger at the hub."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmops.ledger import opening
from cmops.ledger.entries import Entry
from tests.cli.conftest import Cmops, Said, post
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.github.hub import Account, Hub, Repo
from tests.github.server import serving

RULES = """\
    - by: {any: [relecture]}
"""
POLICY = """\
approvals:
  roles:
    direction: {title: Direction, people: [claude], deputy: communication, email: true}
    communication: {title: Communication, people: [sacha]}
    relecture: {title: Relecture, people: ["@ateliers/relecture", Camille]}
  rules:
"""


def policy(rules: str = RULES, more: str = "") -> str:
    """The settings with these rules."""
    return CMOPS_YML + POLICY + rules + more


def soon(hours: float = 48) -> str:
    """A time from now, as posts have it, in the workspace's zone."""
    return f"{datetime.now(ZoneInfo('Europe/Paris')) + timedelta(hours=hours):%Y-%m-%d %H:%M}"


@dataclass
class Team:
    """One checkout of main, and what the others do at the hub."""

    root: Path
    hub: Hub
    repo: Repo
    account: Account
    cmops: Cmops
    patch: pytest.MonkeyPatch

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def start(self, settings: str) -> None:
        """The first commit of main, and a ledger."""
        (self.root / "cmops.yml").write_text(settings)
        (self.root / ".gitignore").write_text(".cmops/\noutbox/\nprive/\n")
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", str(self.repo.git))
        self.commit()
        self.git("push", "-qf", "origin", "main")
        opening.open_ledger(self.root, None).create()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "Un changement")
        return self.git("rev-parse", "HEAD")

    def push(self, files: dict[str, str], branch: str = "change") -> str:
        """A commit on a branch, made by somebody else; main is checked out again."""
        known = self.git("branch", "--list", branch)
        self.git("switch", "-q", *([] if known else ["-c"]), branch)
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        made = self.commit()
        self.git("push", "-q", "origin", branch)
        self.git("switch", "-q", "main")
        return made

    def pull(self, files: dict[str, str], author: str = "auteur", title: str = "Un post") -> int:
        """An open pull request with these files."""
        self.push(files)
        return self.repo.pull(author, "change", title)

    def merge(self, number: int) -> None:
        """Merges it, and brings main here."""
        self.repo.merge(number)
        self.git("pull", "-q", "origin", "main")

    def run(self, *arguments: str) -> Said:
        return self.cmops(*arguments, at=self.root)

    def record(self, *arguments: str) -> Said:
        said = self.run("approvals", "record", *arguments)
        assert said.code == 0, said.err
        return said

    def approvals(self) -> tuple[Entry, ...]:
        """What the ledger has of approvals."""
        return opening.open_ledger(self.root, None).read().approvals

    def states(self, at: str | None = None) -> dict[str, tuple[str, str | None]]:
        """Each delivery's state and the code of its reason."""
        said = self.run("plan", "--format", "json", *(("--at", at) if at else ()))
        rows = said.json["deliveries"]
        return {f"{each['post']}@{each['channel']}": (each["state"], each["code"]) for each in rows}


def ready(text: str = "Bonjour à toutes et à tous.", at: str | None = None, **more: str) -> str:
    """A post to the archive, which needs no secret."""
    return post(text, at=at or soon(), **more)


Make = Callable[..., Team]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as made:
        yield made


@pytest.fixture
def team(hub: Hub, workspace: MakeWorkspace, cmops: Cmops, monkeypatch: pytest.MonkeyPatch) -> Make:
    """``team(settings)``: main with these settings, and people who have accounts."""

    def make(settings: str = "") -> Team:
        repo = hub.repository()
        account = hub.actions(repo)
        for login in ("auteur", "camille", "dominique", "claude", "sacha", "inconnue"):
            hub.person(login, repo, "write")
        hub.teams["ateliers/relecture"] = ["dominique"]
        for name, value in hub.environment(repo, account).items():
            monkeypatch.setenv(name, value)
        seeing = hub.person("service")
        monkeypatch.setenv("CMOPS_TEAMS_TOKEN", seeing.token)
        monkeypatch.setattr("cmops.github.limits.BETWEEN_WRITES", 0.0)
        made = Team(workspace(), hub, repo, account, cmops, monkeypatch)
        made.start(settings or policy())
        return made

    return make
