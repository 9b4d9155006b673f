"""Key dates, publishing windows and quiet periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.workspace.model import KeyDate, Quiet, Scope, Window, Windows

PARIS = ZoneInfo("Europe/Paris")


def key_date(**said: object) -> KeyDate:
    known: dict[str, object] = {"id": "d", "path": "p", "pointer": (), "name": {}, "kind": "own"}
    return KeyDate(**{**known, **said})  # type: ignore[arg-type]


def test_a_day_of_every_year_happens_each_year() -> None:
    christmas = key_date(on="12-25").spans(date(2025, 12, 26), date(2027, 12, 25))
    assert [start for start, _ in christmas] == [date(2026, 12, 25), date(2027, 12, 25)]


def test_the_29th_of_february_happens_in_leap_years_only() -> None:
    leap = key_date(on="02-29").spans(date(1896, 1, 1), date(1908, 12, 31))
    assert [start.year for start, _ in leap] == [1896, 1904, 1908]


def test_a_period_that_has_begun_is_still_on() -> None:
    sales = key_date(start=date(2027, 1, 6), end=date(2027, 2, 2))
    span = (date(2027, 1, 6), date(2027, 2, 2))
    assert list(sales.spans(date(2027, 2, 2), date(2027, 2, 28))) == [span]
    assert not list(sales.spans(date(2027, 2, 3), date(2027, 2, 28)))
    assert not list(sales.spans(date(2026, 1, 1), date(2027, 1, 5)))


def test_days_come_in_order_however_they_are_written() -> None:
    days = (date(2027, 10, 16), date(2026, 10, 17))
    spans = key_date(days=days).spans(date(2026, 1, 1), date(2027, 12, 31))
    assert [start for start, _ in spans] == sorted(days)


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(0, 800))
def test_what_happens_in_a_time_touches_it(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    for start, end in key_date(on="02-29").spans(first, last):
        assert first <= start == end <= last


def test_a_window_includes_its_start_and_not_its_end() -> None:
    window = Window("08:30", "20:00", ("monday",))
    monday = datetime(2026, 11, 30, 8, 30, tzinfo=PARIS)
    assert window.covers(monday)
    assert not window.covers(monday.replace(hour=20, minute=0))
    assert window.covers(monday.replace(hour=19, minute=59, second=59))
    assert not window.covers(monday.replace(hour=8, minute=29, second=59))
    assert not window.covers(monday.replace(day=29))


@pytest.mark.parametrize(
    ("channel", "brand", "start"),
    [("blog", "shop", "10:00"), ("x", "shop", "09:00"), ("x", "other", "08:00")],
)
def test_the_window_that_names_a_channel_most_closely_holds(
    channel: str, brand: str, start: str
) -> None:
    windows = Windows(
        publishing=(
            Window("08:00", "20:00"),
            Window("09:00", "20:00", brands=("shop",)),
            Window("10:00", "20:00", channels=("blog",)),
        )
    )
    assert [window.start for window in windows.of(channel, brand)] == [start]


def test_without_a_window_of_its_own_a_channel_may_publish_at_any_time() -> None:
    windows = Windows(publishing=(Window("10:00", "20:00", channels=("blog",)),))
    assert windows.of("x", "shop") == ()


def test_a_quiet_period_is_half_open() -> None:
    start, end = datetime(2026, 12, 24, 17, tzinfo=UTC), datetime(2026, 12, 28, 7, tzinfo=UTC)
    quiet = Quiet("Holidays", Scope(everything=True), start, end)
    assert quiet.covers(start)
    assert quiet.covers(end.replace(hour=6))
    assert not quiet.covers(end)


def test_a_quiet_period_whose_end_names_no_moment_silences_nobody() -> None:
    start = datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert not Quiet("Holidays", Scope(everything=True), start, None).covers(start)
