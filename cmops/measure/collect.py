"""Asks the networks how it went, and keeps what they say.

Deliveries of the rehearsal are never asked about: no network has them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmops.adapters import registry
from cmops.adapters.contract import Can, Capability, Measures, Metric
from cmops.failures import Failure, NotSent
from cmops.http import session
from cmops.ledger.clock import Clock
from cmops.ledger.entries import Receipt
from cmops.ledger.history import History
from cmops.ledger.remote import Remote
from cmops.ledger.remote import Snapshot as Contents
from cmops.measure import place
from cmops.measure.schedule import channel_is_due, is_due
from cmops.measure.snapshots import CHANNEL, Snapshot, channel_of, hour, latest
from cmops.values import dataclass
from cmops.workspace.model import Channel

AT_ONCE = 20
"""Messages in one question: what was answered is kept when a later question fails."""

_LOOK_BACK = timedelta(days=8)
"""Longer than the longest time between two snapshots: what is older is due anyway."""

Open = Callable[[Channel], Measures | None]
"""What asks a channel's network; None where it has no numbers. Raises Failure."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A channel that could not be asked, or not to the end; ``code`` is a Failure's."""

    channel: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run did: snapshots taken by channel, lines added, and what went wrong.

    A channel whose numbers nobody gives stands in ``without``.
    """

    taken: Mapping[str, int]
    added: int
    troubles: tuple[Trouble, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """A delivery that is live: its key, since when, and what the network calls its messages."""

    key: str
    published: datetime
    receipts: tuple[Receipt, ...]


def collect(
    channels: Iterable[Channel], history: History, remote: Remote, clock: Clock, opened: Open
) -> Collected:
    """One run over these channels. One that fails does not keep the others from being asked.

    Raises LedgerUnreachable, NotKept and GitError.
    """
    asked, now = tuple(channels), clock.now()
    known = _known(remote, (each.id for each in asked), now)
    live = live_deliveries(history)
    found: list[Snapshot] = []
    troubles: list[Trouble] = []
    without: list[str] = []
    for channel in asked:
        try:
            network = opened(channel)
            if network is None:
                without.append(channel.id)
                continue
            # One by one: what came before a failure is kept.
            for taken in _snapshots(channel.id, network, live, known[channel.id], clock):
                found.append(taken)
        except Failure as failure:
            troubles.append(Trouble(channel.id, failure.code, failure.detail))
    added = place.add(remote, clock, lambda there: _fresh(remote, there, found)) if found else 0
    taken_by = {each.id: sum(one.channel == each.id for one in found) for each in asked}
    return Collected(taken_by, added, tuple(troubles), tuple(without))


def opener(root: Path, environ: Mapping[str, str] = os.environ) -> Open:
    """Asks with the adapters of a workspace and the secrets of the environment."""

    def opened(channel: Channel) -> Measures | None:
        try:
            platform = registry.adapter(channel.platform).platform
        except registry.UnknownPlatform:
            return None
        if platform.able(Capability.METRICS) is not Can.YES:
            return None
        missing = [name for name in channel.secrets.values() if not environ.get(name)]
        if missing:
            raise NotSent("no_secret", ", ".join(missing))
        http = session(channel.secrets, environ=environ)
        sender: object = registry.sender(channel, root=root, http=http)
        return sender if isinstance(sender, Measures) else None

    return opened


def live_deliveries(history: History) -> Mapping[str, Sequence[Live]]:
    """What is live of each channel, as far as the ledger knows."""
    found: dict[str, list[Live]] = {}
    for key in tuple(history.keys()):
        record = history.of(key)
        receipts = tuple(each.receipt for each in record.live)
        if receipts:
            first = min(each.at for each in receipts)
            found.setdefault(record.channel, []).append(Live(key, first, receipts))
    return found


def _snapshots(
    channel: str,
    network: Measures,
    live: Mapping[str, Sequence[Live]],
    known: Mapping[str, datetime],
    clock: Clock,
) -> Iterator[Snapshot]:
    """What is due of one channel, itself first. Raises Failure."""
    now = clock.now()
    if channel_is_due(known.get(CHANNEL), now):
        numbers = network.measure_channel()
        if numbers:
            yield Snapshot(channel, CHANNEL, now, numbers)
    due = [
        each for each in live.get(channel, ()) if is_due(each.published, known.get(each.key), now)
    ]
    for batch in _batches(sorted(due, key=lambda each: each.published, reverse=True)):
        told = network.measure([receipt for each in batch for receipt in each.receipts])
        for each in batch:
            total = _total(told[one.id] for one in each.receipts if one.id in told)
            if total:
                yield Snapshot(channel, each.key, now, total)


def _batches(due: Sequence[Live]) -> Iterator[list[Live]]:
    """Deliveries whole, so many that about AT_ONCE messages are asked about at a time."""
    batch: list[Live] = []
    for each in due:
        batch.append(each)
        if sum(len(one.receipts) for one in batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _total(told: Iterable[Mapping[Metric, int]]) -> dict[Metric, int]:
    """The numbers of a thread: those of its messages together."""
    found: dict[Metric, int] = {}
    for numbers in told:
        for metric, value in numbers.items():
            found[metric] = found.get(metric, 0) + value
    return found


def _known(
    remote: Remote, channels: Iterable[str], now: datetime
) -> Mapping[str, Mapping[str, datetime]]:
    """Each channel's subjects with the hour of their last snapshot, this month's or the last's."""
    there = remote.look(place.PATIENCE)
    months = {f"{at.astimezone(UTC):%Y-%m}" for at in (now, now - _LOOK_BACK)}
    paths = {
        name: [f"metrics/{name}/{month}.ndjson" for month in sorted(months)] for name in channels
    }
    read = place.contents(remote, there, [each for both in paths.values() for each in both])
    return {
        name: latest(read[path] for path in both if path in read) for name, both in paths.items()
    }


def _fresh(remote: Remote, there: Contents, found: Sequence[Snapshot]) -> dict[str, bytes]:
    """The lines of subjects that have none in their hour yet, by file."""
    read = place.contents(remote, there, sorted({each.path for each in found}))
    known = {path: latest([content]) for path, content in read.items()}
    added: dict[str, bytes] = {}
    for each in found:
        last = known.get(each.path, {}).get(each.key)
        if channel_of(each.path) and (last is None or last < hour(each.at)):
            added[each.path] = added.get(each.path, b"") + each.line
    return added
