"""What a run tells of deliveries that it did not send: held, missed, in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.publish.keys import post_of
from cmops.publish.plan import Delivery, State
from cmops.publish.ports import Planned, Wanted
from cmops.publish.results import Done, Outcome

REMEMBERED = timedelta(days=14)
"""How long a post that was missed, or is older than the ledger, still asks for a decision."""


def summary(
    done: Mapping[str, Done], planned: Planned, history: History, wanted: Wanted, now: datetime
) -> tuple[Done, ...]:
    """Everything that was done, and then everything that is told besides, each delivery once."""
    told = dict(done)
    for delivery in planned.deliveries:
        if delivery.key not in told and wanted.wants(delivery.subject.target):
            found = _planned(delivery, history, now)
            if found is not None:
                told[delivery.key] = found
    known = {delivery.subject.target for delivery in planned.deliveries}
    for found in _left_behind(history, known):
        if wanted.wants(found.key):
            told.setdefault(found.key, found)
    return tuple(told.values())


def _planned(delivery: Delivery, history: History, now: datetime) -> Done | None:
    at = delivery.subject.at
    if delivery.state is State.UNCLEAR:
        return _told(delivery, Outcome.UNCLEAR)
    stale = at is not None and now - at > REMEMBERED
    before = delivery.reason is not None and delivery.reason.code == "before_genesis"
    if delivery.state is State.HELD and (at is None or at <= now) and not (before and stale):
        return _told(delivery, Outcome.HELD)
    genesis = history.genesis
    old = genesis is not None and at is not None and at < genesis.at
    if delivery.state is State.MISSED and not old and not stale:
        return _told(delivery, Outcome.MISSED)
    return None


def _told(delivery: Delivery, outcome: Outcome) -> Done:
    subject, reason = delivery.subject, delivery.reason
    error = reason.code if reason else None
    return Done(subject.key, subject.post, subject.channel, outcome, error=error, reason=reason)


def _left_behind(history: History, known: set[str]) -> Iterator[Done]:
    """What the ledger has in doubt or half live of posts that main does not have any more."""
    for record in history.unsettled:
        if record.key not in known:
            outcome = _outcome(record)
            if outcome is not None:
                post = post_of(record.key)
                yield Done(record.key, post, record.channel, outcome, error="gone_from_main")


def _outcome(record: Record) -> Outcome | None:
    if record.doubts:
        return Outcome.UNCLEAR
    return Outcome.HELD if record.partly and record.tombstone is None else None
