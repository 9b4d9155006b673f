from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmops.workflows.schedule import MOST_LINES, delay, pause, runs, schedule, slots

PARIS = ZoneInfo("Europe/Paris")
SIX = timedelta(hours=6)
JANUARY = datetime(2026, 1, 1, tzinfo=PARIS)
TIMES = st.lists(
    st.integers(0, 2 * 365 * 1440).map(lambda m: JANUARY + timedelta(minutes=m)),
    max_size=12,
)


@settings(deadline=None)
@given(TIMES)
def test_whatever_is_planned_is_sent_on_the_minute_all_year_round(times: list[datetime]) -> None:
    lines = schedule(times, SIX)
    assert len(lines) <= MOST_LINES
    for at in times:
        assert delay(lines, at) == timedelta()
        weeks = [timedelta(weeks=n) for n in (13, 26, 39)]
        # The clock on the wall stays the same; a time that a change of clocks skips is no time.
        assert all(delay(lines, (at + week)) == timedelta() for week in weeks)


@settings(deadline=None)
@given(TIMES)
def test_a_skipped_run_costs_a_quarter_of_an_hour(times: list[datetime]) -> None:
    starts = {f"{minute} {hour} * * {day}" for day, hour, minute in slots(schedule(times, SIX))}
    for at in times:
        (serving, *_) = [each for each in starts if delay([each], at) == timedelta()]
        late = delay(starts - {serving}, at)
        assert late is not None
        assert late <= timedelta(minutes=15)


def test_what_nobody_planned_waits_for_the_next_run_of_the_day() -> None:
    lines = schedule([], SIX)
    assert lines == ("7 */2 * * *",)
    assert pause(lines) == timedelta(hours=2)
    assert delay(lines, datetime(2026, 12, 1, 9, 30, tzinfo=PARIS)) == timedelta(minutes=97)


@pytest.mark.parametrize(
    ("lateness", "first"),
    [
        (timedelta(minutes=30), "7 * * * *"),
        (timedelta(hours=5), "7 * * * *"),
        (timedelta(hours=6), "7 */2 * * *"),
        (timedelta(hours=15), "7 */4 * * *"),
        (timedelta(days=9), "7 */6 * * *"),
    ],
)
def test_the_less_late_a_post_may_be_the_more_often_somebody_looks(
    lateness: timedelta, first: str
) -> None:
    assert schedule([], lateness)[0] == first


def test_a_few_posts_cost_a_fraction_of_a_run_every_quarter_of_an_hour() -> None:
    week = [datetime(2026, 12, day, 12, 15, tzinfo=PARIS) for day in (1, 3)]
    lines = schedule(week, SIX)
    assert runs(lines) < 400
    assert runs(["*/15 * * * *"]) == 2880


def test_no_run_starts_on_the_full_hour_when_everybody_else_does() -> None:
    on_the_hour = [datetime(2026, 12, day, day, 0, tzinfo=PARIS) for day in range(1, 15)]
    assert 0 not in {minute for _, _, minute in slots(schedule(on_the_hour, SIX))}


def test_lines_of_other_hands_are_understood() -> None:
    assert set(slots(["0 9-11/2 * * 1-2"])) == {(1, 9, 0), (1, 11, 0), (2, 9, 0), (2, 11, 0)}
    assert set(slots(["30 8 * * 7"])) == set(slots(["30 8 * * 0"])) != set()
    assert list(slots(["nonsense", "x y z * *", "99 9 * *"])) == []
    assert (delay([], datetime(2026, 12, 1, tzinfo=PARIS)), pause([])) == (None, None)


def test_the_page_on_setting_up_says_what_a_month_costs() -> None:
    page = (Path(__file__).parents[2] / "docs/mode-d-emploi/technique.md").read_text("utf-8")
    rows = {row.split(" | ")[0].strip("| "): row for row in page.splitlines() if " | " in row}

    def week(days: range, *clocks: tuple[int, int]) -> list[datetime]:
        return [datetime(2026, 12, day, *at, tzinfo=PARIS) for day in days for at in clocks]

    usages = {
        "aucun post prévu": [],
        "2 posts par semaine, chacun à son heure": [
            *week(range(1, 2), (12, 15)),
            *week(range(3, 4), (18, 30)),
        ],
        "chaque jour ouvré à 9 h 30 et 12 h 15": week(range(7, 12), (9, 30), (12, 15)),
        "chaque heure de 9 h à 18 h, tous les jours": week(
            range(7, 14), *((hour, 0) for hour in range(9, 19))
        ),
    }
    for usage, times in usages.items():
        assert f"| {runs(schedule(times, SIX))} |" in rows[usage]
