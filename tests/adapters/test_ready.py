from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from cmops.adapters.contract import Message, Sending
from cmops.adapters.ready import Ready

CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("a.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
MESSAGE = Message("Bonjour")


def now(message: Message, sending: Sending) -> str:
    return f"now {message.text} {sending.index}"


def test_what_was_made_beforehand_is_used_once() -> None:
    ready: Ready[str] = Ready()
    ready.keep(MESSAGE, SENDING, "before")
    assert ready.take(MESSAGE, SENDING, now) == "before"
    assert ready.take(MESSAGE, SENDING, now) == "now Bonjour 0"


def test_what_was_made_empty_is_not_made_again() -> None:
    ready: Ready[str] = Ready()
    ready.keep(MESSAGE, SENDING, "")
    assert ready.take(MESSAGE, SENDING, now) == ""


def test_what_was_made_for_other_words_or_another_place_is_never_sent() -> None:
    others = [(Message("Bonsoir"), SENDING), (MESSAGE, replace(SENDING, index=1))]
    for message, sending in others:
        ready: Ready[str] = Ready()
        ready.keep(message, sending, "theirs")
        assert ready.take(MESSAGE, SENDING, now) == "now Bonjour 0"
        # Nor is it kept for later: whatever it refers to may be gone by then.
        assert ready.take(message, sending, now).startswith("now")
