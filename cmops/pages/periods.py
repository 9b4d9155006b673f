"""Months that are too full for one page, cut at weeks, and weeks at days.

Cuts depend on the calendar and not on what else there is, so that a page keeps its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Generic, TypeVar

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


def periods(
    items: Sequence[tuple[date, Item]], size: Callable[[Item], int], room: int = ROOM
) -> Iterator[Period[Item]]:
    """The months that have items, in order, each cut as far as it must be to fit ``room``."""
    ordered = sorted(items, key=lambda each: each[0])
    for _, found in groupby(ordered, key=lambda each: (each[0].year, each[0].month)):
        yield from _cut(list(found), size, room, (_month, _week, _day))


_Name = Callable[[date], str]


def _cut(
    items: list[tuple[date, Item]], size: Callable[[Item], int], room: int, ways: tuple[_Name, ...]
) -> Iterator[Period[Item]]:
    way, *finer = ways
    for name, group in groupby(items, key=lambda each: way(each[0])):
        found = list(group)
        if finer and sum(size(item) for _, item in found) > room:
            yield from _cut(found, size, room, tuple(finer))
        else:
            yield from _pieces(name, found, size, room)


def _pieces(
    name: str, items: list[tuple[date, Item]], size: Callable[[Item], int], room: int
) -> Iterator[Period[Item]]:
    """A day that is too full by itself goes on further pages."""
    pages: list[list[tuple[date, Item]]] = [[]]
    filled = 0
    for day, item in items:
        if pages[-1] and filled + size(item) > room:
            pages.append([])
            filled = 0
        pages[-1].append((day, item))
        filled += size(item)
    for number, page in enumerate(pages, start=1):
        suffix = "" if number == 1 else f"-{number}"
        yield Period(name + suffix, page[0][0], page[-1][0], tuple(item for _, item in page))


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _week(day: date) -> str:
    return f"{day:%Y-%m}-W{day.isocalendar().week:02}"


def _day(day: date) -> str:
    return day.isoformat()
