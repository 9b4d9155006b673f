"""Two equal texts on one channel: while one could be mistaken for the other, the second waits.

Only where a message is recognised by its text after a lost answer: there, two equal ones within
the time that is searched would leave nobody able to say which of them is live.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.compose import Composition
from cmops.ledger.history import History
from cmops.ledger.settled import leased_until
from cmops.publish.reasons import Reason, State
from cmops.workspace.model import Channel

if TYPE_CHECKING:
    from cmops.publish.delivery import Delivery

WINDOW = timedelta(minutes=15)
"""A lease, what clocks may differ by, and a platform's delay before it shows what it has."""

Root = tuple[str, object, object]


def windows(channels: Iterable[Channel]) -> Mapping[str, timedelta]:
    """The channels on which a message is recognised by its text, and for how long."""
    found = {}
    for channel in channels:
        try:
            platform = adapter(channel.platform).platform
        except UnknownPlatform:
            continue
        if platform.found_by_text:
            found[channel.id] = WINDOW
    return found


def held(
    deliveries: tuple[Delivery, ...],
    history: History,
    now: datetime,
    windows: Mapping[str, timedelta],
) -> tuple[Delivery, ...]:
    """The same deliveries; those that must wait for their rival are held."""
    found = rivals(deliveries, history, now, windows) if windows else {}
    if not found:
        return deliveries
    return tuple(
        replace(each, state=State.HELD, reason=Reason("same_text", {"other": found[each.key]}))
        if each.key in found
        else each
        for each in deliveries
    )


def rivals(
    deliveries: Iterable[Delivery],
    history: History,
    now: datetime,
    windows: Mapping[str, timedelta],
) -> Mapping[str, str]:
    """For each due delivery that must wait, the key of the one it could be mistaken for."""
    concerned = [each for each in deliveries if each.subject.channel in windows]
    due: dict[str, list[Delivery]] = {}
    for each in concerned:
        if each.state == "due" and each.subject.action == "publish":
            due.setdefault(each.subject.channel, []).append(each)
    return _second_ones(due, _taken(concerned, due, history, now, windows)) if due else {}


def _taken(
    concerned: Iterable[Delivery],
    due: Collection[str],
    history: History,
    now: datetime,
    windows: Mapping[str, timedelta],
) -> Mapping[str, dict[Root | str, str]]:
    """By channel, what is not to be mistaken, and whose it is."""
    taken: dict[str, dict[Root | str, str]] = {}
    for each in concerned:
        channel = each.subject.channel
        if channel in due and _recent(each, history, now, windows[channel]):
            root = _root(each.composition)
            if root is not None:
                taken.setdefault(channel, {}).setdefault(root, each.key)
    for record in history.unsettled:
        if record.bound is not None and record.begun:
            taken.setdefault(record.channel, {}).setdefault(record.bound.digest, record.key)
    return taken


def _second_ones(
    due: Mapping[str, list[Delivery]], taken: Mapping[str, dict[Root | str, str]]
) -> dict[str, str]:
    held: dict[str, str] = {}
    for channel, deliveries in due.items():
        known = dict(taken.get(channel, {}))
        for each in deliveries:
            composition = each.composition
            root = _root(composition)
            if root is None or composition is None:
                continue
            other = known.get(root) or known.get(composition.digest)
            if other and other != each.key:
                held[each.key] = other
            else:
                known[root] = each.key
    return held


def _recent(delivery: Delivery, history: History, now: datetime, window: timedelta) -> bool:
    """Whether it is in doubt, in hand, or was sent so lately that it could still be found."""
    group = history.settled(delivery.subject.target)
    ended = leased_until(group) if group is not None else None
    if ended is not None and now - ended >= window:
        return False
    record = delivery.record
    if record.doubts or record.open:
        return True
    return any(now - claim.until < window for claim in record.claims) and record.begun


def _root(composition: Composition | None) -> Root | None:
    """What makes a thread's first message look like another; None where there is nothing."""
    if composition is None or not composition.messages:
        return None
    first = composition.messages[0]
    return first.text, first.fields.get("repost"), first.fields.get("reply_to")
