"""What an adapter is: a platform's declarations, how it composes, and how it sends.

Everything above this room knows platforms only through these types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from cmops.adapters.declaration import Can, Capability, Guarantee, LinkPlace, Platform
from cmops.findings import Pointer
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel, LinkCard, Poll

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


@dataclass(frozen=True, slots=True)
class Media:
    """One picture, video or document as it is attached: its file, its words, its hash.

    ``size`` in bytes, ``duration`` of a film in seconds where it says so.
    """

    path: str
    alt: str
    type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    url: str | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """A post (or a reply) as one channel gets it, before its platform makes messages of it.

    ``parts`` are the texts of the thread, link and hashtags placed, mentions mapped.
    ``places`` says where in its document each field stands, and ``part_places`` each part, so
    that a problem can be shown where somebody can mend it; media go by their path. ``mentions``
    are the accounts that cmops.yml knows: what a text calls one, and what its network calls it.
    """

    post: str
    channel: Channel
    parts: tuple[str, ...]
    part_places: tuple[Pointer, ...]
    title: str
    kind: str = "post"
    format: str = "post"
    language: str = ""
    link: str | None = None
    card: LinkCard | None = None
    card_image: Media | None = None
    hashtags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    cover: Media | None = None
    poll: Poll | None = None
    reply_to: str | None = None
    quote: str | None = None
    repost: str | None = None
    first_comment: str | None = None
    spoiler: str | None = None
    visibility: str | None = None
    mentions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Pointer] = field(default_factory=dict)

    @property
    def only_text(self) -> bool:
        """Whether there is nothing but texts, as in most posts; format and language aside."""
        return not (
            self.media
            or self.card
            or self.cover
            or self.poll
            or self.repost
            or self.quote
            or self.reply_to
            or self.first_comment
            or self.spoiler
            or self.visibility
        )

    def at(self, name: str) -> Pointer:
        """Where in the document this field stands."""
        return self.places.get(name, (name,))

    def media_at(self, media: Media) -> Pointer:
        """Where in the document this file is named."""
        return self.places.get(media.path, self.at("media"))


@dataclass(frozen=True, slots=True)
class Message:
    """One item on the network: its text, its media, and what else goes with it as plain data."""

    text: str
    media: tuple[Media, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an edition cannot or should not go out as it is; a finding on its post."""

    code: str
    at: Pointer
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sending:
    """What an adapter is told about the message it sends or looks for.

    ``key`` is the delivery's; ``index`` the message's place in it; ``at`` the planned time;
    ``since`` the first moment at which it may have been sent (the claim's time, which fixed ids
    and creation times derive from); ``before`` the receipts of the messages before it.
    """

    key: str
    index: int
    post: str
    at: datetime
    since: datetime
    before: tuple[Receipt, ...] = ()

    @property
    def message_key(self) -> str:
        """The message's own identity, from which nonces and record keys derive."""
        return f"{self.key}.{self.index}"


@dataclass(frozen=True, slots=True)
class Found:
    """The message is live, and this is what the platform calls it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Absent:
    """The message is certainly not live (LEDGER.md says what that takes)."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It cannot be known whether the message is live."""


Answer = Found | Absent | Unknown


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
        """Reachable, token valid, and the account is the one that the channel names."""
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

        Gives what the platform calls it now. Raises a Failure of ``cmops.failures``: Rejected
        for a message that is gone, or that somebody has changed there.
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
