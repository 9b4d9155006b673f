"""The calendar's weeks: a page each, seven days side by side, one below the other on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from cmops.pages import grid
from cmops.pages.agenda import marks
from cmops.pages.page import Html, Page
from cmops.pages.site import Site

IN_DAY = 40
"""How many posts a day shows; the month's list has all of them."""

_WEEK = timedelta(days=grid.DAYS)


def known(site: Site) -> tuple[date, ...]:
    """The Mondays of the weeks in which something goes out or happens, and of today's."""
    found = {monday(day) for day in site.programme.by_day}
    found |= {monday(each.start.date()) for each in site.workspace.events.values() if each.start}
    return tuple(sorted(found | {monday(site.today)}))


def weeks(
    site: Site,
    mondays: tuple[date, ...],
    lists: Mapping[date, str],
    form: Html,
    trail: tuple[tuple[str, str], ...],
) -> Iterator[Page]:
    """A page for each of these weeks; ``lists`` says where each day's list is."""
    for place, first in enumerate(mondays):
        before = mondays[place - 1] if place else None
        after = mondays[place + 1] if place + 1 < len(mondays) else None
        days = [first + timedelta(days=n) for n in range(grid.DAYS)]
        where = {day: lists[day] for day in days if day in lists}
        sources = (f"{before} {after} {form.text} {where}", *map(site.kept.day, days))
        beside = {"before": _door(before), "after": _door(after)}
        make = partial(_week, site, days, where, form, trail, beside)
        yield site.kept.unless_current(days[-1], path_of(first), sources, make)


def _week(
    site: Site,
    days: list[date],
    lists: Mapping[date, str],
    form: Html,
    trail: tuple[tuple[str, str], ...],
    beside: Mapping[str, tuple[int, str] | None],
) -> Page:
    path, months = path_of(days[0]), [day.replace(day=1) for day in (days[0], days[-1])]
    parts = (
        site.html("week-beside.html", path, months=dict.fromkeys(months), **beside),
        form,
        _grid(site, path, days, lists),
    )
    return site.page(path, _title(site, days), parts, wide=True, trail=trail)


def path_of(first: date) -> str:
    """The page of the week that begins on this Monday."""
    return f"calendar/{name(first)}.md"


def name(first: date) -> str:
    """``2026-W49``."""
    year, number, _ = first.isocalendar()
    return f"{year}-W{number:02}"


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def of_month(month: date, mondays: Iterable[date]) -> Iterator[date]:
    """Those of the Mondays whose weeks have a day of this month."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return (each for each in mondays if each <= last and each + _WEEK > month)


def _door(first: date | None) -> tuple[int, str] | None:
    """A week's number and its page."""
    return (first.isocalendar().week, path_of(first)) if first else None


def _title(site: Site, days: list[date]) -> str:
    first, last = site.draw.short_day(days[0]), site.draw.date(days[-1])
    number = days[0].isocalendar().week
    return site.say("calendar.week-title", number=number, first=first, last=last)


def _grid(site: Site, path: str, days: list[date], lists: Mapping[date, str]) -> Html:
    long, short = grid.split(marks(site, days[0], days[-1]))
    block = site.html(
        "week.html",
        path,
        week=grid.week(days, long),
        slots=site.programme.by_day,
        short={day: [mark for mark in short if mark.on(day)] for day in days},
        most=IN_DAY,
        lists=lists,
    )
    return Html(block.text, "")
