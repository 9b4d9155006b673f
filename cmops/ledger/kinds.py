"""The kinds of entries that a ledger has, and the fields that each of them cannot be without."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What an entry says. A ledger may hold kinds that a later version of cmops added."""

    GENESIS = "genesis"
    CLAIM = "claim"
    INTENT = "intent"
    PUBLISHED = "published"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    NOT_SENT = "not_sent"
    HELD = "held"
    UNCLEAR = "unclear"
    HANDED = "handed"
    RETRACT = "retract"
    RETRACTED = "retracted"
    RESOLVED = "resolved"
    EDIT = "edit"
    PAUSE = "pause"
    RESUME = "resume"
    AGAIN = "again"
    APPROVED = "approved"


OUTCOMES = frozenset(
    {
        Kind.PUBLISHED,
        Kind.REJECTED,
        Kind.THROTTLED,
        Kind.NOT_SENT,
        Kind.HELD,
        Kind.UNCLEAR,
        Kind.HANDED,
        Kind.RETRACTED,
        Kind.EDIT,
    }
)
"""Kinds that state what has happened: true on any tip, so they may be pushed again as they are.

Every other kind is a decision, true only on the history it was taken on.
"""

_DELIVERY = ("key", "channel")
_ATTEMPT = (*_DELIVERY, "claim")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    Kind.GENESIS: ("genesis",),
    Kind.CLAIM: (*_DELIVERY, "attempt", "digest", "digests", "until", "created"),
    Kind.INTENT: (*_ATTEMPT, "message"),
    Kind.PUBLISHED: (*_ATTEMPT, "message", "receipt"),
    Kind.REJECTED: (*_ATTEMPT, "message", "code"),
    Kind.THROTTLED: (*_ATTEMPT, "not_before"),
    Kind.NOT_SENT: (*_ATTEMPT, "code"),
    Kind.HELD: (*_DELIVERY, "attempt", "code"),
    Kind.UNCLEAR: (*_ATTEMPT, "message", "code"),
    Kind.HANDED: _ATTEMPT,
    Kind.RETRACT: _DELIVERY,
    Kind.RETRACTED: (*_DELIVERY, "target"),
    Kind.RESOLVED: (*_DELIVERY, "answer", "claims"),
    Kind.EDIT: (*_ATTEMPT, "message", "digest"),
    Kind.PAUSE: ("scope",),
    Kind.RESUME: ("ends",),
    Kind.AGAIN: (*_DELIVERY, "round"),
    Kind.APPROVED: ("attempt", "means", "covers"),
}
