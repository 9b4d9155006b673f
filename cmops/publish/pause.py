"""Pausing and going on: entries that hold a scope, and end those that were meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cmops.errors import UsageError
from cmops.ledger.entries import Entry, Scope
from cmops.ledger.history import History, Pause
from cmops.publish.desk import Desk


def pause(desk: Desk, scope: Scope, reason: str, until: datetime | None = None) -> Entry:
    """Holds a scope from now on, until a time if one is given.

    Raises UsageError without a reason, and LedgerError when it could not be pushed: then nothing
    is paused.
    """
    entry = desk.scribe.pause(scope, in_words(reason), until)
    desk.decide(lambda history: [entry])
    return entry


def in_words(reason: str) -> str:
    """The reason of a pause as it is kept; raises UsageError where there is none."""
    if not reason.strip():
        raise UsageError("publish.pause-needs-reason")
    return " ".join(reason.split())


def resume(desk: Desk, scope: Scope | None, now: datetime) -> tuple[Pause, ...]:
    """Ends the pauses of exactly this scope, or every pause when it is None; those it ended.

    What they held is decided again one by one by the next plan. Raises UsageError when there is
    none, and LedgerError when it could not be pushed.
    """
    ended: list[Pause] = []

    def decide(history: History) -> Sequence[Entry]:
        ended[:] = [
            each
            for each in history.pauses
            if each.active(now) and (scope is None or each.scope == scope)
        ]
        if not ended:
            return ()
        return [desk.scribe.resume([each.id for each in ended])]

    desk.decide(decide)
    if not ended:
        raise UsageError("publish.not-paused")
    return tuple(ended)
