"""``cmops talk``: what people say in pull requests and issues, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Cmops, Said, cmops
from tests.github.hub import Hub, Repo
from tests.workflows.conftest import Team, hub, repo, team
from tests.workflows.events import of_comment
from tests.workflows.github import actions

__all__ = ["cmops", "hub", "repo", "team"]

Say = Callable[..., Said]
POST = "content/posts/portes.md"
TEXT = (
    "---\ntitle: Portes  # à midi\npublish_at: {at}\nto: [outbox]\nstatus: ready\n---\nBonjour.\n"
)


def later(days: int = 9) -> str:
    return f"{datetime.now() + timedelta(days=days):%Y-%m-%d} 12:15"  # noqa: DTZ005


@pytest.fixture
def say(
    cmops: Cmops, team: Team, hub: Hub, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Say:
    """``say("lea", 1, "/cmops …")``: the comment, and the workflow's command on a clone of main."""
    account = hub.actions(repo)
    for name, value in hub.environment(repo, account).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setattr("cmops.github.limits.BETWEEN_WRITES", 0.0)
    address = f"{hub.url}/{repo.name}.git".replace("://", f"://x-access-token:{account.token}@")
    folder = tmp_path / "checkout"
    team.git("clone", "-q", address, str(folder))

    def call(login: str, number: int, text: str) -> Said:
        told = tmp_path / "event.json"
        told.write_text(json.dumps(of_comment(repo, login, number, text)))
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(told))
        return cmops("talk", at=folder)

    return call


@pytest.fixture
def begun(say: Say, cmops: Cmops, tmp_path: Path) -> None:
    """A first run has made the history."""
    assert cmops("publish", at=tmp_path / "checkout").code == 0


@pytest.fixture
def number(team: Team, repo: Repo) -> int:
    """A pull request with a post that is ready."""
    team.write(POST, TEXT.format(at=later()))
    team.push("portes")
    return repo.pull("lea", "portes", "Portes ouvertes")


def answers(repo: Repo, number: int) -> list[str]:
    bodies = [body for login, body in repo.said(number) if login == "github-actions[bot]"]
    return [body for body in bodies if "cmops:talk" in body]


def test_a_new_time_is_a_commit_that_changes_nothing_else(
    say: Say, repo: Repo, number: int
) -> None:
    before = repo.head("portes")
    at = later(12)
    assert say("lea", number, f"Plutôt un autre jour :\n/cmops at {at}").code == 0
    assert repo.run("show", f"portes:{POST}") == TEXT.format(at=at).strip()
    assert repo.run("rev-parse", "portes^") == before
    assert repo.run("diff", "--name-only", "portes^", "portes") == POST
    assert repo.run("log", "-1", "--format=%an", "portes") == "cmops"
    (answer,) = answers(repo, number)
    assert "12:15" in answer
    assert actions(repo).started == [("cmops-check.yml", "portes")]
    previews = [body for _, body in repo.said(number) if "cmops:preview" in body]
    assert len(previews) == 1
    assert "Bonjour." in previews[0]


def test_held_posts_are_drafts_again(say: Say, repo: Repo, number: int) -> None:
    say("lea", number, "/cmops hold")
    assert "status: draft\n" in repo.run("show", f"portes:{POST}")
    assert "brouillon" in answers(repo, number)[0]


def test_a_channel_can_be_left_out(say: Say, team: Team, repo: Repo, number: int) -> None:
    settings = (team.root / "cmops.yml").read_text("utf-8")
    more = "channels:\n  autre:\n    platform: outbox\n    path: outbox/autre\n"
    team.write("cmops.yml", settings.replace("channels:\n", more))
    team.write(POST, TEXT.format(at=later()).replace("[outbox]", "[outbox, autre]"))
    team.push("portes")
    say("lea", number, "/cmops hold portes@outbox")
    assert "to: [autre]\n" in repo.run("show", f"portes:{POST}")


def test_a_stranger_has_no_effect_and_gets_one_polite_answer(
    say: Say, hub: Hub, repo: Repo, number: int
) -> None:
    hub.person("curieux", repo, "triage")
    before = repo.head("portes"), repo.head("cmops-ledger")
    for text in ("/cmops hold", "/cmops pause", "/cmops retract portes@outbox", "/cmops help"):
        assert say("curieux", number, text).code == 0
    assert (repo.head("portes"), repo.head("cmops-ledger")) == before
    (answer,) = answers(repo, number)
    assert "rien n’a été fait" in answer
    assert actions(repo).started == []


def test_programs_and_ordinary_comments_are_not_answered(say: Say, repo: Repo, number: int) -> None:
    say("lea", number, "Merci, c’est très bien.")
    say("lea", number, "> /cmops pause")
    say("github-actions[bot]", number, "/cmops pause")
    assert answers(repo, number) == []
    assert repo.head("cmops-ledger") is None


@pytest.mark.usefixtures("begun")
def test_pausing_and_going_on_are_entries_of_the_history(say: Say, repo: Repo) -> None:
    issue = repo.issue("lea", "Un accident en ville")["number"]
    say("lea", issue, "/cmops pause outbox accident")
    say("lea", issue, "/cmops pause")
    kept = repo.run("show", "cmops-ledger:ledger/pauses.ndjson")
    assert '"accident"' in kept
    assert "issuecomment" in kept
    assert "lea" not in kept
    say("lea", issue, "/cmops resume outbox")
    say("lea", issue, "/cmops resume")
    say("lea", issue, "/cmops resume")
    said = answers(repo, issue)
    assert len(said) == 5
    assert said[-1].splitlines()[1].startswith("Rien n’a été fait")


@pytest.mark.usefixtures("begun")
def test_a_workflow_that_runs_again_does_nothing_again(say: Say, cmops: Cmops, repo: Repo) -> None:
    issue = repo.issue("lea", "Un accident")["number"]
    say("lea", issue, "/cmops pause")
    tip = repo.head("cmops-ledger")
    assert cmops("talk").code == 0
    assert repo.head("cmops-ledger") == tip
    assert len(answers(repo, issue)) == 1


@pytest.mark.usefixtures("begun")
def test_what_is_out_already_is_said_and_can_be_taken_back(
    say: Say, cmops: Cmops, team: Team, repo: Repo, tmp_path: Path
) -> None:
    issue = repo.issue("lea", "Une erreur")["number"]
    at = datetime.now() + timedelta(seconds=1)  # noqa: DTZ005 - the checkout's zone is UTC
    team.write("cmops.yml", (team.root / "cmops.yml").read_text().replace("Europe/Paris", "UTC"))
    team.write(POST, TEXT.format(at=f"{at:%Y-%m-%d %H:%M:%S}"))
    team.push("main")
    team.git("-C", str(tmp_path / "checkout"), "pull", "-q")
    assert "portes@outbox" in cmops("publish", "--until", "1m", at=tmp_path / "checkout").out

    say("lea", issue, "/cmops pause")
    assert "Déjà parti" in answers(repo, issue)[-1]
    assert "portes@outbox" in answers(repo, issue)[-1]
    team.write(POST, TEXT.format(at=later()))
    team.push("trop-tard")
    number = repo.pull("lea", "trop-tard")
    head = repo.head("trop-tard")
    for text in ("/cmops hold", f"/cmops at {later(20)}"):
        say("lea", number, text)
        assert "Trop tard" in answers(repo, number)[-1]
    assert repo.head("trop-tard") == head
    say("lea", issue, "/cmops retract portes@outbox trop tôt")
    assert not list((tmp_path / "checkout" / "outbox").rglob("*.json"))
    assert "Rien" not in answers(repo, issue)[-1]


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/cmops at 2020-01-01 12:15", "déjà passé"),
        ("/cmops at 2027-03-28 02:30", "2027-03-28"),
        ("/cmops at 2027-03-30 12:15 inconnu", "inconnu"),
        ("/cmops hold inconnu@outbox", "inconnu"),
        ("/cmops retract portes@outbox", "portes"),
        ("/cmops resolve portes@outbox https://x.example/1", "portes"),
        ("/cmops resume partout", "rien n’est suspendu"),
        ("/cmops danse", "danse"),
    ],
)
def test_what_cannot_be_done_is_answered_and_not_done(
    text: str, said: str, say: Say, repo: Repo, number: int
) -> None:
    before = repo.head("portes")
    assert say("lea", number, text).code == 0
    (answer,) = answers(repo, number)
    assert "Rien n’a été fait" in answer
    assert said in answer
    assert repo.head("portes") == before


def test_a_forks_branch_is_not_written_to_and_an_issue_has_none(
    say: Say, team: Team, hub: Hub, repo: Repo
) -> None:
    hub.person("malice")
    fork = repo.fork("malice")
    team.write(POST, TEXT.format(at=later()))
    head = team.push("main", to=fork)
    number = repo.pull("malice", "main", source=fork)
    before = repo.head("main")
    say("lea", number, "/cmops hold")
    assert "copie du dépôt" in answers(repo, number)[0]
    assert (fork.head("main"), repo.head("main")) == (head, before)
    say("lea", number, "/cmops preview")
    assert [body for _, body in repo.said(number) if "cmops:preview" in body]
    issue = repo.issue("lea", "Une question")["number"]
    say("lea", issue, "/cmops hold")
    assert "demande de fusion" in answers(repo, issue)[0]


def test_a_merged_pull_request_is_too_late(say: Say, repo: Repo, number: int) -> None:
    repo.merge(number)
    say("lea", number, "/cmops hold")
    assert "déjà fusionnée" in answers(repo, number)[0]


def test_a_check_that_does_not_start_is_said(say: Say, repo: Repo, number: int) -> None:
    actions(repo).states.clear()
    say("lea", number, f"/cmops at {later(12)}")
    assert "onglet Actions" in answers(repo, number)[0]
