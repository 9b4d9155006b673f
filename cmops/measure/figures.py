"""Every figure of a workspace, for pages and commands: worked out once, when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cmops.errors import CmopsError
from cmops.findings import Finding
from cmops.git import GitError
from cmops.ledger.clock import SystemClock
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.remote import Remote, Snapshot
from cmops.measure import database, place, run
from cmops.measure.answers import Answers, stamp
from cmops.measure.definitions import Kpi, definitions
from cmops.measure.facts import Known, Situation, known
from cmops.measure.goals import Progress, progress
from cmops.measure.intake import Brought, brought
from cmops.measure.kept import Kept
from cmops.measure.periods import Kind, Period, periods
from cmops.measure.run import Row

if TYPE_CHECKING:
    from cmops.workspace.cache import Cache

DIMENSIONS = ("all", "channel", "platform", "brand", "pillar", "format", "campaign")
UNKNOWN_KPI = "CM956"

_SNAPSHOTS = re.compile(r"^(?!--).*\bsnapshots\b", re.IGNORECASE | re.MULTILINE)


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
    """The KPIs of the workspace at ``root`` and what they come to.

    ``fresh`` asks the remote for the newest snapshots; otherwise what this machine saw last is
    good enough. The rehearsal (``sandbox``) has no snapshots, and the example's numbers.
    ``wanted`` are the first and the last day of a period that somebody asks for (Kind.RANGE).
    ``cache`` has what earlier runs worked out; ``keep`` adds to it.
    """

    def __init__(
        self,
        root: Path,
        situation: Situation,
        *,
        sandbox: bool = False,
        fresh: bool = False,
        wanted: tuple[date, date] | None = None,
        cache: Cache | None = None,
    ) -> None:
        self._root = root
        self._situation = situation
        self._sandbox = sandbox
        self._fresh = fresh
        self._wanted = wanted
        self._narrowed = False
        self._cache = cache
        self._rows: dict[str, tuple[Row, ...] | Finding] = {}
        self.notes: list[CmopsError] = []

    def of(self, situation: Situation) -> Figures:
        """The same of another situation: of what a narrower view shows.

        What is of channels that its workspace does not have (any more) is left out: the site of
        one brand must not count another's.
        """
        found = Figures(
            self._root,
            situation,
            sandbox=self._sandbox,
            fresh=self._fresh,
            wanted=self._wanted,
            cache=self._cache,
        )
        found._narrowed = True
        return found

    @property
    def stamp(self) -> str | None:
        """What changes with anything that figures are made of; None where nobody can tell."""
        try:
            return self._answers.stamp
        except run.NoDuckDB:
            return None

    def keep(self) -> None:
        """Keeps what was worked out for the next run, if anything was."""
        if self._rows:
            self._answers.save()

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Every KPI that can be read, cmops's own first; measured or not."""
        return self._definitions[0]

    @property
    def example(self) -> bool:
        """Whether some of the numbers are an example's, which every page must say."""
        return self._brought.example

    def kpi(self, name: str) -> Kpi | None:
        """The KPI of that name."""
        return next((each for each in self.kpis if each.id == name), None)

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the team's definitions and numbers; runs everything."""
        wrong = [each for kpi in self.kpis if isinstance(each := self._run(kpi), Finding)]
        return (
            *self._definitions[1],
            *self._brought.findings,
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
        found = {
            (row.member, row.period_name): row
            for row in self.rows(kpi)
            if row.dimension == by and row.period == period
        }
        points = (
            self._point(member, self._periods[period, name], row, found)
            for (member, name), row in found.items()
            if (period, name) in self._periods
        )
        shown = (each for each in points if period != Kind.RANGE or each.period.name == self._range)
        return tuple(sorted(shown, key=lambda each: (each.member, each.period)))

    def at(self, kpi: Kpi, period: Period, by: str = "all") -> Mapping[str, Point]:
        """One KPI in one period, by member."""
        points = self.series(kpi, by, period.kind)
        return {each.member: each for each in points if each.period == period}

    def best_times(self, member: str = "", by: str = "all") -> tuple[Row, ...]:
        """The places in the week by what posts got there, the best first (KPI ``best-time``)."""
        kpi = self.kpi("best-time")
        wanted = Kind.RANGE if self._wanted else Kind.ROLLING
        rows = [
            each
            for each in (self.rows(kpi) if kpi else ())
            if (each.dimension, each.member, each.period) == (by, member, wanted)
        ]
        return tuple(sorted(rows, key=lambda each: (-each.value, each.weekday, each.hour)))

    def is_measured(self, kpi: Kpi) -> bool:
        """Whether there is any number at all for it."""
        return bool(self.rows(kpi))

    def objectives(self) -> tuple[Progress, ...]:
        """Where every objective stands, in the order of their file."""
        return tuple(self._progress())

    def _progress(self) -> Iterator[Progress]:
        today = self._situation.now.date()
        for each in self._situation.workspace.objectives.values():
            kpi = self.kpi(each.kpi)
            slice_ = ("all", "")
            if each.channel or each.brand:
                slice_ = ("channel", each.channel) if each.channel else ("brand", each.brand or "")
            place = (*slice_, str(Kind.OBJECTIVE), each.id)
            rows = self.rows(kpi) if kpi else ()
            values = (
                row.value
                for row in rows
                if (row.dimension, row.member, row.period, row.period_name) == place
            )
            yield progress(each, kpi, next(values, None), today)

    def _point(
        self, member: str, period: Period, row: Row, found: Mapping[tuple[str, str], Row]
    ) -> Point:
        before = found.get((member, period.previous.name))
        year_ago = found.get((member, period.year_ago.name))
        return Point(
            member,
            period,
            row.value,
            before.value if before else None,
            year_ago.value if year_ago else None,
            period.over(self._situation.now),
            row.n,
        )

    def _run(self, kpi: Kpi) -> tuple[Row, ...] | Finding:
        if kpi.id not in self._rows:
            self._rows[kpi.id] = self._asked(kpi)
        return self._rows[kpi.id]

    def _asked(self, kpi: Kpi) -> tuple[Row, ...] | Finding:
        known = self._answers.of(kpi)
        if known is not None:
            return known
        found = run.run(self._database, kpi)
        if not isinstance(found, Finding):
            self._answers.add(kpi, found)
        return found

    def _unknown_kpis(self) -> Iterator[Finding]:
        names = [each.id for each in self.kpis]
        for each in self._situation.workspace.objectives.values():
            if each.kpi not in names:
                values = {"kpi": each.kpi, "known": names}
                yield Finding(UNKNOWN_KPI, each.path, (*each.pointer, "kpi"), values)

    @cached_property
    def _definitions(self) -> tuple[tuple[Kpi, ...], tuple[Finding, ...]]:
        return definitions(self._root)

    @cached_property
    def _brought(self) -> Brought:
        return brought(self._root, self._situation.workspace, sandbox=self._sandbox)

    @cached_property
    def _range(self) -> str:
        return f"{self._wanted[0]}..{self._wanted[1]}" if self._wanted else ""

    @cached_property
    def _answers(self) -> Answers:
        """What earlier runs worked out of exactly what is known now."""
        run.library()  # Without it there are no figures, whatever is kept.
        if self._cache is None:
            return Answers(None, "", None)
        numbers, more = self._brought.numbers, (self._narrowed, self._wanted)
        made_of = stamp(self._situation, numbers, self._there.files, *more)
        return Answers(self._cache, f"{self._narrowed} {self._sandbox}", made_of)

    @cached_property
    def _periods(self) -> dict[tuple[str, str], Period]:
        objectives = self._situation.workspace.objectives.values()
        found = periods(self._first, self._situation.now, objectives, self._wanted)
        return {(str(each.kind), each.name): each for each in found}

    @cached_property
    def _first(self) -> date:
        """The first day that something is known of."""
        if self._answers.first is None:
            facts, opened = self._filled
            days = [day for day in (facts.first, database.first_day(opened)) if day is not None]
            self._answers.first = min(days, default=self._situation.now.date())
        return self._answers.first

    @cached_property
    def _database(self) -> run.Connection:
        """Everything that is known, ready to be asked; the periods with it."""
        opened = self._filled[1]
        database.grouped(opened, self._periods.values())
        return opened

    @cached_property
    def _filled(self) -> tuple[Known, run.Connection]:
        opened, now = run.opened(), self._situation.now
        facts = known(self._situation, self._brought.numbers)
        whole = any(_SNAPSHOTS.search(each.sql) for each in self.kpis)
        database.filled(opened, facts, self._snapshots(opened), now, whole=whole)
        if self._narrowed:
            database.narrowed(opened)
        return facts, opened

    @cached_property
    def _remote(self) -> Remote | None:
        """Where snapshots are; None for a rehearsal, which no network has seen."""
        if self._sandbox:
            return None
        try:
            return place.open_place(self._root, SystemClock())
        except GitError as error:
            self.notes.append(error)
            return None

    @cached_property
    def _there(self) -> Snapshot:
        """The newest snapshots' files, as far as they can be had."""
        if self._remote is None:
            return Snapshot()
        try:
            return self._look(self._remote)
        except (LedgerUnreachable, GitError) as error:
            self.notes.append(error)
            return Snapshot()

    def _snapshots(self, opened: run.Connection) -> list[str]:
        """The files of all snapshots."""
        if self._remote is None or not self._there.files:
            return []
        try:
            # Its folder may go away with it.
            self._kept = Kept(self._root, self._situation.workspace.settings.timezone)
            files = self._kept.files(self._remote, self._there, opened)
            if database.ahead(opened, files, self._situation.now):
                self._answers.forget()  # Another minute, other answers.
            return files
        except (LedgerUnreachable, GitError) as error:
            self.notes.append(error)
            return []

    def _look(self, remote: Remote) -> Snapshot:
        if self._fresh:
            try:
                return remote.look(place.PATIENCE)
            except LedgerUnreachable as error:
                self.notes.append(error)
        return remote.known() or Snapshot()
