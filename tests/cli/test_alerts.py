"""``cmops alerts`` against a GitHub of the tests' own, with a real ledger pushed to it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Cmops, post
from tests.conftest import MakeWorkspace
from tests.github.hub import Account, Fault, Hub, Repo
from tests.github.server import serving

LATE = "content/posts/tard.md"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as made:
        yield made


@pytest.fixture
def repo(hub: Hub) -> Repo:
    return hub.repository()


@pytest.fixture
def account(hub: Hub, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Account:
    made = hub.actions(repo)
    for name, value in hub.environment(repo, made).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("cmops.github.limits.BETWEEN_WRITES", 0.0)
    return made


def missed() -> str:
    at = datetime.now() - timedelta(days=2)  # noqa: DTZ005 - the workspace's zone, nearly
    return post(at=f"{at:%Y-%m-%d %H:%M}")


def checkout(root: Path, hub: Hub, repo: Repo, account: Account) -> None:
    """The workspace as a repository whose remote is the hub."""
    address = f"{hub.url}/{repo.name}.git".replace("://", f"://x-access-token:{account.token}@")
    for command in (
        ("init", "-q", "-b", "main"),
        ("remote", "add", "origin", address),
        ("add", "."),
        ("commit", "-qm", "Tout"),
        ("push", "-qf", "origin", "main"),
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True)


@pytest.fixture
def root(workspace: MakeWorkspace, hub: Hub, repo: Repo, account: Account) -> Path:
    root = workspace({LATE: missed()})
    checkout(root, hub, repo, account)
    return root


def test_a_missed_post_gets_an_issue_which_closes_when_it_has_a_new_time(
    cmops: Cmops, root: Path, repo: Repo
) -> None:
    said = cmops("alerts", at=root)
    assert (said.code, said.err) == (0, "1 alerte ouverte.\n")
    (title,) = repo.opened()
    assert title.startswith("tard@archive")
    assert f"{repo.name}/blob/HEAD/{LATE}" in repo.issues[1]["body"]
    assert repo.issues[1]["html_url"] in said.out
    assert cmops("alerts", at=root).out == ""
    later = datetime.now() + timedelta(days=9)  # noqa: DTZ005
    (root / LATE).write_text(post(at=f"{later:%Y-%m-%d} 09:30"))
    said = cmops("alerts", at=root)
    assert said.out.startswith("Fermé")
    assert repo.opened() == []


def test_a_dry_run_only_says(cmops: Cmops, root: Path, repo: Repo) -> None:
    said = cmops("alerts", "--dry-run", at=root)
    assert said.code == 0
    assert said.out.startswith("À ouvrir")
    assert repo.issues == {}


def test_json_has_a_row_for_each_alert(cmops: Cmops, root: Path, repo: Repo) -> None:
    said = cmops("alerts", "--format", "json", at=root)
    assert (said.json["version"], said.json["dry_run"]) == (1, False)
    (row,) = said.json["alerts"]
    assert (row["act"], row["key"], row["issue"]) == ("open", "missed:tard@archive", 1)


def test_new_issues_are_given_to_somebody(cmops: Cmops, root: Path, hub: Hub, repo: Repo) -> None:
    hub.person("camille", repo)
    cmops("alerts", "--assign", "camille", at=root)
    assert repo.issues[1]["assignees"] == [{"login": "camille"}]


def test_a_ledger_that_cannot_be_asked_closes_nothing(
    cmops: Cmops, root: Path, repo: Repo, account: Account
) -> None:
    cmops("alerts", at=root)
    (root / LATE).unlink()
    address = "http://127.0.0.1:1/a/b.git"
    subprocess.run(["git", "-C", str(root), "remote", "set-url", "origin", address], check=True)
    said = cmops("alerts", at=root)
    assert said.code == 1
    assert "injoignable" in said.err
    assert len(repo.opened()) == 1


def test_an_alert_about_a_secret_that_is_not_here_stays(
    cmops: Cmops, root: Path, repo: Repo, account: Account
) -> None:
    for channel in ("mastodon", "gone"):
        body = f"<!-- cmops:alert:token:{channel} -->\nà remplacer"
        repo.issue(account.login, channel, body, labels=["cmops"])
    cmops("alerts", at=root)
    assert "mastodon" in repo.opened()
    assert "gone" not in repo.opened()


def test_the_repository_is_that_of_the_remote(
    cmops: Cmops, root: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert cmops("alerts", at=root).code == 0
    assert len(repo.opened()) == 1


def test_without_token_or_repository_it_says_what_is_missing(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace({LATE: missed()})
    said = cmops("alerts", at=root)
    assert said.code == 1
    assert "GITHUB_REPOSITORY" in said.err
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    said = cmops("alerts", at=root)
    assert said.code == 1
    assert "GITHUB_TOKEN" in said.err


def test_a_refusal_says_which_permission_is_missing(
    cmops: Cmops, root: Path, hub: Hub, repo: Repo
) -> None:
    words = {"message": "Resource not accessible by integration"}
    hub.faults.append(Fault(403, words, methods=("POST",), path="/issues"))
    said = cmops("alerts", at=root)
    assert said.code == 1
    assert "issues: write" in said.err
    assert repo.opened() == []
