"""A month of a brand as a value: figures, tops and flops, objectives, what comes, what was said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from statistics import fmean

from cmops.measure.definitions import Kpi
from cmops.measure.periods import DAY, Kind, Period, of
from cmops.pages import filters
from cmops.pages.agenda import Mark, marks
from cmops.pages.charts import Drawn
from cmops.pages.kpis_figures import BEST_TIME, Measured
from cmops.pages.kpis_one import Compared, compared
from cmops.pages.periods import month
from cmops.pages.programme import Slot
from cmops.pages.results import Goal, goal
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import Report

SHOWN = (
    *("published", "punctuality", "reach", "impressions", "interactions", "engagement-rate"),
    *("shares", "link-clicks", "mentions", "followers", "followers-growth", "members"),
    *("new-members", "retained-members", "reply-time", "sentiment"),
)
"""The KPIs of a report, in this order, before those of the team."""

BY_CHANNEL = ("published", "interactions", "engagement-rate", "followers")
RANKED = 3
COMING = 10
YEAR = timedelta(days=365)
TOO_NEW = timedelta(days=3)
"""Younger posts have not been seen by everybody yet: comparing them would be unfair."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI in the month, beside the month before and the year before."""

    kpi: Kpi
    now: Compared
    spark: Drawn | None


@dataclass(frozen=True, slots=True)
class Result:
    """How a post went: its interactions, and what that is of a usual post of its channels (1.0)."""

    slot: Slot
    interactions: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something on the next month's calendar; ``place`` is the page that says more."""

    first: date
    last: date
    name: str
    what: str
    place: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Line:
    """A channel's figures, one for each of the report's columns; empty where not measured."""

    channel: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A report: of one brand, or (None) of the whole organisation.

    ``ahead`` is what stands on next month's calendar, ``more`` how many posts there are besides.
    """

    brand: str | None
    period: Period
    written: tuple[Report, ...]
    figures: tuple[Figure, ...]
    columns: tuple[Kpi, ...]
    channels: tuple[Line, ...]
    tops: tuple[Result, ...]
    flops: tuple[Result, ...]
    goals: tuple[Goal, ...]
    ahead: tuple[Ahead, ...]
    more: int


class Months:
    """The reports of a site: which there are, and what stands in each."""

    def __init__(self, site: Site, measured: Measured) -> None:
        self._site = site
        self.measured = measured
        self._means: dict[tuple[str, str], float] = {}

    @cached_property
    def brands(self) -> tuple[str | None, ...]:
        """Whose reports there are: with several brands, everybody's first."""
        found = tuple(self._site.settings.brands)
        return (None, *found) if len(found) > 1 else found or (None,)

    def of(self, brand: str | None) -> tuple[Period, ...]:
        """The months in which something of the brand was published or written about it."""
        today = self._site.today
        days = {
            each.first for each in self._site.workspace.reports.values() if self._is(each, brand)
        }
        for (whose, _), slots in self._slots.items():
            out = (s for s in slots if any(each.record.published for each in s.deliveries))
            first = next(out, None) if whose == brand else None
            if first is not None and first.day:
                days.add(first.day)
        found = {of(Kind.MONTH, day) for day in days if day <= today}
        return tuple(sorted(found, reverse=True))

    def month(self, brand: str | None, period: Period) -> Month:
        """The report."""
        ranked = self._ranked(brand, period)
        half = min(RANKED, len(ranked) // 2)
        columns = tuple(self._named(BY_CHANNEL))
        ahead, more = self._ahead(brand, of(Kind.MONTH, period.end + DAY))
        return Month(
            brand,
            period,
            self._written(brand, period),
            tuple(self._figures(brand, period)),
            columns,
            tuple(self._channels(brand, period, columns)),
            tuple(ranked[:half]),
            tuple(reversed(ranked[-half:])) if half else (),
            tuple(self._goals(brand, period)),
            ahead,
            more,
        )

    def _is(self, report: Report, brand: str | None) -> bool:
        # With a single brand, what names none is about it.
        return report.brand == brand or len(self.brands) == 1

    def _written(self, brand: str | None, period: Period) -> tuple[Report, ...]:
        return tuple(
            each
            for each in self._site.workspace.reports.values()
            if each.month == period.name and self._is(each, brand)
        )

    @cached_property
    def _slots(self) -> Mapping[tuple[str | None, str], list[Slot]]:
        """What goes out, by brand (None for all of it) and month."""
        found: dict[tuple[str | None, str], list[Slot]] = {}
        for slot in self._site.programme.slots:
            if slot.day is not None:
                name = month(slot.day)
                for brand in (None, *filters.brands(self._site, slot.channels)):
                    found.setdefault((brand, name), []).append(slot)
        return found

    def _named(self, ids: Iterable[str]) -> Iterator[Kpi]:
        known = {each.id: each for each in self.measured.kpis}
        return (known[id] for id in ids if id in known and id in self.measured.measured)

    def _figures(self, brand: str | None, period: Period) -> Iterator[Figure]:
        by, member = ("brand", brand) if brand and len(self.brands) > 1 else ("all", "")
        own = (each.id for each in self.measured.kpis if each.own and each.id not in SHOWN)
        for kpi in self._named([*own, *SHOWN]):
            point = self.measured.at(kpi, period, by, member)
            if point is not None and kpi.id != BEST_TIME:
                now = compared(self.measured, kpi, point)
                yield Figure(kpi, now, self.measured.spark(kpi, by, member))

    def _channels(
        self, brand: str | None, period: Period, columns: tuple[Kpi, ...]
    ) -> Iterator[Line]:
        for id, channel in self._site.settings.channels.items():
            if brand is not None and channel.brand != brand:
                continue
            points = [self.measured.at(kpi, period, "channel", id) for kpi in columns]
            values = tuple(
                self.measured.told(kpi, point.value) if point else ""
                for kpi, point in zip(columns, points, strict=True)
            )
            if any(values):
                yield Line(channel.name, values)

    def _goals(self, brand: str | None, period: Period) -> Iterator[Goal]:
        if self.measured.why:
            return
        channels = self._site.settings.channels
        for each in self.measured.figures.objectives():
            aim = each.objective
            channel = channels.get(aim.channel or "")
            theirs = aim.brand or (channel.brand if channel else None)
            if aim.start <= period.end and period.start <= aim.end and brand in (None, theirs):
                yield goal(self._site, each)

    def _ahead(self, brand: str | None, month: Period) -> tuple[tuple[Ahead, ...], int]:
        """The next month's campaigns, events and first posts, and how many posts more."""
        if self._site.view.lacks("plans"):
            return (), 0
        slots = self._slots.get((brand, month.name), [])
        found = [
            Ahead(each.first, each.last, each.name, each.what, each.place)
            for each in self._marks(brand, month)
        ]
        for slot in slots[:COMING]:
            if slot.day:
                channels = ", ".join(self._site.channel_names(slot.channels))
                place = self._site.post(slot.id, slot)
                found.append(Ahead(slot.day, slot.day, slot.title, channels, place))
        return tuple(sorted(found, key=lambda each: each.first)), max(len(slots) - COMING, 0)

    def _marks(self, brand: str | None, month: Period) -> tuple[Mark, ...]:
        found = marks(self._site, month.start, month.end)
        campaigns, events = self._site.workspace.campaigns, self._site.workspace.events
        names = {f"campaigns/{id}.md": each.brand for id, each in campaigns.items()}
        names |= {f"events/{id}.md": each.brand for id, each in events.items()}
        return tuple(
            each
            for each in found
            if each.place and (brand is None or names.get(each.place[0]) in (None, brand))
        )

    def _ranked(self, brand: str | None, period: Period) -> list[Result]:
        """The month's posts, the one that went best in comparison first."""
        counted, newest = self._counted, self._site.today - TOO_NEW
        found = []
        for slot in self._slots.get((brand, period.name), ()):
            if slot.day is None or slot.day > newest:
                continue
            here = [each for each in slot.deliveries if each.subject.key in counted]
            ratios = [
                counted[each.subject.key] / usual
                for each in here
                if (usual := self._usual(each.subject.channel, period)) > 0
            ]
            if ratios:
                total = sum(counted[each.subject.key] for each in here)
                found.append(Result(slot, total, fmean(ratios)))
        return sorted(found, key=lambda each: each.ratio, reverse=True)

    @cached_property
    def _counted(self) -> Mapping[str, float]:
        """The interactions of each delivery that has been counted."""
        return self._site.counted.by_delivery("interactions")

    @cached_property
    def _by_channel(self) -> Mapping[str, tuple[list[date], list[float]]]:
        """When each channel's deliveries went out that have been counted, and what they got."""
        found: dict[str, list[tuple[date, float]]] = {}
        for each in self._site.deliveries:
            got, at = self._counted.get(each.subject.key), each.subject.at
            if got is not None and at is not None:
                found.setdefault(each.subject.channel, []).append((at.date(), got))
        for of_it in found.values():
            of_it.sort()
        return {
            channel: ([day for day, _ in of_it], [got for _, got in of_it])
            for channel, of_it in found.items()
        }

    def _usual(self, channel: str, period: Period) -> float:
        """What a delivery of this channel got on average in the year up to the month's end."""
        place = (channel, period.name)
        if place not in self._means:
            self._means[place] = self._mean(channel, period)
        return self._means[place]

    def _mean(self, channel: str, period: Period) -> float:
        days, got = self._by_channel.get(channel, ((), ()))
        year = slice(bisect_right(days, period.end - YEAR), bisect_right(days, period.end))
        return fmean(got[year]) if got[year] else 0.0
