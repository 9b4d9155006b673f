"""A person's answer about a delivery in doubt, and the wish to publish something once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cmops.errors import CmopsError, UsageError
from cmops.ledger.entries import Entry, Receipt
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.publish.desk import Desk
from cmops.publish.keys import Name
from cmops.publish.plan import over

_Write = Callable[[Record], Sequence[Entry]]


def resolve_published(
    desk: Desk, seen: Record, name: Name, url: str, now: datetime, message: int | None = None
) -> None:
    """It is live, at ``url``.

    ``seen`` is the record that the person answered about: whatever has changed since makes the
    answer void. Raises UsageError or CmopsError, and LedgerError when it could not be pushed.
    """
    receipt = Receipt(url, now, url)

    def decide(record: Record) -> Sequence[Entry]:
        places = sorted({doubt.message for doubt in record.doubts})
        if not places and message is None:
            return _by_hand(desk, record, receipt)
        if message is None and len(places) > 1:
            raise UsageError("publish.resolve-message", name=str(name), messages=places)
        place = places[0] if message is None else message
        return [desk.scribe.resolved(record, "published", message=place, receipt=receipt)]

    _answer(desk, seen, name, now, decide)


def resolve_not_published(
    desk: Desk, seen: Record, name: Name, now: datetime, *, send: bool
) -> None:
    """It is not live: to be sent now, whatever its lateness, or dropped. Raises as above."""
    answer = "send" if send else "drop"
    _answer(desk, seen, name, now, lambda record: [desk.scribe.resolved(record, answer)])


def resolve_moved(desk: Desk, seen: Record, name: Name, now: datetime, to: datetime) -> None:
    """Whoever was given it will publish it by hand at another time. Raises as above."""

    def decide(record: Record) -> Sequence[Entry]:
        if record.doubts:
            raise UsageError("publish.resolve-not-handed", name=str(name))
        return [desk.scribe.resolved(record, "moved", not_before=to.astimezone(UTC))]

    _answer(desk, seen, name, now, decide)


def publish_again(desk: Desk, seen: Record, name: Name, reason: str) -> None:
    """Begins another round of a delivery that is published or was retracted. Raises as above."""
    if not reason.strip():
        raise UsageError("publish.again-needs-reason")

    def decide(history: History) -> Sequence[Entry]:
        record = history.of(seen.key)
        if record.stamp != seen.stamp:
            raise CmopsError("publish.resolve-changed", name=str(name))
        if record.doubts or not (record.published or record.tombstone or record.handed):
            raise UsageError("publish.again-not-published", name=str(name))
        return [desk.scribe.again(record, " ".join(reason.split()))]

    desk.decide(decide)


def _answer(desk: Desk, seen: Record, name: Name, now: datetime, write: _Write) -> None:
    def decide(history: History) -> Sequence[Entry]:
        record = history.of(seen.key)
        if record.open is not None and not over(record.open, now):
            raise CmopsError("publish.resolve-live", name=str(name), until=record.open.until)
        if record.stamp != seen.stamp:
            raise CmopsError("publish.resolve-changed", name=str(name))
        waits = record.handed and not (record.published or record.answer == "drop")
        if not (record.doubts or waits):
            raise UsageError("publish.resolve-nothing", name=str(name))
        return write(record)

    desk.decide(decide)


def _by_hand(desk: Desk, record: Record, receipt: Receipt) -> Sequence[Entry]:
    """One address stands for a whole thread: nobody is asked to copy them all."""
    lacking = [place for place in range(record.messages) if place not in record.receipts]
    others = {place: replace(receipt, id=f"{receipt.id}#{place}") for place in lacking[1:]}
    return [
        desk.scribe.resolved(record, "published", message=place, receipt=others.get(place, receipt))
        for place in lacking
    ]
