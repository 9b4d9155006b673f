"""Numbers that a team brings along: ``kpis/data/*.csv``.

Columns: ``date`` (2026-11-30), ``channel`` (one of cmops.yml's, or a brand's name for what belongs
to no channel), ``metric`` (small letters, digits, ``_``), ``value``, and ``post`` where it is about
one post (its id, ``id#2026-11-30`` for a day of one that repeats). What spreadsheets write in
French is taken too: semicolons between columns, a comma in numbers.

Files named ``*.example.csv`` are an example's: they count only beside the rehearsal's ledger.
"""

from __future__ import annotations

import csv
import math
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, time
from pathlib import Path

from cmops.adapters.registry import identity
from cmops.findings import Finding
from cmops.publish.keys import delivery_key
from cmops.values import dataclass
from cmops.workspace.model import Workspace

FOLDER = "kpis/data"
EXAMPLE = ".example.csv"
MOST_BYTES = 20 * 1024 * 1024
MOST_FINDINGS = 50
"""Of one file: nobody reads more at once."""

ROW = "CM955"

_NEEDED = ("date", "channel", "metric", "value")
_METRIC = re.compile(r"[a-z][a-z0-9_]{0,39}")
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Number:
    """One row: of a delivery (``key``), or of a channel or brand (``key`` is empty)."""

    channel: str
    key: str
    at: datetime
    metric: str
    value: float


@dataclass(slots=True)
class Brought:
    """All rows that can be used, what is wrong with the others, and whether it is an example."""

    numbers: list[Number] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    example: bool = False


def brought(root: Path, workspace: Workspace, *, sandbox: bool) -> Brought:
    """Everything in the folder's files; never raises for what is in them."""
    found = Brought()
    for path in _files(root / FOLDER):
        example = path.name.endswith(EXAMPLE)
        if example and not sandbox:
            continue
        place = f"{FOLDER}/{path.name}"
        before = len(found.numbers)
        text = _text(path)
        if text is None:
            found.findings.append(_wrong(place, 1, "unreadable"))
            continue
        rows = list(_rows(place, text, workspace))
        found.numbers += (each for each in rows if isinstance(each, Number))
        found.findings += [each for each in rows if isinstance(each, Finding)][:MOST_FINDINGS]
        found.example |= example and len(found.numbers) > before
    return found


def _files(folder: Path) -> list[Path]:
    if folder.is_symlink() or folder.parent.is_symlink():
        return []  # a pull request must not make cmops read what is elsewhere
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".csv")
    except OSError:
        return []


def _text(path: Path) -> str | None:
    try:
        state = path.lstat()
        if not stat.S_ISREG(state.st_mode) or state.st_size > MOST_BYTES:
            return None
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _rows(place: str, text: str, workspace: Workspace) -> Iterator[Number | Finding]:
    lines = text.splitlines()
    if not lines:
        yield _wrong(place, 1, "empty")
        return
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter)
    names = [name.strip().lower() for name in next(reader)]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        yield _wrong(place, 1, "columns", field=missing)
        return
    reading = _Reading(place, workspace, comma=delimiter == ";")
    try:
        for row in reader:
            if any(row):
                values = dict(zip(names, (each.strip() for each in row), strict=False))
                yield reading.number(reader.line_num, values)
    except csv.Error:
        yield _wrong(place, reader.line_num, "unreadable")


class _Reading:
    """One file's rows, each looked at with those before it."""

    def __init__(self, place: str, workspace: Workspace, *, comma: bool) -> None:
        self._place = place
        self._workspace = workspace
        self._comma = comma
        self._days: dict[str, datetime | None] = {}
        self._keys: dict[tuple[str, str], str | None] = {}
        self._seen: set[tuple[str, str, datetime, str]] = set()

    def number(self, line: int, row: Mapping[str, str]) -> Number | Finding:
        """The row's number, or what is wrong with it."""
        name, metric, post = row.get("channel", ""), row.get("metric", ""), row.get("post", "")
        at = self._moment(row.get("date", ""))
        value = self._value(row.get("value", ""))
        known = self._workspace.settings
        key = self._key(name, post) if post else ""
        fine = {
            "date": at is not None,
            "channel": name in known.channels or name in known.brands,
            "metric": _METRIC.fullmatch(metric) is not None,
            "value": value is not None,
            "post": key is not None,
        }
        if at is None or value is None or key is None or not all(fine.values()):
            why = next(name for name, good in fine.items() if not good)
            return _wrong(self._place, line, why, field=row.get(why, ""))
        if (name, key, at, metric) in self._seen:
            return _wrong(self._place, line, "twice", field=metric)
        self._seen.add((name, key, at, metric))
        return Number(name, key, at, metric, value)

    def _moment(self, text: str) -> datetime | None:
        """The day's end: what is counted of a day is known then."""
        if text not in self._days:
            try:
                day = date.fromisoformat(text)
                self._days[text] = datetime.combine(day, _END_OF_DAY, self._workspace.zone)
            except ValueError:
                self._days[text] = None
        return self._days[text]

    def _value(self, text: str) -> float | None:
        if self._comma:
            text = text.replace(",", ".").replace("\u202f", "").replace("\u00a0", "")
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def _key(self, name: str, post: str) -> str | None:
        if (name, post) not in self._keys:
            self._keys[name, post] = self._new_key(name, post)
        return self._keys[name, post]

    def _new_key(self, name: str, post: str) -> str | None:
        id, _, day = post.partition("#")
        channel = self._workspace.settings.channels.get(name)
        if channel is None or id not in self._workspace.posts:
            return None
        try:
            on = date.fromisoformat(day) if day else None
        except ValueError:
            return None
        return delivery_key(id, channel.platform, identity(channel), on)


def _wrong(place: str, line: int, why: str, **values: object) -> Finding:
    return Finding(ROW, place, values={"why": why, "field": "", **values}, place=(line, 1))
