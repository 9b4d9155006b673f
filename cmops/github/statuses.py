"""What a commit is marked with: a status, which any token may set (check runs are for apps)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from urllib.parse import quote

from cmops.github.errors import TooLong
from cmops.github.session import Repository
from cmops.values import dataclass

MOST_DESCRIPTION = 140
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
