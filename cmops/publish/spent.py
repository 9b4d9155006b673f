"""What a platform was asked for that it charges for, as far as the ledger tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cmops.ledger.entries import Entry, Kind
from cmops.ledger.history import History
from cmops.publish.delivery import ABSENT
from cmops.values import dataclass


class What(StrEnum):
    """What was done: a message published, taken back, or looked for after a lost answer."""

    SENT = "sent"
    DELETED = "deleted"
    SOUGHT = "sought"


@dataclass(frozen=True, slots=True)
class Spent:
    """One thing that was paid for."""

    what: What
    key: str
    message: int
    at: datetime


def spent(history: History, channels: frozenset[str], now: datetime) -> Iterator[Spent]:
    """Everything done on these channels this month or the last, whatever became of it since."""
    this, last = _marks(now)
    for key in tuple(history.keys()):
        # Of years of settled deliveries only the text is looked at.
        text = history.settled(key)
        if text is not None and this not in text and last not in text:
            continue
        if text is not None and not any(f'"{each}"' in text for each in channels):
            continue
        yield from _of(key, [each for each in history.entries(key) if each.channel in channels])


def _of(key: str, entries: list[Entry]) -> Iterator[Spent]:
    published, lost = set(), set()
    for entry in entries:
        message, place = entry.message or 0, (entry.round, entry.message)
        if entry.kind == Kind.UNCLEAR:
            lost.add(place)
        elif entry.kind == Kind.RETRACTED:
            yield Spent(What.DELETED, key, message, entry.at)
        elif entry.kind == Kind.NOT_SENT and entry.code == ABSENT:
            lost.discard(place)
            yield Spent(What.SOUGHT, key, message, entry.at)
        elif entry.kind == Kind.PUBLISHED and place not in published:
            published.add(place)
            yield Spent(What.SENT, key, message, entry.at)
            if place in lost:  # it was read back: nothing else says that it is live
                yield Spent(What.SOUGHT, key, message, entry.at)


def _marks(now: datetime) -> tuple[str, str]:
    """How times of this month and of the last begin in the ledger, which is in UTC."""
    here = now.astimezone(UTC)
    before = here.replace(day=1) - timedelta(days=1)
    return f'"at":"{here:%Y-%m}', f'"at":"{before:%Y-%m}'
