"""``cmops report``: the month of a brand as text, JSON or a PDF of two sides."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmops.cli import output
from cmops.cli.options import at_option, format_option, sandbox_option
from cmops.errors import CmopsError, UsageError
from cmops.project import Project

if TYPE_CHECKING:
    from cmops.measure.periods import Period
    from cmops.pages.reports_month import Month, Months, Result
    from cmops.pages.site import Site

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@click.command(help="kpis.report.help")
@click.option("--month", "month", metavar="MONTH", help="kpis.report.month")
@click.option("--brand", metavar="BRAND", help="kpis.report.brand")
@click.option(
    "--pdf",
    "pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="kpis.report.pdf",
)
@format_option("text", "json")
@at_option
@sandbox_option
@click.pass_obj
def report(  # noqa: PLR0913 - one parameter an option
    root: Path,
    month: str | None,
    brand: str | None,
    pdf: Path | None,
    form: str,
    at: str | None,
    sandbox: bool,
) -> None:
    """Prints or writes the report."""
    project = Project(root, at=at, sandbox=sandbox, fresh=True)
    project.require()
    brands = tuple(project.workspace.settings.brands)
    if brand is not None and brand not in brands:
        raise UsageError("site.no-brand", brand=brand, known=brands)
    site, months = _months(project)
    whose = brand or (brands[0] if len(brands) == 1 else None)
    period = _period(month, months)
    if months.measured.why:
        raise months.measured.why
    if pdf is not None:
        _print(site, months, whose, period, pdf)
    elif form == "json":
        output.as_json(_data(months.month(whose, period), months))
    else:
        _say(site, months, whose, period)
    if months.measured.example and form == "text":
        click.echo(project.wording.say("measure.example"), err=True)
    output.notes([*project.notes, *months.measured.figures.notes], project.wording)


def _months(project: Project) -> tuple[Site, Months]:
    try:
        from cmops.pages.kpis_figures import Measured
        from cmops.pages.links import as_folders
        from cmops.pages.reports_month import Months
        from cmops.pages.site import Site
    except ImportError as error:
        if error.name not in ("jinja2", "markupsafe"):
            raise
        raise CmopsError("pages.no-jinja") from error
    site = Site(project, as_folders)
    return site, Months(site, Measured(site))


def _period(text: str | None, months: Months) -> Period:
    """The month that is asked for; without one the last that is over."""
    from cmops.measure.periods import Kind, of

    if text is None:
        return months.measured.last
    if not _MONTH.fullmatch(text):
        raise UsageError("kpis.report.not-a-month", text=text)
    period = of(Kind.MONTH, date.fromisoformat(f"{text}-01"))
    if period > months.measured.months[-1]:
        raise UsageError("kpis.report.too-early", month=text)
    return period


def _print(site: Site, months: Months, brand: str | None, period: Period, target: Path) -> None:
    from cmops.cli.printing import printed
    from cmops.pages.reports import report as page

    printed(page(site, months, brand, period), target, site.wording.language, os.environ)
    click.echo(site.say("kpis.report.written", file=target), err=True)


def _say(site: Site, months: Months, brand: str | None, period: Period) -> None:
    """The report as text that can go into a letter."""
    from cmops.pages.reports import titled

    month = months.month(brand, period)
    lines = [f"# {titled(site, months, brand, period)}"]
    lines += [f"\n{each.body.strip()}" for each in month.written]
    for name, found in (
        ("figures", _figures(month, site)),
        ("tops", _ranked(month.tops, site)),
        ("flops", _ranked(month.flops, site)),
        ("report-goals", _goals(month, site)),
        ("report-coming", _ahead(month, site)),
    ):
        rows = list(found)
        if rows:
            title = "report-figures" if name == "figures" else name
            lines += [f"\n## {site.say(f'kpis.{title}')}\n", *rows]
    click.echo("\n".join(output.printable(line) for line in lines))


def _figures(month: Month, site: Site) -> Iterator[str]:
    for each in month.figures:
        since = (("since-before", each.now.before), ("since-year", each.now.year))
        told = [f"{change.text} {site.say(f'kpis.{name}')}" for name, change in since if change]
        more = f" ({', '.join(told)})" if told else ""
        yield f"- {each.kpi.said('title', site.wording)} · {each.now.value}{more}"


def _ranked(found: tuple[Result, ...], site: Site) -> Iterator[str]:
    for number, each in enumerate(found, 1):
        ratio = site.draw.figure(each.ratio)
        said = site.say("kpis.result", count=round(each.interactions), ratio=ratio)
        yield f"{number}. {each.slot.title} · {said}"


def _goals(month: Month, site: Site) -> Iterator[str]:
    for each in month.goals:
        standing = site.say(f"measure.standing.{each.progress.standing}")
        yield f"- {each.progress.objective.name} · {standing} · {each.value or '–'} / {each.target}"


def _ahead(month: Month, site: Site) -> Iterator[str]:
    for each in month.ahead:
        yield f"- {site.draw.short_day(each.first)} · {each.name} · {each.what}"
    if month.more:
        yield f"- {site.say('kpis.coming-more', count=month.more)}"


def _data(month: Month, months: Months) -> dict[str, Any]:
    points = [(each.kpi, each.now.point) for each in month.figures]
    return {
        "version": 1,
        "month": month.period.name,
        "brand": month.brand,
        "example": months.measured.example,
        "comments": [{"path": each.path, "text": each.body.strip()} for each in month.written],
        "figures": [
            {
                "kpi": kpi.id,
                "value": point.value,
                "previous": point.previous,
                "year_ago": point.year_ago,
                "complete": point.complete,
            }
            for kpi, point in points
            if point
        ],
        "tops": [_result(each) for each in month.tops],
        "flops": [_result(each) for each in month.flops],
        "objectives": [
            {
                "objective": each.progress.objective.id,
                "standing": str(each.progress.standing),
                "value": each.progress.value,
                "target": each.progress.objective.target,
                "projected": each.progress.projected,
            }
            for each in month.goals
        ],
    }


def _result(each: Result) -> dict[str, Any]:
    return {
        "post": each.slot.id,
        "at": each.slot.at.isoformat() if each.slot.at else None,
        "interactions": each.interactions,
        "ratio": round(each.ratio, 3),
    }
