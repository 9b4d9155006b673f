"""What an adapter declares of its platform: plain data, each limit with its source and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Any

from cmops.text.counting import Limit
from cmops.values import dataclass


class Can(Enum):
    """Whether something can be done: a platform's no and ours are different answers."""

    YES = "yes"
    NOT_BUILT = "not built"
    NO = "the platform cannot"


class Capability(StrEnum):
    """What a person may want of a platform; every adapter answers for each."""

    PUBLISH = "publish"
    ARTICLE = "article"
    THREAD = "thread"
    POLL = "poll"
    POLL_MULTIPLE = "poll_multiple"
    IMAGE = "image"
    VIDEO = "video"
    ALT_TEXT = "alt_text"
    CAROUSEL = "carousel"
    REEL = "reel"
    STORY = "story"
    DOCUMENT = "document"
    REPLY = "reply"
    QUOTE = "quote"
    REPOST = "repost"
    FIRST_COMMENT = "first_comment"
    SPOILER = "spoiler"
    VISIBILITY = "visibility"
    LINK_CARD = "link_card"
    FORMATTING = "formatting"
    EDIT = "edit"
    DELETE = "delete"
    METRICS = "metrics"
    INBOX = "inbox"


class Guarantee(StrEnum):
    """What can be known after a lost answer; decides when intents are pushed (LEDGER.md)."""

    DEDUPLICATES = "deduplicates"
    READS_BACK = "reads_back"
    NONE = "none"
    PERSON = "person"
    """A person publishes: nothing is ever sent, so nothing can be lost on the way."""


class LinkPlace(StrEnum):
    """Where a platform's users expect a post's link."""

    TEXT = "text"
    CARD = "card"
    FIELD = "field"


class Look(StrEnum):
    """What a message looks like to those who read it there; previews are drawn in its manner."""

    MICROBLOG = "microblog"
    PHOTO = "photo"
    CHAT = "chat"
    ARTICLE = "article"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a platform charges for calls, in millionths of its ``currency`` (ISO 4217).

    ``message`` is for each one that is published, ``link`` instead for one with an address in it,
    ``share`` for a repost, ``alt`` for the words of each file besides; ``delete`` is for each one
    that is taken back. ``read`` is for each message that is looked at again, ``account`` for
    looking at the account; both count once a day (UTC).
    """

    currency: str
    message: int
    link: int
    share: int
    alt: int
    delete: int
    read: int
    account: int
    source: str
    checked: str


@dataclass(frozen=True, slots=True, eq=False)
class Platform:
    """What an adapter declares of its platform, as data; each is itself alone.

    ``limits`` go by the names of ``adapters.limits``; a channel may override any of them.
    ``text_fields`` are the fields of a message that count with its text, grapheme by grapheme.
    ``apart`` are pairs of things that one message cannot have together: ``media``, ``image``,
    ``video``, ``poll``, ``card``, ``quote``, ``reply_to``. ``media_types`` are the types of files
    that it takes; None means any. ``settings`` and ``options`` are JSON Schemas of the channel's
    own keys and of a post's ``options.<platform>``. ``can`` says yes, not built or no for every
    capability. ``remembers`` is how long the platform deduplicates; None for ever. ``identity``
    names the settings that tell one destination from another beside its account (a room, a blog's
    address); ``optional`` are those of its ``secrets`` that most channels do without;
    ``found_by_text`` says that reading back knows a message by its words alone.
    """

    name: str
    title: str
    limits: Mapping[str, Limit]
    can: Mapping[Capability, Can]
    settings: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    guarantee: Guarantee = Guarantee.NONE
    identity: tuple[str, ...] = ()
    found_by_text: bool = False
    remembers: timedelta | None = None
    link: LinkPlace = LinkPlace.TEXT
    hashtags_in_text: bool = True
    text_fields: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    media_types: frozenset[str] | None = None
    cost: Cost | None = None
    look: Look = Look.MICROBLOG

    @property
    def needed(self) -> tuple[str, ...]:
        """The secrets that a new channel cannot do without."""
        return tuple(name for name in self.secrets if name not in self.optional)

    def able(self, capability: Capability) -> Can:
        """Whether this can be done there; what is not declared is not built."""
        return self.can.get(capability, Can.NOT_BUILT)
