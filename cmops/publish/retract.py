"""Taking a delivery back: a tombstone first, then every message that is live, the last first.

A tombstone stops whoever is about to send, and covers receipts that only come later. It does not
clear doubt: what may be live is still looked for, and deleted when it is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cmops.errors import UsageError
from cmops.failures import Failure
from cmops.ledger.entries import Entry
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.publish.desk import Desk, code
from cmops.publish.keys import deletion_key, post_of
from cmops.publish.outlets import Outlet
from cmops.publish.results import Done, Outcome


def bury(keys: Iterable[str], desk: Desk, reason: str | None = None) -> bool:
    """Pushes a tombstone for each delivery that has none; whether that succeeded."""
    wanted = tuple(keys)

    def decide(history: History) -> list[Entry]:
        records = (history.of(key) for key in wanted if key in history)
        wishes = [desk.scribe.retract(each) for each in records if each.tombstone is None]
        return [replace(wish, reason=reason) for wish in wishes]

    return desk.push(decide) is not None


def retract(key: str, channel: str, desk: Desk, reason: str | None = None) -> Record:
    """What is known of a delivery once its tombstone stands.

    Raises UsageError for one that the ledger does not know, and what kept the push from landing.
    """
    known = desk.read(0).of(key)
    if not (known.attempts or known.live):
        raise UsageError("publish.never-sent", post=post_of(key), channel=channel)
    if not bury([key], desk, reason) and desk.trouble is not None:
        raise desk.trouble
    return desk.read().of(key)


class Deletion:
    """Deletes what tombstones cover. Deleting twice is no harm, so that no claim is needed."""

    def __init__(self, outlets: Mapping[str, Outlet], desk: Desk) -> None:
        self._outlets = outlets
        self._desk = desk

    def delete(self, records: Iterable[Record]) -> list[Done]:
        """One result for each record that has something to delete."""
        return [self._delete(record) for record in records if record.to_delete]

    def _delete(self, record: Record) -> Done:
        outlet = self._outlets.get(record.channel)
        if outlet is None or outlet.deletes is None:
            return _done(record, Outcome.HELD, "cannot_delete")
        for item in record.to_delete:
            if self._desk.trouble is not None:
                return _done(record, Outcome.NOT_SENT, "ledger")
            try:
                outlet.deletes.delete(item.receipt)
            except Failure as failure:
                return _done(record, Outcome.NOT_SENT, code(failure.code))
            except Exception as bug:  # noqa: BLE001 - it is tried again by the next run
                return _done(record, Outcome.NOT_SENT, code(f"bug:{type(bug).__name__}"))
            self._desk.note(self._desk.scribe.retracted(record, item.receipt.id))
            self._desk.settle()
        return _done(record, Outcome.RETRACTED, None)


def _done(record: Record, outcome: Outcome, error: str | None) -> Done:
    key = deletion_key(record.key)
    return Done(key, post_of(record.key), record.channel, outcome, error=error)
