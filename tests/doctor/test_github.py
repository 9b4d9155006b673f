"""The ledger on GitHub: whether its branch is protected, and whether it can be written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmops.doctor.check import Check
from cmops.doctor.ledger import Question, examine
from cmops.ledger import opening
from cmops.wording import Wording
from tests.doctor.test_ledger import NOW, git
from tests.github.conftest import change
from tests.github.hub import Account, Fault, Hub, Repo
from tests.github.server import serving

LEDGER = "cmops-ledger"
SAFE = ["deletion", "non_fast_forward"]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as made:
        yield made


@pytest.fixture
def repo(hub: Hub) -> Repo:
    return hub.repository()


@pytest.fixture
def account(hub: Hub, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The token of a workflow, and what the workflow tells its programs."""
    made = hub.actions(repo)
    for name, value in hub.environment(repo, made).items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def clone(hub: Hub, repo: Repo, account: Account, tmp_path: Path) -> Path:
    """A clone over HTTP, as actions/checkout leaves it, with a ledger that was pushed."""
    change(repo, "main", {"a.md": "a"})
    root = tmp_path / "clone"
    address = f"{hub.url}/{repo.name}.git".replace("://", f"://x-access-token:{account.token}@")
    subprocess.run(["git", "clone", "-q", address, str(root)], check=True)
    ledger = opening.open_ledger(root, None)
    ledger.create()
    ledger.close()
    assert repo.head(LEDGER)
    return root


def ask(root: Path) -> dict[str, Check]:
    found = {each.phrase: each for each in examine(Question(root, None, {}, NOW))}
    for each in found.values():
        assert all(each.said(Wording(language))[0] for language in ("fr", "en"))
    return found


def test_a_protected_branch_is_fine(clone: Path, repo: Repo) -> None:
    repo.rules[LEDGER] = SAFE
    found = ask(clone)
    assert found["doctor.guarded"].level == "fine"
    assert found["doctor.may-push"].level == "fine"


@pytest.mark.parametrize(
    ("rules", "lacks"),
    [
        ([], ("Restrict deletions", "Block force pushes")),
        (["deletion"], ("Block force pushes",)),
    ],
)
def test_a_branch_that_anybody_may_delete_or_rewind_is_said(
    rules: list[str], lacks: tuple[str, ...], clone: Path, repo: Repo, account: Account
) -> None:
    repo.permissions[account.login] = "admin"  # others are not told of the older protection
    repo.rules[LEDGER] = rules
    found = ask(clone)["CM940"]
    assert found.level == "note"
    assert found.values["lacks"] == lacks
    assert f"{repo.name}/settings/rules" in found.said(Wording("fr"))[1]


def test_a_rule_that_refuses_pushes_is_said(clone: Path, repo: Repo) -> None:
    repo.rules[LEDGER] = [*SAFE, "pull_request"]
    found = ask(clone)
    assert found["CM941"].values["rules"] == ("pull_request",)
    assert "doctor.guarded" in found


def test_what_the_token_may_not_see_is_not_claimed(clone: Path, repo: Repo) -> None:
    repo.protection[LEDGER] = {}
    found = ask(clone)
    assert found["doctor.guard-on-github"].level == "note"
    assert "CM940" not in found
    assert "doctor.guarded" not in found


def test_without_a_token_nobody_is_asked(
    clone: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "doctor.guard-on-github" in ask(clone)
    assert hub.requests == []


def test_github_that_refuses_does_not_end_the_examination(clone: Path, hub: Hub) -> None:
    hub.faults.append(Fault(403, {"message": "no"}))
    found = ask(clone)
    assert found["github.forbidden"].level == "note"
    assert "doctor.guard-on-github" in found
    assert "doctor.settled" in found


def test_another_github_is_not_asked(clone: Path, hub: Hub) -> None:
    git(clone, "remote", "set-url", "--push", "origin", "https://gitlab.example/a/b.git")
    assert "doctor.guard-unknown" in ask(clone)
    assert hub.requests == []
