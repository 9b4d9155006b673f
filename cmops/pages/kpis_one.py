"""The page of one KPI: what it means, month by month, by whom, and how it is worked out."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.measure.definitions import Kpi
from cmops.measure.figures import Point
from cmops.pages.charts import Chart, Drawn, Line, chart
from cmops.pages.kpis_figures import DIMENSIONS, INDEX, Change, Measured, heading, place
from cmops.pages.page import Html, Page, Part
from cmops.pages.results import Goal
from cmops.pages.site import Site
from cmops.values import dataclass

_LINES = 5
"""More lines than that are no longer told apart."""

_MEMBERS = 30


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside those before it, ready to be shown."""

    name: str
    point: Point | None
    value: str
    before: Change | None
    year: Change | None
    spark: Drawn | None = None


def one(site: Site, measured: Measured, kpi: Kpi, goals: tuple[Goal, ...]) -> Page:
    """The page of a KPI; ``goals`` are the objectives that it measures."""
    trail = ((INDEX, site.say("pages.kpis")),)
    title = kpi.said("title", site.wording)
    return site.page(place(kpi.id), title, _parts(site, measured, kpi, goals), trail=trail)


def _parts(site: Site, measured: Measured, kpi: Kpi, goals: tuple[Goal, ...]) -> Iterator[Part]:
    path, values = place(kpi.id), {"kpi": kpi, "measured": measured}
    point = measured.latest(kpi)
    latest = compared(measured, kpi, point) if point else None
    running = measured.at(kpi, measured.months[-1])
    so_far = compared(measured, kpi, running) if running and running != point else None
    tiles = {"latest": latest, "so_far": so_far, "goals": goals}
    yield site.html(_TEMPLATE, path, part="lead", **tiles, **values)
    points = measured.series(kpi).get("", ())[-len(measured.months) :]
    if points:
        yield heading(site, "by-month", "months")
        rows = [compared(measured, kpi, each) for each in reversed(points)]
        shown = _months(site, measured, kpi)
        yield site.html(_TEMPLATE, path, part="months", chart=shown, rows=rows, **values)
    for by in DIMENSIONS:
        yield from _by(site, measured, kpi, by)
    yield from explained(site, measured, kpi)


_TEMPLATE = "kpis-one.html"

_COMPARED = 3
"""How many months the year before must have to be drawn: one or two are specks, not a line."""


def compared(measured: Measured, kpi: Kpi, point: Point, name: str = "") -> Compared:
    """A figure beside the month before and the year before; a running month is compared to none."""
    told = point.complete
    return Compared(
        name or measured.title(point.period),
        point,
        measured.said(kpi, point.value),
        measured.change(kpi, point.value, point.previous) if told else None,
        measured.change(kpi, point.value, point.year_ago) if told else None,
    )


def explained(site: Site, measured: Measured, kpi: Kpi) -> Iterator[Part]:
    """How it is worked out, to the letter."""
    yield heading(site, "how-measured", "how")
    sql = "\n".join(line for line in kpi.sql.split("\n") if not line.startswith("--")).strip()
    formula = kpi.said("formula", site.wording)
    found = site.html(
        _TEMPLATE, place(kpi.id), part="how", kpi=kpi, sql=sql, formula=formula, measured=measured
    )
    yield Html(found.text, formula)


def _months(site: Site, measured: Measured, kpi: Kpi) -> Chart | None:
    """The months as a chart, last year's behind them."""
    months = measured.span(kpi)
    if not months:
        return None
    found = {each.period: each.year_ago for each in measured.series(kpi).get("", ())}
    before = tuple(found.get(month) for month in months)
    lines = [Line(kpi.said("title", site.wording), measured.values(kpi, months))]
    if sum(value is not None for value in before) >= _COMPARED:
        lines.append(Line(site.say("measure.head.year_ago"), before, faint=True))
    frame = measured.frame(months)
    return chart(lines, frame, _summary(site, measured, kpi), bars=kpi.adds)


def _summary(site: Site, measured: Measured, kpi: Kpi) -> str:
    """The chart in a sentence."""
    months = dict.fromkeys(measured.months)
    points = [each for each in measured.series(kpi).get("", ()) if each.period in months]
    first, last = points[0], points[-1]
    return site.say(
        "kpis.chart",
        title=kpi.said("title", site.wording),
        first=measured.title(first.period),
        last=measured.title(last.period),
        start=measured.said(kpi, first.value),
        end=measured.said(kpi, last.value),
    )


def _by(site: Site, measured: Measured, kpi: Kpi, by: str) -> Iterator[Part]:
    members = measured.members(kpi, by)
    if not members or (by in ("brand", "format") and len(members) == 1):
        return
    rows = [_row(measured, kpi, by, member) for member in members[:_MEMBERS]]
    drawn = members[:_LINES]
    names = [measured.name(by, member) for member in drawn]
    span = measured.span(kpi, by, drawn)
    frame = measured.frame(span)
    lines = [
        Line(name, measured.values(kpi, span, by, member))
        for name, member in zip(names, drawn, strict=True)
    ]
    title = site.say(f"kpis.by-{by}")
    summary = site.say("kpis.chart-by", title=kpi.said("title", site.wording), by=title)
    months = [(name, [line.values[at] for line in lines]) for at, name in enumerate(frame.whole)]
    yield heading(site, f"by-{by}", f"by-{by}")
    yield site.html(
        _TEMPLATE,
        place(kpi.id),
        part="by",
        by=by,
        rows=rows,
        more=len(members) - len(rows),
        chart=chart(lines, frame, summary),
        names=names,
        months=list(reversed(months)),
        kpi=kpi,
        measured=measured,
    )


def _row(measured: Measured, kpi: Kpi, by: str, member: str) -> Compared:
    name = measured.name(by, member)
    point = measured.at(kpi, measured.last, by, member)
    spark = measured.spark(kpi, by, member)
    if point is None:
        return Compared(name, None, "", None, None, spark)
    found = compared(measured, kpi, point, name)
    return Compared(name, point, found.value, found.before, found.year, spark)
