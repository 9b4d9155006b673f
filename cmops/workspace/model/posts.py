"""Posts and what a channel may have of its own in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Poll:
    """A question's answers, and how long it stays open."""

    options: tuple[str, ...]
    duration: timedelta
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class LinkCard:
    """What the card of a link shows; reviewed, never read from the web when sending."""

    title: str
    description: str = ""
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Commercial:
    """A partnership that the text must show: with whom, of what kind, in which words."""

    partner: str
    type: str
    mention: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a post says for all its channels and a variant may say for one."""

    publish_at: datetime | None = None
    format: str | None = None
    language: str | None = None
    link: str | None = None
    card: LinkCard | None = None
    hashtags: tuple[str, ...] | None = None
    media: tuple[str, ...] | None = None
    poll: Poll | None = None
    expires_at: datetime | None = None
    delete_at: datetime | None = None
    reply_to: str | None = None
    quote: str | None = None
    first_comment: str | None = None
    spoiler: str | None = None
    visibility: str | None = None
    options: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Shared):
    """What differs for one platform or channel; None means: as the post says."""

    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Shared):
    """One Markdown file of ``content/``: what goes out, where and when.

    ``body`` is the Markdown as written, variant blocks and thread breaks included. ``media`` are
    paths from ``content/``. ``repost``, ``reply_to`` and ``quote`` are URLs or post ids.
    """

    id: str
    path: str
    title: str
    to: tuple[str, ...]
    body: str = field(repr=False)
    status: str = "draft"
    kind: str = "post"
    brand: str | None = None
    campaign: str | None = None
    event: str | None = None
    pillar: str | None = None
    audience: str | None = None
    objective: str | None = None
    batch: str | None = None
    translation_of: str | None = None
    repeat: str | None = None
    repost: str | None = None
    commercial: Commercial | None = None
    contest: str | None = None
    variants: Mapping[str, Variant] = field(default_factory=dict)
    excerpt: str | None = None
    slug: str | None = None
    cover: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
