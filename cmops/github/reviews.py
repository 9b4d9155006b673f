"""Reviews of a pull request: who said what of which commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from cmops.github.session import Repository
from cmops.values import dataclass


class Opinion(StrEnum):
    """What a review says."""

    APPROVED = "APPROVED"
    CHANGES = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"
    """An opinion that was taken back, by a person or by a later push."""
    PENDING = "PENDING"
    """Not sent yet; only its author sees it."""


@dataclass(frozen=True, slots=True)
class Review:
    """One review. ``login`` is None when the account is gone; ``commit`` is what was looked at."""

    id: int
    login: str | None
    opinion: Opinion
    commit: str
    at: datetime | None
    body: str
    url: str


def reviews(repository: Repository, number: int) -> tuple[Review, ...]:
    """Every review of a pull request, the oldest first."""
    rows = repository.pages(f"/pulls/{number}/reviews")
    return tuple(_review(row) for row in rows if row["state"] in set(Opinion))


def standing(found: Iterable[Review]) -> dict[str, Review]:
    """The opinion each person holds now, by login in lower case.

    As GitHub counts: a comment changes nothing, and what was dismissed is no opinion any more.
    """
    held: dict[str, Review] = {}
    for each in found:
        if each.login is None or each.opinion in (Opinion.COMMENTED, Opinion.PENDING):
            continue
        held.pop(each.login.lower(), None)
        if each.opinion is not Opinion.DISMISSED:
            held[each.login.lower()] = each
    return held


def _review(row: Mapping[str, Any]) -> Review:
    at = row.get("submitted_at")
    return Review(
        id=int(row["id"]),
        login=(row.get("user") or {}).get("login"),
        opinion=Opinion(row["state"]),
        commit=str(row.get("commit_id") or ""),
        at=datetime.fromisoformat(at) if at else None,
        body=str(row.get("body") or ""),
        url=str(row.get("html_url") or ""),
    )
