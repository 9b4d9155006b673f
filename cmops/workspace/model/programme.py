"""What ``calendar/`` holds: campaigns, events, key dates and objectives.

A period has a ``start`` and an ``end``. Days are inclusive; moments are half-open.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime

from cmops.findings import Pointer
from cmops.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A theme with an objective and a period, told to some audiences on some channels.

    ``brand`` is None for a campaign of several brands. ``budget`` is a note for people.
    """

    id: str
    path: str
    name: str
    objective: str
    start: date
    end: date
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    brand: str | None = None
    budget: str | None = None
    key_messages: tuple[str, ...] = ()
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ContestRules:
    """Where the rules of a contest can be read: an address, a text, or both."""

    url: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Prize:
    """What can be won, how many times, and what one is worth (``value`` is for people)."""

    what: str
    count: int = 1
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """When and how winners are chosen and told."""

    at: datetime | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """What the law and the platforms want of a contest; its start and end are the event's.

    Everything may be missing: a rule, not the schema, says what is, once a post names it.
    """

    rules: ContestRules | None = None
    organiser: str | None = None
    minimum_age: int | None = None
    countries: tuple[str, ...] = ()
    prizes: tuple[Prize, ...] = ()
    data_retention: str | None = None
    disclaimer: str | None = None
    draw: Draw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at a time: webinar, live-chat, contest, meetup or release.

    ``hosts`` are roles. ``contest`` is only there when ``type`` is. ``status`` is ``planned``,
    ``confirmed`` or ``cancelled``.
    """

    id: str
    path: str
    name: str
    type: str
    start: datetime | None = None
    end: datetime | None = None
    status: str = "planned"
    place: str | None = None
    url: str | None = None
    registration: str | None = None
    brand: str | None = None
    campaign: str | None = None
    channels: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    contest: Contest | None = None
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDate:
    """One entry of the year's recurring subjects: certain days, a day of every year, or a period.

    Exactly one of ``days``, ``on`` (``MM-DD``) and ``start`` with ``end`` is there. ``kind`` is
    ``holiday``, ``awareness``, ``commerce`` or ``own``. No countries means everywhere.
    """

    id: str
    path: str
    pointer: Pointer
    name: Mapping[str, str]
    kind: str
    days: tuple[date, ...] = ()
    on: str | None = None
    start: date | None = None
    end: date | None = None
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    source: str | None = None
    idea: str | None = None

    def spans(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """The times it happens between two days, as first and last day, in order."""
        for start, end in self._all(first.year, last.year):
            if start <= last and end >= first:
                yield start, end

    def _all(self, first_year: int, last_year: int) -> Iterator[tuple[date, date]]:
        if self.start and self.end:
            yield self.start, self.end
        for day in sorted(self.days):
            yield day, day
        if self.on:
            month, number = int(self.on[:2]), int(self.on[3:])
            for year in range(first_year, last_year + 1):
                if _exists(year, month, number):
                    yield date(year, month, number), date(year, month, number)


def _exists(year: int, month: int, day: int) -> bool:
    # Only the 29th of February comes and goes; the schema refuses what no year has.
    return (month, day) != (2, 29) or isleap(year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A figure to reach in a period; ``better`` says whether more or less is wanted.

    Without brand and channel it is the whole organisation's.
    """

    id: str
    path: str
    pointer: Pointer
    name: str
    kpi: str
    target: float
    start: date
    end: date
    why: str
    better: str = "higher"
    unit: str | None = None
    brand: str | None = None
    channel: str | None = None
