"""The figures as a Markdown table, in RESULTS.md and between two comments in README.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

START, END = "<!-- benchmarks:start -->", "<!-- benchmarks:end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``most`` is the target for ``value``; ``unit`` is empty for a ratio."""

    what: str
    posts: int | None
    detail: str
    value: float
    most: float | None = None
    unit: str = ""


def write(rows: Sequence[Row], results: Path, readme: Path) -> None:
    """Writes RESULTS.md, and README's table if README has the two comments for it."""
    table = render(rows)
    where = f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores"
    results.write_text(
        "# Benchmarks\n\n"
        "Processor time (user and system) of whole commands, the median of several runs that took"
        " turns. Only the ratios mean something on another machine. `make bench` writes this"
        f" page.\n\n{table}\nMeasured on {datetime.now(UTC):%Y-%m-%d} with {where}.\n",
        "utf-8",
    )
    text = readme.read_text("utf-8") if readme.exists() else ""
    if START in text and END in text:
        readme.write_text(between(text, table), "utf-8")
    else:
        print(f"README.md has no place for the table ({START} … {END})", file=sys.stderr)


def between(text: str, table: str) -> str:
    """The text with the table in the place of what stood between the comments."""
    before, rest = text.split(START, 1)
    _, after = rest.split(END, 1)
    return f"{before}{START}\n{table}{END}{after}"


def render(rows: Iterable[Row]) -> str:
    """A Markdown table, with its line end."""
    lines = ["| What | Posts | Measured | Figure | Target |", "| --- | ---: | --- | ---: | ---: |"]
    lines += [
        f"| {row.what} | {_count(row.posts)} | {row.detail} | {_figure(row)} | {_target(row)} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _count(posts: int | None) -> str:
    return "" if posts is None else f"{posts:,}"


def _figure(row: Row) -> str:
    missed = row.most is not None and row.value > row.most
    digits = 0 if row.value >= 10 else 1
    figure = f"{row.value:.{digits}f} {row.unit}" if row.unit else f"{row.value:.2f}"
    return f"**{figure}** (missed)" if missed else figure


def _target(row: Row) -> str:
    return "" if row.most is None else f"≤ {row.most:g} {row.unit}".rstrip()
