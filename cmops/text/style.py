"""What an editorial line asks of a text: form of address, capitals, readable hashtags, and so on.

Places are counted in characters (code points) from 0. Emoji, hashtags, mentions and links come
from ``entities``, and may be asked for here as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cmops.text.entities import Found, emoji, hashtags, links, mentions
from cmops.values import dataclass

__all__ = [
    "Address",
    "address",
    "capitals",
    "emoji",
    "exclamations",
    "fold",
    "hashtags",
    "invisible",
    "is_camel_case",
    "links",
    "mentions",
]


@dataclass(frozen=True, slots=True)
class Address:
    """The words that address the reader as ``tu``, and those that do it as ``vous``."""

    tu: tuple[Found, ...] = ()
    vous: tuple[Found, ...] = ()


# "le ton", "bon ton" is the noun; "va-t-il" and "va-t'en" address nobody, or nobody in particular.
# Every branch begins with its letter, which is what makes the search fast.
_NOUN = "".join(
    rf"(?<!\b{word}\s.)"
    for word in ("le", "un", "du", "au", "ce", "son", "mon", "bon", "quel", "même", "demi", "notre")
)
_TU = re.compile(
    r"[tT](?:"
    r"(?<![\w#@].)u(?!\w)"
    rf"|(?<![\w#@-].)(?:(?:e|oi|a|es|{_NOUN}on)(?!\w)|['’](?=\w))"
    r"|(?<=\w-.)(?:oi|e)(?!\w)"
    r")",
    re.IGNORECASE,
)
_VOUS = re.compile(
    r"[vV](?<![\w#@].)(?<!rendez-.)(?<!rendez[ \u00a0].)(?<!garde-à-.)"
    r"(?:ous|otre|os|ôtres?)(?!\w)",
    re.IGNORECASE,
)


def address(text: str, language: str = "fr") -> Address:
    """How a French text addresses its reader, word by word; empty for other languages.

    ``rendez-vous``, ``le ton`` and words in links, hashtags and mentions do not count. An
    imperative without a pronoun is not seen.
    """
    if not language.lower().startswith("fr"):
        return Address()
    bare = _without_links(text)
    return Address(
        tuple((match[0], match.start()) for match in _TU.finditer(bare)),
        tuple((match[0], match.start()) for match in _VOUS.finditer(bare)),
    )


def is_camel_case(hashtag: str, longest: int = 14) -> bool:
    """Whether a screen reader can tell the words of a hashtag apart, as far as one can know.

    Nothing says where words begin in ``#ateliersdhiver``, so length must do: more than ``longest``
    letters without a capital inside are taken for several words, and so are more than five
    capitals in a row without a small letter (``#COVID`` is an acronym, ``#ATELIERHIVER`` is not).
    Digits and ``_`` separate. Scripts without capitals are always fine.
    """
    for word in re.split(r"[\W\d_]+", hashtag):
        cased = [char for char in word if char.isupper() or char.islower()]
        capitals_inside = any(char.isupper() for char in cased[1:])
        if not capitals_inside and len(cased) > longest:
            return False
        if all(char.isupper() for char in cased) and len(cased) > _ACRONYM:
            return False
    return True


_ACRONYM = 5


def capitals(text: str, fewest: int = 12) -> float:
    """The share of capitals among the letters, 0 to 1; 0 for a text of few letters.

    Links, hashtags and mentions do not count.
    """
    bare = _without_links(re.sub(r"[#@]\w+", "", text))
    upper = sum(map(str.isupper, bare))
    letters = upper + sum(map(str.islower, bare))
    return upper / letters if letters >= fewest else 0.0


def exclamations(text: str) -> list[Found]:
    """Runs of exclamation marks (``!``, ``!!!``, ``?!``, ``! !``), each with its place."""
    runs = ((match[0], match.start()) for match in _MARKS.finditer(text))
    return [(run, start) for run, start in runs if "!" in run or "！" in run]


_MARKS = re.compile(r"[!?！？](?:[ \u00a0\u202f]?[!?！？])*+")

_SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_JOINERS = "\u200c\u200d"


def invisible(text: str) -> list[Found]:
    """Characters that nobody sees: zero-width, directional, control, private use.

    Joiners and tags inside an emoji are part of it. Joiners between the letters of Arabic,
    Persian or Indian scripts are spelling.
    """
    if not _SUSPECT.search(text):
        return []
    inside = {place for what, start in emoji(text) for place in range(start, start + len(what))}
    return [
        (match[0], match.start())
        for match in _SUSPECT.finditer(text)
        if match.start() not in inside and not _spells(text, match.start())
    ]


def _spells(text: str, place: int) -> bool:
    """Whether a joiner stands behind a letter or mark of a script that needs joiners."""
    return (
        text[place] in _JOINERS
        and place > 0
        and "\u0590" <= text[place - 1] <= "\u1fff"
        and unicodedata.category(text[place - 1])[0] in "LM"
    )


def fold(text: str, most: int, lines: int | None = None) -> str:
    """What surely stands before "see more": whole words within ``most`` characters and ``lines``.

    ``most`` counts graphemes. A text that fits is given back whole.
    """
    end = _end_of_lines(text, lines)
    end = min(end, _end_of_graphemes(text, most))
    if end >= len(text):
        return text
    if text[end].isspace() or not end:
        return text[:end]
    words = re.match(r"(?s).*\s", text[:end])
    return words[0].rstrip() if words else text[:end]


def _end_of_lines(text: str, lines: int | None) -> int:
    if lines is None:
        return len(text)
    ends = (match.start() for match in re.finditer(r"\n", text))
    return next((end for number, end in enumerate(ends, 1) if number == lines), len(text))


def _end_of_graphemes(text: str, most: int) -> int:
    if len(text) <= most or most <= 0:
        return min(len(text), max(most, 0))
    import regex

    ends: Iterator[int] = (match.end() for match in regex.finditer(r"\X", text))
    return next((end for number, end in enumerate(ends, 1) if number == most), len(text))


def _without_links(text: str) -> str:
    """The text with its links blanked out, so that every place stays where it is."""
    for link, start in links(text):
        text = text[:start] + " " * len(link) + text[start + len(link) :]
    return text
