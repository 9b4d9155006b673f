"""What a commit is marked with: a status (any token may set one) or a check run (only an app)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from cmops.github.errors import TooLong
from cmops.github.session import Repository

MOST_DESCRIPTION = 140
MOST_SUMMARY = 65_535
"""Characters that GitHub takes."""


class Verdict(StrEnum):
    """How it stands."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    """It could not be found out."""


@dataclass(frozen=True, slots=True)
class Status:
    """One line under a commit. ``name`` is what a branch's rules can require."""

    name: str
    verdict: Verdict
    description: str
    url: str | None = None


def statuses(repository: Repository, commit: str) -> dict[str, Status]:
    """The latest status of each name."""
    found: dict[str, Status] = {}
    for row in repository.pages(f"/commits/{quote(commit, safe='')}/statuses"):  # latest first
        status = Status(
            str(row["context"]),
            Verdict(row["state"]),
            str(row.get("description") or ""),
            row.get("target_url"),
        )
        found.setdefault(status.name, status)
    return found


def set_status(repository: Repository, commit: str, status: Status) -> None:
    """Marks a commit, unless its latest status of that name says the same (GitHub keeps 1,000).

    Raises TooLong for a description of more than 140 characters.
    """
    if len(status.description) > MOST_DESCRIPTION:
        raise TooLong(len(status.description), MOST_DESCRIPTION)
    if statuses(repository, commit).get(status.name) == status:
        return
    body: dict[str, Any] = {
        "state": status.verdict.value,
        "context": status.name,
        "description": status.description,
    }
    body |= {"target_url": status.url} if status.url else {}
    repository.post(f"/statuses/{quote(commit, safe='')}", body)


@dataclass(frozen=True, slots=True)
class Check:
    """A check run: a title and a page of Markdown. Only an app's token may make one."""

    name: str
    verdict: Verdict
    title: str
    summary: str
    url: str | None = None


def put_check(repository: Repository, commit: str, check: Check) -> int:
    """Makes or updates the check run of this name; its number.

    Raises TooLong, and Refused (403) where the token is not an app's.
    """
    if len(check.summary) > MOST_SUMMARY:
        raise TooLong(len(check.summary), MOST_SUMMARY)
    path = f"/commits/{quote(commit, safe='')}/check-runs"
    asked = {"check_name": check.name, "filter": "latest"}
    runs = list(repository.pages(path, "check_runs", **asked))
    own = [row for row in runs if row.get("external_id") == _external(check)]
    body = _body(check)
    if own:
        latest = max(own, key=lambda row: int(row["id"]))
        repository.patch(f"/check-runs/{latest['id']}", body)
        return int(latest["id"])
    return int(repository.post("/check-runs", {**body, "head_sha": commit})["id"])


def _external(check: Check) -> str:
    """What tells our run from another program's of the same name."""
    return f"cmops:{check.name}"


def _body(check: Check) -> Mapping[str, Any]:
    body: dict[str, Any] = {
        "name": check.name,
        "external_id": _external(check),
        "output": {"title": check.title, "summary": check.summary},
    }
    body |= {"details_url": check.url} if check.url else {}
    if check.verdict is Verdict.PENDING:
        return {**body, "status": "in_progress"}
    ended = "neutral" if check.verdict is Verdict.ERROR else check.verdict.value
    return {**body, "status": "completed", "conclusion": ended}
