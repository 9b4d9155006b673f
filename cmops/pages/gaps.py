"""What a colleague would notice on the calendar: silences, and things too close together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cmops.pages import filters
from cmops.pages.agenda import is_public_holiday, key_date_name
from cmops.pages.programme import LOST, Slot
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import Event

_DAY = timedelta(days=1)
_NOBODY_READS = "outbox"
"""A platform whose silence nobody hears."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a channel says nothing: the days between two posts.

    ``last`` is None where nothing more is planned; then ``days`` counts up to the end of the span
    that was looked at.
    """

    channel: str
    first: date
    last: date | None
    days: int

    @property
    def told(self) -> str:
        """What it is to the filters."""
        return filters.of(channel=(self.channel,))


@dataclass(frozen=True, slots=True)
class Clash:
    """Two things that get in each other's way on a day.

    ``kind`` is ``close`` (two posts of one channel), ``quiet``, ``holiday`` or ``events``.
    ``other`` is what a post (or, between events, an event) meets; ``minutes`` how far apart two
    posts are.
    """

    kind: str
    at: datetime
    slot: Slot | None
    other: Slot | Event | str
    channels: tuple[str, ...] = ()
    event: Event | None = None
    minutes: int = 0


def gaps(site: Site, first: date, last: date) -> tuple[Gap, ...]:
    """The silences that lie between two days, at least in part, and are longer than wanted."""
    known = site.settings.channels
    found = [
        gap
        for channel in site.programme.heard
        if channel in known and known[channel].platform != _NOBODY_READS
        for gap in _of(site, channel, last)
    ]
    shown = (gap for gap in found if gap.first <= last and (gap.last is None or gap.last >= first))
    return tuple(sorted(shown, key=lambda gap: (gap.first, gap.channel)))


def _of(site: Site, channel: str, end: date) -> Iterator[Gap]:
    wanted, programme = site.settings.publishing.max_silence, site.programme
    for before, after in programme.silences(wanted)[channel]:
        yield Gap(channel, before + _DAY, after - _DAY, (after - before).days - 1)
    spoke = programme.heard[channel][-1]
    if end - spoke > wanted:
        yield Gap(channel, spoke + _DAY, None, (end - spoke).days)


def clashes(site: Site, first: date, last: date) -> tuple[Clash, ...]:
    """What gets in each other's way between two days, as far as it can still be mended."""
    slots = [
        slot
        for _, day in site.programme.between(max(first, site.today), last)
        for slot in day
        if slot.at and slot.at >= site.now and slot.state not in ("idea", *LOST)
    ]
    found = (
        *_close(site, slots),
        *_silenced(site, slots),
        *_on_holidays(site, slots, first, last),
        *_events(site, first, last),
    )
    return tuple(sorted(found, key=lambda clash: (clash.at, clash.kind)))


def _close(site: Site, slots: list[Slot]) -> Iterator[Clash]:
    """Posts of one channel that are nearer than wanted, once for all channels."""
    wanted = site.settings.publishing.spacing
    pairs: dict[tuple[int, int], tuple[Slot, Slot, list[str]]] = {}
    before: dict[str, Slot] = {}
    for slot in slots:
        for channel in slot.channels:
            near = before.get(channel)
            before[channel] = slot
            if near is None or near.id == slot.id or _apart(near, slot) >= wanted:
                continue
            pairs.setdefault((id(near), id(slot)), (near, slot, []))[2].append(channel)
    for near, slot, channels in pairs.values():
        minutes = int(_apart(near, slot).total_seconds() // 60)
        yield Clash("close", _at(slot), slot, near, tuple(channels), minutes=minutes)


def _silenced(site: Site, slots: list[Slot]) -> Iterator[Clash]:
    for quiet in site.workspace.windows.quiet:
        for slot in slots:
            if quiet.covers(_at(slot)):
                campaign = slot.post.campaign if slot.post else None
                known = site.settings.channels
                covered = tuple(
                    id
                    for id in slot.channels
                    if id in known and quiet.scope.covers(id, known[id].brand, campaign)
                )
                if covered:
                    yield Clash("quiet", _at(slot), slot, quiet.reason, covered)


def _on_holidays(site: Site, slots: list[Slot], first: date, last: date) -> Iterator[Clash]:
    """Posts on days off that are everybody's; those of a region alone are only shown."""
    off = {
        start: key_date_name(site, each)
        for each in site.workspace.key_dates
        if is_public_holiday(each) and not each.regions
        for start, end in each.spans(first, last)
        if start == end
    }
    for slot in slots:
        if slot.day in off:
            yield Clash("holiday", _at(slot), slot, off[slot.day], slot.channels)


def _events(site: Site, first: date, last: date) -> Iterator[Clash]:
    """Events of a few hours that are on at the same time."""
    found = sorted(
        (
            (each.start, each.end, each)
            for each in site.workspace.events.values()
            if each.start and each.end and each.status != "cancelled" and each.end > site.now
        ),
        key=lambda event: event[0],
    )
    short = [each for each in found if each[1] - each[0] <= _DAY]
    for place, (_, end, event) in enumerate(short):
        for later, _, other in short[place + 1 :]:
            if later >= end:
                break
            if first <= later.date() <= last:
                yield Clash("events", later, None, event, event=other)


def _apart(one: Slot, other: Slot) -> timedelta:
    return _at(other) - _at(one)


def _at(slot: Slot) -> datetime:
    if slot.at is None:
        raise ValueError(slot.id)
    return slot.at
