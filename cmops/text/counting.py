"""How networks count text: each limit names one of these ways of counting.

Counting is done for every message of every post, so each way has a fast path for the texts that
people mostly write, and imports its tables only for the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from math import inf
from types import MappingProxyType

from cmops.text import entities, shortened
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a platform takes: between ``least`` and ``most``, by a way of counting.

    ``count`` is a key of ``WAYS``. ``source`` says where the number comes from (an address or
    the name of a document) and ``checked`` when somebody last looked (an ISO date).
    """

    most: int
    count: str
    source: str
    checked: str
    least: int = 0

    def length(self, text: str) -> int:
        """How long the text is, in this limit's own units. Raises KeyError for unknown ways."""
        return WAYS[self.count](text)

    def allows(self, text: str) -> bool:
        """Whether the text is neither too long nor too short."""
        return self.plainly_allows(text) or self.least <= self.length(text) <= self.most

    def plainly_allows(self, text: str) -> bool:
        """Whether a glance is enough to know that the text is allowed; False says nothing."""
        bound = _AT_MOST.get(self.count)
        return self.least == 0 and bound is not None and bound(text) <= self.most


_AT_MOST: Mapping[str, Callable[[str], int | float]] = {
    "graphemes": len,
    "code_points": len,
    "utf16": lambda text: 2 * len(text),
    "bytes": lambda text: 4 * len(text),
    "telegram": lambda text: 2 * len(text),
    "mastodon": lambda text: inf if "://" in text else len(text),
    "hashtags": lambda text: text.count("#") + text.count("\uff03"),
    "links": lambda text: text.count("://"),
    "mentions": lambda text: text.count("@"),
}
"""What each way never counts more than, for next to nothing."""


# Characters that are a grapheme of their own whatever stands beside them (Unicode annex 29:
# neither extending nor joining nor half of a flag nor a carriage return).
_PLAIN = (
    "\x00-\x0c\x0e-\u02ff\u0370-\u0482\u0400-\u0482\u048a-\u0530\u2010-\u2027\u202f-\u205f"
    "\u20a0-\u20bf\u2100-\u2bff\u3001-\u3029\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff"
    "\uff01-\uff9d\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
)
_ALL_PLAIN = re.compile(f"[{_PLAIN}]*")


@cache
def _joined() -> re.Pattern[str]:
    """The other characters, with the plain ones that they may join."""
    return re.compile(f"(?s:.?[^{_PLAIN}]+(?:.[^{_PLAIN}]+)*.?)")


def graphemes(text: str) -> int:
    """What a reader calls characters: extended grapheme clusters (Unicode annex 29)."""
    if _ALL_PLAIN.fullmatch(text):
        return len(text)
    import regex  # most texts never need it

    joined = _joined().findall(text)
    plain = len(text) - sum(map(len, joined))
    # A line end never joins anything, so it keeps the pieces apart; it counts itself.
    return plain + len(regex.findall(r"\X", "\n".join(joined))) - len(joined) + 1


def code_points(text: str) -> int:
    """Unicode code points."""
    return len(text)


def utf16(text: str) -> int:
    """UTF-16 code units: what JavaScript calls length."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


# twitter-text's configuration v3: these weigh 1, everything else 2.
_HEAVY = re.compile("[^\x00-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# Without one of these, no emoji has more than one code point.
_JOINING = re.compile("[\u200d\u20e3\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]")


def x_weighted(text: str) -> int:
    """X's weighted length, as twitter-text v3 counts it.

    NFC first; a URL weighs 23, with or without its protocol; an emoji weighs 2 however many code
    points it has; Latin, Cyrillic, Arabic and the like weigh 1; everything else weighs 2.
    Source: docs.x.com, "Counting characters", and the twitter-text library's v3 configuration.
    """
    text = unicodedata.normalize("NFC", text)
    total = _weight(text)
    for start, end in shortened.on_x(text):
        total += shortened.LENGTH - _weight(text[start:end])
    return total


def _weight(text: str) -> int:
    heavy = len(_HEAVY.findall(text)) if not text.isascii() else 0
    if not heavy or not _JOINING.search(text):
        return len(text) + heavy
    extra = sum(_plain_weight(found) - 2 for found, _ in entities.emoji(text))
    return len(text) + heavy - extra


def _plain_weight(text: str) -> int:
    return len(text) + len(_HEAVY.findall(text))


def mastodon(text: str) -> int:
    """Mastodon's length: graphemes, where a URL counts 23 and @user@host counts as @user.

    The text of a content warning counts as well; whoever composes adds it.
    Source: StatusLengthValidator in mastodon/mastodon.
    """
    pieces: list[str] = []
    last = 0
    for start, end, shown in shortened.on_mastodon(text):
        pieces += (text[last:start], shown)
        last = end
    return graphemes("".join(pieces) + text[last:])


def telegram(text: str) -> int:
    """Telegram's length: UTF-16 code units of what is left once formatting marks are out.

    Source: core.telegram.org/bots/api, "after entities parsing" and MessageEntity.
    """
    from cmops.text.flavours import telegram_text

    return utf16(telegram_text(text))


def hashtags(text: str) -> int:
    """How many hashtags the text holds."""
    return len(entities.hashtags(text))


def links(text: str) -> int:
    """How many addresses the text holds, each of them once."""
    return len({url for url, _ in entities.links(text)})


def mentions(text: str) -> int:
    """How many mentions the text holds."""
    return len(entities.mentions(text))


WAYS: Mapping[str, Callable[[str], int]] = MappingProxyType(
    {
        "graphemes": graphemes,
        "utf16": utf16,
        "code_points": code_points,
        "bytes": utf8_bytes,
        "x_weighted": x_weighted,
        "mastodon": mastodon,
        "telegram": telegram,
        "hashtags": hashtags,
        "links": links,
        "mentions": mentions,
    }
)
"""Ways of counting by the name that limits, settings and messages call them."""
