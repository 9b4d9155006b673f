"""Published by hand through GitHub: an issue with everything in it, and its answer in the ledger.

Against a GitHub of the tests' own, with a real ledger pushed to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Cmops, post
from tests.cli.test_alerts import account, checkout, hub, repo
from tests.conftest import MakeWorkspace
from tests.github.hub import Account, Fault, Hub, Repo
from tests.pages.conftest import _png

__all__ = ["account", "hub", "repo"]

CMOPS_YML = """\
version: 1
name: Les Ateliers
language: fr
timezone: UTC
approvals:
  roles:
    accueil: {title: L’accueil, people: [marie]}
channels:
  stories:
    platform: handoff
    for: instagram-story
    account: les_ateliers
    handoff: {asks: [accueil, "@jeanne"], checklist: ["Poser l’autocollant #1"]}
"""
URL = "https://www.instagram.com/stories/1"


@pytest.fixture
def root(workspace: MakeWorkspace, hub: Hub, repo: Repo, account: Account) -> Path:
    for login in ("marie", "jeanne"):
        hub.person(login, repo, "write")
    at = datetime.now() + timedelta(minutes=5)  # noqa: DTZ005 - the workspace's zone
    text = "On ouvre @samedi ```vite``` !\n\nÀ 14 h."
    made = post(text, to="stories", at=f"{at:%Y-%m-%d %H:%M}", title="Ouverture [x]")
    made = made.replace("status:", "media: [media/a.png]\nstatus:")
    files = {
        "cmops.yml": CMOPS_YML,
        "content/posts/ouverture.md": made,
        "content/media/a.png": _png(),
        "content/media/a.png.yml": "alt: {fr: L’atelier ouvert}\ncredit: N\nlicence: CC0-1.0\n",
    }
    root = workspace(files)
    checkout(root, hub, repo, account)
    return root


def waits(cmops: Cmops, root: Path) -> str:
    (row,) = cmops("plan", "--all", "--format", "json", at=root).json["deliveries"]
    return str(row["state"])


@pytest.fixture
def handed(cmops: Cmops, root: Path, repo: Repo) -> Path:
    said = cmops("publish", at=root)
    assert (said.code, said.out) == (0, "ouverture@stories  à publier à la main\n")
    return root


def test_the_run_that_hands_it_over_opens_the_issue_with_everything_to_copy(
    cmops: Cmops,
    handed: Path,
    repo: Repo,
) -> None:
    issue = repo.issues[1]
    assert issue["title"] == "À publier à la main : Ouverture [x] (instagram-story)"
    body = issue["body"]
    assert "````text\nOn ouvre @samedi ```vite``` !\n\nÀ 14 h.\n````" in body
    assert f"{repo.name}/blob/HEAD/content/media/a.png?raw=true" in body
    assert "```text\nL’atelier ouvert\n```" in body
    assert r"- [ ] Poser l’autocollant \#1" in body
    assert "L’accueil" in body
    assert "marie" not in body
    assert [each["login"] for each in issue["assignees"]] == ["marie", "jeanne"]
    # The alerts that come next say the same, so that nothing is opened or changed twice.
    assert cmops("alerts", at=handed).out == ""
    assert len(repo.issues) == 1


def test_the_address_in_a_comment_settles_it_and_closes_the_issue(
    cmops: Cmops,
    handed: Path,
    repo: Repo,
) -> None:
    repo.comment("marie", 1, f"publié {URL}")
    assert cmops("alerts", at=handed).code == 0
    assert waits(cmops, handed) == "published"
    assert repo.opened() == []
    assert URL not in cmops("publish", at=handed).out


def test_closing_it_with_the_link_settles_it(cmops: Cmops, handed: Path, repo: Repo) -> None:
    repo.comment("jeanne", 1, f"Voilà : {URL}")
    repo.close(1, "completed")
    cmops("alerts", at=handed)
    assert waits(cmops, handed) == "published"


def test_closing_it_as_not_planned_gives_it_up(cmops: Cmops, handed: Path, repo: Repo) -> None:
    repo.close(1, "not_planned")
    cmops("alerts", at=handed)
    assert waits(cmops, handed) == "retracted"


def test_closing_it_without_a_word_opens_it_again_and_says_why(
    cmops: Cmops,
    handed: Path,
    repo: Repo,
) -> None:
    repo.close(1, "completed")
    cmops("alerts", at=handed)
    assert waits(cmops, handed) == "handed"
    assert len(repo.opened()) == 1
    ((who, why),) = repo.said(1)
    assert who == "github-actions[bot]"
    assert "sans réponse" in why


def test_what_strangers_say_settles_nothing(
    cmops: Cmops,
    handed: Path,
    hub: Hub,
    repo: Repo,
) -> None:
    hub.person("mallory")
    repo.comment("mallory", 1, "https://evil.example/1")
    cmops("alerts", at=handed)
    assert waits(cmops, handed) == "handed"
    repo.comment("marie", 1, URL)
    repo.comment("mallory", 1, "annulé")
    cmops("alerts", at=handed)
    assert waits(cmops, handed) == "published"


def test_moved_changes_the_issue_once_and_the_command_line_has_the_last_word(
    cmops: Cmops,
    handed: Path,
    repo: Repo,
) -> None:
    # The hub's clock is a day behind: an old comment says nothing of what was handed since.
    repo.comment("marie", 1, "déplacé 2027-01-02 18:00")
    repo.comments[max(repo.comments)]["created_at"] = "2099-01-01T00:00:00Z"
    cmops("alerts", at=handed)
    assert "2 janvier 2027" in repo.issues[1]["body"]
    assert len(repo.opened()) == 1
    repo.comments[max(repo.comments)]["created_at"] = "2026-01-01T00:00:00Z"
    name = "ouverture@stories"
    assert cmops("resolve", name, "--moved", "2027-02-03 18:00", at=handed).code == 0
    cmops("alerts", at=handed)
    assert "3 février 2027" in repo.issues[1]["body"]
    assert cmops("resolve", name, "--cancelled", at=handed).code == 0
    assert waits(cmops, handed) == "retracted"
    cmops("alerts", at=handed)
    assert repo.opened() == []


def test_a_github_that_fails_stops_no_publication(
    cmops: Cmops,
    root: Path,
    hub: Hub,
    repo: Repo,
) -> None:
    hub.faults.append(Fault(502, methods=("POST",), path="/issues"))
    said = cmops("publish", at=root)
    assert said.code == 0
    assert waits(cmops, root) == "handed"


def test_status_has_it_all_for_whoever_has_no_github(cmops: Cmops, handed: Path) -> None:
    said = cmops("status", at=handed)
    assert said.code == 1
    assert "On ouvre @samedi ```vite``` !\n\nÀ 14 h.\n" in said.out
    assert "— content/media/a.png" in said.out
    assert "[ ] Poser l’autocollant #1" in said.out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--moved", "2027-01-01 10:00", "--cancelled"],
        ["--cancelled", "--published", URL],
        ["--moved", "2027-01-01 10:00", "--send"],
        [],
    ],
)
def test_one_answer_at_a_time(cmops: Cmops, handed: Path, wrong: list[str]) -> None:
    assert cmops("resolve", "ouverture@stories", *wrong, at=handed).code == 2
    assert waits(cmops, handed) == "handed"


def test_a_time_that_is_none_is_said(cmops: Cmops, handed: Path) -> None:
    assert cmops("resolve", "ouverture@stories", "--moved", "demain", at=handed).code == 2
