"""What each network shows of a post, and how it stands with it: ready to be drawn.

A full site has tens of thousands of these: what a template would work out for each of them is
worked out here, most of it once for all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from cmops.adapters.contract import Can, Capability, Look, Message
from cmops.adapters.messages import media_data
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.compose import Composition
from cmops.ledger.entries import Kind
from cmops.ledger.record import Record
from cmops.pages.entries import Entry
from cmops.pages.links import safe
from cmops.pages.stops import SUSPENDED, is_suspended, why
from cmops.publish.plan import Delivery, State
from cmops.review.approval_words import given
from cmops.values import dataclass
from cmops.workspace.model import Channel, Post

if TYPE_CHECKING:
    from cmops.pages.site import Site

_BESIDE = frozenset({"language", "visibility", "html", "slug", "status", "title", "link"})
"""Fields that are said beside a message, or nowhere, and so do not make two cards of it."""

_UNSEEN = frozenset({"language", "html", "slug", "status", "link", "role"})
"""Fields that no card shows."""

_NUMBERED = re.compile(r"\d+|urn:.*|[CDGTUW]\d[0-9A-Z]{7,}")
"""Accounts that networks (LinkedIn and Slack among them) know by what nobody would read."""

_TOLD = (Kind.PUBLISHED, Kind.REJECTED, Kind.UNCLEAR, Kind.RETRACTED, Kind.HANDED)
"""What the ledger says that people want to know: outcomes, not claims."""


class Face(NamedTuple):
    """Who seems to speak: the brand's name, its accounts there, and its mark in its colour."""

    name: str
    handles: tuple[str, ...]
    initials: str
    colour: str
    avatar: str | None = None


class Told(NamedTuple):
    """One thing that the ledger says: what, when, of which message (from 0), and where to see.

    ``url`` is one that a page may link to, or empty.
    """

    what: str
    iso: str
    when: str
    message: int | None
    url: str
    code: str | None


class Turn(NamedTuple):
    """One delivery: when it goes out, how it stands, why, what became of it and what it got.

    ``asked`` says whose approval it would lack if this were no rehearsal.
    """

    iso: str
    when: str
    pill: Markup
    reason: Markup | None
    told: tuple[Told, ...]
    approved: tuple[str, ...] = ()
    asked: str = ""
    counted: tuple[str, ...] = ()


class Outlet(NamedTuple):
    """A channel that shows a card: how long each message is there, and when it goes out.

    ``counts`` are in words, with whether it is too long; ``changed`` says that something else is
    live than what the file says now.
    """

    label: Markup
    counts: tuple[tuple[str, bool], ...]
    turns: tuple[Turn, ...]
    changed: bool


class Said(NamedTuple):
    """One message of a card; a ``bare`` one has nothing beside its text."""

    message: Message
    bare: bool


class Card(NamedTuple):
    """The same messages for one channel or more that look alike and speak for one brand.

    ``formatted`` text is shown as Markdown.
    """

    look: Look
    face: Face
    messages: tuple[Said, ...]
    formatted: bool
    outlets: tuple[Outlet, ...]


def cards(site: Site, path: str, entry: Entry) -> tuple[Card, ...]:
    """What the networks show, networks that show the same together; for the page at ``path``."""
    if entry.post is None:
        return ()
    found: dict[object, _Shared] = {}
    for channel in site.facts.compositions.channels(entry.post):
        deliveries = entry.deliveries(channel.id)
        if deliveries is None:
            continue
        made = _composed(site, entry.post, channel)
        if made is None:
            continue
        platform = adapter(channel.platform).platform
        formatted = platform.able(Capability.FORMATTING) is Can.YES
        look = (platform.look, channel.brand, formatted, *map(_shown, made.messages))
        if look not in found:
            found[look] = _Shared(platform.look, formatted, made, [], [])
        found[look].channels.append(channel)
        found[look].outlets.append(_outlet(site, path, channel, made, deliveries))
    return tuple(each.card(site) for each in found.values())


@dataclass(frozen=True, slots=True)
class _Shared:
    look: Look
    formatted: bool
    made: Composition
    channels: list[Channel]
    outlets: list[Outlet]

    def card(self, site: Site) -> Card:
        face = site.face(tuple(each.id for each in self.channels))
        messages = tuple(
            Said(each, not (self.formatted or each.media or _fields_seen(each)))
            for each in self.made.messages
        )
        return Card(self.look, face, messages, self.formatted, tuple(self.outlets))


def _fields_seen(message: Message) -> bool:
    hidden = _UNSEEN | {"visibility"} if message.fields.get("visibility") == "public" else _UNSEEN
    return bool(message.fields.keys() - hidden)


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


def _composed(site: Site, post: Post, channel: Channel) -> Composition | None:
    try:
        return site.facts.compositions.of(post, channel)
    except UnknownPlatform:
        return None


def _shown(message: Message) -> str:
    """What is to be seen of a message, to be compared."""
    fields = {name: value for name, value in message.fields.items() if name not in _BESIDE}
    if not fields and not message.media:
        return message.text
    media = [media_data(each) for each in message.media]
    return json.dumps([message.text, media, fields], sort_keys=True)


def _outlet(
    site: Site, path: str, channel: Channel, made: Composition, deliveries: tuple[Delivery, ...]
) -> Outlet:
    turns = tuple(_turn(site, path, each) for each in deliveries)
    changed = any(_changed(each, made) for each in deliveries)
    counts = tuple(_count(site, length, most) for length, most in made.counts)
    return Outlet(site.label(channel.id), counts, turns, changed)


def _count(site: Site, length: int, most: int | None) -> tuple[str, bool]:
    number = site.wording.number
    if most is None:
        return number(length), False
    return f"{number(length)} / {number(most)}", length > most


def _changed(each: Delivery, made: Composition) -> bool:
    # Settings may say since how else it would go out: the file has not changed by that.
    said = each.record.said if each.record.published else None
    if said is None or (said.source is not None and said.source == each.subject.source):
        return False
    return said.digest != made.digest


def _turn(site: Site, path: str, each: Delivery) -> Turn:
    at, record = each.subject.at, each.record
    reason = why(site, path, each.reason) if each.reason else None
    when = f"{site.draw.short_day(at)} {at:%H:%M}" if at else site.say("pages.no-time")
    iso = at.isoformat() if at else ""
    told = () if _as_planned(each, record) else tuple(_told(site, each, record))
    counted = site.counted.words(each.subject.key) if record.published else ()
    pill = site.pill(SUSPENDED if is_suspended(each) else str(each.state))
    return Turn(iso, when, pill, reason, told, *_approvals(site, each), counted)


def _approvals(site: Site, each: Delivery) -> tuple[tuple[str, ...], str]:
    """By which roles it was approved, and how; and whose word is missing where nothing holds it."""
    standing = site.facts.approved_by(each) if site.settings.approvals.rules else None
    if standing is None:
        return (), ""
    approved = tuple(dict.fromkeys(given(one, site.wording) for one in standing.given))
    coming = site.facts.sandbox and not each.record.published
    if not (coming and standing.missing):
        return approved, ""
    return approved, site.say("approvals.plan.needs", missing=standing.missing)


def _as_planned(each: Delivery, record: Record) -> bool:
    """Whether it went out in its minute and is to be seen nowhere: nothing else is to be told."""
    at, minute = each.subject.at, timedelta(minutes=1)
    if at is None or each.state is not State.PUBLISHED or not _plain(record):
        return False
    sent = [item.receipt for item in record.live]
    return all(not safe(one.url) and abs(one.at - at) < minute for one in sent)


def _told(site: Site, each: Delivery, record: Record) -> Iterator[Told]:
    for kind, at, message, url, code in _outcomes(site, each, record):
        when = at.astimezone(site.workspace.zone)
        said = f"{site.draw.short_day(when)} {when:%H:%M:%S}"
        what = site.say(f"pages.entry.{kind}")
        yield Told(what, when.isoformat(), said, message, safe(url), code)


_Outcome = tuple[Kind | str, datetime, int | None, str | None, str | None]


def _outcomes(site: Site, each: Delivery, record: Record) -> Iterator[_Outcome]:
    """What became of it: kind, time, message, address and code."""
    if each.state is State.PUBLISHED and _plain(record):
        for item in record.live:
            yield Kind.PUBLISHED, item.receipt.at, item.message, item.receipt.url, None
        return
    entries = {entry.id: entry for entry in site.facts.history.entries(record.key or each.key)}
    for entry in sorted(entries.values(), key=lambda entry: (entry.at, entry.message or 0)):
        if entry.kind in _TOLD:
            receipt = entry.receipt
            at, url = (receipt.at, receipt.url) if receipt else (entry.at, None)
            yield entry.kind, at, entry.message, url, entry.code


def _plain(record: Record) -> bool:
    """Whether its receipts are all that there is to tell."""
    return (
        len(record.claims) == 1
        and record.round == 0
        and len(record.live) == len(record.receipts)
        and not (record.refusals or record.doubts or record.corrections or record.tombstone)
        and record.answer is None
    )
