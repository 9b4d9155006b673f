"""Posts of one channel that follow each other too closely."""

from __future__ import annotations

from tests.check.checking import Check, Finds, post, settings


def test_the_later_of_two_close_posts_is_found(finds: Finds) -> None:
    files = {
        "content/posts/a.md": post("publish_at: 2026-12-02 12:00"),
        "content/posts/b.md": post("publish_at: ⟦2026-12-02 12:59"),
        "content/posts/c.md": post("publish_at: 2026-12-02 13:59"),
    }
    (found,) = finds("CM316", files)
    assert found.message.startswith("59 min après content/posts/a.md")


def test_channels_do_not_disturb_each_other(check: Check) -> None:
    files = {
        "content/posts/a.md": post("publish_at: 2026-12-02 12:00"),
        "content/posts/b.md": post("to: [bluesky]\npublish_at: 2026-12-02 12:00"),
    }
    assert "CM316" not in check(files).codes


def test_no_spacing_is_asked_where_the_settings_ask_for_none(check: Check) -> None:
    files = {
        "cmops.yml": settings("publishing: {spacing: 0m}\n"),
        "content/posts/a.md": post("publish_at: 2026-12-02 12:00"),
        "content/posts/b.md": post("publish_at: 2026-12-02 12:00"),
    }
    assert "CM316" not in check(files).codes


def test_an_occurrence_of_a_repeating_post_can_be_too_close(finds: Finds) -> None:
    files = {
        "content/posts/a.md": post("publish_at: 2026-12-01 12:00\nrepeat: FREQ=DAILY"),
        "content/posts/b.md": post("publish_at: ⟦2026-12-09 12:30"),
    }
    finds("CM316", files)


def test_a_post_is_not_too_close_to_itself(check: Check) -> None:
    files = {
        "cmops.yml": settings("publishing: {spacing: 2d}\n"),
        "content/posts/a.md": post("publish_at: 2026-12-01 12:00\nrepeat: FREQ=DAILY"),
    }
    assert "CM316" not in check(files).codes
