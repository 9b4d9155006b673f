"""Charts as geometry: what a template draws as SVG, with its words beside it.

The field is 100 by 100 and stretched to the place that a page has for it; axes and keys are text
of the page, so that they stay readable on a telephone, on paper, and to whoever enlarges them.
A chart costs a fraction of a millisecond: there is nothing to cache.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cmops.values import dataclass

_TICKS = 4
_LABELS = 7
_STEPS = (1, 2, 2.5, 5, 10)
_LEAST = 2
_FLAT = 0.6
_LIKE = 0.02
_BAR = 0.62
"""How much of its place a bar takes."""


@dataclass(frozen=True, slots=True)
class Line:
    """Figures in time's order, None where there is none. ``faint`` ones are for comparison."""

    name: str
    values: tuple[float | None, ...]
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line's path, and one of its points (each a line of no length, which is drawn round)."""

    name: str
    path: str
    points: str
    faint: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the lower edge."""

    x: float
    y: float
    width: float
    height: float
    running: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A word beside an axis, so many percent from its beginning."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A period's place on the axis, and what all lines are in it."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that a template needs; ``summary`` says it to whoever cannot see it."""

    lines: tuple[Drawn, ...]
    bars: tuple[Bar, ...]
    scale: tuple[Tick, ...]
    times: tuple[Tick, ...]
    columns: tuple[Column, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chart's axes say: the periods' names, short and whole, and how figures are written.

    ``running`` says that the last period is not over; a year is told where it is a new one.
    """

    short: tuple[str, ...]
    whole: tuple[str, ...]
    said: Callable[[float], str]
    running: bool = False
    years: tuple[str, ...] = ()


def chart(lines: Sequence[Line], frame: Frame, summary: str, *, bars: bool = False) -> Chart:
    """The chart of these lines; the first that is not faint as bars where ``bars`` is set."""
    known = [value for line in lines for value in line.values if value is not None]
    low, high, step = scale(known, zero=bars)
    count = max(len(frame.short), 1)

    def x(place: int) -> float:
        return 100 * (place + 0.5) / count

    def y(value: float) -> float:
        return 100 - 100 * (value - low) / (high - low)

    as_bars = next((line for line in lines if not line.faint), None) if bars else None
    return Chart(
        tuple(_drawn(line, x, y) for line in lines if line is not as_bars),
        tuple(_bars(as_bars, frame, y(max(low, 0.0)), x, y)) if as_bars else (),
        tuple(_scale(low, high, step, frame)),
        tuple(_times(frame, x)),
        tuple(_columns(lines, frame)),
        summary,
    )


def spark(values: Sequence[float | None]) -> Drawn | None:
    """A line without axes, for a tile; None where there are not two points to join."""
    known = [value for value in values if value is not None]
    if len(known) < _LEAST:
        return None
    low, high = min(known), max(known)
    reach = (high - low) or 1.0
    places = len(values) - 1

    def y(value: float) -> float:
        return 50.0 if high == low else 92 - 84 * (value - low) / reach

    drawn = _drawn(Line("", tuple(values)), lambda place: 2 + 94 * place / places, y)
    last = drawn.points[drawn.points.rindex("M") :]
    return replace(drawn, points=last)


def scale(values: Sequence[float], *, zero: bool) -> tuple[float, float, float]:
    """The lowest and the highest figure of an axis and the step between its ticks, all round.

    Bars begin at zero. A line's axis does as well, unless that would make it flat; figures that
    hardly differ are to look like it.
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    if zero or high - low <= _LIKE * abs(high) or (low >= 0 and low < _FLAT * high):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = 0.0, 1.0
    step = _step((high - low) / _TICKS)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return bottom, top, step


def _step(least: float) -> float:
    power = math.pow(10, math.floor(math.log10(least)))
    return next(each * power for each in _STEPS if each * power >= least * 0.999)


def _drawn(line: Line, x: Callable[[int], float], y: Callable[[float], float]) -> Drawn:
    path: list[str] = []
    points: list[str] = []
    joined = False
    for place, value in enumerate(line.values):
        if value is None:
            joined = False
            continue
        at = f"{x(place):.2f} {y(value):.2f}"
        path.append(f"{'L' if joined else 'M'}{at}")
        points.append(f"M{at}h0")
        joined = True
    return Drawn(line.name, "".join(path), "".join(points), line.faint)


def _bars(
    line: Line, frame: Frame, ground: float, x: Callable[[int], float], y: Callable[[float], float]
) -> Iterator[Bar]:
    width = 100 * _BAR / max(len(frame.short), 1)
    for place, value in enumerate(line.values):
        if value is None:
            continue
        top = y(value)
        left = x(place) - width / 2
        last = frame.running and place == len(line.values) - 1
        upper, height = min(top, ground), abs(ground - top)
        yield Bar(round(left, 2), round(upper, 2), round(width, 2), round(height, 2), last)


def _scale(low: float, high: float, step: float, frame: Frame) -> Iterator[Tick]:
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        yield Tick(round(100 * (value - low) / (high - low), 2), frame.said(round(value, 10)))


def _times(frame: Frame, x: Callable[[int], float]) -> Iterator[Tick]:
    every = math.ceil(len(frame.short) / _LABELS) or 1
    last = len(frame.short) - 1
    told = ""
    for place, text in enumerate(frame.short):
        if (last - place) % every == 0:
            year = frame.years[place] if frame.years else ""
            yield Tick(round(x(place), 2), f"{text} {year}" if year != told else text)
            told = year


def _columns(lines: Sequence[Line], frame: Frame) -> Iterator[Column]:
    width = 100 / max(len(frame.short), 1)
    for place, name in enumerate(frame.whole):
        told = [
            f"{frame.said(value)} · {line.name}" if line.name else frame.said(value)
            for line in lines
            if (value := line.values[place]) is not None
        ]
        if told:
            yield Column(round(place * width, 2), round(width, 2), "\n".join((name, *told)))
