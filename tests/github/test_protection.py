from __future__ import annotations

from typing import Any

import pytest

from cmops.github.protection import Protection, protection
from cmops.github.session import Repository
from tests.github.conftest import Watch, change, opened
from tests.github.hub import Hub, Repo

LEDGER = "cmops-ledger"
ON, OFF = {"enabled": True}, {"enabled": False}


@pytest.fixture
def admin(hub: Hub, repo: Repo, watch: Watch) -> Repository:
    change(repo, LEDGER, {"a": "b"})
    return opened(hub, repo, hub.person("camille", repo, "admin"), watch)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], Protection(False, False)),
        (["deletion"], Protection(True, False)),
        (["deletion", "non_fast_forward"], Protection(True, True)),
        (
            ["deletion", "non_fast_forward", "pull_request", "required_linear_history"],
            Protection(True, True, ("pull_request",)),
        ),
        (["update", "something_new"], Protection(False, False, ("update",))),
    ],
)
def test_rulesets_say_what_they_protect_and_what_is_in_the_way(
    rules: list[str], expected: Protection, repo: Repo, admin: Repository
) -> None:
    repo.rules[LEDGER] = rules
    found = protection(admin, LEDGER)
    assert found == expected
    assert found.known


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, Protection(True, True)),
        ({"allow_deletions": OFF, "allow_force_pushes": ON}, Protection(True, False)),
        ({"allow_deletions": ON, "allow_force_pushes": OFF}, Protection(False, True)),
        (
            {"required_pull_request_reviews": {}, "lock_branch": ON, "restrictions": {"users": []}},
            Protection(True, True, ("pull_request", "update")),
        ),
        ({"required_signatures": ON}, Protection(True, True, ("required_signatures",))),
    ],
)
def test_the_older_protection_counts_too(
    row: dict[str, Any], expected: Protection, repo: Repo, admin: Repository
) -> None:
    repo.protection[LEDGER] = row
    found = protection(admin, LEDGER)
    assert (found.deletion, found.rewinding) == (expected.deletion, expected.rewinding)
    assert set(found.in_the_way) == set(expected.in_the_way)


def test_who_may_not_see_the_older_protection_does_not_know(
    repo: Repo, admin: Repository, repository: Repository
) -> None:
    repo.protection[LEDGER] = {}
    found = protection(repository, LEDGER)
    assert found == Protection(None, None)
    assert not found.known
    repo.rules[LEDGER] = ["deletion", "non_fast_forward"]
    assert protection(repository, LEDGER).whole


def test_a_branch_that_does_not_exist_yet_may_have_rules(
    repo: Repo, repository: Repository
) -> None:
    assert protection(repository, LEDGER) == Protection(False, False)
    repo.rules[LEDGER] = ["deletion", "non_fast_forward"]
    assert protection(repository, LEDGER).whole
