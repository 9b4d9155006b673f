"""Figures as tables: what a program reads, and what a person reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cmops.measure.definitions import Kpi
from cmops.measure.figures import Figures, Point
from cmops.measure.periods import CALENDAR, DAY, Kind, Period, of
from cmops.values import dataclass
from cmops.wording import Wording

_BEST = 10
"""Places in the week that are worth showing."""


@dataclass(frozen=True, slots=True)
class Table:
    """``data`` by ``names`` for programs; ``shown`` below ``heads`` for people."""

    names: tuple[str, ...]
    data: tuple[tuple[Any, ...], ...]
    heads: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]


def shown(value: float | None, wording: Wording, unit: str = "") -> str:
    """A figure as people read it, to three digits that count; empty where there is none."""
    if value is None:
        return ""
    whole, digits = _rounded(value)
    text = f"{abs(whole):.{digits}f}"
    number, _, rest = text.partition(".")
    point = "," if wording.language == "fr" else "."
    said = wording.number(int(number)) + (f"{point}{rest}" if rest else "")
    said = f"\N{MINUS SIGN}{said}" if whole < 0 else said
    return f"{said}\u00a0{unit}" if unit else said


def unit(kpi: Kpi, value: float | None, wording: Wording) -> str:
    """What is counted, in the form that the figure as people read it takes."""
    return kpi.said("unit", wording) if value is None else kpi.counted(_rounded(value)[0], wording)


def _rounded(value: float) -> tuple[float, int]:
    """The figure that is shown, and how many digits behind the point."""
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    return round(value, digits), digits


def overview(figures: Figures, wording: Wording, by: str, kind: Kind, now: datetime) -> Table:
    """Every KPI in the last period that is over, beside the one before and the year before."""
    data, lines = [], []
    for kpi in figures.kpis:
        points = figures.series(kpi, by, kind)
        if kpi.id == "best-time":
            continue
        there = [each for each in points if _is_shown(each.period, kind, now)]
        data += [_values(kpi, each, by) for each in there]
        for each in there:
            lines.append((kpi.said("title", wording), *_words(kpi, each, wording)))
        if not points:
            nothing = wording.say("measure.not-measured")
            lines.append((kpi.said("title", wording), "", "", nothing, "", ""))
    names = ("kpi", "by", "member", "period", "start", "end", "value", "unit")
    heads = ("kpi", "member", "period", "value", "previous", "year_ago")
    return Table(
        (*names, "previous", "year_ago", "n", "complete"),
        tuple(data),
        _heads(heads, wording),
        tuple(lines),
    )


def series(
    figures: Figures,
    kpi: Kpi,
    wording: Wording,
    by: str,
    kind: Kind,
    days: tuple[date, date] | None,
) -> Table:
    """One KPI over time; with ``days`` only the periods that are wholly between them."""
    points = [
        each
        for each in figures.series(kpi, by, kind)
        if days is None or (days[0] <= each.period.start and each.period.end <= days[1])
    ]
    names = ("kpi", "by", "member", "period", "start", "end", "value", "unit")
    heads = ("member", "period", "value", "previous", "year_ago", "n")
    lines = [
        (*_words(kpi, each, wording), "" if each.n is None else str(each.n)) for each in points
    ]
    return Table(
        (*names, "previous", "year_ago", "n", "complete"),
        tuple(_values(kpi, each, by) for each in points),
        _heads(heads, wording),
        tuple(lines),
    )


def best_times(figures: Figures, wording: Wording, by: str) -> Table:
    """The best places in the week, with how sure they are."""
    kpi = figures.kpi("best-time")
    members = dict.fromkeys(
        each.member for each in (figures.rows(kpi) if kpi else ()) if each.dimension == by
    )
    data, lines = [], []
    for member in members:
        rows = figures.best_times(member, by)
        data += [
            (by, member, row.weekday, row.hour, row.value, row.low, row.high, row.n) for row in rows
        ]
        for row in rows[:_BEST]:
            day = wording.say(f"dates.weekday.{row.weekday}")
            when = wording.say("measure.hour", day=day, hour=row.hour)
            between = f"{shown(row.low, wording)} – {shown(row.high, wording)}"
            lines.append(
                (_member(member, wording), when, shown(row.value, wording), between, str(row.n))
            )
    return Table(
        ("by", "member", "weekday", "hour", "value", "low", "high", "n"),
        tuple(data),
        _heads(("member", "when", "value", "interval", "n"), wording),
        tuple(lines),
    )


def goals(figures: Figures, wording: Wording) -> Table:
    """Where every objective stands."""
    data, lines = [], []
    for each in figures.objectives():
        aim = each.objective
        unit = aim.unit or ""
        data.append(
            (
                *(aim.id, aim.name, aim.kpi, str(each.standing), each.value, aim.target, aim.unit),
                *(each.projected, aim.better, aim.start.isoformat(), aim.end.isoformat()),
            )
        )
        lines.append(
            (
                aim.name,
                wording.say(f"measure.standing.{each.standing}"),
                shown(each.value, wording),
                shown(aim.target, wording, unit),
                shown(each.projected, wording),
            )
        )
    names = ("objective", "name", "kpi", "standing", "value", "target", "unit", "projected")
    heads = ("objective", "standing", "value", "target", "projected")
    return Table(
        (*names, "better", "start", "end"), tuple(data), _heads(heads, wording), tuple(lines)
    )


def _is_shown(period: Period, kind: Kind, now: datetime) -> bool:
    """The last of the calendar's periods that is over; any other as it is."""
    if kind not in CALENDAR:
        return True
    return period == of(kind, of(kind, now.date()).start - DAY)


def _values(kpi: Kpi, point: Point, by: str) -> tuple[Any, ...]:
    period = point.period
    unit = kpi.unit.get("en") or next(iter(kpi.unit.values()), "")
    return (
        *(kpi.id, by, point.member, period.name, period.start.isoformat()),
        *(period.end.isoformat(), point.value, unit, point.previous, point.year_ago),
        *(point.n, point.complete),
    )


def _words(kpi: Kpi, point: Point, wording: Wording) -> tuple[str, ...]:
    title = point.period.title(wording)
    running = f" ({wording.say('measure.running')})" if not point.complete else ""
    return (
        _member(point.member, wording),
        f"{title}{running}",
        shown(point.value, wording, unit(kpi, point.value, wording)),
        shown(point.previous, wording),
        shown(point.year_ago, wording),
    )


def _member(member: str, wording: Wording) -> str:
    return member or wording.say("measure.everything")


def _heads(names: tuple[str, ...], wording: Wording) -> tuple[str, ...]:
    return tuple(wording.say(f"measure.head.{name}") for name in names)
