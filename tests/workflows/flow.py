"""A pull request's way through the workflows, one job at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.github.hub import Repo
from tests.workflows.events import of_check, of_pull
from tests.workflows.runner import Ran, Runner

PARIS = ZoneInfo("Europe/Paris")


def soon() -> str:
    """A moment from now: before anything is published it is past."""
    return f"{datetime.now(PARIS) + timedelta(seconds=2):%Y-%m-%d %H:%M:%S}"


def yesterday() -> dict[str, str]:
    """Pull requests are looked at before their posts are due."""
    return {"CMOPS_AT": f"{datetime.now(PARIS) - timedelta(days=1):%Y-%m-%d %H:%M}"}


def checked(runner: Runner, repo: Repo, number: int) -> Ran:
    ran = runner.run(
        "check",
        "check",
        "pull_request",
        of_pull(repo, number),
        ref=f"refs/pull/{number}/head",
        sha=repo.issues[number]["pull"]["head"],
        trusted=False,
        base="main",
        more=yesterday(),
    )
    assert ran is not None
    return ran


def commented(runner: Runner, repo: Repo, number: int, conclusion: str = "success") -> Ran:
    ran = runner.run("comment", "comment", "workflow_run", of_check(repo, number, conclusion))
    assert ran is not None
    return ran


def published(runner: Runner, event: str = "push") -> Ran:
    """A publishing run on main."""
    ran = runner.run("publish", "publish", event, {})
    assert ran is not None
    return ran


def built(runner: Runner) -> Ran:
    """The site of main."""
    ran = runner.run("site", "build", "workflow_dispatch", {})
    assert ran is not None
    assert not ran.failed, ran.out
    return ran
