"""What cmops asks of GitHub, held against GitHub's own description."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from cmops.github import comments, issues, people, place, protection, pulls, reviews, statuses
from cmops.github.errors import Refused
from cmops.github.issues import Act, Alert, Words
from cmops.github.session import Patience, Repository, connect
from cmops.github.statuses import Status, Verdict
from tests.github.conftest import change
from tests.github.hub import Account, Hub, Repo
from tests.github.server import serving
from tests.servers.github import PREFIX, USED, mock, watching

COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
ALERT = Alert("unclear:a@mastodon", "a@mastodon : en ligne ?", "Regardez.", ("camille",))
WORDS = Words("C’est réglé.", "À décider")
PENDING = Status("cmops/approval", Verdict.PENDING, "Manque : juridique")


def opened(api: str, repository: str = "octocat/Hello-World", token: str = "x") -> Repository:
    environ = {"GITHUB_REPOSITORY": repository, "GITHUB_API_URL": api, "GITHUB_TOKEN": token}
    return connect(place.find(environ), environ, patience=Patience(sleep=lambda seconds: None))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mock(tmp_path_factory.mktemp("prism")) as url:
        yield url + PREFIX


@pytest.fixture
def repository(api: str) -> Repository:
    return opened(api)


READS: dict[str, Callable[[Repository], object]] = {
    "login": lambda each: each.session.login,
    "pull": lambda each: pulls.pull(each, 1347),
    "of_commit": lambda each: pulls.of_commit(each, COMMIT),
    "of_head": lambda each: pulls.of_head(each, COMMIT, "octocat:new-topic"),
    "changed": lambda each: pulls.changed(each, 1347),
    "commits": lambda each: pulls.commits(each, 1347),
    "reviews": lambda each: reviews.reviews(each, 1347),
    "comments": lambda each: list(comments.comments(each, 1347)),
    "permission": lambda each: people.permission(each, "octocat"),
    "members": lambda each: people.members(each, "@github/justice-league"),
    "statuses": lambda each: statuses.statuses(each, COMMIT),
    "protection": lambda each: protection.protection(each, "cmops-ledger"),
}


@pytest.mark.parametrize("name", READS)
def test_githubs_own_examples_are_understood(name: str, repository: Repository) -> None:
    assert READS[name](repository) is not None


def test_a_review_and_a_pull_request_are_read_as_the_examples_say(repository: Repository) -> None:
    found = pulls.pull(repository, 1347)
    assert (found.number, found.author, found.base) == (1347, "octocat", "master")
    (review,) = reviews.reviews(repository, 1347)
    assert (review.login, review.opinion) == ("octocat", reviews.Opinion.APPROVED)
    assert people.permission(repository, "octocat") is people.Permission.ADMIN
    assert people.members(repository, "@github/justice-league") == {"octocat"}


def test_everything_that_is_written_fits_the_description(repository: Repository) -> None:
    comments.put(repository, 1347, "preview", "Un")
    repository.delete("/issues/comments/1")
    issues.sync(repository, [ALERT], WORDS)
    repository.patch("/issues/1", {"state": "closed", "state_reason": "completed", "body": "x"})
    statuses.set_status(repository, COMMIT, PENDING)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/issues", {"body": "no title"}),
        ("POST", "/issues", {"title": "x", "labels": "cmops"}),
        ("PATCH", "/issues/1", {"state": "shut"}),
        ("POST", "/issues/1/comments", {"text": "x"}),
        ("PATCH", "/issues/comments/1", {"body": 1}),
        ("POST", "/labels", {"name": 1}),
        ("POST", f"/statuses/{COMMIT}", {"state": "bad"}),
        ("GET", "/issues?state=shut", None),
        ("GET", "/issues/nine/comments", None),
    ],
)
def test_what_github_would_not_take_is_refused_here_too(
    method: str, path: str, body: dict[str, Any] | None, repository: Repository
) -> None:
    """Otherwise the tests above would prove nothing."""
    with pytest.raises(Refused) as caught:
        repository.session.request(method, f"/repos/octocat/Hello-World{path}", body=body)
    assert caught.value.status == 422


def test_a_request_without_a_token_is_refused_where_it_is_not_described(api: str) -> None:
    assert requests.get(f"{api}/repos/octocat/Hello-World/forks", timeout=10).status_code == 404


class Watched:
    """A hub behind a proxy that knows the description; what went wrong, and what was asked."""

    def __init__(self, hub: Hub, api: str) -> None:
        self.hub, self.api = hub, api
        self.wrong: list[str] = []
        self.asked: set[tuple[str, str]] = set()

    def opened(self, repo: Repo, account: Account) -> Repository:
        repository = opened(self.api, repo.name, account.token)
        repository.session._session.hooks["response"].append(self._look)
        return repository

    def _look(self, answer: requests.Response, **_: object) -> None:
        path = answer.url.partition("?")[0].partition(PREFIX)[2]
        method = str(answer.request.method).lower()
        said = answer.headers.get("sl-violations", "")
        self.wrong += [f"{method} {path}: {said}"] if '["request"' in said else []
        for used, methods in USED.items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(used))
            if method in methods and re.fullmatch(pattern, path):
                self.asked.add((method, used))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with serving(tmp_path / "hub") as hub, watching(tmp_path, hub.url) as url:
        hub.url = url  # so that links to further pages lead through the proxy
        yield Watched(hub, url + PREFIX)


def test_every_request_of_whole_flows_fits_the_description(watched: Watched) -> None:
    repo = watched.hub.repository()
    person = watched.opened(repo, watched.hub.person("camille", repo, "admin"))
    watched.hub.page = 2
    _of_a_pull_request(repo, person)
    _of_alerts(repo, person)
    _of_people(watched.hub, repo, person)
    assert watched.wrong == []
    assert watched.asked == {(method, path) for path, some in USED.items() for method in some}


def _of_a_pull_request(repo: Repo, person: Repository) -> None:
    commit = change(repo, "hiver", {"a.md": "un", "b.md": "b", "c.md": "c"})
    number = repo.pull("alix", "hiver")
    repo.review("dominique", number)
    found = pulls.of_head(person, commit, "ateliers:hiver")
    assert found is not None
    assert pulls.of_head(person, "0" * 40, "ateliers:hiver") is None
    assert found == pulls.pull(person, number)
    assert len(pulls.changed(person, number)) == 3
    assert len(pulls.commits(person, number)) == 1
    assert len(reviews.reviews(person, number)) == 1
    comments.put(person, number, "preview", "Un")
    comments.put(person, number, "preview", "Deux")
    assert len(repo.said(number)) == 1
    comments.remove(person, number, "preview")
    statuses.set_status(person, commit, PENDING)


def _of_alerts(repo: Repo, person: Repository) -> None:
    acts = [issues.sync(person, some, WORDS)[0].act for some in ([ALERT], [ALERT], [])]
    assert acts == [Act.OPEN, Act.KEEP, Act.CLOSE]
    assert repo.opened() == []


def _of_people(hub: Hub, repo: Repo, person: Repository) -> None:
    hub.teams["ateliers/juridique"] = ["camille", "dominique", "alix"]
    assert len(people.members(person, "@ateliers/juridique")) == 3
    assert people.permission(person, "camille") is people.Permission.ADMIN
    change(repo, "cmops-ledger", {"a": "b"})
    repo.protection["cmops-ledger"] = {}
    assert protection.protection(person, "cmops-ledger").whole


def test_the_proxy_sees_what_does_not_fit(watched: Watched) -> None:
    """Otherwise the test above would prove nothing."""
    repo = watched.hub.repository()
    person = watched.opened(repo, watched.hub.person("camille", repo, "admin"))
    person.post("/issues", {"title": "x", "labels": "cmops"})
    list(person.pages("/issues", state="shut"))
    assert [each.partition(":")[0] for each in watched.wrong] == [
        f"post /repos/{repo.name}/issues",
        f"get /repos/{repo.name}/issues",
    ]
