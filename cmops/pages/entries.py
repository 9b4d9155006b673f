"""A post as it stands on a page: what each network shows, when, and how it stands with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cmops.adapters.contract import Can, Capability, Message
from cmops.adapters.messages import media_data
from cmops.adapters.registry import adapter
from cmops.compose import Composition
from cmops.pages.facts import Facts
from cmops.pages.programme import Programme, Slot
from cmops.publish.plan import Delivery
from cmops.workspace.model import Channel, Post

_EVERYWHERE = ("language", "visibility", "html", "slug", "status", "title", "link")
"""Fields that are said beside a message, or nowhere, and so do not make two cards of it."""

_BASE, _TURN = 900, 700


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in one month: its slots there. ``day`` is the first of them."""

    id: str
    title: str
    post: Post | None
    slots: tuple[Slot, ...]

    @property
    def day(self) -> date | None:
        """The day it stands under."""
        return self.slots[0].day


@dataclass(frozen=True, slots=True)
class Outlet:
    """A channel that shows a card: how long each message is there, and when it goes out."""

    channel: Channel
    counts: tuple[tuple[int, int | None], ...]
    deliveries: tuple[Delivery, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The same messages for one channel or more. ``formatted`` text is shown as Markdown."""

    messages: tuple[Message, ...]
    formatted: bool
    outlets: tuple[Outlet, ...]


def entries(programme: Programme) -> Iterator[Entry]:
    """The posts by month, in the order of their first day there."""
    found: dict[tuple[str, str], list[Slot]] = {}
    for slot in programme.slots:
        month = f"{slot.at:%Y-%m}" if slot.at else ""
        found.setdefault((slot.id, month), []).append(slot)
    for (id, _), slots in found.items():
        yield Entry(id, slots[0].title, slots[0].post, tuple(slots))


def cards(entry: Entry, facts: Facts) -> tuple[Card, ...]:
    """What the networks show, networks that show the same together."""
    if entry.post is None:
        return ()
    found: dict[str, tuple[Composition, bool, list[Outlet]]] = {}
    channels = {name for slot in entry.slots for name in slot.channels}
    for channel in facts.compositions.channels(entry.post):
        if channel.id not in channels:
            continue
        made = _composed(entry.post, channel, facts)
        if made is None:
            continue
        formatted = adapter(channel.platform).platform.able(Capability.FORMATTING) is Can.YES
        outlet = Outlet(
            channel, made.counts, _deliveries(entry, channel), _changed(entry, channel, made)
        )
        look = json.dumps([formatted, [_look(each) for each in made.messages]], sort_keys=True)
        found.setdefault(look, (made, formatted, []))[2].append(outlet)
    return tuple(
        Card(made.messages, formatted, tuple(outlets))
        for made, formatted, outlets in found.values()
    )


def size(shown: tuple[Card, ...]) -> int:
    """About how many characters of HTML an entry with these cards is, without drawing it."""
    texts = sum(len(message.text) + 300 for card in shown for message in card.messages)
    turns = sum(max(len(outlet.deliveries), 1) for card in shown for outlet in card.outlets)
    return _BASE + texts + turns * _TURN


def _composed(post: Post, channel: Channel, facts: Facts) -> Composition | None:
    from cmops.adapters.registry import UnknownPlatform

    try:
        return facts.compositions.of(post, channel)
    except UnknownPlatform:
        return None


def _deliveries(entry: Entry, channel: Channel) -> tuple[Delivery, ...]:
    return tuple(
        each
        for slot in entry.slots
        for each in slot.deliveries
        if each.subject.channel == channel.id
    )


def _changed(entry: Entry, channel: Channel, made: Composition) -> bool:
    """Whether something else is live than what the file says now."""
    live = {
        each.record.live_digest for each in _deliveries(entry, channel) if each.record.published
    }
    return bool(live - {None, made.digest})


def _look(message: Message) -> list[object]:
    fields = {name: value for name, value in message.fields.items() if name not in _EVERYWHERE}
    return [message.text, [media_data(each) for each in message.media], fields]
