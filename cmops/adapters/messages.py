"""Composing for networks whose messages are a text with things attached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from html import unescape
from typing import Any

from cmops.adapters.contract import Can, Capability, Edition, Media, Message, Platform
from cmops.text.markdown import raw_markup, render
from cmops.workspace.model import LinkCard, Poll

FIRST_COMMENT = "first_comment"
"""The ``role`` of the message that goes below the others."""

_CODE_OR_TAG = re.compile(r"<code\b[^>]*>.*?</code>|<[^>]*>", re.DOTALL)


def compose_messages(
    platform: Platform,
    edition: Edition,
    *,
    visibility: str | None = None,
    language: bool = True,
) -> tuple[Message, ...]:
    """One message for each part, and one for the first comment.

    ``visibility`` is what the platform is told where the post says nothing, ``language`` whether
    it is told in which language a text is.

    Media, poll, card and relations go with the first message, since it is the one that is seen
    and shared; the content warning, the visibility and the language go with every message,
    because each can be met on its own. What the platform cannot do is carried all the same: a
    problem holds the edition, and nothing disappears unseen. Only a card is left out where
    there are none, since its link stands in the text.
    """
    common = _common(edition, edition.visibility or visibility)
    if not language:
        common.pop("language", None)
    first = {**common, **_attached(platform, edition)}
    head, *others = edition.parts or ("",)
    messages = [Message(head, edition.media, first if head or edition.media else _bare(first))]
    messages += [Message(text, fields=common) for text in others]
    if edition.first_comment:
        messages.append(Message(edition.first_comment, fields={**common, "role": FIRST_COMMENT}))
    return tuple(messages)


def _common(edition: Edition, visibility: str | None) -> dict[str, Any]:
    common = {}
    if edition.spoiler:
        common["spoiler"] = edition.spoiler
    if visibility:
        common["visibility"] = visibility
    if edition.language:
        common["language"] = edition.language
    return common


def _attached(platform: Platform, edition: Edition) -> dict[str, Any]:
    if edition.only_text and edition.format == "post":
        return {}
    card = edition.card if platform.able(Capability.LINK_CARD) is Can.YES else None
    values = {
        "poll": poll_data(edition.poll) if edition.poll else None,
        "card": _card_data(card, edition) if card else None,
        "reply_to": edition.reply_to,
        "quote": edition.quote,
        "repost": edition.repost,
        "format": edition.format if edition.format != "post" else None,
    }
    return {name: value for name, value in values.items() if value}


def _bare(values: Mapping[str, Any]) -> dict[str, Any]:
    """A message without words, such as a repost, has no language."""
    return {name: value for name, value in values.items() if name != "language"}


def is_own(reference: str) -> bool:
    """Whether a reply, quote or repost names a post of the workspace instead of an address."""
    return _OWN.fullmatch(reference) is not None


_OWN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


def poll_data(poll: Poll) -> dict[str, Any]:
    """The poll as plain data."""
    return {
        "options": list(poll.options),
        "duration_seconds": int(poll.duration.total_seconds()),
        "multiple": poll.multiple,
    }


def _card_data(card: LinkCard, edition: Edition) -> dict[str, Any]:
    image = edition.card_image
    values = {
        "title": card.title,
        "description": card.description,
        "url": edition.link,
        "image": media_data(image) if image else None,
    }
    return {name: value for name, value in values.items() if value}


def media_data(media: Media) -> dict[str, Any]:
    """The file as plain data; what does not apply to it is left out, and so is its duration.

    What is hashed must not change with how well cmops reads films: their bytes are hashed anyway.
    """
    values = ((each.name, getattr(media, each.name)) for each in fields(media))
    return {name: value for name, value in values if value is not None and name != "duration"}


def message_data(message: Message) -> dict[str, Any]:
    """The message as plain data: what is hashed, shown, and written to an outbox."""
    media = [media_data(each) for each in message.media]
    return {"text": message.text, "media": media, **message.fields}


def dead_ends(text: str) -> Iterator[str]:
    """How each link or picture of a Markdown text begins that would lead nowhere as HTML."""
    if "](" not in text:
        return
    shown = unescape(_CODE_OR_TAG.sub("", render(text)))
    for kind, _, snippet in raw_markup(shown):
        if kind in {"link", "image"}:
            yield snippet
