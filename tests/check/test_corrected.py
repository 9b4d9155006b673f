"""What is said of a change to a post that is live already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cmops.ledger.entries import Entry
from tests.check.checking import Check, Finds, delivered, post

AT = datetime(2026, 11, 20, 11, tzinfo=UTC)
PATH = "content/posts/a.md"
ON_MASTODON = "a~mastodon~ateliers@mastodon.example"
ON_BLUESKY = "a~bluesky~ateliers.example"
FRONT = "status: ready\npublish_at: 2026-11-20 12:00"


def sent(key: str, channel: str, source: str | None = "another") -> tuple[Entry, ...]:
    """A message that went out, made from some file."""
    claim, published = delivered(key, AT, channel)
    return replace(claim, source=source), published


def marked(front: str, body: str = "Un texte.\n") -> str:
    """A post, with the place at which it is said."""
    return post(front, body).replace("title", "⟦title", 1)


def test_a_change_that_will_not_reach_the_network_is_said_before_merging(finds: Finds) -> None:
    text = marked(f"to: [mastodon, bluesky]\n{FRONT}")
    entries = (*sent(ON_BLUESKY, "bluesky"), *sent(ON_MASTODON, "mastodon"))
    (found,) = finds("CM920", {PATH: text}, entries=entries)
    assert found.channel == "bluesky"
    assert found.severity == "warning"
    assert "retract a@bluesky" in found.hint


def test_another_number_of_messages_is_an_error_where_it_could_be_corrected(finds: Finds) -> None:
    text = marked(FRONT, "Un\n\n---\n\nDeux\n")
    (found,) = finds("CM921", {PATH: text}, entries=sent(ON_MASTODON, "mastodon"))
    assert found.channel == "mastodon"
    assert found.severity == "error"


@pytest.mark.parametrize("source", [None, "another"])
def test_what_can_be_corrected_or_was_never_told_of_is_fine(
    check: Check, source: str | None
) -> None:
    files = {PATH: post(f"to: [mastodon, bluesky]\n{FRONT}")}
    entries = (*sent(ON_MASTODON, "mastodon", source), *sent(ON_BLUESKY, "bluesky", None))
    assert not check(files, entries=entries).codes & {"CM920", "CM921"}


def test_a_repeating_post_may_change(check: Check) -> None:
    files = {PATH: post(f"to: [bluesky]\n{FRONT}\nrepeat: FREQ=WEEKLY")}
    entries = sent(f"{ON_BLUESKY}~2026-11-20", "bluesky")
    assert "CM920" not in check(files, entries=entries).codes
