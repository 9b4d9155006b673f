"""Deliveries that a person publishes: where one stands that they were given."""

from __future__ import annotations

from datetime import datetime

from cmops.ledger.record import Record
from cmops.publish.reasons import Reason, State
from cmops.publish.subjects import Subject


def with_a_person(
    subject: Subject, record: Record, now: datetime
) -> tuple[State, Reason | None] | None:
    """The state of what a person was given and has not answered for; None of anything else.

    None as well when it says something else by now: then they are given it anew.
    """
    if record.handed is None or _changed(subject, record):
        return None
    at = record.moved or subject.at
    if at is not None and at < now:
        return State.HANDED, Reason("hand_late", {"at": at})
    return State.HANDED, Reason("hand_moved", {"at": at}) if record.moved else None


def _changed(subject: Subject, record: Record) -> bool:
    """What has begun stays what it is; a channel that is sent to by now sends nothing twice."""
    if subject.lead is None or record.begun or not record.claims:
        return False
    composition = subject.composition
    return composition is not None and composition.digest != record.claims[-1].digest
