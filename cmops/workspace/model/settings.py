"""``cmops.yml``: who publishes, where, and by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from cmops.values import dataclass
from cmops.workspace.model.approvals import Approvals


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and a description: an audience."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Pillar:
    """A subject of the editorial line, and the share of posts that it should have (percent)."""

    name: str
    description: str = ""
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Brand:
    """One of the organisation's faces to the world; channels belong to it."""

    name: str
    description: str = ""
    url: str | None = None
    colour: str | None = None
    style: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """What a message should look like; None means: no rule."""

    extends: str | None = None
    address: str | None = None
    max_emoji: int | None = None
    max_hashtags: int | None = None
    min_hashtags: int | None = None
    hashtag_case: str | None = None
    max_exclamations: int | None = None
    max_messages: int | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """A channel on which a person publishes by hand, given each delivery ``lead`` ahead of time.

    ``asks`` are roles of the approvals, or logins (``@name``); ``checklist`` is what to think of.
    """

    asks: tuple[str, ...] = ()
    lead: timedelta = timedelta(minutes=15)
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Utm:
    """What links to one's own sites say of where they were clicked (``utm_source`` and so on).

    ``source`` is the platform's name unless it is given; ``domains`` are those of ``cmops.yml``'s
    own addresses (its own, its brands') unless they are given.
    """

    source: str | None = None
    medium: str = "social"
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One account on one platform.

    ``account`` identifies it on the platform (part of every delivery's key). ``secrets`` maps
    what the adapter needs to names of environment variables. ``settings`` is everything that
    only its adapter understands. ``avatar`` is a picture of ``content/`` that previews show.
    ``handoff`` is how a person publishes there, None where cmops does; ``utm`` is what links to
    one's own sites say there, None where nothing.
    """

    id: str
    platform: str
    account: str
    brand: str
    name: str
    language: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    style: str = "default"
    settings: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    avatar: str | None = None
    handoff: Handoff | None = None
    utm: Utm | None = None


@dataclass(frozen=True, slots=True)
class Publishing:
    """How late a post may still go out, and how far apart posts of a channel should be.

    They should not be closer than ``spacing``, nor further apart than ``max_silence``. ``budget``
    says what a channel or all channels of a platform may cost: ``5 USD/month``.
    """

    max_lateness: timedelta = timedelta(hours=6)
    spacing: timedelta = timedelta(hours=1)
    max_silence: timedelta = timedelta(days=14)
    budget: Mapping[str, str] = field(default_factory=dict)
    utm: Utm | None = None


class SitePart(StrEnum):
    """What a site can leave out: each a kind of thing that only the team should read."""

    CRISES = "crises"
    DRAFTS = "drafts"
    APPROVALS = "approvals"
    TASKS = "tasks"
    MODERATION = "moderation"
    PLANS = "plans"


TEAM_ONLY = (
    SitePart.CRISES,
    SitePart.DRAFTS,
    SitePart.APPROVALS,
    SitePart.TASKS,
    SitePart.MODERATION,
)


@dataclass(frozen=True, slots=True)
class Site:
    """Who may read the site. A ``public`` one leaves out what ``without`` names.

    ``host`` is where a private one goes: ``pages`` (encrypted, since anybody can fetch it there),
    ``login`` (a host that asks who is there) or ``artifact`` (a file that the team downloads).
    """

    visibility: str = "private"
    host: str = "artifact"
    without: tuple[SitePart, ...] = TEAM_ONLY


@dataclass(frozen=True, slots=True)
class Settings:
    """All of ``cmops.yml``. ``digest`` identifies its content for caches."""

    name: str
    language: str
    timezone: str
    brands: Mapping[str, Brand]
    channels: Mapping[str, Channel]
    audiences: Mapping[str, Named] = field(default_factory=dict)
    pillars: Mapping[str, Pillar] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)
    hashtags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mentions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    publishing: Publishing = field(default_factory=Publishing)
    severities: Mapping[str, str] = field(default_factory=dict)
    site: Site = field(default_factory=Site)
    approvals: Approvals = field(default_factory=Approvals)
    genesis: str | None = None
    digest: str = ""
