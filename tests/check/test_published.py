"""Posts and channels that changed after something of them went out."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.check.checking import Check, Finds, delivered, post
from tests.conftest import CMOPS_YML

AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""2026-11-20 12:00 in Paris."""
KEY = "a~mastodon~ateliers@mastodon.example"


def test_a_published_post_that_is_moved_to_a_later_day_is_found(finds: Finds) -> None:
    files = {"content/posts/a.md": post("status: ready\npublish_at: ⟦2026-12-05 12:00")}
    (found,) = finds("CM910", files, entries=delivered(KEY, AT))
    assert found.channel == "mastodon"
    assert "a@mastodon" in found.hint


def test_a_published_post_at_its_time_is_fine(check: Check) -> None:
    files = {"content/posts/a.md": post("status: ready\npublish_at: 2026-11-20 12:00")}
    found = check(files, entries=delivered(KEY, AT))
    assert not {code for code in found.codes if code.startswith("CM9")}


def test_a_post_that_was_published_elsewhere_may_wait_here(check: Check) -> None:
    files = {
        "content/posts/a.md": post(
            "to: [mastodon, bluesky]\nstatus: ready\npublish_at: 2026-11-20 12:00\n"
            "variants:\n  bluesky: {publish_at: 2026-12-05 12:00}"
        )
    }
    assert "CM910" not in check(files, entries=delivered(KEY, AT)).codes


def test_a_repeating_post_has_a_time_to_come(check: Check) -> None:
    files = {
        "content/posts/a.md": post(
            "status: ready\npublish_at: 2026-11-20 12:00\nrepeat: FREQ=WEEKLY"
        )
    }
    entries = delivered(f"{KEY}~2026-11-20", AT)
    assert not {code for code in check(files, entries=entries).codes if code.startswith("CM9")}


def test_a_file_that_was_renamed_after_publishing_is_found(finds: Finds) -> None:
    renamed = "---\n⟦title: Un post\nto: [mastodon]\nstatus: ready\n"
    files = {"content/posts/b.md": f"{renamed}publish_at: 2026-11-20 12:00\n---\nTexte\n"}
    (found,) = finds("CM911", files, entries=delivered(KEY, AT))
    assert "id: a" in found.hint


def test_another_post_at_another_time_is_no_renamed_one(check: Check) -> None:
    files = {"content/posts/b.md": post("status: ready\npublish_at: 2026-11-20 13:00")}
    assert "CM911" not in check(files, entries=delivered(KEY, AT)).codes


def test_a_channel_that_was_renamed_on_the_same_account_is_found(finds: Finds) -> None:
    files = {
        "cmops.yml": CMOPS_YML.replace("  mastodon:\n", "  ⟦masto:\n"),
        "content/posts/a.md": post("to: [masto]\nstatus: ready\npublish_at: 2026-11-20 12:00"),
    }
    (found,) = finds("CM912", files, entries=delivered(KEY, AT))
    assert "« mastodon »" in found.message.replace("\u00a0", " ")


def test_keys_with_unusual_accounts_are_understood(check: Check) -> None:
    files = {
        "content/posts/a.md": post("to: [archive]\nstatus: ready\npublish_at: 2027-01-01 12:00")
    }
    entries = delivered("a~outbox~outbox%2Farchive", AT, "archive")
    assert "CM910" in check(files, entries=entries).codes
