from __future__ import annotations

import pytest

from cmops.github import pulls, reviews
from cmops.github.errors import Incomplete, Refused
from cmops.github.pulls import Changed
from cmops.github.reviews import Opinion, standing
from cmops.github.session import Repository
from tests.github.conftest import change
from tests.github.hub import Hub, Repo


def test_a_pull_request_is_found_by_its_head_until_another_push(
    repo: Repo, repository: Repository
) -> None:
    first = change(repo, "hiver", {"a.md": "un"})
    number = repo.pull("camille", "hiver", "Atelier d’hiver")
    found = pulls.of_head(repository, first)
    assert found is not None
    assert (found.number, found.author, found.title) == (number, "camille", "Atelier d’hiver")
    assert (found.base, found.head, found.head_commit) == ("main", "hiver", first)
    assert (found.fork, found.merged, found.source) == (False, False, repo.name)
    second = change(repo, "hiver", {"a.md": "deux"})
    assert pulls.of_head(repository, first) is None
    assert pulls.pull(repository, number).head_commit == second


def test_a_fork_is_found_by_its_branch(repo: Repo, repository: Repository) -> None:
    fork = repo.fork("inconnue")
    commit = change(fork, "idee", {"b.md": "x"})
    number = repo.pull("inconnue", "idee", source=fork)
    assert pulls.of_head(repository, commit) is None
    found = pulls.of_head(repository, commit, "inconnue:idee")
    assert found is not None
    assert (found.number, found.fork, found.source) == (number, True, "inconnue/communication")
    assert pulls.of_head(repository, "0" * 40, "inconnue:idee") is None


def test_a_merge_leads_back_to_its_pull_request(repo: Repo, repository: Repository) -> None:
    change(repo, "hiver", {"a.md": "un"})
    number = repo.pull("camille", "hiver")
    merged = repo.merge(number)
    (found,) = pulls.of_commit(repository, merged)
    assert (found.number, found.merged, found.merge_commit) == (number, True, merged)
    assert pulls.of_head(repository, found.head_commit) is None
    assert list(pulls.opened(repository)) == []


def test_files_and_commits_are_those_of_the_branch(
    hub: Hub, repo: Repo, repository: Repository
) -> None:
    hub.page = 1
    change(repo, "main", {"vieux.md": "x\n" * 20, "b.md": "b"})
    change(repo, "hiver", {"a.md": "un"})
    last = change(repo, "hiver", {"b.md": "bb"})
    number = repo.pull("camille", "hiver")
    assert set(pulls.changed(repository, number)) == {
        Changed("a.md", "added"),
        Changed("b.md", "modified"),
    }
    found = pulls.commits(repository, number)
    assert [each.message.strip() for each in found] == ["Change a.md", "Change b.md"]
    assert (found[-1].id, found[-1].author, found[-1].verified) == (last, None, False)


@pytest.mark.parametrize(
    ("of", "most"), [(pulls.changed, "MOST_FILES"), (pulls.commits, "MOST_COMMITS")]
)
def test_a_list_that_github_cuts_is_not_taken_for_all(
    of: object, most: str, repo: Repo, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(repo, "hiver", {"a.md": "un"})
    number = repo.pull("camille", "hiver")
    monkeypatch.setattr(pulls, most, 1)
    with pytest.raises(Incomplete):
        of(repository, number)  # type: ignore[operator]


def test_there_is_no_such_pull_request(repo: Repo, repository: Repository) -> None:
    repo.issue("camille", "No pull request")
    with pytest.raises(Refused, match="404"):
        pulls.pull(repository, 1)


def test_a_push_dismisses_what_was_approved(repo: Repo, repository: Repository) -> None:
    commit = change(repo, "hiver", {"a.md": "un"})
    number = repo.pull("camille", "hiver")
    repo.review("Dominique", number)
    held = standing(reviews.reviews(repository, number))
    assert held["dominique"].opinion is Opinion.APPROVED
    assert held["dominique"].commit == commit
    change(repo, "hiver", {"a.md": "deux"})
    found = reviews.reviews(repository, number)
    assert [each.opinion for each in found] == [Opinion.DISMISSED]
    assert standing(found) == {}


def test_the_last_opinion_of_a_person_counts_and_a_comment_is_none(
    repo: Repo, repository: Repository
) -> None:
    change(repo, "hiver", {"a.md": "un"})
    number = repo.pull("camille", "hiver")
    for login, state in (
        ("a", "APPROVED"),
        ("a", "COMMENTED"),
        ("b", "APPROVED"),
        ("b", "CHANGES_REQUESTED"),
        ("c", "COMMENTED"),
        ("d", "APPROVED"),
    ):
        repo.review(login, number, state)
    repo.reviews[number][-1]["user"] = None
    repo.reviews[number].append({**repo.reviews[number][0], "state": "SOMETHING_NEW"})
    held = standing(reviews.reviews(repository, number))
    assert {login: each.opinion for login, each in held.items()} == {
        "a": Opinion.APPROVED,
        "b": Opinion.CHANGES,
    }
