"""Months that are too full for one page, cut at weeks, and weeks at days.

Cuts depend on the calendar and not on what else there is, so that a page keeps its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from cmops.values import dataclass

Item = TypeVar("Item")

ROOM = 150_000
"""Characters of our own on a page: a theme adds its frame and a table of contents, and 300 kB is
too much to load on a telephone."""


@dataclass(frozen=True, slots=True)
class Period(Generic[Item]):
    """A span of time with a name (``2026-12``, ``2026-12-W49``, ``2026-12-03``) and its items."""

    name: str
    first: date
    last: date
    items: tuple[Item, ...]


class _Day(NamedTuple, Generic[Item]):
    """All of a day: its items, each with its size, and how much they are together."""

    day: date
    items: list[tuple[Item, int]]
    size: int


def periods(
    items: Sequence[tuple[date, Item]], size: Callable[[Item], int], room: int = ROOM
) -> Iterator[Period[Item]]:
    """The months that have items, in order, each cut as far as it must be to fit ``room``."""
    days: list[_Day[Item]] = []
    for day, found in groupby(sorted(items, key=itemgetter(0)), key=itemgetter(0)):
        sized = [(item, size(item)) for _, item in found]
        days.append(_Day(day, sized, sum([each for _, each in sized])))
    yield from _cut(days, room, (month, _week, _day))


_Name = Callable[[date], str]


def _cut(days: list[_Day[Item]], room: int, ways: tuple[_Name, ...]) -> Iterator[Period[Item]]:
    way, *finer = ways
    for name, group in groupby(days, key=lambda each: way(each.day)):
        found = list(group)
        if finer and sum([each.size for each in found]) > room:
            yield from _cut(found, room, tuple(finer))
        else:
            yield from _pieces(name, found, room)


def _pieces(name: str, days: list[_Day[Item]], room: int) -> Iterator[Period[Item]]:
    """A day that is too full by itself goes on further pages."""
    pages: list[list[tuple[date, Item]]] = [[]]
    filled = 0
    for day, items, _ in days:
        for item, size in items:
            if pages[-1] and filled + size > room:
                pages.append([])
                filled = 0
            pages[-1].append((day, item))
            filled += size
    for number, page in enumerate(pages, start=1):
        suffix = "" if number == 1 else f"-{number}"
        yield Period(name + suffix, page[0][0], page[-1][0], tuple([item for _, item in page]))


def month(day: date) -> str:
    """``2026-12``; several times as fast as the calendar's own way of writing it."""
    return f"{day.year:04}-{day.month:02}"


def _week(day: date) -> str:
    return f"{month(day)}-W{day.isocalendar().week:02}"


def _day(day: date) -> str:
    return day.isoformat()
