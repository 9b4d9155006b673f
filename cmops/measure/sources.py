"""What the figures of a workspace are made of, each read when it is first needed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import finalize

from cmops.errors import CmopsError
from cmops.findings import Finding
from cmops.git import GitError
from cmops.ledger.clock import SystemClock
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.remote import Remote, Snapshot
from cmops.measure import database as tables
from cmops.measure import place, run
from cmops.measure.answers import Answers, stamp
from cmops.measure.definitions import Kpi
from cmops.measure.definitions import definitions as read_definitions
from cmops.measure.facts import Facts, Situation, gathered
from cmops.measure.intake import Brought
from cmops.measure.intake import brought as read_brought
from cmops.measure.kept import Kept
from cmops.measure.periods import Period
from cmops.measure.periods import periods as all_periods

if TYPE_CHECKING:
    from cmops.workspace.cache import Cache

_SNAPSHOTS = re.compile(r"^(?!--).*\bsnapshots\b", re.IGNORECASE | re.MULTILINE)


@dataclass(eq=False)
class Sources:
    """Definitions, numbers and snapshots of the workspace at ``root``.

    ``fresh`` asks the remote for the newest snapshots; otherwise what this machine saw last is
    good enough. The rehearsal (``sandbox``) has no snapshots, and the example's numbers.
    ``wanted`` are the first and the last day of a period that somebody asks for (Kind.RANGE).
    ``cache`` has what earlier runs worked out. ``notes`` are what went wrong without ending
    anything.
    """

    root: Path
    situation: Situation
    sandbox: bool = False
    fresh: bool = False
    wanted: tuple[date, date] | None = None
    cache: Cache | None = None
    narrowed: bool = False
    notes: list[CmopsError] = field(default_factory=list)

    def of(self, situation: Situation) -> Sources:
        """The same of another situation: of what a narrower view shows.

        What is of channels that its workspace does not have (any more) is left out: the site of
        one brand must not count another's.
        """
        return replace(self, situation=situation, narrowed=True, notes=[])

    @cached_property
    def definitions(self) -> tuple[tuple[Kpi, ...], tuple[Finding, ...]]:
        """Every KPI that can be read, and what is wrong with the others."""
        return read_definitions(self.root)

    @cached_property
    def brought(self) -> Brought:
        """The numbers that the team brought along."""
        return read_brought(self.root, self.situation.workspace, sandbox=self.sandbox)

    @cached_property
    def answers(self) -> Answers:
        """What earlier runs worked out of exactly what is known now."""
        run.library()  # Without it there are no figures, whatever is kept.
        if self.cache is None:
            return Answers(None, "", None)
        numbers, more = self.brought.numbers, (self.narrowed, self.wanted)
        made_of = stamp(self.situation, numbers, self._there.files, *more)
        return Answers(self.cache, f"{self.narrowed} {self.sandbox}", made_of)

    @cached_property
    def periods(self) -> dict[tuple[str, str], Period]:
        """Every period that there are figures of, by its kind and name."""
        objectives = self.situation.workspace.objectives.values()
        found = all_periods(self.first, self.situation.now, objectives, self.wanted)
        return {(str(each.kind), each.name): each for each in found}

    @cached_property
    def first(self) -> date:
        """The first day that something is known of."""
        if self.answers.first is None:
            facts, opened = self._filled
            days = [day for day in (facts.first, tables.first_day(opened)) if day is not None]
            self.answers.first = min(days, default=self.situation.now.date())
        return self.answers.first

    @cached_property
    def database(self) -> run.Connection:
        """Everything that is known, ready to be asked; the periods with it."""
        opened = self._filled[1]
        tables.grouped(opened, self.periods.values())
        return opened

    @cached_property
    def _filled(self) -> tuple[Facts, run.Connection]:
        facts, now = gathered(self.situation, self.brought.numbers), self.situation.now
        opened = run.opened()
        finalize(self, _let_go, self.__dict__)
        whole = any(_SNAPSHOTS.search(each.sql) for each in self.definitions[0])
        self._read_snapshots(opened)
        tables.filled(opened, facts, now, whole=whole)
        if self.narrowed:
            tables.narrowed(opened)
        return facts, opened

    def close(self) -> None:
        """Lets go of the database; it is filled anew where somebody asks again."""
        _let_go(self.__dict__)

    @cached_property
    def _remote(self) -> Remote | None:
        """Where snapshots are; None for a rehearsal, which no network has seen."""
        if self.sandbox:
            return None
        try:
            return place.open_place(self.root, SystemClock())
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

    def _read_snapshots(self, opened: run.Connection) -> None:
        """All snapshots as the view ``lines``."""
        if self._remote is None or not self._there.files:
            return
        try:
            self._kept = Kept(self.root)  # Its folder may go away with it.
            self._kept.lines(self._remote, self._there, opened)
        except (LedgerUnreachable, GitError) as error:
            self.notes.append(error)
            return
        if tables.ahead(opened, self.situation.now):
            self.answers.forget()  # Another minute, other answers.

    def _look(self, remote: Remote) -> Snapshot:
        if self.fresh:
            try:
                return remote.look(place.PATIENCE)
            except LedgerUnreachable as error:
                self.notes.append(error)
        return remote.known() or Snapshot()


def _let_go(known: dict[str, Any]) -> None:
    """Takes the database out of what was worked out, and what was read of earlier answers."""
    for name in ("answers", "database"):
        known.pop(name, None)
    if "_filled" in known:
        known.pop("_filled")[1].close()
