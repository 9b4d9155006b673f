"""What was published as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from cmops.pages import filters
from cmops.pages.feeds_ics import identity
from cmops.pages.links import safe
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.publish.plan import Delivery

MOST = 100
"""How many posts a feed has, the newest first."""

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cmops.invalid/feeds")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Told:
    """One published post: what it is to the filters, when it was first live, and where."""

    told: str
    at: datetime
    slot: Slot
    live: tuple[Delivery, ...]


def entries(site: Site) -> tuple[Told, ...]:
    """All that was published, the newest first."""
    found = [
        Told(filters.of_slot(site, slot), min(_times(live)), slot, live)
        for slot in site.programme.slots
        if (live := _live(slot))
    ]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def feed(site: Site, title: str, path: str, told: Iterable[Told]) -> str:
    """The file: a feed of this name with the newest of these."""
    newest = list(told)[:MOST]
    changed = max((max(_times(each.live)) for each in newest), default=site.now)
    name = path.rpartition("/")[2]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.wording.language}">',
        f"<id>{_id(site, name)}</id>",
        f"<title>{_escaped(title)}</title>",
        f"<updated>{_moment(changed)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(name)}/>',
        f"<author><name>{_escaped(site.settings.name)}</name></author>",
        "<generator>cmops</generator>",
    )
    return "\n".join((*head, *(_entry(site, each) for each in newest), "</feed>", ""))


def _live(slot: Slot) -> tuple[Delivery, ...]:
    return tuple(each for each in slot.deliveries if each.record.published and each.record.receipts)


def _times(live: Iterable[Delivery]) -> list[datetime]:
    return [receipt.at for each in live for receipt in each.record.receipts.values()]


def _entry(site: Site, told: Told) -> str:
    slot, live = told.slot, told.live
    channels = ", ".join(site.channel_names(each.subject.channel for each in live))
    lines = [
        "<entry>",
        f"<id>{_id(site, *identity(slot))}</id>",
        f"<title>{_escaped(slot.title)}</title>",
        f"<published>{_moment(told.at)}</published>",
        f"<updated>{_moment(max(_times(live)))}</updated>",
        *_links(live),
    ]
    if slot.post and slot.post.pillar:
        known = site.settings.pillars.get(slot.post.pillar)
        label = quoteattr(_clean(known.name if known else slot.post.pillar))
        lines.append(f"<category term={quoteattr(slot.post.pillar)} label={label}/>")
    lines.append(f"<summary>{_escaped(channels)}</summary>")
    lines.append(f'<content type="text">{_escaped(_words(live[0]) or slot.title)}</content>')
    return "\n".join((*lines, "</entry>"))


def _links(live: Iterable[Delivery]) -> list[str]:
    """Where it can be read: the first place as the entry's own, the others beside it."""
    urls = [safe(each.record.receipts[min(each.record.receipts)].url) for each in live]
    found = list(dict.fromkeys(filter(None, urls)))
    kinds = ["alternate", *["related"] * len(found)]
    return [
        f'<link rel="{kind}" href={quoteattr(url)}/>'
        for kind, url in zip(kinds, found, strict=False)
    ]


def _words(each: Delivery) -> str:
    """What its first channel shows."""
    made = each.composition
    return "\n\n".join(message.text for message in made.messages) if made else ""


def _id(site: Site, *names: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, chr(0).join((site.settings.name, *names)))}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _escaped(text: str) -> str:
    return escape(_clean(text))
