"""What was published as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import urljoin

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import adapter
from cmops.ledger.history import History
from cmops.ledger.settled import live_since
from cmops.pages.drawing import lively, rewritten
from cmops.pages.feeds_ics import identity
from cmops.pages.links import safe
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.publish.plan import Delivery
from cmops.text.markdown import render
from cmops.values import dataclass

MOST = 100
"""How many posts a feed has, the newest first."""

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://cmops.invalid/feeds")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Told:
    """One published post: what it is to the filters, when it was first live, and where."""

    told: str
    at: datetime
    slot: Slot
    live: tuple[Delivery, ...]


class Published:
    """All that was published; an entry that several feeds have is written once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        told = (_told(site, slot) for slot in site.programme.slots)
        self._all = sorted(filter(None, told), key=lambda each: each.at, reverse=True)
        self._written: dict[int, str] = {}

    def feed(self, title: str, path: str, told: str) -> str:
        """The file: a feed of this name with the newest of what has this filter's word."""
        kept = (each for each in self._all if not told or told in each.told.split())
        newest = [each for each, _ in zip(kept, range(MOST), strict=False)]
        changed = max((max(_times(each.live)) for each in newest), default=self._site.now)
        lines = [*_head(self._site, title, path, changed), *map(self._entry, newest)]
        return "\n".join((*lines, "</feed>", ""))

    def _entry(self, told: Told) -> str:
        if id(told) not in self._written:
            self._written[id(told)] = _entry(self._site, told)
        return self._written[id(told)]


def _head(site: Site, title: str, path: str, changed: datetime) -> Iterator[str]:
    """What the feed is; its own address is a whole one where the site's is known."""
    name = path.rpartition("/")[2]
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.wording.language}">'
    yield f"<id>{_id(site, name)}</id>"
    yield f"<title>{_escaped(title)}</title>"
    yield f"<updated>{_moment(changed)}</updated>"
    own = urljoin(site.home, path) if site.home else name
    yield f'<link rel="self" type="application/atom+xml" href={quoted(own)}/>'
    if site.home:
        posts = urljoin(site.home, site.address("posts/index.md"))
        yield f'<link rel="alternate" type="text/html" href={quoted(posts)}/>'
    yield f"<author><name>{_escaped(site.settings.name)}</name></author>"
    yield "<generator>cmops</generator>"


def _told(site: Site, slot: Slot) -> Told | None:
    """The post if it is out on any channel."""
    live = [(each, since) for each in slot.deliveries if (since := _since(each))]
    if not live:
        return None
    first = min([since for _, since in live])
    return Told(site.rows.told(slot), first, slot, tuple([each for each, _ in live]))


def _since(each: Delivery) -> datetime | None:
    """When it was first live; None of what is not."""
    known = each.known
    # What plainly is live, years of it, is not taken apart.
    since = known.glance(each.subject.target, live_since) if isinstance(known, History) else None
    if since is None and each.record.published:
        since = min((receipt.at for receipt in each.record.receipts.values()), default=None)
    return since


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
        label = quoted(known.name if known else slot.post.pillar)
        lines.append(f"<category term={quoted(slot.post.pillar)} label={label}/>")
    lines.append(f"<summary>{_escaped(channels)}</summary>")
    shown = _shown(site, live[0]) or _paragraphs(slot.title)
    lines.append(f'<content type="html">{_escaped(shown)}</content>')
    return "\n".join((*lines, "</entry>"))


def _links(live: Iterable[Delivery]) -> list[str]:
    """Where it can be read: the first place as the entry's own, the others beside it."""
    urls = [safe(each.record.receipts[min(each.record.receipts)].url) for each in live]
    found = list(dict.fromkeys(filter(None, urls)))
    kinds = ["alternate", *["related"] * len(found)]
    return [
        f'<link rel="{kind}" href={quoted(url)}/>' for kind, url in zip(kinds, found, strict=False)
    ]


def _shown(site: Site, each: Delivery) -> str:
    """What its first channel shows, as HTML: readers of feeds run the lines of text together."""
    texts = [message.text for message in each.composition.messages] if each.composition else []
    channel = site.settings.channels.get(each.subject.channel)
    if channel and adapter(channel.platform).platform.able(Capability.FORMATTING) is Can.YES:
        return "\n".join(rewritten(render(text)).strip() for text in texts)
    return "\n".join(map(_paragraphs, texts))


def _paragraphs(text: str) -> str:
    parts = (part.strip() for part in _BLANK.split(text))
    return "\n".join(f"<p>{lively(part)}</p>".replace("\n", "<br>\n") for part in parts if part)


def _id(site: Site, *names: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, chr(0).join((site.settings.name, *names)))}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def clean(text: str) -> str:
    """Text without the letters that no XML can hold."""
    return _NOT_XML.sub("", text)


def _escaped(text: str) -> str:
    return escape(clean(text), quote=False)


def quoted(text: str) -> str:
    """An attribute's value, as ``xml.sax.saxutils`` writes it, which loads half of ``http``."""
    told = _escaped(text)
    for blank in "\n\r\t":
        told = told.replace(blank, f"&#{ord(blank)};")
    if '"' not in told:
        return f'"{told}"'
    return f"'{told}'" if "'" not in told else '"' + told.replace('"', "&quot;") + '"'
