"""``cmops kpi``: what the figures say, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from cmops.check.run import worded
from cmops.cli import output
from cmops.cli.options import at_option, format_option, sandbox_option
from cmops.errors import UsageError
from cmops.measure.definitions import Kpi
from cmops.measure.figures import DIMENSIONS, Figures
from cmops.measure.periods import CALENDAR, Kind
from cmops.measure.rows import Table, best_times, goals, overview, series
from cmops.measure.sources import Sources
from cmops.project import Project
from cmops.wording import Wording

_BY = [each for each in DIMENSIONS if each != "all"]


@click.command(help="measure.kpi.help")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--by", "by", type=click.Choice(_BY), help="measure.kpi.by")
@click.option("--period", type=click.Choice([*map(str, CALENDAR)]), help="measure.kpi.period")
@click.option("--from", "since", metavar="DAY", help="measure.kpi.from")
@click.option("--to", "until", metavar="DAY", help="measure.kpi.to")
@click.option("--objectives", is_flag=True, help="measure.kpi.objectives")
@format_option("table", "csv", "json")
@at_option
@sandbox_option
@click.pass_obj
def kpi(  # noqa: PLR0913 - one parameter an option
    root: Path,
    name: str | None,
    by: str | None,
    period: str | None,
    since: str | None,
    until: str | None,
    objectives: bool,
    form: str,
    at: str | None,
    sandbox: bool,
) -> int:
    """Prints figures; 1 when a definition or a number of the team's is wrong."""
    project = Project(root, at=at, sandbox=sandbox, fresh=True)
    project.require()
    days = _days(since, until, project.now.date())
    wanted = days if days and period is None else None
    figures = Figures(Sources(project.root, project, sandbox, True, wanted, project.cache))
    chosen = _chosen(figures, name)
    kind = Kind.RANGE if wanted else Kind(period or Kind.MONTH)
    if objectives:
        table = goals(figures, project.wording)
    elif chosen is None:
        table = overview(figures, project.wording, by or "all", kind, project.now)
    elif chosen.id == "best-time":
        table = best_times(figures, project.wording, by or "all")
    else:
        table = series(figures, chosen, project.wording, by or "all", kind, days)
    _print(table, form, project.wording, example=figures.example)
    wrong = _wrong(figures, project)
    figures.keep()
    return wrong


def _chosen(figures: Figures, name: str | None) -> Kpi | None:
    found = figures.kpi(name) if name else None
    if name and found is None:
        known = tuple(each.id for each in figures.kpis)
        raise UsageError("measure.no-such-kpi", name=name, known=known)
    return found


def _days(since: str | None, until: str | None, today: date) -> tuple[date, date] | None:
    """The first and the last day that are asked for."""
    if since is None and until is None:
        return None
    end = _day(until) if until else today
    start = _day(since) if since else date(end.year, 1, 1)
    if start > end:
        raise UsageError("measure.upside-down", start=start, end=end)
    return start, end


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("measure.not-a-day", text=text) from None


def _print(table: Table, form: str, wording: Wording, *, example: bool) -> None:
    if form == "json":
        rows = [dict(zip(table.names, each, strict=True)) for each in table.data]
        output.as_json({"version": 1, "example": example, "rows": rows})
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(table.names)
        writer.writerows([["" if each is None else each for each in row] for row in table.data])
    elif table.shown:
        _as_table(table.heads, table.shown)
    else:
        click.echo(wording.say("measure.kpi.none"), err=True)
    if example and form == "table":
        click.echo(wording.say("measure.example"), err=True)


def _as_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as what is in them; figures to the right."""
    lines = [list(heads), *([output.printable(each) for each in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for number, line in enumerate(lines):
        cells = [
            text.rjust(width) if number and text[:1].isdigit() else text.ljust(width)
            for text, width in zip(line, widths, strict=True)
        ]
        said = "  ".join(cells).rstrip()
        click.echo(output.style(said, bold=True) if number == 0 else said)


def _wrong(figures: Figures, project: Project) -> int:
    found = worded(project.loaded, figures.findings(), project.wording)
    for each in found:
        click.echo(output.line(each), err=True)
    output.notes([*project.notes, *figures.notes], project.wording)
    return 1 if any(_is_error(each) for each in found) else 0


def _is_error(diagnostic: Any) -> bool:
    return str(diagnostic.severity) == "error"
