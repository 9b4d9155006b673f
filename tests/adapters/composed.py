"""What an edition's messages are, where nothing is wrong with it."""

from __future__ import annotations

from cmops.adapters.contract import Edition, Message
from cmops.compose import compose


def composed(edition: Edition) -> tuple[Message, ...]:
    made = compose(edition)
    assert made.problems == ()
    return made.messages
