"""A small GitHub with a memory: repositories with real git, pull requests, issues, people, rules.

Tests act as people through its methods and look at its rows; programs talk to it over HTTP
(``serving``) as to GitHub Enterprise. It refuses what GitHub refuses. Nothing in it knows cmops.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey

RANKS = ("none", "read", "triage", "write", "maintain", "admin")
Row = dict[str, Any]


@dataclass
class Account:
    """Somebody with a token: a person, or a program that an app's installation runs."""

    login: str
    token: str
    app: bool = False
    sees_teams: bool = True


@dataclass
class Fault:
    """What the next ``times`` fitting requests get in place of their answer.

    ``drop`` closes the connection without one; ``after`` lets the request be carried out first.
    """

    status: int = 0
    body: Row = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    methods: tuple[str, ...] = ("GET", "POST", "PATCH", "PUT", "DELETE")
    path: str = ""
    drop: bool = False
    after: bool = False


class Repo:
    """One repository: a bare git repository and what GitHub keeps beside it."""

    def __init__(self, hub: Hub, name: str, git: Path, parent: Repo | None = None) -> None:
        self.hub, self.name, self.git, self.parent = hub, name, git, parent
        self.private = False
        self.dismisses_stale = True
        self.permissions: dict[str, str] = {}
        self.labels: dict[str, Row] = {}
        self.issues: dict[int, Row] = {}
        self.comments: dict[int, Row] = {}
        self.reviews: dict[int, list[Row]] = {}
        self.statuses: dict[str, list[Row]] = {}
        self.rules: dict[str, list[str]] = {}
        self.protection: dict[str, Row] = {}
        self.key = PrivateKey.generate()
        self.secrets: dict[str, str] = {}
        self.environments: dict[str, Row] = {}

    def may(self, login: str, rank: str) -> bool:
        """Whether a login may do at least what this role may."""
        return RANKS.index(self.permissions.get(login, "none")) >= RANKS.index(rank)

    def head(self, branch: str) -> str | None:
        """The commit that a branch points at."""
        found = self.run("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        return found or None

    def run(self, *args: str, stdin: str | None = None) -> str:
        """What git prints in the bare repository."""
        done = subprocess.run(
            ["git", "-C", str(self.git), *args],
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    # What people do.

    def issue(self, login: str, title: str, body: str = "", **more: Any) -> Row:
        """Opens an issue; labels and assignees of somebody without rights are dropped, as there."""
        trusted = self.may(login, "triage")
        number = max(self.issues, default=0) + 1
        row = {
            "number": number,
            "title": title,
            "body": body,
            "user": {"login": login, "type": self.hub.kind(login)},
            "state": "open",
            "state_reason": None,
            "labels": [{"name": each} for each in more.get("labels", ()) if trusted],
            "assignees": [{"login": each} for each in more.get("assignees", ()) if trusted],
            "created_at": self.hub.tick(),
            "html_url": f"{self.hub.url}/{self.name}/issues/{number}",
        }
        self.issues[number] = row | {"updated_at": row["created_at"]}
        return self.issues[number]

    def comment(self, login: str, number: int, body: str) -> Row:
        """Comments on an issue or a pull request."""
        id_ = next(self.hub.ids)
        where = f"{self.issues[number]['html_url']}#issuecomment-{id_}"
        self.comments[id_] = {
            "id": id_,
            "issue": number,
            "body": body,
            "user": {"login": login, "type": self.hub.kind(login)},
            "author_association": "MEMBER" if self.may(login, "write") else "NONE",
            "created_at": self.hub.tick(),
            "html_url": where,
        }
        return self.comments[id_]

    def pull(
        self, login: str, branch: str, title: str = "A change", source: Repo | None = None
    ) -> int:
        """Opens a pull request from a branch to main; its number. ``source`` is a fork."""
        row = self.issue(login, title)
        row["pull_request"] = {"url": f"/pulls/{row['number']}"}
        row["pull"] = {
            "branch": branch,
            "source": source or self,
            "base": self.head("main"),
            "head": None,
            "merged_at": None,
            "merge_commit_sha": None,
        }
        row["html_url"] = row["html_url"].replace("/issues/", "/pull/")
        self.reviews[row["number"]] = []
        self.refresh(row["number"])
        return int(row["number"])

    def review(self, login: str, number: int, state: str = "APPROVED", body: str = "") -> Row:
        """Reviews a pull request as it is now. Nobody approves their own."""
        self.refresh(number)
        issue = self.issues[number]
        assert login != issue["user"]["login"] or state == "COMMENTED"
        row = {
            "id": next(self.hub.ids),
            "user": {"login": login, "type": "User"},
            "state": state,
            "body": body,
            "commit_id": issue["pull"]["head"],
            "submitted_at": self.hub.tick(),
            "html_url": f"{issue['html_url']}#pullrequestreview",
        }
        self.reviews[number].append(row)
        return row

    def refresh(self, number: int) -> None:
        """Takes in what was pushed to a pull request's branch; a push dismisses approvals."""
        pull = self.issues[number]["pull"]
        source: Repo = pull["source"]
        head = source.head(pull["branch"])
        if self.issues[number]["state"] == "closed" or head is None or head == pull["head"]:
            return
        ref = f"+refs/heads/{pull['branch']}:refs/pull/{number}/head"
        self.run("fetch", "-q", str(source.git), ref)
        if self.dismisses_stale and pull["head"] is not None:
            for each in self.reviews[number]:
                if each["state"] in ("APPROVED", "CHANGES_REQUESTED"):
                    each["state"] = "DISMISSED"
        pull["head"] = head

    def merge(self, number: int) -> str:
        """Merges a pull request into main with a merge commit; its id."""
        self.refresh(number)
        issue = self.issues[number]
        pull, main = issue["pull"], self.head("main")
        assert main is not None
        tree = self.run("merge-tree", "--write-tree", main, pull["head"])
        message = f"Merge pull request #{number}"
        merged = self.run("commit-tree", tree, "-p", main, "-p", pull["head"], "-m", message)
        self.run("update-ref", "refs/heads/main", merged, main)
        pull["merged_at"], pull["merge_commit_sha"] = self.hub.tick(), merged
        issue["state"] = "closed"
        return merged

    def close(self, number: int, reason: str | None = None) -> None:
        """Somebody closes an issue or a pull request."""
        self.issues[number] |= {
            "state": "closed", "state_reason": reason, "updated_at": self.hub.tick()
        }  # fmt: skip

    def fork(self, owner: str) -> Repo:
        """Somebody's copy, which they may write to."""
        name = f"{owner}/{self.name.partition('/')[2]}"
        git = self.hub.bare(name)
        subprocess.run(
            ["git", "-C", str(git), "fetch", "-q", str(self.git), "main:main"], check=True
        )
        copy = self.hub.add(Repo(self.hub, name, git, self))
        copy.permissions[owner] = "admin"
        return copy

    # What a test looks at.

    def opened(self) -> list[str]:
        """The titles of the open issues."""
        rows = [each for each in self.issues.values() if "pull" not in each]
        return [each["title"] for each in rows if each["state"] == "open"]

    def said(self, number: int) -> list[tuple[str, str]]:
        """Who said what on an issue or a pull request."""
        rows = [each for each in self.comments.values() if each["issue"] == number]
        return [(each["user"]["login"], each["body"]) for each in rows]


class Hub:
    """All of it. ``folder`` holds the git repositories; ``url`` is set by ``serving``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.lock = threading.RLock()
        self.ids: Iterator[int] = count(1001)
        self.repos: dict[str, Repo] = {}
        self.accounts: dict[str, Account] = {}
        self.teams: dict[str, list[str]] = {}
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.page = 100
        self.before: Callable[[str, str], None] = lambda method, path: None
        self._clock = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)

    @property
    def api(self) -> str:
        """The API's address."""
        return f"{self.url}/api/v3"

    def environment(self, repo: Repo, account: Account) -> dict[str, str]:
        """What GitHub Actions tells the programs that it runs."""
        return {
            "GITHUB_SERVER_URL": self.url,
            "GITHUB_API_URL": self.api,
            "GITHUB_REPOSITORY": repo.name,
            "GITHUB_TOKEN": account.token,
        }

    def repository(self, name: str = "ateliers/communication") -> Repo:
        """A new repository, whose main has one commit."""
        repo = self.add(Repo(self, name, self.bare(name)))
        tree = repo.run("mktree", stdin="")
        commit = repo.run("commit-tree", tree, "-m", "First")
        repo.run("update-ref", "refs/heads/main", commit)
        return repo

    def add(self, repo: Repo) -> Repo:
        """Puts a repository where it is found by its name."""
        self.repos[repo.name] = repo
        return repo

    def bare(self, name: str) -> Path:
        """An empty git repository for a name."""
        git = self.folder / f"{name}.git"
        git.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(git)], check=True)
        subprocess.run(["git", "-C", str(git), "config", "http.receivepack", "true"], check=True)
        return git

    def person(self, login: str, repo: Repo | None = None, role: str = "read") -> Account:
        """Somebody with a token of their own, and a role in a repository."""
        account = Account(login, f"ghp_{login}_0123456789abcdef")
        self.accounts[account.token] = account
        if repo is not None:
            repo.permissions[login] = role
        return account

    def actions(self, repo: Repo, login: str = "github-actions[bot]") -> Account:
        """The token of a workflow: an app's, without an account and without sight of teams."""
        account = Account(login, f"ghs_{len(self.accounts)}_0123456789abcdef", True, False)
        self.accounts[account.token] = account
        repo.permissions[login] = "write"
        return account

    def kind(self, login: str) -> str:
        """GitHub's word for what an account is."""
        return "Bot" if login.endswith("[bot]") else "User"

    def tick(self) -> str:
        """The time, a second later each time it is asked for."""
        self._clock += timedelta(seconds=1)
        return self._clock.strftime("%Y-%m-%dT%H:%M:%SZ")
