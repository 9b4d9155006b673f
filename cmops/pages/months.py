"""The calendar: an index with the grid of today's month, and a page a month with its list."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from cmops.pages import feeds, filters, gaps, grid, mix, weeks
from cmops.pages.agenda import marks
from cmops.pages.page import Heading, Html, Page, Part, initial
from cmops.pages.periods import Period, periods
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.values import dataclass

INDEX = "calendar/index.md"
IN_CELL = 5
"""How many posts a day of the grid shows at once; the list has the others."""

ROOM = 100_000
"""Characters of a month's list; the grid above it has all of its posts once more."""

WATCHED = 20
"""How many clashes a page names."""

LIST_ROOM = 130_000
"""Characters of a list that has a page of its own."""

Trail = tuple[tuple[str, str], ...]

_ROW = 620
_WEEKS = Calendar(firstweekday=0)
_AHEAD = timedelta(days=28)
"""How far ahead the index looks for silences and clashes."""


def calendar(site: Site) -> Iterator[Page]:
    """The index, a page for each month that has something, and one for each week."""
    months = _months(site)
    label = site.say("pages.calendar")
    mondays = weeks.known(site)
    form = Html(site.html("calendar-filters.html", INDEX, choices=filters.choices(site)).text, "")
    lists: dict[date, str] = {}
    for place, month in enumerate(months):
        before = months[place - 1] if place else None
        after = months[place + 1] if place + 1 < len(months) else None
        found = _cut(site, month)
        lists |= _list_paths(month, found)
        shown = _Month(month, path_of(month), found, before, after)
        near = tuple(weeks.of_month(month, mondays))
        if month == site.today.replace(day=1):
            parts = _index(site, months, shown, near, form)
            yield site.page(INDEX, label, parts, label=label, wide=True)
        sources = tuple(_sources(site, shown, near, form))
        for path, make in _pages(site, shown, near, form):
            yield site.kept.unless_current(shown.last, path, sources, make)
    trail = ((INDEX, label),)
    yield from weeks.weeks(site, mondays, lists, form, trail)


def path_of(month: date) -> str:
    """The page of a month."""
    return f"calendar/{month:%Y-%m}.md"


def _index(
    site: Site,
    months: list[date],
    now: _Month,
    near: tuple[date, ...],
    form: Html,
) -> Iterator[Part]:
    """Today's month as a grid alone, which a telephone shows day by day; then all the months."""
    yield Heading(2, initial(site.wording.month(now.first)), "month")
    yield _beside(site, INDEX, now, near)
    yield form
    yield _grid(site, INDEX, now, alone=True)
    yield from watch(site, INDEX, site.today, site.today + _AHEAD)
    years = sorted({month.year for month in months})
    yield Heading(2, site.say("calendar.months"), "months")
    yield site.html(
        "calendar.html",
        INDEX,
        years=[(year, [each for each in months if each.year == year]) for year in years],
        told={month: _told(site, month) for month in months},
        events={month: _events(site, month) for month in months},
    )
    yield from feeds.section(site, INDEX)


def _months(site: Site) -> list[date]:
    """The months in which something goes out or happens; key dates alone make none."""
    found = {day.replace(day=1) for day in site.programme.by_day}
    found |= {
        each.start.date().replace(day=1) for each in site.workspace.events.values() if each.start
    }
    for campaign in site.workspace.campaigns.values():
        found |= {campaign.start.replace(day=1), campaign.end.replace(day=1)}
    return sorted(found | {site.today.replace(day=1)})


@dataclass(frozen=True, slots=True)
class _Month:
    """A month's page: its list's parts, and the months beside it."""

    first: date
    path: str
    parts: list[Period[Slot]]
    before: date | None
    after: date | None

    @property
    def whole(self) -> bool:
        """Whether its list is on its own page."""
        return len(self.parts) <= 1

    @property
    def last(self) -> date:
        """Its last day."""
        return _end(self.first)


def _sources(site: Site, month: _Month, near: tuple[date, ...], form: Html) -> Iterator[str]:
    """What a month that is over is made of, besides what stands behind all pages."""
    yield f"{month.before} {month.after} {near} {form.text}"
    yield repr(gaps.gaps(site, month.first, month.last))
    yield from (site.kept.day(day) for day in _each(month.first, month.last))


def _pages(
    site: Site, month: _Month, near: tuple[date, ...], form: Html
) -> Iterator[tuple[str, Callable[[], Page]]]:
    """The month's page, and those of its list if it is too full."""
    title = initial(site.wording.month(month.first))
    trail = ((INDEX, site.say("pages.calendar")),)
    yield month.path, lambda: _month(site, month, near, form, title, trail)
    if not month.whole:
        yield from _lists(site, month, form, (*trail, (month.path, title)))


def _month(
    site: Site,
    month: _Month,
    near: tuple[date, ...],
    form: Html,
    title: str,
    trail: Trail,
) -> Page:
    path = month.path
    parts: list[Part] = [
        _beside(site, path, month, near),
        form,
        _grid(site, path, month),
        site.heading("list", "list"),
    ]
    if month.whole:
        parts.append(_list(site, month.first, month.last, path))
    else:
        parts.append(site.html("month-parts.html", path, periods=month.parts))
    parts += watch(site, path, month.first, month.last)
    parts += _mix(site, month.first, path)
    return site.page(path, title, tuple(parts), wide=True, trail=trail)


def _beside(site: Site, path: str, month: _Month, near: tuple[date, ...]) -> Html:
    """The ways to the months before and after, to its weeks and, from the index, to its list."""
    shown = [(day.isocalendar().week, weeks.path_of(day)) for day in near]
    current = weeks.path_of(weeks.monday(site.today))
    beside = {"before": month.before, "after": month.after, "weeks": shown, "current": current}
    whole = month.path if path == INDEX else None
    return site.html("month-beside.html", path, whole=whole, **beside)


def watch(site: Site, path: str, first: date, last: date) -> Iterator[Part]:
    """What is to be noticed between two days, if anything is."""
    silent, close = gaps.gaps(site, first, last), gaps.clashes(site, first, last)
    if silent or close:
        yield Heading(2, site.say("calendar.watch"), "watch")
        yield site.html(
            "calendar-watch.html",
            path,
            gaps=silent,
            clashes=close[:WATCHED],
            more=max(len(close) - WATCHED, 0),
        )


def _mix(site: Site, month: date, path: str) -> Iterator[Part]:
    found = mix.mixes(site, month, _end(month))
    if found:
        yield Heading(2, site.say("calendar.mix"), "mix")
        yield site.html("calendar-mix.html", path, mixes=found)


def _cut(site: Site, month: date) -> list[Period[Slot]]:
    """The month's posts, in the parts that its list is cut into."""
    days = [
        (day, slot) for day, slots in site.programme.between(month, _end(month)) for slot in slots
    ]
    if len(days) * _ROW <= ROOM:
        return list(periods(days, lambda slot: _ROW))
    return list(periods(days, lambda slot: _ROW, LIST_ROOM))


def _lists(
    site: Site, month: _Month, form: Html, trail: Trail
) -> Iterator[tuple[str, Callable[[], Page]]]:
    """The lists of a month that is too full for one page."""
    for period in month.parts:
        path = f"calendar/{period.name}.md"
        yield path, partial(_list_page, site, period, path, form, trail)


def _list_page(site: Site, period: Period[Slot], path: str, form: Html, trail: Trail) -> Page:
    first, last = site.draw.short_day(period.first), site.draw.short_day(period.last)
    title = site.say("pages.from-to", first=first, last=last)
    parts = (
        form,
        _list(site, period.first, period.last, path, period.items),
    )
    return site.page(path, title, parts, trail=trail)


def _list(
    site: Site, first: date, last: date, path: str, only: tuple[Slot, ...] | None = None
) -> Html:
    """Every day that has something; a day that goes on on another page has ``only`` these.

    A search finds posts on their own pages, and here what has none.
    """
    found = marks(site, first, last)
    kept = None if only is None else {id(slot) for slot in only}
    days = []
    for day in _each(first, last):
        here = [mark for mark in found if mark.begins(day, first)]
        slots = site.programme.by_day.get(day, ())
        if kept is not None:
            slots = tuple(slot for slot in slots if id(slot) in kept)
        if here or slots:
            days.append((day, slots, here))
    names = (mark.name for _, _, here in days for mark in here)
    return Html(site.html("month-list.html", path, days=days).text, "\n".join(names))


def _grid(site: Site, path: str, month: _Month, *, alone: bool = False) -> Html:
    # The days of its neighbours in the grid are left out.
    long, short = grid.split(marks(site, month.first, month.last))
    days = _WEEKS.monthdatescalendar(month.first.year, month.first.month)
    block = site.html(
        "month.html",
        path,
        alone=alone,
        month=month.first,
        weeks=[grid.week(week, long) for week in days],
        slots=site.programme.by_day,
        short={
            day: [mark for mark in short if mark.on(day)] for day in _each(month.first, month.last)
        },
        most=IN_CELL,
        whole=month.whole,
        lists=_list_paths(month.first, month.parts),
    )
    return Html(block.text, "")


def _list_paths(month: date, parts: list[Period[Slot]]) -> dict[date, str]:
    """The page whose list has a day of the month."""
    found = dict.fromkeys(_each(month, _end(month)), path_of(month))
    if len(parts) > 1:
        for period in reversed(parts):
            for day in _each(period.first, period.last):
                found[day] = f"calendar/{period.name}.md"
    return found


def _told(site: Site, month: date) -> tuple[int, int]:
    """How many posts a month has, and how many times they go out."""
    found = [slot.id for _, slots in site.programme.between(month, _end(month)) for slot in slots]
    return len(set(found)), len(found)


def _events(site: Site, month: date) -> int:
    return sum(mark.kind == "event" for mark in marks(site, month, _end(month)))


def _end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _each(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)
