"""The calendar: a page a month, as a grid and as a list."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cmops.pages.agenda import Mark, marks
from cmops.pages.page import Html, Page, Part, initial
from cmops.pages.periods import Period, periods
from cmops.pages.programme import Slot
from cmops.pages.site import Site

INDEX = "calendar/index.md"
IN_CELL = 5
"""How many posts a day of the grid shows; the list has all of them."""

DAYS = 7
_ROW = 450
_WEEKS = Calendar(firstweekday=0)


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


def calendar(site: Site) -> Iterator[Page]:
    """The index by year, and a page for each month that has something."""
    months = _months(site)
    label = site.say("pages.calendar")
    years = sorted({month.year for month in months})
    block = site.html(
        "calendar.html",
        INDEX,
        years=[(year, [each for each in months if each.year == year]) for year in years],
        slots={month: _slots(site, month) for month in months},
        marks={month: _marks(site, month) for month in months},
    )
    yield site.page(INDEX, label, (block,), label=label)
    for place, month in enumerate(months):
        yield from _month(site, month, months, place)


def path_of(month: date) -> str:
    """The page of a month."""
    return f"calendar/{month:%Y-%m}.md"


def _months(site: Site) -> list[date]:
    """The months in which something goes out or happens; key dates alone make none."""
    found = {day.replace(day=1) for day in site.programme.by_day}
    found |= {
        each.start.date().replace(day=1) for each in site.workspace.events.values() if each.start
    }
    for campaign in site.workspace.campaigns.values():
        found |= {campaign.start.replace(day=1), campaign.end.replace(day=1)}
    return sorted(found | {site.today.replace(day=1)})


def _month(site: Site, month: date, months: list[date], place: int) -> Iterator[Page]:
    path, title = path_of(month), initial(site.wording.month(month))
    trail = ((INDEX, site.say("pages.calendar")),)
    parts: list[Part] = [
        site.html(
            "month-beside.html",
            path,
            before=months[place - 1] if place else None,
            after=months[place + 1] if place + 1 < len(months) else None,
        ),
        _grid(site, month, path),
        site.heading("list", "list"),
    ]
    days = [
        (day, slot) for day, slots in site.programme.between(month, _end(month)) for slot in slots
    ]
    found = list(periods(days, lambda slot: _ROW))
    if len(found) > 1:
        parts.append(site.html("month-parts.html", path, periods=found))
        yield site.page(path, title, tuple(parts), wide=True, trail=trail)
        yield from _lists(site, found, (*trail, (path, title)))
    else:
        parts.append(_list(site, month, _end(month), path))
        yield site.page(path, title, tuple(parts), wide=True, trail=trail)


def _lists(
    site: Site, found: list[Period[Slot]], trail: tuple[tuple[str, str], ...]
) -> Iterator[Page]:
    """The lists of a month that is too full for one page."""
    for period in found:
        path = f"calendar/{period.name}.md"
        first, last = site.draw.short_day(period.first), site.draw.short_day(period.last)
        title = site.say("pages.from-to", first=first, last=last)
        yield site.page(path, title, (_list(site, period.first, period.last, path),), trail=trail)


def _list(site: Site, first: date, last: date, path: str) -> Html:
    found = marks(site, first, last)
    days = [
        (day, site.programme.by_day.get(day, ()), here)
        for day in _each(first, last)
        if (here := [mark for mark in found if mark.begins(day, first)])
        or day in site.programme.by_day
    ]
    return site.html("month-list.html", path, days=days)


def _grid(site: Site, month: date, path: str) -> Html:
    found = _marks(site, month)
    long = [mark for mark in found if mark.kind in ("campaign", "quiet") or mark.last > mark.first]
    short = [mark for mark in found if mark not in long]
    weeks = [
        Week(tuple(days), tuple(_lanes(days, long)))
        for days in _WEEKS.monthdatescalendar(month.year, month.month)
    ]
    return site.html(
        "month.html",
        path,
        month=month,
        weeks=weeks,
        slots=site.programme.by_day,
        short={
            day: [mark for mark in short if mark.on(day)] for week in weeks for day in week.days
        },
        most=IN_CELL,
        list_path=_list_path(site, month),
    )


def _lanes(days: list[date], long: list[Mark]) -> Iterator[tuple[Bar, ...]]:
    """The bars of a week in as few rows as hold them in order."""
    lanes: list[list[Bar]] = []
    for bar in _bars(days, long):
        free = (lane for lane in lanes if lane[-1].start + lane[-1].width <= bar.start)
        lane = next(free, None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    for lane in lanes:
        yield tuple(_filled(lane))


def _bars(days: list[date], long: list[Mark]) -> Iterator[Bar]:
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


def _list_path(site: Site, month: date) -> dict[date, str]:
    days = [
        (day, slot) for day, slots in site.programme.between(month, _end(month)) for slot in slots
    ]
    found = list(periods(days, lambda slot: _ROW))
    if len(found) <= 1:
        return {}
    return {
        day: f"calendar/{period.name}.md"
        for period in reversed(found)
        for day in _each(period.first, period.last)
    }


def _slots(site: Site, month: date) -> int:
    return sum(len(slots) for _, slots in site.programme.between(month, _end(month)))


def _marks(site: Site, month: date) -> tuple[Mark, ...]:
    """The month's marks, the days of its neighbours in the grid left out."""
    return marks(site, month, _end(month))


def _end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _each(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)
