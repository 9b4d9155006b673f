"""``cmops heartbeat`` tells when publishing stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Cmops, cmops, post
from tests.github.hub import Hub, Repo
from tests.workflows.conftest import Team, hub, repo, team
from tests.workflows.github import actions

__all__ = ["cmops", "hub", "repo", "team"]

FILE = "cmops-publish.yml"


def ago(**span: int) -> str:
    return f"{datetime.now(UTC) - timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def root(team: Team, hub: Hub, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in hub.environment(repo, hub.actions(repo)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("cmops.github.limits.BETWEEN_WRITES", 0.0)
    return team.root


def test_while_publishing_runs_nothing_is_said(cmops: Cmops, root: Path, repo: Repo) -> None:
    actions(repo).ran(FILE, ago(hours=5))
    actions(repo).ran(FILE, ago(hours=3))
    said = cmops("heartbeat", at=root)
    assert (said.code, said.out, repo.opened()) == (0, "", [])


def test_a_schedule_that_stopped_is_one_alert_which_closes_when_it_runs_again(
    cmops: Cmops, root: Path, repo: Repo
) -> None:
    actions(repo).ran(FILE, ago(hours=9))
    actions(repo).ran(FILE, ago(hours=1), event="push")
    actions(repo).ran(FILE, ago(minutes=30), conclusion="cancelled")
    for _ in range(2):
        assert cmops("heartbeat", at=root).code == 1
    assert repo.opened() == ["La publication ne tourne plus"]
    # Other alerts come and go without closing this one.
    assert cmops("alerts").code == 0
    assert len(repo.opened()) == 1
    actions(repo).ran(FILE, ago(minutes=5))
    assert cmops("heartbeat").code == 0
    assert repo.opened() == []


@pytest.mark.parametrize(
    ("state", "said"),
    [("disabled_inactivity", "désactivé"), ("disabled_manually", "désactivé"), (None, "n’y a pas")],
)
def test_a_workflow_that_is_off_or_gone_is_told(
    state: str | None, said: str, cmops: Cmops, root: Path, repo: Repo
) -> None:
    actions(repo).states = {FILE: state} if state else {}
    assert said in cmops("heartbeat", at=root).out


def test_runs_that_only_fail_are_told(cmops: Cmops, root: Path, repo: Repo) -> None:
    for hours in (9, 7, 5, 3, 1):
        actions(repo).ran(FILE, ago(hours=hours), conclusion="failure")
    assert "ont échoué" in cmops("heartbeat", at=root).out
    actions(repo).ran(FILE, ago(minutes=5))
    assert cmops("heartbeat").code == 0


def test_a_schedule_that_never_began_is_told_once_it_had_the_time(
    cmops: Cmops, root: Path, repo: Repo
) -> None:
    actions(repo).ran(FILE, ago(hours=1), event="push")
    assert cmops("heartbeat", at=root).code == 0
    actions(repo).runs.clear()
    actions(repo).ran(FILE, ago(hours=30), event="push")
    assert "jamais" in cmops("heartbeat").out


def test_what_should_be_out_and_was_not_tried_is_told_without_any_secret(
    cmops: Cmops, root: Path, repo: Repo, team: Team
) -> None:
    settings = (root / "cmops.yml").read_text("utf-8")
    more = "  bluesky: {platform: bluesky, account: a.example, secrets: {password: B_PASSWORD}}\n"
    team.write("cmops.yml", settings.replace("channels:\n", f"channels:\n{more}"))
    now = datetime.now(UTC)
    at = f"{now - timedelta(hours=5):%Y-%m-%d %H:%M}Z"
    team.write("content/posts/tard.md", post(to="bluesky, outbox", at=at))
    actions(repo).ran(FILE, ago(minutes=5))
    said = cmops("heartbeat", at=root)
    assert said.code == 1
    assert "tard@outbox" in said.out
    assert "tard@bluesky" in said.out
