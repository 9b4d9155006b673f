"""Objectives: reached, on the way, behind, missed, or not to be told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cmops.measure.definitions import Kpi
from cmops.measure.goals import Standing, progress
from cmops.workspace.model import Objective
from tests.measure.world import PARIS, Count, Sent, World

WORDS = {"en": "x"}
START, END = date(2026, 10, 1), date(2026, 10, 30)
MIDDLE = date(2026, 10, 15)


def kpi(*, adds: bool) -> Kpi:
    return Kpi("x", "x.sql", WORDS, WORDS, WORDS, WORDS, "higher", (), adds, False, "")


def aim(target: float, better: str = "higher") -> Objective:
    return Objective(
        id="a",
        path="calendar/objectives.yml",
        pointer=("objectives", 0),
        name="A",
        kpi="x",
        target=target,
        start=START,
        end=END,
        why="",
        better=better,
    )


@pytest.mark.parametrize(
    ("target", "better", "adds", "value", "today", "standing"),
    [
        (100, "higher", True, 100, MIDDLE, Standing.REACHED),
        (100, "higher", True, 51, MIDDLE, Standing.ON_THE_WAY),
        (100, "higher", True, 49, MIDDLE, Standing.BEHIND),
        (100, "higher", True, 99, END + timedelta(days=1), Standing.MISSED),
        (100, "higher", True, 99, END, Standing.BEHIND),
        (98, "higher", False, 99, MIDDLE, Standing.ON_THE_WAY),
        (98, "higher", False, 97, MIDDLE, Standing.BEHIND),
        (98, "higher", False, 99, END + timedelta(days=1), Standing.REACHED),
        (4, "lower", False, 3.5, MIDDLE, Standing.ON_THE_WAY),
        (4, "lower", False, 4.5, MIDDLE, Standing.BEHIND),
        (4, "lower", False, 4.0, END + timedelta(days=1), Standing.REACHED),
        (10, "lower", True, 4, MIDDLE, Standing.ON_THE_WAY),
        (10, "lower", True, 6, MIDDLE, Standing.BEHIND),
        (100, "higher", True, None, MIDDLE, Standing.NOT_MEASURED),
        (100, "higher", True, 5, START - timedelta(days=1), Standing.NOT_BEGUN),
    ],
)
def test_where_an_objective_stands(
    target: float, better: str, adds: bool, value: float, today: date, standing: Standing
) -> None:
    assert progress(aim(target, better), kpi(adds=adds), value, today).standing is standing


def test_half_of_the_time_projects_twice_the_sum() -> None:
    found = progress(aim(100), kpi(adds=True), 30, MIDDLE)
    assert (found.elapsed, found.projected, found.share) == (0.5, 60, 30)


def test_an_objective_without_a_kpi_cannot_be_told() -> None:
    found = progress(aim(100), None, None, MIDDLE)
    assert (found.standing, found.projected) == (Standing.NOT_MEASURED, None)


OBJECTIVES = """\
objectives:
  - {id: posts, name: P, why: W, kpi: published, target: 4, start: 2026-10-01, end: 2026-10-31}
  - id: likes-masto
    name: L
    why: W
    kpi: interactions
    target: 10
    start: 2026-10-01
    end: 2026-10-31
    channel: masto
  - id: likes-boutique
    name: B
    why: W
    kpi: interactions
    target: 10
    start: 2026-10-01
    end: 2026-10-31
    brand: boutique
  - {id: rien, name: R, why: W, kpi: nulle-part, target: 1, start: 2026-10-01, end: 2026-10-31}
"""


def test_each_objective_is_held_against_its_own_channel_brand_and_days(tmp_path: Path) -> None:
    first = datetime(2026, 10, 31, 23, 30, tzinfo=PARIS)
    late = datetime(2026, 11, 1, 0, 10, tzinfo=PARIS)
    sent = [
        Sent("un", "masto", first, 2),
        Sent("un", "boutique", first, 2),
        Sent("deux", "masto", late, 2),
    ]
    counts = [
        Count(each.channel, each, each.planned + timedelta(days=2), "likes", likes)
        for each, likes in zip(sent, (12, 5, 70), strict=True)
    ]
    world = World(tmp_path, sent, counts, {"calendar/objectives.yml": OBJECTIVES})
    world.write()
    figures = world.figures()
    found = {each.objective.id: (each.value, each.standing) for each in figures.objectives()}
    assert found == {
        "posts": (1.0, Standing.MISSED),
        "likes-masto": (12.0, Standing.REACHED),
        "likes-boutique": (5.0, Standing.MISSED),
        "rien": (None, Standing.NOT_MEASURED),
    }
    [unknown] = figures.findings()
    assert (unknown.code, unknown.at) == ("CM956", ("objectives", 3, "kpi"))
