"""What networks recognise in a text: emoji, hashtags, mentions and links, each with its place.

Every function gives ``(what, offset)`` in the order of the text; the offset counts characters
(code points) from 0.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

Found = tuple[str, int]


def emoji(text: str) -> list[Found]:
    """Emoji as a reader sees them: a flag, a keycap or a family joined by ZWJ is one."""
    if not _MAYBE_EMOJI.search(text):
        return []
    return [(match[0], match.start()) for match in _emoji().finditer(text)]


def hashtags(text: str) -> list[Found]:
    """Hashtags with their sign: letters, digits and ``_``, at least one letter, not in a link."""
    if "#" not in text and "＃" not in text:
        return []
    inside = _covered(links(text))
    return [
        (match[0], match.start())
        for match in _hashtag().finditer(text)
        if match.start() not in inside
    ]


def mentions(text: str) -> list[Found]:
    """Mentions with their sign: ``@name``, ``@name@host`` or ``@name.host``; no e-mail."""
    if "@" not in text:
        return []
    inside = _covered(links(text))
    return [
        (match[0], match.start())
        for match in _MENTION.finditer(text)
        if match.start() not in inside
    ]


def links(text: str) -> list[Found]:
    """URLs that begin with http:// or https://, without the punctuation of the sentence."""
    if "://" not in text:
        return []
    return [(_trimmed(match[0]), match.start()) for match in _LINK.finditer(text)]


_MAYBE_EMOJI = re.compile("[©®\u200d\u20e3\u203c-\u3299\U0001f000-\U0001faff]")


@cache
def _emoji() -> Any:
    import regex

    # © and ® are text unless a variation selector asks for the picture; so are ™, ↔ and the other
    # characters that have both forms, but nearly every network draws those as pictures.
    return regex.compile(
        r"\p{RI}\p{RI}"
        r"|[0-9#*]\uFE0F?\u20E3"
        r"|\U0001F3F4[\U000E0020-\U000E007E]+\U000E007F"
        r"|(?![©®](?!\uFE0F))(?P<one>(?:\p{EBase}\p{EMod}|\p{ExtPict}\uFE0F?))"
        r"(?:\u200D(?&one))*"
        r"|\p{EMod}"
    )


@cache
def _hashtag() -> Any:
    import regex

    # Besides letters and digits: what twitter-text lets stand inside a hashtag.
    part = (
        r"[\p{L}\p{M}\p{Nd}_\u00b7\u05be\u05f3\u05f4\u0f0b\u0f0c\u200c\u200d\u3003"
        r"\u301c\u309b\u309c\u30a0\u30fb\ua67e\uff5e]"
    )
    # The sign comes first, and what may not stand before it second: so the search is fast.
    before = r"(?<!(?:[\p{L}\p{Nd}_&/]|(?![\uFE0E\uFE0F])\p{M}).)"
    return regex.compile(rf"[#＃]{before}(?!\uFE0F|\u20E3)(?={part}*\p{{L}}){part}++(?!://)")


_MENTION = re.compile(r"(?<![\w/=.@-])@\w+(?:[.-]+\w+)*(?:@\w+(?:[.-]+\w+)*)?")
_LINK = re.compile(r"(?<![a-z0-9+.-])https?://[\w\[][^\s<>\"«»“”]*", re.IGNORECASE)
_CLOSES = {")": "(", "]": "[", "}": "{"}


def _trimmed(url: str) -> str:
    """The URL without what belongs to the sentence: ``(voir https://a.example/b_(c).)``."""
    while url:
        last = url[-1]
        if last in _CLOSES:
            if url.count(last) <= url.count(_CLOSES[last]):
                break
        elif last not in ".,;:!?…'’*":
            break
        url = url[:-1]
    return url


def _covered(found: list[Found]) -> set[int]:
    return {place for what, start in found for place in range(start, start + len(what))}
