"""KPI definitions: SQL files whose first lines are comments that hold a header in YAML.

cmops's own are beside this module in ``sql/``, a team's in ``kpis/`` of its workspace; a team's
definition replaces one of ours that has the same name.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from cmops.findings import Finding
from cmops.values import dataclass
from cmops.wording import Wording
from cmops.workspace import dialect
from cmops.workspace.source import Document

FOLDER = "kpis"
MOST_BYTES = 64 * 1024
MOST_FILES = 100

HEADER = "CM950"

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TEXTS = ("title", "meaning", "unit", "one", "formula")
_NEEDED = ("id", "title", "meaning", "unit", "better")
_KNOWN = {*_TEXTS, *_NEEDED, "needs", "adds"}
_LINE = re.compile(r"--(?P<space> ?)(?P<text>.*)")

Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure: what it means and the SQL that works it out.

    ``better`` is ``higher`` or ``lower``. ``adds`` says that its figures add up over time, so that
    half a period has about half of it. ``needs`` are the metrics it is made of; ``own`` says that
    it is the team's. ``one`` is the unit of a single one, where it is called otherwise.
    """

    id: str
    path: str
    title: Words
    meaning: Words
    unit: Words
    formula: Words
    better: str
    needs: tuple[str, ...]
    adds: bool
    own: bool
    sql: str
    one: Words = field(default_factory=dict)

    def said(self, name: str, wording: Wording) -> str:
        """``title``, ``meaning``, ``unit`` or ``formula`` in the reader's language."""
        words: Words = getattr(self, name)
        return words.get(wording.language) or next(iter(words.values()), "")

    def counted(self, value: float, wording: Wording) -> str:
        """The unit behind this value, in the reader's language: ``post``, ``posts``."""
        # In the language that the unit itself is said in: a header need not know them all.
        language = wording.language
        if not {language, ""} & set(self.unit):
            language = next(iter(self.unit), "")
        one = self.one.get(language) or self.one.get("")
        return one if one and wording.plural(abs(value)) == "one" else self.said("unit", wording)


@cache
def built_in() -> tuple[Kpi, ...]:
    """Those that come with cmops, in the order of their files."""
    folder = resources.files("cmops.measure") / "sql"
    found = []
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        read = _read(f"cmops/measure/sql/{file.name}", file.read_text("utf-8"), own=False)
        if isinstance(read, list):
            raise ValueError(f"{file.name}: {read}")
        found.append(read)
    return tuple(found)


def definitions(root: Path) -> tuple[tuple[Kpi, ...], tuple[Finding, ...]]:
    """Every KPI of a workspace, cmops's own first, and what is wrong with the team's."""
    found = {each.id: each for each in built_in()}
    findings: list[Finding] = []
    for path in _files(root / FOLDER):
        place = f"{FOLDER}/{path.name}"
        text = _text(path)
        read = _read(place, text, own=True) if text is not None else [_wrong(place, "unreadable")]
        if isinstance(read, list):
            findings += read
        else:
            found[read.id] = read
    return tuple(found.values()), tuple(findings)


def _files(folder: Path) -> list[Path]:
    if folder.is_symlink():
        return []
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix == ".sql")
    except OSError:
        return []
    return [path for path in names if not path.name.startswith(".")][:MOST_FILES]


def _text(path: Path) -> str | None:
    """A plain file's text; nothing is read through a link, out of a pipe or of great size."""
    try:
        state = path.lstat()
        if not stat.S_ISREG(state.st_mode) or state.st_size > MOST_BYTES:
            return None
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(opened, "rb") as file:
            return file.read(MOST_BYTES).decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def _read(path: str, text: str, *, own: bool) -> Kpi | list[Finding]:
    """The definition in a file, or what is wrong with its header."""
    header, indents = _header(text)
    parsed = dialect.parse(header)
    if parsed.mistakes:
        return [
            Finding(each.code, path, values=each.values, place=_place(header, each.index, indents))
            for each in parsed.mistakes
        ]
    data = parsed.data or {}
    document = Document(path, "kpi", data, "", "", header, 1, 1)
    wrong = list(_mistakes(data, path, document, indents))
    return wrong or _kpi(data, path, text, own=own)


def _kpi(data: Mapping[str, Any], path: str, text: str, *, own: bool) -> Kpi:
    title, meaning, unit, one, formula = (_words(data.get(name, "")) for name in _TEXTS)
    return Kpi(
        id=data["id"],
        path=path,
        title=title,
        meaning=meaning,
        unit=unit,
        formula=formula,
        better=data["better"],
        needs=tuple(data.get("needs", ())),
        adds=data.get("adds", False),
        own=own,
        sql=text,
        one=one,
    )


def _header(text: str) -> tuple[str, list[int]]:
    """The YAML of the comments that a file begins with, and by how much each line was indented."""
    lines, indents = [], []
    for line in text.split("\n"):
        found = _LINE.fullmatch(line)
        if found is None:
            break
        lines.append(found["text"])
        indents.append(2 + len(found["space"]))
    return "\n".join(lines), indents


def _mistakes(
    data: Mapping[str, Any], path: str, document: Document, indents: list[int]
) -> Iterator[Finding]:
    for name in _NEEDED:
        if name not in data:
            yield _wrong(path, "missing", field=name)
    for name, value in data.items():
        why = _why(name, value, path)
        if why:
            line, column = document.locate((name,), on_key=why == "unknown")
            yield _wrong(path, why, (line, column + _indent(indents, line)), field=name)


def _why(name: str, value: object, path: str) -> str:
    """What is wrong with a field of a header, if anything."""
    if name not in _KNOWN:
        return "unknown"
    if name in _TEXTS:
        return "" if _is_words(value) else "text"
    if name == "id":
        wanted = path.rpartition("/")[2].removesuffix(".sql")
        return "" if value == wanted and _ID.fullmatch(wanted) else "id"
    if name == "better":
        return "" if value in ("higher", "lower") else "better"
    if name == "adds":
        return "" if isinstance(value, bool) else "flag"
    fine = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return "" if fine else "list"


def _is_words(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(each, str) and each for each in value.values())
    return isinstance(value, str) and bool(value)


def _words(value: str | Words) -> Words:
    return {"": value} if isinstance(value, str) else value


def _wrong(path: str, why: str, place: tuple[int, int] = (1, 1), **values: object) -> Finding:
    return Finding(HEADER, path, values={"why": why, "field": "", **values}, place=place)


def _place(header: str, index: int, indents: list[int]) -> tuple[int, int]:
    line = header.count("\n", 0, index) + 1
    column = index - header.rfind("\n", 0, index)
    return line, column + _indent(indents, line)


def _indent(indents: list[int], line: int) -> int:
    return indents[line - 1] if 0 < line <= len(indents) else 0
