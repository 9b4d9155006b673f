from __future__ import annotations

import pytest

from cmops.github.errors import Refused, TooLong
from cmops.github.session import Repository
from cmops.github.statuses import Check, Status, Verdict, put_check, set_status, statuses
from tests.github.conftest import Watch, change, opened
from tests.github.hub import Hub, Repo

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


def test_a_check_is_made_once_and_updated(repo: Repo, commit: str, repository: Repository) -> None:
    check = Check("cmops", Verdict.PENDING, "En cours", "…")
    made = put_check(repository, commit, check)
    again = Check("cmops", Verdict.ERROR, "Fini", "On ne sait pas", "https://cmops.example/1")
    assert put_check(repository, commit, again) == made
    (row,) = repo.checks
    assert (row["status"], row["conclusion"]) == ("completed", "neutral")
    assert row["output"] == {"title": "Fini", "summary": "On ne sait pas"}


def test_a_check_of_another_program_is_left_alone(
    repo: Repo, commit: str, repository: Repository
) -> None:
    repo.checks.append({"id": 1, "name": "cmops", "head_sha": commit, "external_id": "autre"})
    put_check(repository, commit, Check("cmops", Verdict.SUCCESS, "Bien", "Tout va bien"))
    assert len(repo.checks) == 2
    assert repo.checks[0]["external_id"] == "autre"


def test_a_person_makes_no_checks(hub: Hub, repo: Repo, commit: str, watch: Watch) -> None:
    person = opened(hub, repo, hub.person("camille", repo, "admin"), watch)
    with pytest.raises(Refused, match="403"):
        put_check(person, commit, Check("cmops", Verdict.SUCCESS, "Bien", "x"))
    with pytest.raises(TooLong):
        put_check(person, commit, Check("cmops", Verdict.SUCCESS, "Bien", "x" * 65_536))
