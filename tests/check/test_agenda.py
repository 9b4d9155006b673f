"""Deliveries held against quiet periods, windows, campaigns, events and contests."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, post

PATH = "content/posts/a.md"
QUIET = """\
quiet:
  - {{reason: Deuil, start: 2026-12-05 00:00, end: 2026-12-06 00:00,
     scope: {scope}, level: {level}}}
"""
CAMPAIGN = """\
---
name: Hiver
objective: o
start: 2026-12-01
end: 2026-12-24
audiences: [m]
channels: [mastodon]
---
"""
EVENT = """\
---
name: Portes ouvertes
type: meetup
start: 2026-12-05 10:00
end: 2026-12-05 18:00
status: {status}
---
"""


@pytest.mark.parametrize(("level", "code"), [("error", "CM311"), ("warning", "CM312")])
def test_a_quiet_period_is_as_firm_as_it_says(level: str, code: str, finds: Finds) -> None:
    files = {
        PATH: post("publish_at: ⟦2026-12-05 12:00"),
        "calendar/windows.yml": QUIET.format(scope="{everything: true}", level=level),
    }
    (found,) = finds(code, files)
    assert "Deuil" in found.message


@pytest.mark.parametrize("day", ["2026-12-04 23:59", "2026-12-06 00:00"])
def test_around_a_quiet_period_one_may_speak(day: str, check: Check) -> None:
    files = {
        PATH: post(f"publish_at: {day}"),
        "calendar/windows.yml": QUIET.format(scope="{everything: true}", level="error"),
    }
    assert "CM311" not in check(files).codes


def test_a_quiet_period_of_one_channel_holds_only_that_one(finds: Finds) -> None:
    files = {
        PATH: post("to: [mastodon, bluesky]\npublish_at: ⟦2026-12-05 12:00"),
        "calendar/windows.yml": QUIET.format(scope="{channels: [bluesky]}", level="error"),
    }
    (found,) = finds("CM311", files)
    assert found.channel == "bluesky"


def test_a_quiet_period_for_all_channels_is_said_once(finds: Finds) -> None:
    files = {
        PATH: post("to: [mastodon, bluesky]\npublish_at: ⟦2026-12-05 12:00"),
        "calendar/windows.yml": QUIET.format(scope="{everything: true}", level="error"),
    }
    (found,) = finds("CM311", files)
    assert found.channel is None
    assert "mastodon, bluesky" in found.message


def test_the_first_occurrence_in_a_quiet_period_stands_for_all(finds: Finds) -> None:
    quiet = QUIET.format(scope="{everything: true}", level="error")
    files = {
        PATH: post("publish_at: ⟦2026-12-01 12:00\nrepeat: FREQ=DAILY"),
        "calendar/windows.yml": quiet.replace("2026-12-06", "2026-12-20"),
    }
    (found,) = finds("CM311", files)
    assert "2026-12-05 12:00" in found.message


def test_outside_the_windows_of_its_channel_a_post_is_noticed(finds: Finds) -> None:
    windows = "publishing:\n  - {start: '09:00', end: '18:00', channels: [mastodon]}\n"
    files = {
        PATH: post("to: [mastodon, bluesky]\npublish_at: ⟦2026-12-05 23:40"),
        "calendar/windows.yml": windows,
    }
    (found,) = finds("CM313", files)
    assert found.channel == "mastodon"
    assert "09:00–18:00" in found.message


@pytest.mark.parametrize("day", ["2026-12-25", "2027-12-02"])
def test_a_post_outside_its_campaign_is_found(day: str, finds: Finds) -> None:
    front = f"campaign: hiver\npublish_at: ⟦{day} 12:00"
    finds("CM314", {PATH: post(front), "calendar/campaigns/hiver.md": CAMPAIGN})


def test_the_last_day_of_a_campaign_belongs_to_it(check: Check) -> None:
    front = "campaign: hiver\npublish_at: 2026-12-24 23:59"
    found = check({PATH: post(front), "calendar/campaigns/hiver.md": CAMPAIGN})
    assert "CM314" not in found.codes


def test_a_channel_that_the_campaign_is_not_meant_for_is_found(finds: Finds) -> None:
    front = "to: [mastodon, bluesky]\ncampaign: ⟦hiver\npublish_at: 2026-12-10 12:00"
    (found,) = finds("CM315", {PATH: post(front), "calendar/campaigns/hiver.md": CAMPAIGN})
    assert found.channel == "bluesky"


def test_announcing_an_event_that_is_over_is_found(finds: Finds) -> None:
    front = "event: portes\npublish_at: ⟦2026-12-05 18:00"
    event = EVENT.format(status="confirmed")
    finds("CM317", {PATH: post(front), "calendar/events/portes.md": event})


def test_announcing_a_cancelled_event_is_found(finds: Finds) -> None:
    front = "event: ⟦portes\npublish_at: 2026-12-03 18:00"
    event = EVENT.format(status="cancelled")
    finds("CM318", {PATH: post(front), "calendar/events/portes.md": event})


@pytest.mark.parametrize(
    ("time", "found"), [("11-30 13:00", True), ("12-10 12:00", False), ("12-15 18:00", True)]
)
def test_a_contest_post_outside_the_contest_is_found(time: str, found: bool, finds: Finds) -> None:
    mark = "⟦" if found else ""
    contest = "---\nname: Jeu\ntype: contest\nstart: 2026-12-01 09:00\nend: 2026-12-15 18:00\n---\n"
    files = {
        PATH: post(f"contest: jeu\npublish_at: {mark}2026-{time}"),
        "calendar/events/jeu.md": contest,
    }
    finds("CM712", files)


def test_what_went_out_long_ago_is_history(check: Check) -> None:
    files = {
        PATH: post("publish_at: 2026-11-05 12:00"),
        "calendar/windows.yml": QUIET.format(scope="{everything: true}", level="error").replace(
            "2026-12-0", "2026-11-0"
        ),
    }
    assert "CM311" not in check(files).codes


def test_an_idea_is_not_held_against_the_calendar(check: Check) -> None:
    files = {
        PATH: post("status: idea\npublish_at: 2026-12-05 12:00"),
        "calendar/windows.yml": QUIET.format(scope="{everything: true}", level="error"),
    }
    assert "CM311" not in check(files).codes
