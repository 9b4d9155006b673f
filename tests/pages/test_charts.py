from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from cmops.pages.charts import Frame, Line, chart, scale, spark

FIGURES = st.lists(
    st.none() | st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 4)),
    max_size=30,
)


def frame(count: int, *, running: bool = False) -> Frame:
    names = tuple(f"m{n}" for n in range(count))
    return Frame(names, names, lambda value: f"{value:g}", running=running)


def places(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


@given(FIGURES, st.booleans())
def test_every_figure_is_inside_the_field_at_its_height(
    values: list[float | None], bars: bool
) -> None:
    known = [value for value in values if value is not None]
    low, high, step = scale(known, zero=bars)
    assert low < high
    assert step > 0
    drawn = chart([Line("a", tuple(values))], frame(len(values)), "", bars=bars)
    points = [place for line in drawn.lines for place in places(line.path)]
    assert len(points) == (0 if bars else len(known))
    for value, (x, y) in zip(known, points, strict=False):
        assert 0 < x < 100
        assert math.isclose(y, 100 - 100 * (value - low) / (high - low), abs_tol=0.01)
    for bar in drawn.bars:
        assert bar.y >= -0.01
        assert bar.y + bar.height <= 100.02
    assert 2 <= len(drawn.scale) <= 8


def test_bars_begin_at_zero_and_a_line_of_large_figures_does_not() -> None:
    assert scale([900.0, 1000.0], zero=True)[0] == 0
    assert scale([900.0, 1000.0], zero=False)[0] > 0
    assert scale([10.0, 1000.0], zero=False)[0] == 0


def test_figures_that_hardly_differ_look_like_it() -> None:
    assert scale([100.0, 100.0], zero=False) == (0, 100, 25)
    assert scale([5.40, 5.44], zero=False)[0] == 0
    assert scale([-3.0, -3.0], zero=False)[1] == 0
    assert scale([0.0], zero=False)[:2] == (0, 1)


def test_ticks_are_round() -> None:
    drawn = chart([Line("a", (4562.0, 5938.0))], frame(2), "")
    assert [tick.text for tick in drawn.scale] == ["4500", "5000", "5500", "6000"]
    assert [tick.at for tick in drawn.scale][::3] == [0, 100]


def test_a_month_without_a_figure_interrupts_the_line_and_is_not_zero() -> None:
    drawn = chart([Line("a", (1.0, None, 2.0, 3.0))], frame(4), "")
    assert drawn.lines[0].path.count("M") == 2
    assert drawn.lines[0].path.count("L") == 1
    assert drawn.lines[0].points.count("M") == 3
    assert [column.text for column in drawn.columns] == ["m0\n1 · a", "m2\n2 · a", "m3\n3 · a"]


def test_the_running_month_is_told_apart() -> None:
    drawn = chart([Line("a", (1.0, 2.0))], frame(2, running=True), "", bars=True)
    assert [bar.running for bar in drawn.bars] == [False, True]


def test_a_single_month_and_none_at_all_can_be_drawn() -> None:
    assert chart([Line("a", (5.0,))], frame(1), "").lines[0].points
    nothing = chart([Line("a", ())], frame(0), "nothing")
    assert (nothing.summary, nothing.columns, nothing.times) == ("nothing", (), ())


def test_a_small_line_needs_two_figures_to_join() -> None:
    assert spark([]) is None
    assert spark([1.0, None]) is None
    drawn = spark([1.0, 1.0, 3.0])
    assert drawn is not None
    assert drawn.points.count("M") == 1
    assert places(drawn.path)[-1] == places(drawn.points)[0]


def test_a_year_is_told_where_it_begins() -> None:
    months = tuple("ondjfm")
    years = ("2025",) * 3 + ("2026",) * 3
    drawn = chart([Line("", (1.0,) * 6)], Frame(months, months, str, years=years), "")
    assert [tick.text for tick in drawn.times] == ["o 2025", "n", "d", "j 2026", "f", "m"]
