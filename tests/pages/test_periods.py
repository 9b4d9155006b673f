from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmops.pages.periods import periods


def on(*days: str) -> list[tuple[date, str]]:
    return [(date.fromisoformat(day), day) for day in days]


def names(items: list[tuple[date, str]], room: int) -> list[str]:
    return [period.name for period in periods(items, lambda _: 10, room)]


def test_a_month_that_fits_is_one_page_and_empty_months_are_none() -> None:
    assert names(on("2026-12-01", "2026-12-31", "2027-02-03"), 20) == ["2026-12", "2027-02"]


def test_a_month_that_is_too_full_is_cut_at_weeks_and_a_week_at_days() -> None:
    items = on("2026-12-01", "2026-12-02", "2026-12-08", "2026-12-31", "2027-01-01")
    assert names(items, 20) == ["2026-12-W49", "2026-12-W50", "2026-12-W53", "2027-01"]
    assert names(items, 10) == [
        "2026-12-01", "2026-12-02", "2026-12-W50", "2026-12-W53", "2027-01",
    ]  # fmt: skip


def test_a_day_that_is_too_full_goes_on_further_pages() -> None:
    assert names(on(*["2026-12-01"] * 5), 20) == ["2026-12-01", "2026-12-01-2", "2026-12-01-3"]


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(1, 200))
def test_every_item_is_on_exactly_one_page_and_pages_fit(offsets: list[int], room: int) -> None:
    items = [(date(2026, 1, 1) + timedelta(days=day), str(n)) for n, day in enumerate(offsets)]
    found = list(periods(items, lambda _: 10, room))

    assert sorted(item for period in found for item in period.items) == sorted(n for _, n in items)
    assert len({period.name for period in found}) == len(found)
    assert all(len(period.items) * 10 <= max(room, 10) for period in found)
    assert [period.first for period in found] == sorted(period.first for period in found)
