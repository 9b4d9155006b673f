from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cmops.github import comments
from cmops.github.errors import Lost, TooLong
from cmops.github.session import Repository
from tests.github.conftest import Watch, opened
from tests.github.hub import Fault, Hub, Repo

BOT = "github-actions[bot]"


@pytest.fixture
def number(repo: Repo) -> int:
    return int(repo.issue("camille", "Une question")["number"])


def bodies(repo: Repo, number: int) -> list[str]:
    return [body for _, body in repo.said(number)]


def test_one_comment_is_made_and_then_changed_in_place(
    repo: Repo, number: int, repository: Repository
) -> None:
    first = comments.put(repository, number, "preview", "Un")
    second = comments.put(repository, number, "preview", "Deux")
    assert first.id == second.id
    assert repo.said(number) == [(BOT, "<!-- cmops:preview -->\nDeux")]


def test_what_already_says_so_is_not_written_again(
    hub: Hub, repo: Repo, number: int, repository: Repository
) -> None:
    comments.put(repository, number, "preview", "Un\ndeux")
    row = next(iter(repo.comments.values()))
    row["body"] = row["body"].replace("\n", "\r\n") + "\n"
    hub.requests.clear()
    comments.put(repository, number, "preview", "Un\ndeux")
    assert {method for method, _ in hub.requests} == {"GET"}


def test_other_names_are_other_comments(repo: Repo, number: int, repository: Repository) -> None:
    comments.put(repository, number, "preview", "Un")
    comments.put(repository, number, "approvals", "Deux")
    assert len(repo.said(number)) == 2
    comments.remove(repository, number, "preview")
    comments.remove(repository, number, "preview")
    assert bodies(repo, number) == ["<!-- cmops:approvals -->\nDeux"]


@pytest.mark.parametrize("login", ["inconnu", "camille", "github-actions"])
def test_a_forged_marker_is_left_alone(
    login: str, repo: Repo, number: int, repository: Repository
) -> None:
    forged = comments.marked("preview", "Tout est approuvé.")
    repo.comment(login, number, forged)
    assert comments.find(repository, number, "preview") is None
    comments.put(repository, number, "preview", "Un")
    assert repo.said(number)[0] == (login, forged)
    assert repo.said(number)[1] == (BOT, "<!-- cmops:preview -->\nUn")


def test_another_program_of_the_same_name_that_quotes_a_marker_is_left_alone(
    repo: Repo, number: int, repository: Repository
) -> None:
    repo.comment(BOT, number, f"> camille wrote:\n{comments.marker('preview')}")
    comments.put(repository, number, "preview", "Un")
    assert len(repo.said(number)) == 2


def test_a_comment_of_somebody_who_is_gone_is_read(
    repo: Repo, number: int, repository: Repository
) -> None:
    repo.comment("parti", number, "x")["user"] = None
    assert [each.login for each in comments.comments(repository, number)] == [None]


def test_a_lost_answer_does_not_make_a_second_comment(
    hub: Hub, repo: Repo, number: int, repository: Repository
) -> None:
    hub.faults.append(Fault(drop=True, after=True, methods=("POST",), path="/comments"))
    with pytest.raises(Lost):
        comments.put(repository, number, "preview", "Un")
    comments.put(repository, number, "preview", "Deux")
    assert bodies(repo, number) == ["<!-- cmops:preview -->\nDeux"]


def test_runs_at_once_leave_one_comment(hub: Hub, repo: Repo, number: int) -> None:
    account = hub.actions(repo)
    barrier = threading.Barrier(4, timeout=30)
    seen = threading.local()

    def before(method: str, path: str) -> None:
        # Everybody has looked before anybody writes.
        if method == "POST" and path.endswith("/comments") and not hasattr(seen, "waited"):
            seen.waited = True
            barrier.wait()

    hub.before = before

    def run(watch: Watch) -> None:
        comments.put(opened(hub, repo, account, watch), number, "preview", "Un")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, [Watch() for _ in range(4)]))
    assert bodies(repo, number) == ["<!-- cmops:preview -->\nUn"]


def test_nothing_is_cut(repo: Repo, number: int, repository: Repository) -> None:
    with pytest.raises(TooLong):
        comments.put(repository, number, "preview", "é" * comments.MOST)
    assert repo.said(number) == []
    comments.put(repository, number, "p", "é" * (comments.MOST - len(comments.marker("p")) - 1))
    assert len(bodies(repo, number)[0]) == comments.MOST


@pytest.mark.parametrize("name", ["a-->b", "a--b", "-", "a\nb", "é", "a b", "--->", "<!--"])
def test_no_name_ends_its_marker(name: str) -> None:
    inner = comments.marker(name).removeprefix("<!-- ").removesuffix(" -->")
    assert "--" not in inner
    assert ">" not in inner
    assert "\n" not in inner
    assert comments.carries(comments.marked(name, "x"), name)
