from __future__ import annotations

import pytest

from cmops.github.errors import TooLong
from cmops.github.session import Repository
from cmops.github.statuses import Status, Verdict, set_status, statuses
from tests.github.conftest import change
from tests.github.hub import Repo

WAITING = Status("cmops/approval", Verdict.PENDING, "Manque : juridique")
DONE = Status("cmops/approval", Verdict.SUCCESS, "Validé", "https://cmops.example/1")


@pytest.fixture
def commit(repo: Repo) -> str:
    return change(repo, "hiver", {"a.md": "un"})


def test_the_latest_status_of_a_name_counts(
    repo: Repo, commit: str, repository: Repository
) -> None:
    other = Status("ci", Verdict.FAILURE, "")
    for each in (WAITING, other, DONE):
        set_status(repository, commit, each)
    assert statuses(repository, commit) == {"cmops/approval": DONE, "ci": other}


def test_a_status_that_stands_already_is_not_set_again(
    repo: Repo, commit: str, repository: Repository
) -> None:
    for each in (WAITING, WAITING, DONE, DONE, WAITING):
        set_status(repository, commit, each)
    assert [row["state"] for row in repo.statuses[commit]] == ["pending", "success", "pending"]


def test_a_description_is_not_cut(repo: Repo, commit: str, repository: Repository) -> None:
    with pytest.raises(TooLong):
        set_status(repository, commit, Status("x", Verdict.PENDING, "é" * 141))
    set_status(repository, commit, Status("x", Verdict.PENDING, "é" * 140))
    assert len(repo.statuses[commit]) == 1
