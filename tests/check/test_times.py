"""Times that make no sense by themselves, and new posts in the past."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.check.checking import Check, Finds, delivered, post

PATH = "content/posts/a.md"


@pytest.mark.parametrize(
    ("code", "front"),
    [
        ("CM301", "publish_at: ⟦2027-03-28 02:30"),
        ("CM302", "publish_at: ⟦2026-10-25 02:30"),
        ("CM303", "publish_at: ⟦2026-11-31 12:00"),
        ("CM304", "publish_at: 2026-12-02 12:00\nrepeat: ⟦tous les lundis"),
        ("CM304", "publish_at: 2026-12-02 12:00\nrepeat: ⟦FREQ=WEEKLY;BYDAY=LU"),
        ("CM305", "publish_at: 2026-12-02 12:00\nrepeat: ⟦FREQ=HOURLY"),
        ("CM305", "publish_at: 2026-12-02 12:00\nrepeat: ⟦FREQ=DAILY;BYHOUR=9,18"),
        ("CM306", "publish_at: 2026-12-06 02:30\nrepeat: ⟦FREQ=WEEKLY"),
        ("CM308", "publish_at: 2026-12-02 12:00\nexpires_at: ⟦2026-12-02 12:00"),
        ("CM309", "publish_at: 2026-12-02 12:00\ndelete_at: ⟦2026-12-01 12:00"),
        ("CM320", "publish_at: 2026-12-02 12:00\nrepeat: ⟦FREQ=DAILY;UNTIL=20261101T000000"),
    ],
)
def test_a_time_that_makes_no_sense_is_found_where_it_is_written(
    code: str, front: str, finds: Finds
) -> None:
    finds(code, {PATH: post(front)})


def test_a_weekly_post_by_day_is_fine_over_both_changes_of_the_clock(check: Check) -> None:
    front = "publish_at: 2026-12-06 12:30\nrepeat: FREQ=WEEKLY\nstatus: ready"
    assert not check({PATH: post(front)}).codes & {"CM304", "CM305", "CM306", "CM320"}


def test_the_nights_on_which_a_repeated_time_goes_wrong_are_named(check: Check) -> None:
    front = "publish_at: 2026-12-06 02:30\nrepeat: FREQ=WEEKLY"
    (found,) = check({PATH: post(front)}).of("CM306")
    assert "2027-03-28 02:30, 2027-10-31 02:30" in found.message


def test_a_ready_post_needs_a_time_for_each_channel(finds: Finds) -> None:
    front = (
        "to: [mastodon, bluesky]\nstatus: ready\n"
        "variants:\n  bluesky: {publish_at: 2026-12-02 12:00}"
    )
    (found,) = finds("CM307", {PATH: f"---\n⟦title: a\n{front}\n---\nTexte\n"})
    assert found.channel == "mastodon"


def test_a_draft_needs_no_time(check: Check) -> None:
    assert "CM307" not in check({PATH: post("status: draft")}).codes


def test_the_end_of_a_variant_is_held_against_its_own_beginning(finds: Finds) -> None:
    front = (
        "to: [mastodon, bluesky]\npublish_at: 2026-12-02 12:00\nexpires_at: ⟦2026-12-03 12:00\n"
        "variants:\n  bluesky: {publish_at: 2026-12-04 12:00}"
    )
    (found,) = finds("CM308", {PATH: post(front)})
    assert found.channel == "bluesky"


def test_a_new_post_in_the_past_is_found(finds: Finds) -> None:
    (found,) = finds("CM310", {PATH: post("status: ready\npublish_at: ⟦2025-12-01 12:00")})
    assert "6 h" in found.message


@pytest.mark.parametrize(
    "front",
    [
        "status: ready\npublish_at: 2026-12-01 09:00",  # late, but it will still go out
        "status: draft\npublish_at: 2025-12-01 12:00",
        "status: ready\npublish_at: 2025-12-01 12:00\nrepeat: FREQ=WEEKLY",
    ],
)
def test_what_may_still_go_out_is_not_in_the_past(front: str, check: Check) -> None:
    assert "CM310" not in check({PATH: post(front)}).codes


def test_a_past_post_that_is_not_new_is_left_alone(check: Check) -> None:
    files = {PATH: post("status: ready\npublish_at: 2025-12-01 12:00")}
    assert "CM310" not in check(files, new=lambda path: False).codes


def test_a_past_post_that_the_ledger_knows_is_left_alone(check: Check) -> None:
    known = delivered("a~mastodon~ateliers@mastodon.example", datetime(2025, 12, 1, tzinfo=UTC))
    files = {PATH: post("status: ready\npublish_at: 2025-12-01 12:00")}
    assert "CM310" not in check(files, entries=known).codes
