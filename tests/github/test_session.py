from __future__ import annotations

import pytest

from cmops.errors import CmopsError
from cmops.github import comments, place
from cmops.github.errors import (
    GitHubError,
    Incomplete,
    Limited,
    Lost,
    NotEncrypted,
    NoToken,
    Refused,
)
from cmops.github.session import Repository, connect
from cmops.wording import LANGUAGES, Wording
from tests.github.conftest import Watch, opened
from tests.github.hub import Fault, Hub, Repo

BUSY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
SPENT = {"message": "API rate limit exceeded for installation ID 1."}


def said(error: CmopsError) -> str:
    for language in LANGUAGES:
        assert Wording(language).error(error)
    return f"{Wording('fr').error(error)} {error!r}"


def test_a_person_and_an_app_are_known_by_what_they_sign_with(
    hub: Hub, repo: Repo, watch: Watch
) -> None:
    person = opened(hub, repo, hub.person("camille", repo), watch)
    assert person.session.login == "camille"
    assert opened(hub, repo, hub.actions(repo), watch).session.login == "github-actions[bot]"


def test_every_page_is_read(hub: Hub, repo: Repo, repository: Repository) -> None:
    hub.page = 3
    repo.issue("camille", "A")
    for number in range(8):
        repo.comment("camille", 1, str(number))
    assert [each.body for each in comments.comments(repository, 1)] == list("01234567")
    assert len(hub.requests) == 3


def test_a_list_without_an_end_is_given_up(
    hub: Hub, repo: Repo, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmops.github.session._MOST_PAGES", 2)
    hub.page = 1
    repo.issue("camille", "A")
    for _ in range(3):
        repo.comment("camille", 1, "x")
    with pytest.raises(Incomplete) as caught:
        list(comments.comments(repository, 1))
    said(caught.value)


def test_a_page_elsewhere_does_not_get_the_token(hub: Hub, repository: Repository) -> None:
    link = {"Link": '<http://127.0.0.1:1/api/v3/next>; rel="next"'}
    hub.faults.append(Fault(200, headers=link, body=[]))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="502"):
        list(repository.pages("/issues"))


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/x", "//evil.example/x"])
def test_a_redirect_elsewhere_is_not_followed(hub: Hub, repository: Repository, place: str) -> None:
    hub.faults.append(Fault(301, headers={"Location": place}))
    with pytest.raises(Refused, match="502"):
        repository.get("/issues")


def test_a_repository_that_moved_is_found(hub: Hub, repo: Repo, repository: Repository) -> None:
    moved = {"Location": f"/api/v3/repos/{repo.name}/issues"}
    hub.faults.append(Fault(301, headers=moved))
    assert repository.get("/issues") == []
    hub.faults.append(Fault(307, headers=moved, methods=("POST",)))
    assert repository.post("/issues", {"title": "A"})["number"] == 1
    hub.faults.append(Fault(302, headers=moved, methods=("POST",)))
    with pytest.raises(Refused, match="302"):
        repository.post("/issues", {"title": "B"})
    assert repo.opened() == ["A"]


def test_redirects_in_a_circle_end(hub: Hub, repo: Repo, repository: Repository) -> None:
    circle = {"Location": f"/api/v3/repos/{repo.name}/issues"}
    hub.faults.append(Fault(301, headers=circle, times=9))
    with pytest.raises(Refused, match="508"):
        repository.get("/issues")


@pytest.mark.parametrize("fault", [Fault(502, times=2), Fault(drop=True, times=2)])
def test_reads_are_tried_again(
    fault: Fault, hub: Hub, repository: Repository, watch: Watch
) -> None:
    hub.faults.append(fault)
    assert repository.get("/issues") == []
    assert watch.slept == [1.0, 4.0]


def test_reads_that_stay_without_answer_are_unreachable(hub: Hub, repository: Repository) -> None:
    hub.faults.append(Fault(drop=True, times=3))
    with pytest.raises(Lost) as caught:
        repository.get("/issues")
    assert not caught.value.writes
    assert "injoignable" in said(caught.value)


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
def test_writes_are_not_repeated_when_their_answer_is_lost(
    fault: dict[str, int], hub: Hub, repo: Repo, repository: Repository
) -> None:
    hub.faults.append(Fault(after=True, methods=("POST",), **fault))  # type: ignore[arg-type]
    with pytest.raises(Lost) as caught:
        repository.post("/issues", {"title": "A"})
    assert caught.value.writes
    assert repo.opened() == ["A"]
    assert "on ne sait pas" in said(caught.value)


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (Fault(429, BUSY, {"Retry-After": "7"}), 7.0),
        (Fault(403, BUSY, {"Retry-After": "0"}), 1.0),
        (Fault(403, SPENT, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000030"}), 31),
        (Fault(403, SPENT, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000000"}), 1),
        (Fault(403, BUSY), 60.0),
        (Fault(429, BUSY, {"Retry-After": "soon"}), 60.0),
    ],
)
def test_limits_are_waited_for_even_by_writes(
    fault: Fault, waited: float, hub: Hub, repo: Repo, repository: Repository, watch: Watch
) -> None:
    hub.faults.append(fault)
    repository.post("/issues", {"title": "A"})
    assert watch.slept[0] == waited
    assert repo.opened() == ["A"]


def test_waiting_for_limits_has_an_end(
    hub: Hub, repo: Repo, repository: Repository, watch: Watch
) -> None:
    hub.faults.append(Fault(429, BUSY, {"Retry-After": "50"}, times=3))
    with pytest.raises(Limited) as caught:
        repository.get("/issues")
    assert watch.slept == [50.0, 50.0]
    assert caught.value.until.timestamp() == watch.at + 50
    assert "2027-01-15" in said(caught.value)


def test_a_refusal_for_another_reason_is_no_limit(
    hub: Hub, repository: Repository, watch: Watch
) -> None:
    words = {"message": "Resource not accessible by integration"}
    hub.faults.append(Fault(403, words, {"X-RateLimit-Remaining": "12"}))
    with pytest.raises(Refused) as caught:
        repository.get("/issues")
    assert caught.value.status == 403
    assert watch.slept == []
    assert "not accessible" in said(caught.value)


def test_there_is_a_second_between_writes(repository: Repository, watch: Watch) -> None:
    for _ in range(3):
        repository.post("/issues", {"title": "A"})
    assert watch.slept == [1.0, 1.0]
    repository.get("/issues")
    assert watch.slept == [1.0, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 500])
def test_no_refusal_says_the_token(status: int, hub: Hub, repository: Repository) -> None:
    token = next(iter(hub.accounts))
    body = {"message": f"no {token}", "errors": [{"field": token}, token]}
    hub.faults.append(Fault(status, body, times=3))
    with pytest.raises(GitHubError) as caught:
        repository.get("/issues")
    assert token not in said(caught.value)
    assert token not in repr(vars(caught.value))
    assert token not in repr(repository)


@pytest.mark.parametrize("body", [[], "no", None, {"message": None, "errors": "x"}])
def test_a_refusal_of_another_form_is_a_refusal(
    body: object, hub: Hub, repository: Repository
) -> None:
    hub.faults.append(Fault(418, body))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="418"):
        repository.get("/issues")


def test_a_wrong_token_is_said_so(hub: Hub, repo: Repo) -> None:
    environ = {**hub.environment(repo, hub.person("camille")), "GITHUB_TOKEN": "ghp_wrong"}
    with pytest.raises(Refused) as caught:
        connect(place.find(environ), environ).get("/issues")
    assert "n’accepte pas ce jeton" in said(caught.value)


def test_no_token_is_said_with_its_variable() -> None:
    where = place.find({"GITHUB_REPOSITORY": "a/b"})
    for environ in ({}, {"GITHUB_TOKEN": " "}):
        with pytest.raises(NoToken) as caught:
            connect(where, environ)
        assert "GITHUB_TOKEN: ${{ github.token }}" in said(caught.value).replace("\u00a0", " ")


@pytest.mark.parametrize("api", ["http://github.example/api/v3", "ftp://127.0.0.1", "github"])
def test_a_token_does_not_travel_in_the_clear(api: str) -> None:
    environ = {"GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": api, "GITHUB_TOKEN": "x"}
    with pytest.raises(NotEncrypted) as caught:
        connect(place.find(environ), environ)
    said(caught.value)
