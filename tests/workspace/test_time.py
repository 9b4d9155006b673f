from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.workspace import time

PARIS = time.zone("Europe/Paris")


def refused(read: Callable[[], object]) -> bool:
    """Whether reading ends in a ValueError, whose words are nobody's business."""
    try:
        read()
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01 12:15", "2026-12-01T12:15:00+01:00"),
        ("2026-12-01T12:15", "2026-12-01T12:15:00+01:00"),
        ("2026-07-01 12:15:30", "2026-07-01T12:15:30+02:00"),
        ("2026-12-01 12:15 Z", "2026-12-01T13:15:00+01:00"),
        ("2026-12-01T12:15:00-05:00", "2026-12-01T18:15:00+01:00"),
        ("2026-10-25 02:30 +01:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_a_moment_is_read_in_the_workspaces_zone(text: str, expected: str) -> None:
    assert time.moment(text, PARIS).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demain",
        "2026-12-01",
        "12:15",
        "01/12/2026 12:15",
        "2026-12-01 9:30",
        "2026-12-01 12:15 Paris",
    ],
)
def test_another_form_is_no_moment(text: str) -> None:
    assert not time.is_moment(text)
    assert refused(lambda: time.moment(text, PARIS))


@pytest.mark.parametrize(
    ("text", "reason", "choices"),
    [
        ("2026-03-29 02:30", "gap", ["03:30", "01:30"]),
        ("2026-10-25 02:30", "fold", ["02:30", "02:30"]),
        ("2026-02-30 12:00", "date", []),
        ("2026-12-01 24:00", "date", []),
        ("0000-01-01 00:00", "date", []),
    ],
)
def test_a_time_that_names_no_single_moment_says_why(
    text: str, reason: str, choices: list[str]
) -> None:
    with pytest.raises(time.NoSuchTime) as raised:
        time.moment(text, PARIS)
    assert raised.value.reason == reason
    assert [f"{each:%H:%M}" for each in raised.value.choices] == choices


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_every_moment_that_is_given_back_shows_the_time_that_was_written(naive: datetime) -> None:
    text = f"{naive.year:04}-{naive:%m-%d %H:%M}"
    try:
        found = time.moment(text, PARIS)
    except time.NoSuchTime:
        return
    assert f"{found.year:04}-{found:%m-%d %H:%M}" == text
    assert found.astimezone(UTC).astimezone(PARIS) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", timedelta(minutes=30)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(2)),
        ("1w", timedelta(7)),
    ],
)
def test_durations_have_a_unit(text: str, expected: timedelta) -> None:
    assert time.duration(text) == expected


@pytest.mark.parametrize("text", ["", "6", "h", "-1h", "1.5h", "6 h", "99999d", "1h30"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert refused(lambda: time.duration(text))


@pytest.mark.parametrize("text", ["20261201", "2026-W49", "2026-2-1", "2026-02-30", ""])
def test_a_day_has_one_form(text: str) -> None:
    assert refused(lambda: time.day(text))
    assert time.day("2026-12-01") == date(2026, 12, 1)


@pytest.mark.parametrize(
    "name", ["Europe/Pari", "", "../../etc/passwd", "/etc/passwd", "Europe", "x\0y"]
)
def test_a_zone_that_there_is_not_is_refused(name: str) -> None:
    assert refused(lambda: time.zone(name))


def test_a_repeating_day_keeps_its_time_of_day_through_the_change_of_hour() -> None:
    start = time.moment("2026-10-19 09:30", PARIS)
    days = list(time.occurrences("FREQ=WEEKLY;BYDAY=MO", start, start + timedelta(days=15)))
    assert days == [date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2)]


def test_an_hourly_rule_names_each_day_once() -> None:
    start = time.moment("2026-12-01 22:00", PARIS)
    found = list(time.occurrences("FREQ=HOURLY", start, start + timedelta(hours=5)))
    assert found == [date(2026, 12, 1), date(2026, 12, 2)]


@pytest.mark.parametrize("rule", ["", "x", "FREQ=SOMETIMES", "FREQ=DAILY;BYDAY=XX"])
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    start = time.moment("2026-12-01 22:00", PARIS)
    assert refused(lambda: list(time.occurrences(rule, start, start + timedelta(days=5))))
