"""Waiting inside one run for what will be due before a time (``publish --until``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.errors import LedgerError
from cmops.publish.claims import busy_channels
from cmops.publish.corrections import attempt
from cmops.publish.outlets import Outlet
from cmops.publish.plan import Delivery, State
from cmops.publish.ports import MainUnreadable, Planned, Ports, Wanted

LOOK = 30.0
"""Seconds after which main is looked at again while waiting."""

LISTEN = 10.0
"""The same for the ledger, while another run is at a channel: its lease ends late, it may not."""


def wait(
    ports: Ports,
    planned: Planned,
    wanted: Wanted,
    busy: Mapping[str, datetime],
    spent: Mapping[str, int],
) -> bool:
    """Waits until something may have become possible or main has moved.

    False, at once, when nothing of the plan can happen before ``wanted.until``. ``busy`` are
    channels that other runs are at, until when; ``spent`` what this run has tried, by ``attempt``.
    """
    end = wanted.until
    moments = [at for at in _moments(ports, planned, wanted, busy, spent) if end and at <= end]
    if not moments:
        return False
    next_one = min(moments)
    pause = LISTEN if busy else LOOK
    while not ports.stop.asked:
        left = (next_one - ports.clock.now()).total_seconds()
        if left <= 0:
            return True
        ports.stop.sleep(ports.clock, min(left, pause))
        if _moved(ports, planned) or (busy and _let_go(ports, busy)):
            return True
    return False


def _moments(
    ports: Ports,
    planned: Planned,
    wanted: Wanted,
    busy: Mapping[str, datetime],
    spent: Mapping[str, int],
) -> Iterator[datetime]:
    """When each delivery may go on, as far as the plan can tell."""
    soon = ports.clock.now() + timedelta(seconds=1)
    for each in planned.deliveries:
        subject = each.subject
        outlet = ports.outlets.get(subject.channel)
        if outlet is None or not wanted.wants(subject.target):
            continue
        at = _moment(each, outlet, ports.clock.now())
        if each.state is State.DUE and attempt(subject) not in spent:
            at = busy.get(subject.channel)
        if at is not None:
            yield max(at, soon)


def _moment(delivery: Delivery, outlet: Outlet, now: datetime) -> datetime | None:
    if delivery.state is State.PUBLISHED:
        return None  # nothing of years of them is decoded
    record = delivery.record
    match delivery.state:
        case State.WAITING:
            return delivery.subject.begins
        case State.THROTTLED:
            return record.pausing.until if record.pausing else None
        case State.CLAIMED:
            return record.open.until + MAX_SKEW if record.open else None
        case State.UNCLEAR if outlet.reads_back is not None:
            ends = [doubt.claim.until + MAX_SKEW + outlet.delay for doubt in record.doubts]
            return max((end for end in ends if end >= now), default=None)
    return None


def _let_go(ports: Ports, busy: Mapping[str, datetime]) -> bool:
    """Whether the run that was at one of these channels is done with it."""
    try:
        history = ports.ledger.read(LISTEN / 2)
    except LedgerError:
        return False
    still = busy_channels(history, ports.clock.now())
    return any(channel not in still for channel in busy)


def _moved(ports: Ports, planned: Planned) -> bool:
    try:
        return ports.main.identity(LOOK) != planned.main
    except MainUnreadable:
        return False
