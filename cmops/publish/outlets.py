"""The way to one account: what sends there, and what can be known of it after a lost answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

from cmops.adapters.contract import (
    Composes,
    Deletes,
    Edits,
    Guarantee,
    Prepares,
    ReadsBack,
    Sends,
)
from cmops.ledger.clock import MAX_LEASE
from cmops.values import dataclass
from cmops.workspace.model import Channel

LONGEST_GAP = timedelta(hours=2)
"""The longest time between two runs that a platform's memory must outlast; a scheduled workflow
starts late, or not at all for a while."""


@dataclass(frozen=True)
class Outlet:
    """A channel and its sender.

    ``remembers`` is how long it recognises a key it was given before; None for ever. ``patience``
    is the longest that one send takes, time-outs included. ``delay`` is how long the platform may
    take to show what it has taken in.
    """

    channel: Channel
    sender: Sends
    guarantee: Guarantee
    remembers: timedelta | None = None
    patience: timedelta = timedelta(seconds=30)
    delay: timedelta = timedelta(seconds=60)

    @cached_property
    def reads_back(self) -> ReadsBack | None:
        """The sender, where a message can be looked for."""
        return self.sender if isinstance(self.sender, ReadsBack) else None

    @cached_property
    def prepares(self) -> Prepares | None:
        """The sender, where something comes before the publishing request: uploads."""
        return self.sender if isinstance(self.sender, Prepares) else None

    @cached_property
    def deletes(self) -> Deletes | None:
        """The sender, where a message can be taken back."""
        return self.sender if isinstance(self.sender, Deletes) else None

    @cached_property
    def edits(self) -> Edits | None:
        """The sender, where what is live can be changed."""
        return self.sender if isinstance(self.sender, Edits) else None

    @property
    def by_hand(self) -> bool:
        """Whether a person publishes there, and nothing is ever sent."""
        return self.guarantee is Guarantee.PERSON

    @property
    def pushes_intents(self) -> bool:
        """Whether each intent must be in the ledger before its send.

        Where a lost answer can be cleared up afterwards, the claim says enough.
        """
        if self.guarantee is Guarantee.DEDUPLICATES and self._remembers_long_enough():
            return False
        return self.reads_back is None

    def deduplicates(self, first_attempt: datetime, now: datetime) -> bool:
        """Whether what may have been sent since ``first_attempt`` can be sent again safely."""
        if self.guarantee is not Guarantee.DEDUPLICATES:
            return False
        return self.remembers is None or now + self.patience < first_attempt + self.remembers

    def _remembers_long_enough(self) -> bool:
        needed = MAX_LEASE + self.patience + LONGEST_GAP
        return self.remembers is None or self.remembers > needed


def outlet(channel: Channel, sender: Sends) -> Outlet:
    """The way to ``channel`` by ``sender``, which is an adapter and declares what it can do."""
    platform = cast("Composes", sender).platform
    return Outlet(channel, sender, platform.guarantee, platform.remembers)
