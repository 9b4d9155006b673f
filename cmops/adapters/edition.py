"""What goes into an adapter and comes out of it: editions, messages, problems, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from cmops.findings import Pointer
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel, LinkCard, Poll


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
