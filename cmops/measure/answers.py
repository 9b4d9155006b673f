"""What KPIs came to in an earlier run, for as long as nothing that they count has changed.

A site is built far more often than numbers come in, and most of what figures cost is to fill the
database. Losing what is kept costs only time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from cmops.measure.definitions import Kpi
from cmops.measure.facts import Situation
from cmops.measure.intake import Number
from cmops.measure.run import Row
from cmops.workspace.cache import Cache, fingerprint

SHELF = "figures"


class Answers:
    """The rows of each KPI below one name; ``stamp`` is of all that they are made of.

    ``first`` is the first day that something is known of.
    """

    def __init__(self, cache: Cache | None, name: str, stamp: str | None) -> None:
        self._cache = cache if stamp else None
        self.stamp = stamp
        self._name = name
        self._rows: dict[str, tuple[str, tuple[Row, ...]]] = {}
        self._kept: dict[str, tuple[str, list[list[Any]]]] = {}
        self._changed = False
        self.first: date | None = None
        known = self._cache.get(SHELF, name) if self._cache else None
        if known is not None and known[0] == stamp:
            self._read(known[1])

    def of(self, kpi: Kpi) -> tuple[Row, ...] | None:
        """What this very SQL answered; None where it was not asked."""
        sql = fingerprint((kpi.sql,))
        if kpi.id not in self._rows and (kept := self._kept.get(kpi.id)) and kept[0] == sql:
            self._rows[kpi.id] = (sql, tuple(Row(*each) for each in kept[1]))
        known = self._rows.get(kpi.id)
        return known[1] if known is not None and known[0] == sql else None

    def add(self, kpi: Kpi, rows: tuple[Row, ...]) -> None:
        """What it answered now."""
        self._rows[kpi.id] = (fingerprint((kpi.sql,)), rows)
        self._changed = True

    def forget(self) -> None:
        """Says that they hold for this moment only."""
        self.stamp = None

    def save(self) -> None:
        """Keeps it for the next run."""
        if self._cache is None or self.stamp is None or not self._changed or self.first is None:
            return
        made = {id: (sql, [_values(row) for row in rows]) for id, (sql, rows) in self._rows.items()}
        text = json.dumps([self.first.isoformat(), {**self._kept, **made}], ensure_ascii=False)
        self._cache.save(SHELF, {self._name: (self.stamp, text)})
        self._changed = False

    def _read(self, text: str) -> None:
        first, self._kept = json.loads(text)
        self.first = date.fromisoformat(first)


def stamp(
    situation: Situation, numbers: Iterable[Number], files: Mapping[str, str], *more: object
) -> str | None:
    """What changes with anything that figures are made of; None where that cannot be told.

    ``files`` are those of the snapshots with names for their contents.
    """
    version = situation.history.version
    if version is None:
        return None
    today = situation.now.date()
    told = list(numbers)
    if any(each.at.date() == today for each in told):
        return None  # It counts from this very moment on.
    parts = (version, repr(today), repr(more), repr(sorted(files.items())), repr(told))
    return fingerprint((*parts, *_told(situation)))


def _told(situation: Situation) -> Iterator[str]:
    workspace, now = situation.workspace, situation.now
    yield f"{workspace.settings.digest} {workspace.zone}"
    yield repr(list(workspace.objectives.values()))
    for post in workspace.posts.values():
        formats = [(name, each.format) for name, each in post.variants.items() if each.format]
        yield f"{post.id} {post.kind} {post.format} {formats} {post.campaign} {post.pillar}"
    for each in situation.deliveries:
        subject = each.subject
        due = subject.at is not None and subject.at <= now
        yield f"{subject.target} {subject.key} {subject.at} {each.state} {due}"


def _values(row: Row) -> list[object]:
    values: list[object] = list(row)
    while values[-1] is None:
        values.pop()
    return values
