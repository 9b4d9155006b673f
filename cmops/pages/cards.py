"""What each network shows of a post: networks that show the same together."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cmops.adapters.contract import Can, Capability, Look, Message
from cmops.adapters.messages import media_data
from cmops.adapters.registry import adapter
from cmops.compose import Composition
from cmops.pages.entries import Entry
from cmops.publish.plan import Delivery
from cmops.workspace.model import Channel

if TYPE_CHECKING:
    from cmops.pages.site import Site

_BESIDE = frozenset({"language", "visibility", "html", "slug", "status", "title", "link"})
"""Fields that are said beside a message, or nowhere, and so do not make two cards of it."""

_NUMBERED = re.compile(r"\d+|urn:.*|[CDGTUW]\d[0-9A-Z]{7,}")
"""Accounts that networks (LinkedIn and Slack among them) know by what nobody would read."""


class Face(NamedTuple):
    """Who seems to speak: the brand's name, its accounts there, and its mark in its colour."""

    name: str
    handles: tuple[str, ...]
    initials: str
    colour: str
    avatar: str | None = None


class Outlet(NamedTuple):
    """A channel that shows a card: what it gets, and what goes out there this month."""

    channel: str
    made: Composition
    deliveries: Sequence[Delivery]


class Card(NamedTuple):
    """The same messages for one channel or more that look alike and speak for one brand.

    ``formatted`` text is shown as Markdown.
    """

    look: Look
    face: Face
    messages: tuple[Message, ...]
    formatted: bool
    outlets: tuple[Outlet, ...]


class Cards:
    """Makes the cards of a site's posts."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._compositions = site.facts.compositions
        self._styles: dict[str, tuple[Look, bool]] = {}

    def of(self, entry: Entry) -> tuple[Card, ...]:
        """What the networks show of a post; nothing of a file that cannot be read."""
        if entry.post is None:
            return ()
        deliveries = entry.by_channel
        found: dict[object, list[Outlet]] = {}
        for channel in self._compositions.channels(entry.post):
            if channel.id not in deliveries:
                continue
            made = self._compositions.of(entry.post, channel)
            look = (self._style(channel), channel.brand, *map(_shown, made.messages))
            outlet = Outlet(channel.id, made, deliveries[channel.id])
            found.setdefault(look, []).append(outlet)
        return tuple([self._card(outlets) for outlets in found.values()])

    def _card(self, outlets: list[Outlet]) -> Card:
        first = outlets[0]
        look, formatted = self._styles[first.channel]
        face = self._site.face(tuple([each.channel for each in outlets]))
        return Card(look, face, first.made.messages, formatted, tuple(outlets))

    def _style(self, channel: Channel) -> tuple[Look, bool]:
        """How its network looks, and whether it has formatting."""
        known = self._styles.get(channel.id)
        if known is None:
            platform = adapter(channel.platform).platform
            formatted = platform.able(Capability.FORMATTING) is Can.YES
            known = self._styles[channel.id] = (platform.look, formatted)
        return known


def face(site: Site, channels: tuple[str, ...]) -> Face:
    """Who speaks on these channels, which are of one brand."""
    known = [site.settings.channels[id] for id in channels]
    brand = site.settings.brands.get(known[0].brand)
    name = brand.name if brand else site.settings.name
    pictures = (site.shown(each.avatar) for each in known if each.avatar)
    return Face(
        name,
        tuple(dict.fromkeys(filter(None, map(handle, known)))),
        initials(name),
        site.colour(known[0].brand),
        next(pictures, None),
    )


def handle(channel: Channel) -> str:
    """What the account is called on its network; nothing where it is known by a number."""
    account = channel.account
    if _NUMBERED.fullmatch(account):
        return ""
    called = adapter(channel.platform).platform.look in (Look.MICROBLOG, Look.PHOTO)
    return f"@{account}" if called and account and not account.startswith("@") else account


def initials(name: str) -> str:
    """Two letters that stand for a name: of its first word and of its last one."""
    words = [word for word in name.split() if word[0].isalnum() and word[0].isupper()]
    words = words or name.split()
    return "".join(word[0] for word in dict.fromkeys((*words[:1], *words[-1:]))).upper()


def _shown(message: Message) -> str:
    """What is to be seen of a message, to be compared."""
    if not message.media and message.fields.keys() <= _BESIDE:
        return message.text
    fields = {name: value for name, value in message.fields.items() if name not in _BESIDE}
    media = [media_data(each) for each in message.media]
    return json.dumps([message.text, media, fields], sort_keys=True)
