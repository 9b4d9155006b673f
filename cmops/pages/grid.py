"""Weeks of seven days, with bars above them for what lasts longer than a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from cmops.pages.agenda import Mark
from cmops.values import dataclass

DAYS = 7
_LONG = ("campaign", "quiet")


@dataclass(frozen=True, slots=True)
class Bar:
    """A mark's part of one week: the column it starts in and how many it covers.

    ``begins`` and ``ends`` say whether the mark's own ends are inside. Without a mark it is the
    empty space between two others.
    """

    start: int
    width: int
    mark: Mark | None = None
    begins: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, and the lanes of bars above them, each filling all seven columns."""

    days: tuple[date, ...]
    lanes: tuple[tuple[Bar, ...], ...]


def split(marks: Iterable[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Marks that are bars, and those that stand in a day."""
    found = list(marks)
    long = [each for each in found if each.kind in _LONG or each.last > each.first]
    return long, [each for each in found if each not in long]


def week(days: Sequence[date], long: Iterable[Mark]) -> Week:
    """The week of these days, its bars in as few lanes as hold them in order."""
    lanes: list[list[Bar]] = []
    for bar in _bars(days, long):
        free = (lane for lane in lanes if lane[-1].start + lane[-1].width <= bar.start)
        lane = next(free, None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    return Week(tuple(days), tuple(tuple(_filled(lane)) for lane in lanes))


def _bars(days: Sequence[date], long: Iterable[Mark]) -> Iterator[Bar]:
    for mark in long:
        first, last = max(mark.first, days[0]), min(mark.last, days[-1])
        if first <= last:
            start, width = (first - days[0]).days, (last - first).days + 1
            yield Bar(start, width, mark, mark.first == first, mark.last == last)


def _filled(lane: list[Bar]) -> Iterator[Bar]:
    done = 0
    for bar in lane:
        if bar.start > done:
            yield Bar(done, bar.start - done)
        yield bar
        done = bar.start + bar.width
    if done < DAYS:
        yield Bar(done, DAYS - done)
