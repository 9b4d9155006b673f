"""The figures of a site: months and slices of every KPI, named as the team calls things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from cmops.errors import CmopsError
from cmops.measure.definitions import Kpi
from cmops.measure.figures import Figures, Point
from cmops.measure.periods import DAY, Kind, Period, of
from cmops.measure.rows import shown, unit
from cmops.measure.run import NoDuckDB
from cmops.pages.charts import Drawn, Frame, spark
from cmops.pages.page import Heading
from cmops.pages.site import Site
from cmops.values import dataclass

MONTHS = 24
"""How far back pages look; ``cmops kpi`` tells more."""

DIMENSIONS = ("channel", "brand", "pillar", "format", "campaign")
BEST_TIME = "best-time"

INDEX = "kpis/index.md"
PUBLICATION = "kpis/plan_and_publication.md"
TABLES = "kpis/sql_tables.md"

Months = tuple[Period, ...]
"""Months that follow each other."""

_PERCENT = "%"


def place(id: str) -> str:
    """The page of a KPI; ids have no underscore, so that none takes the place of another page."""
    return f"kpis/{id}.md" if id != "index" else "kpis/index_.md"


@dataclass(frozen=True, slots=True)
class Change:
    """From one figure to another: ``+11 %``. ``tone`` is ``good``, ``bad`` or empty.

    ``told`` says that the tone must be told in words: more is worse here, or less is better.
    """

    text: str
    tone: str
    told: bool = False


def heading(site: Site, phrase: str, name: str, level: int = 2, /, **values: object) -> Heading:
    """A heading in the words of this room; ``name`` is its anchor."""
    return Heading(level, site.say(f"kpis.{phrase}", **values), name)


class Measured:
    """What a site's KPIs come to.

    ``measured`` are the ids of those that have any number. ``why`` says that none can be worked
    out here, and what is missing for it.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._figures: Figures = site.facts.figures
        self._series: dict[tuple[str, str], Mapping[str, tuple[Point, ...]]] = {}
        self.kpis = self._figures.kpis
        self.measured: frozenset[str] = frozenset()
        self.why: CmopsError | None = None
        try:
            measured = (each.id for each in self.kpis if self._figures.is_measured(each))
            self.measured = frozenset(measured)
        except NoDuckDB as error:
            self.why = error
        self.example = self.why is None and self._figures.example

    @property
    def figures(self) -> Figures:
        """Everything else that can be asked; nothing where there is a ``why``."""
        return self._figures

    @cached_property
    def last(self) -> Period:
        """The last month that is over."""
        return of(Kind.MONTH, of(Kind.MONTH, self._site.today).start - DAY)

    @cached_property
    def months(self) -> Months:
        """The months that pages show, up to the one that is running."""
        months = [of(Kind.MONTH, self._site.today)]
        while len(months) < MONTHS:
            months.append(months[-1].previous)
        return tuple(reversed(months))

    def series(self, kpi: Kpi, by: str = "all") -> Mapping[str, tuple[Point, ...]]:
        """A KPI's months, by member, in time's order."""
        place = (kpi.id, by)
        if place not in self._series:
            found: dict[str, list[Point]] = {}
            for each in self._figures.series(kpi, by, Kind.MONTH) if not self.why else ():
                found.setdefault(each.member, []).append(each)
            self._series[place] = {member: tuple(points) for member, points in found.items()}
        return self._series[place]

    def at(self, kpi: Kpi, month: Period, by: str = "all", member: str = "") -> Point | None:
        """A KPI in one month."""
        points = self.series(kpi, by).get(member, ())
        return next((each for each in points if each.period == month), None)

    def latest(self, kpi: Kpi, by: str = "all", member: str = "") -> Point | None:
        """A KPI in the last month that is over and has a figure; else in the running one."""
        points = self.series(kpi, by).get(member, ())
        over = tuple(each for each in points if each.complete)
        found = over or points
        return found[-1] if found else None

    def span(self, kpi: Kpi, by: str = "all", members: Sequence[str] = ("",)) -> Months:
        """The shown months from the first to the last in which one of these has a figure."""
        known = self.series(kpi, by)
        told = {each.period for member in members for each in known.get(member, ())}
        places = [at for at, month in enumerate(self.months) if month in told]
        return self.months[places[0] : places[-1] + 1] if places else ()

    def values(
        self, kpi: Kpi, months: Months, by: str = "all", member: str = ""
    ) -> tuple[float | None, ...]:
        """A KPI in each of these months."""
        found = {each.period: each.value for each in self.series(kpi, by).get(member, ())}
        return tuple(found.get(month) for month in months)

    def spark(self, kpi: Kpi, by: str = "all", member: str = "") -> Drawn | None:
        """The months that are over, as a small line."""
        over = tuple(month for month in self.span(kpi, by, (member,)) if self._is_over(month))
        return spark(self.values(kpi, over, by, member))

    def _is_over(self, month: Period) -> bool:
        return month.over(self._site.now)

    def frame(self, months: Months) -> Frame:
        """The axes of a chart of these months."""
        return Frame(
            tuple(self._short(month.start) for month in months),
            tuple(self.title(month) for month in months),
            self.shown,
            running=bool(months) and not self._is_over(months[-1]),
            years=tuple(str(month.start.year) for month in months),
        )

    def _short(self, day: date) -> str:
        return self._site.say(f"pages.month.{day.month}")

    def title(self, period: Period) -> str:
        """What a period is called; that it is running is said."""
        said = period.title(self._site.wording)
        return said if self._is_over(period) else f"{said} ({self._site.say('measure.running')})"

    def name(self, by: str, member: str) -> str:
        """What a member of a dimension is called."""
        site = self._site
        if by == "channel":
            return site.channel(member)
        if by == "format" and site.wording.has(f"kpis.format.{member}"):
            return site.say(f"kpis.format.{member}")
        known: Mapping[str, Mapping[str, object]] = {
            "brand": site.settings.brands,
            "pillar": site.settings.pillars,
            "campaign": site.workspace.campaigns,
        }
        found = known.get(by, {}).get(member)
        return str(getattr(found, "name", member))

    def members(self, kpi: Kpi, by: str) -> tuple[str, ...]:
        """Who has figures of it in the months that pages show, the largest first.

        The last month that is over decides: one that has just begun says little.
        """
        first = self.months[0].start
        sizes = {
            member: _size(points)
            for member, points in self.series(kpi, by).items()
            if points[-1].period.start >= first
        }
        return tuple(sorted(sizes, key=lambda member: sizes[member], reverse=True))

    def change(self, kpi: Kpi, value: float, before: float | None) -> Change | None:
        """From ``before`` to ``value``: in percent, or in points where both are percentages."""
        if before is None:
            return None
        if kpi.unit.get("en", next(iter(kpi.unit.values()), "")) == _PERCENT:
            difference = round(value - before, 2)
            text = self._site.say("kpis.points", number=self._signed(difference))
        elif before > 0:
            difference = round(100 * (value - before) / before)
            text = self._site.say("pages.percent", number=self._signed(difference))
        else:
            return None
        if not difference:
            return Change(self._site.say("kpis.same"), "")
        good = (difference > 0) == (kpi.better == "higher")
        return Change(text, "good" if good else "bad", kpi.better != "higher")

    def shown(self, value: float | None) -> str:
        """A figure without its unit."""
        return shown(value, self._site.wording)

    def said(self, kpi: Kpi, value: float | None) -> str:
        """A figure with its unit."""
        return shown(value, self._site.wording, self.unit(kpi, value))

    def told(self, kpi: Kpi, value: float | None) -> str:
        """A figure in a table that says above what is counted: with its unit only where it is %."""
        return self.said(kpi, value) if self.is_share(kpi) else self.shown(value)

    def is_share(self, kpi: Kpi) -> bool:
        """Whether its figures are percentages."""
        return kpi.said("unit", self._site.wording) == _PERCENT

    def unit(self, kpi: Kpi, value: float | None) -> str:
        """What this figure counts: ``post``, ``posts``."""
        return unit(kpi, value, self._site.wording)

    def _signed(self, value: float) -> str:
        sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
        return f"{sign}{self.shown(abs(value))}"


def _size(points: Sequence[Point]) -> tuple[bool, date, float]:
    """The newest month that is over, and its figure; last come those that have only just begun."""
    found = next((each for each in reversed(points) if each.complete), points[-1])
    return found.complete, found.period.start, found.value
