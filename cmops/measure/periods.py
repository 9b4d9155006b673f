"""Weeks, months, quarters and years, the last 365 days, and the periods of objectives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from cmops.values import dataclass
from cmops.wording import Wording
from cmops.workspace.model import Objective

DAY = timedelta(days=1)
OLDEST = timedelta(days=5 * 366)
"""How far back periods go."""


class Kind(StrEnum):
    """What a period is; ``rolling`` are the 365 days up to now, ``range`` what somebody named."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ROLLING = "rolling"
    OBJECTIVE = "objective"
    RANGE = "range"


CALENDAR = (Kind.WEEK, Kind.MONTH, Kind.QUARTER, Kind.YEAR)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first day to the last, both inside. Named ``2026-W48``, ``2026-11``."""

    start: date
    end: date
    kind: Kind
    name: str

    @property
    def previous(self) -> Period:
        """The one before it; of a period that is not the calendar's, as many days before it."""
        if self.kind in CALENDAR:
            return of(self.kind, self.start - DAY)
        days = self.end - self.start + DAY
        return Period(self.start - days, self.start - DAY, self.kind, f"{self.name}-1")

    @property
    def year_ago(self) -> Period:
        """The same one last year; a week's is 52 weeks ago."""
        if self.kind is Kind.WEEK:
            return of(self.kind, self.start - 364 * DAY)
        if self.kind in CALENDAR:
            return of(self.kind, date(self.start.year - 1, self.start.month, 1))
        year = 365 * DAY
        return Period(self.start - year, self.end - year, self.kind, f"{self.name}-year")

    def over(self, now: datetime) -> bool:
        """Whether all of it has passed."""
        return now.date() > self.end

    def title(self, wording: Wording) -> str:
        """How people call it."""
        if self.kind is Kind.MONTH:
            return wording.month(self.start)
        if self.kind is Kind.WEEK:
            return wording.say("measure.week", week=self.name[-2:], year=self.name[:4])
        if self.kind is Kind.QUARTER:
            return wording.say("measure.quarter", quarter=self.name[-1], year=self.name[:4])
        if self.kind is Kind.ROLLING:
            return wording.say("measure.rolling")
        if self.kind is Kind.RANGE:
            return wording.say("measure.range", start=self.start, end=self.end)
        return self.name


def of(kind: Kind, day: date) -> Period:
    """The calendar's period of this kind that a day is in."""
    if kind is Kind.WEEK:
        start = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Period(start, start + 6 * DAY, kind, f"{year}-W{week:02}")
    if kind is Kind.MONTH:
        start = day.replace(day=1)
        return Period(start, _month_after(start, 1) - DAY, kind, f"{day:%Y-%m}")
    if kind is Kind.QUARTER:
        quarter = (day.month - 1) // 3
        start = date(day.year, 3 * quarter + 1, 1)
        return Period(start, _month_after(start, 3) - DAY, kind, f"{day.year}-Q{quarter + 1}")
    return Period(date(day.year, 1, 1), date(day.year, 12, 31), Kind.YEAR, f"{day.year}")


def periods(
    first: date,
    now: datetime,
    objectives: Iterable[Objective],
    wanted: tuple[date, date] | None = None,
) -> Iterator[Period]:
    """Every period from the first day that something is known of until now."""
    today = now.date()
    for kind in CALENDAR:
        period = of(kind, max(first, today - OLDEST))
        while period.start <= today:
            yield period
            period = of(kind, period.end + DAY)
    yield Period(today - 364 * DAY, today, Kind.ROLLING, "365d")
    for each in objectives:
        if each.start <= each.end:
            yield Period(each.start, each.end, Kind.OBJECTIVE, each.id)
    if wanted is not None:
        asked = Period(*wanted, Kind.RANGE, f"{wanted[0]}..{wanted[1]}")
        yield from (asked, asked.previous, asked.year_ago)


def _month_after(start: date, months: int) -> date:
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1)
