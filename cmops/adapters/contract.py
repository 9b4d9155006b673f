"""What an adapter is: a platform's declarations, how it composes, and how it sends.

Everything above this room knows platforms only through these types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from cmops.adapters.declaration import Can, Capability, Guarantee, LinkPlace, Look, Platform
from cmops.adapters.edition import (
    Absent,
    Answer,
    Edition,
    Found,
    Media,
    Message,
    Problem,
    Sending,
    Unknown,
)
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

__all__ = [
    "Absent",
    "Answer",
    "Can",
    "Capability",
    "Composes",
    "Creates",
    "Deletes",
    "Describes",
    "Edition",
    "Edits",
    "Expires",
    "Found",
    "Guarantee",
    "LinkPlace",
    "Look",
    "Measures",
    "Media",
    "Message",
    "Metric",
    "Platform",
    "Prepares",
    "Problem",
    "ReadsBack",
    "Refreshes",
    "Sending",
    "Sends",
    "Unknown",
]


class Composes(Protocol):
    """What every adapter has: declarations, and the pure half of the work."""

    platform: ClassVar[Platform]

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The messages that the network will get; pure."""
        ...

    @classmethod
    def problems(cls, edition: Edition) -> Iterable[Problem]:
        """What only this platform minds, beyond its declared limits and capabilities; pure."""
        ...


@runtime_checkable
class Sends(Protocol):
    """The other half: making a message live. Failures are typed by what they prove."""

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Makes the message live; raises a Failure of ``cmops.failures``."""
        ...

    def verify(self) -> Iterable[Problem]:
        """Reachable, token valid, and the account is the one that the channel names.

        Asks the platform each time: a long run asks again now and then.
        """
        ...


class Creates(Protocol):
    """An adapter that can publish: it opens a channel."""

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """What sends to this channel of the workspace at ``root``; opens no connection yet."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """For platforms on which something comes before the publishing request."""

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads what the message needs, for the ``send`` of this very message; no more."""
        ...


@runtime_checkable
class ReadsBack(Protocol):
    """For platforms on which a message can be looked for."""

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the message is live; ``Absent`` is a claim that needs proof."""
        ...


@runtime_checkable
class Edits(Protocol):
    """For platforms on which a message that is live can be corrected."""

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the live message say this; the same correction twice is one.

        Gives what is to be kept of it now, under the same ``Receipt.id``. Raises a Failure of
        ``cmops.failures``: Rejected for a message that is gone, or that somebody has changed there.
        """
        ...


@runtime_checkable
class Deletes(Protocol):
    """For platforms on which a message can be taken back."""

    def delete(self, receipt: Receipt) -> None:
        """Takes the message back; one that is gone already is no error."""
        ...


@runtime_checkable
class Describes(Protocol):
    """For platforms whose servers say what they take; asked by people, never while composing."""

    def limits(self) -> Mapping[str, int]:
        """What the server says of itself, by the names of ``adapters.limits``.

        Raises NotSent or Throttled when it cannot be asked.
        """
        ...


@runtime_checkable
class Expires(Protocol):
    """For platforms whose tokens end."""

    def expires(self) -> datetime | None:
        """When the channel's token ends, in UTC; None when it does not, or nobody can say.

        Raises NotSent or Throttled when the platform cannot be asked.
        """
        ...


@runtime_checkable
class Refreshes(Protocol):
    """For platforms on which a token can be exchanged for one that lasts longer."""

    def refresh(self) -> Mapping[str, str]:
        """New secrets, by the names that the channel's ``secrets`` give them.

        The old ones may be void from then on: whoever asks must keep the answer. Raises a Failure.
        """
        ...


class Metric(StrEnum):
    """What can be counted of a delivery or a channel; whole numbers, never of a person.

    Of a delivery: all since it was published. Of a channel: ``followers``, ``following``, ``posts``
    and ``members`` as they stand.
    """

    IMPRESSIONS = "impressions"
    REACH = "reach"
    VIEWS = "views"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    QUOTES = "quotes"
    SAVES = "saves"
    CLICKS = "clicks"
    VOTES = "votes"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    POSTS = "posts"
    MEMBERS = "members"


@runtime_checkable
class Measures(Protocol):
    """For platforms that give numbers. What a platform does not tell is left out, never zero."""

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """The numbers of live messages, by ``Receipt.id``; one that is gone is left out.

        Raises NotSent or Throttled when the platform cannot be asked.
        """
        ...

    def measure_channel(self) -> Mapping[Metric, int]:
        """The numbers of the channel itself; empty where there are none.

        Raises NotSent or Throttled when the platform cannot be asked.
        """
        ...
