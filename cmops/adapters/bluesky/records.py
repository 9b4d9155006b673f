"""Records as the repository takes them; pure. The same message always makes the same record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmops.adapters.bluesky.references import POST, REPOST, Strong
from cmops.adapters.contract import Message, Sending
from cmops.text import entities
from cmops.text.counting import graphemes, utf8_bytes

Record = dict[str, Any]

_TAG_GRAPHEMES = 64
_TAG_BYTES = 640
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def created(sending: Sending) -> datetime:
    """The record's creation time: the claim's second, and a millisecond for each message."""
    second = sending.since.astimezone(UTC).replace(microsecond=0)
    return second + timedelta(milliseconds=sending.index)


def record_key(sending: Sending) -> str:
    """The record's key, a TID made from the message's own key and the claim's time.

    Its time is in the claim's second, one later for each message, so that keys are in order;
    30 bits of a hash below that keep two messages apart. Source: atproto.com/specs/tid.
    """
    second = int(sending.since.timestamp()) + sending.index
    drawn = int.from_bytes(hashlib.sha256(sending.message_key.encode()).digest()[:8], "big")
    micros, clock = divmod(drawn % (1_000_000 << 10), 1 << 10)
    number = (second * 1_000_000 + micros) << 10 | clock
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def post(
    message: Message,
    sending: Sending,
    embed: Record | None,
    reply: tuple[Strong, Strong] | None,
) -> Record:
    """A post; ``reply`` are the root of the conversation and what is answered."""
    record: Record = {
        "$type": POST,
        "text": message.text,
        "createdAt": _written(created(sending)),
    }
    language = message.fields.get("language")
    values = {
        "facets": facets(message.text, message.fields.get("mentions", {})),
        "langs": [language] if language else None,
        "embed": embed,
        "reply": {"root": reply[0].data, "parent": reply[1].data} if reply else None,
    }
    return record | {name: value for name, value in values.items() if value}


def repost(subject: Strong, sending: Sending) -> Record:
    """A repost, which has no words of its own."""
    return {"$type": REPOST, "subject": subject.data, "createdAt": _written(created(sending))}


def facets(text: str, mentions: Mapping[str, str]) -> list[Record]:
    """What can be followed in a text: links, hashtags, and mentions of known identity.

    Offsets count UTF-8 bytes, the end exclusive. Source: lexicon app.bsky.richtext.facet.
    """
    found: list[tuple[int, int, Record]] = []
    for url, start in entities.links(text):
        found.append((start, start + len(url), _feature("link", uri=url)))
    for mention, start in entities.mentions(text):
        if mention in mentions:
            feature = _feature("mention", did=mentions[mention])
            found.append((start, start + len(mention), feature))
    for hashtag, start in entities.hashtags(text):
        tag = hashtag[1:]
        if graphemes(tag) <= _TAG_GRAPHEMES and utf8_bytes(tag) <= _TAG_BYTES:
            found.append((start, start + len(hashtag), _feature("tag", tag=tag)))
    found.sort(key=lambda each: each[:2])
    return [
        {
            "index": {"byteStart": utf8_bytes(text[:start]), "byteEnd": utf8_bytes(text[:end])},
            "features": [feature],
        }
        for start, end, feature in found
    ]


def images(media: list[tuple[Any, str, tuple[int, int] | None]]) -> Record:
    """Pictures: each one's blob, its alt text, its width and height."""
    shown = []
    for blob, alt, size in media:
        image: Record = {"image": blob, "alt": alt}
        if size is not None:
            image["aspectRatio"] = {"width": size[0], "height": size[1]}
        shown.append(image)
    return {"$type": "app.bsky.embed.images", "images": shown}


def video(blob: Any, alt: str) -> Record:
    """A film and what there is to see in it."""
    return {"$type": "app.bsky.embed.video", "video": blob, **({"alt": alt} if alt else {})}


def card(values: Mapping[str, Any], thumb: Any) -> Record:
    """The card of a link, as its author wrote it."""
    external: Record = {
        "uri": values["url"],
        "title": values["title"],
        "description": values.get("description", ""),
    }
    if thumb is not None:
        external["thumb"] = thumb
    return {"$type": "app.bsky.embed.external", "external": external}


def quote(quoted: Strong, media: Record | None) -> Record:
    """A quotation, with or without something of one's own beside it."""
    record = {"$type": "app.bsky.embed.record", "record": quoted.data}
    if media is None:
        return record
    return {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": media}


def same(live: Mapping[str, Any], message: Message, sending: Sending) -> bool:
    """Whether a record is this message: its text, its time, and what it is below."""
    if live.get("createdAt") != _written(created(sending)):
        return False
    if message.fields.get("repost"):
        return live.get("$type") == REPOST
    parent = ((live.get("reply") or {}).get("parent") or {}).get("uri")
    below = parent == sending.before[-1].id if sending.before else True
    return live.get("text") == message.text and below


def _feature(kind: str, **value: str) -> Record:
    return {"$type": f"app.bsky.richtext.facet#{kind}", **value}


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
