"""What ``prepare`` has made of a message, until the ``send`` of this very message takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from cmops.adapters.contract import Message, Sending

Made = TypeVar("Made")


class Ready(Generic[Made]):
    """Room for one message's request. Nothing that was made for another one is ever sent."""

    def __init__(self) -> None:
        self._kept: tuple[Message, Sending, Made] | None = None

    def keep(self, message: Message, sending: Sending, made: Made) -> None:
        """Keeps it, in place of what was kept before."""
        self._kept = message, sending, made

    def take(
        self, message: Message, sending: Sending, make: Callable[[Message, Sending], Made]
    ) -> Made:
        """What was kept for this message, once; else what ``make`` makes now."""
        kept, self._kept = self._kept, None
        if kept is not None and kept[:2] == (message, sending):
            return kept[2]
        return make(message, sending)
