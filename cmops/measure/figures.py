"""Every figure of a workspace, for pages and commands: worked out once, when first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from cmops.errors import CmopsError
from cmops.findings import Finding
from cmops.measure import run
from cmops.measure.definitions import Kpi
from cmops.measure.facts import Situation
from cmops.measure.goals import Progress, progress
from cmops.measure.periods import Kind, Period
from cmops.measure.run import Row
from cmops.measure.sources import Sources
from cmops.values import dataclass

DIMENSIONS = ("all", "channel", "platform", "brand", "pillar", "format", "campaign")
UNKNOWN_KPI = "CM956"


@dataclass(frozen=True, slots=True)
class Point:
    """A KPI's value of one slice in one period, beside the period before and the year before.

    ``member`` is the channel, brand, … (empty for all). ``complete`` says that the period is
    over: a running one must not be compared as if it were whole. ``n`` is how many deliveries or
    counts it was made of, where the KPI says.
    """

    member: str
    period: Period
    value: float
    previous: float | None
    year_ago: float | None
    complete: bool
    n: int | None = None


class Figures:
    """The KPIs of a workspace and what they come to; ``keep`` keeps that for the next run."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._situation = sources.situation
        self._rows: dict[str, tuple[Row, ...] | Finding] = {}
        self._slices: dict[str, dict[tuple[str, str], list[Row]]] = {}
        self._beside: dict[tuple[str, str], tuple[str, str, bool]] = {}

    def of(self, situation: Situation) -> Figures:
        """The same of what a narrower view shows."""
        return Figures(self._sources.of(situation))

    @property
    def notes(self) -> list[CmopsError]:
        """What went wrong without ending anything."""
        return self._sources.notes

    @property
    def stamp(self) -> str | None:
        """What changes with anything that figures are made of; None where nobody can tell."""
        try:
            return self._sources.answers.stamp
        except run.NoDuckDB:
            return None

    def keep(self) -> None:
        """Keeps what was worked out for the next run, if anything was."""
        if self._rows:
            self._sources.answers.save()

    def close(self) -> None:
        """Lets go of the database and of what was worked out; asked again, it is all made anew."""
        self._rows.clear()
        self._slices.clear()
        self._sources.close()

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Every KPI that can be read, cmops's own first; measured or not."""
        return self._sources.definitions[0]

    @property
    def example(self) -> bool:
        """Whether some of the numbers are an example's, which every page must say."""
        return self._sources.brought.example

    def kpi(self, name: str) -> Kpi | None:
        """The KPI of that name."""
        return next((each for each in self.kpis if each.id == name), None)

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the team's definitions and numbers; runs everything."""
        wrong = [each for kpi in self.kpis if isinstance(each := self._run(kpi), Finding)]
        return (
            *self._sources.definitions[1],
            *self._sources.brought.findings,
            *wrong,
            *self._unknown_kpis(),
        )

    def rows(self, kpi: Kpi) -> tuple[Row, ...]:
        """All that a KPI answers, as it answers; nothing where it is not measured or is wrong."""
        found = self._run(kpi)
        return () if isinstance(found, Finding) else found

    def series(self, kpi: Kpi, by: str = "all", period: str = Kind.MONTH) -> tuple[Point, ...]:
        """One KPI over time, for each member of a dimension; by member, then in time's order.

        What is not measured has no point.
        """
        found = {(row.member, row.period_name): row for row in self._slice(kpi, by, period)}
        known = self._sources.periods
        points = [
            self._point(member, known[period, name], row, found)
            for (member, name), row in found.items()
            if (period, name) in known and (period != Kind.RANGE or name == self._range)
        ]
        return tuple(sorted(points, key=lambda each: (each.member, each.period)))

    def at(self, kpi: Kpi, period: Period, by: str = "all") -> Mapping[str, Point]:
        """One KPI in one period, by member."""
        points = self.series(kpi, by, period.kind)
        return {each.member: each for each in points if each.period == period}

    def best_times(self, member: str = "", by: str = "all") -> tuple[Row, ...]:
        """The places in the week by what posts got there, the best first (KPI ``best-time``)."""
        kpi = self.kpi("best-time")
        wanted = Kind.RANGE if self._sources.wanted else Kind.ROLLING
        found = self._slice(kpi, by, wanted) if kpi else []
        rows = [each for each in found if each.member == member]
        return tuple(sorted(rows, key=lambda each: (-each.value, each.weekday, each.hour)))

    def is_measured(self, kpi: Kpi) -> bool:
        """Whether there is any number at all for it."""
        return bool(self.rows(kpi))

    def objectives(self) -> tuple[Progress, ...]:
        """Where every objective stands, in the order of their file."""
        return self._objectives

    @cached_property
    def _objectives(self) -> tuple[Progress, ...]:
        return tuple(self._progress())

    def _progress(self) -> Iterator[Progress]:
        today = self._situation.now.date()
        for each in self._situation.workspace.objectives.values():
            kpi = self.kpi(each.kpi)
            by, member = "all", ""
            if each.channel or each.brand:
                by, member = (
                    ("channel", each.channel) if each.channel else ("brand", each.brand or "")
                )
            rows = self._slice(kpi, by, Kind.OBJECTIVE) if kpi else []
            place = (member, each.id)
            values = (row.value for row in rows if (row.member, row.period_name) == place)
            yield progress(each, kpi, next(values, None), today)

    def _slice(self, kpi: Kpi, by: str, period: str) -> list[Row]:
        """One KPI's rows of a dimension and a kind of period."""
        if kpi.id not in self._slices:
            slices = self._slices[kpi.id] = {}
            for row in self.rows(kpi):
                slices.setdefault((row.dimension, row.period), []).append(row)
        return self._slices[kpi.id].get((by, period), [])

    def _point(
        self, member: str, period: Period, row: Row, found: Mapping[tuple[str, str], Row]
    ) -> Point:
        place = (period.kind, period.name)
        if place not in self._beside:
            over = period.over(self._situation.now)
            self._beside[place] = (period.previous.name, period.year_ago.name, over)
        previous, last_year, over = self._beside[place]
        before, year_ago = found.get((member, previous)), found.get((member, last_year))
        return Point(
            member,
            period,
            row.value,
            before.value if before else None,
            year_ago.value if year_ago else None,
            over,
            row.n,
        )

    def _run(self, kpi: Kpi) -> tuple[Row, ...] | Finding:
        if kpi.id not in self._rows:
            self._rows[kpi.id] = self._asked(kpi)
        return self._rows[kpi.id]

    def _asked(self, kpi: Kpi) -> tuple[Row, ...] | Finding:
        known = self._sources.answers.of(kpi)
        if known is not None:
            return known
        found = run.run(self._sources.database, kpi)
        if not isinstance(found, Finding):
            self._sources.answers.add(kpi, found)
        return found

    def _unknown_kpis(self) -> Iterator[Finding]:
        names = [each.id for each in self.kpis]
        for each in self._situation.workspace.objectives.values():
            if each.kpi not in names:
                values = {"kpi": each.kpi, "known": names}
                yield Finding(UNKNOWN_KPI, each.path, (*each.pointer, "kpi"), values)

    @cached_property
    def _range(self) -> str:
        wanted = self._sources.wanted
        return f"{wanted[0]}..{wanted[1]}" if wanted else ""
