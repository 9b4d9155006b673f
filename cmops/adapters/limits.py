"""The limits that hold on a channel: its platform's, with what ``cmops.yml`` says of its own.

Every name that starts with ``text`` counts a message's text; the others are in ``UNITS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from cmops.adapters.contract import Message, Platform
from cmops.text.counting import WAYS, Limit
from cmops.workspace.model import Channel

UNITS = {
    "text": "graphemes",
    "caption": "graphemes",
    "messages": "items",
    "media": "items",
    "images": "items",
    "videos": "items",
    "image_bytes": "bytes",
    "image_pixels": "pixels",
    "video_bytes": "bytes",
    "video_seconds": "seconds",
    "document_bytes": "bytes",
    "alt": "graphemes",
    "hashtags": "hashtags",
    "links": "links",
    "mentions": "mentions",
    "poll_options": "items",
    "poll_option": "graphemes",
    "poll_seconds": "seconds",
}
"""The names of limits, and how each is counted unless its platform says otherwise.

``caption`` is the text beside files; ``messages`` are those of a thread; ``media``, ``images``,
``videos``, ``hashtags``, ``links`` and ``mentions`` those of one message; ``image_pixels`` is a
picture's width times its height, and ``video_seconds`` how long a film is; ``document_bytes`` how
large any other file is; ``poll_options`` how many answers a poll has, ``poll_option`` how long
each is, and ``poll_seconds`` how long it stays open.
"""

_UNSURE = "(?)"


def limits(platform: Platform, channel: Channel) -> Mapping[str, Limit]:
    """The limits by name. A channel may set one that its platform does not declare."""
    return _limits(platform, tuple(channel.limits.items())) if channel.limits else platform.limits


@lru_cache(maxsize=64)
def _limits(platform: Platform, own: tuple[tuple[str, int], ...]) -> Mapping[str, Limit]:
    found = dict(platform.limits)
    for name, most in own:
        if name in found:
            least = min(found[name].least, most)
            found[name] = replace(found[name], most=most, least=least, source="cmops.yml")
        elif name in UNITS:
            found[name] = Limit(most, UNITS[name], "cmops.yml", "")
    return found


COUNTED = frozenset({"hashtags", "links", "mentions"})
"""What is counted in a text, and beside it."""


def text_limits(platform: Platform, channel: Channel) -> tuple[tuple[str, Limit], ...]:
    """Those of the limits, with their names, that are about a message's text."""
    return _text_limits(platform, tuple(channel.limits.items()))


@lru_cache(maxsize=64)
def _text_limits(
    platform: Platform, own: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, Limit], ...]:
    known = _limits(platform, own).items()
    return tuple(each for each in known if each[0].startswith("text") or each[0] in COUNTED)


def text_limit(platform: Platform, channel: Channel) -> Limit | None:
    """The limit of a message's text that people know; None when there is none."""
    return limits(platform, channel).get("text")


def text_length(platform: Platform, limit: Limit | None, message: Message) -> int:
    """How long the message is by a limit's way of counting; code points without a limit."""
    if limit is None:
        return len(message.text)
    fields = (message.fields.get(name) for name in platform.text_fields)
    return _length(limit.count, message.text) + sum(
        _length("graphemes", text) for text in fields if text
    )


@lru_cache(maxsize=64)
def _length(way: str, text: str) -> int:
    """A text is counted for its limits and again to be shown beside them."""
    return WAYS[way](text)


def unsure(limit: Limit) -> bool:
    """Whether the number was only seen at second hand: its source ends with ``(?)``."""
    return limit.source.endswith(_UNSURE)
