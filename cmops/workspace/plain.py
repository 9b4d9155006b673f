"""Front matter as most of it is written: one field a line, read without a YAML parser.

``title: Atelier d’hiver``, ``to: [mastodon, bluesky]``, ``link: https://example.org/hiver``: a
look is enough to know what that says and that no trap is in it, and takes a tenth of the time.
Whatever else there is goes to the parser; tests hold the one against the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

# An unquoted value begins with a letter or a digit and has nothing in it that means something to
# YAML: a colon is within a word, and there is no hash. Spaces that hold are letters to YAML.
_INSIDE = r"[\w .,;!?()'/+=%@&€’«»…–—\u00a0\u202f-]*+"
_VALUE = rf"\w{_INSIDE}(?::[\w/]{_INSIDE})*+(?<![ ])"
# Between quotes nearly everything is a letter; what is written as an escape is not.
_QUOTED = r"\"[\w .,;:!?()\[\]{}#'/+=%@&*€’«»…–—\u00a0\u202f-]*+\""
_ITEM = r"[\w+][\w./-]*+(?: \w[\w./-]*+)*+"
_LIST = rf"\[(?:{_ITEM}(?:, ?{_ITEM})*+)?\]"
_FIELDS = rf"(?:[a-z_]+: (?:{_VALUE}|{_LIST}|{_QUOTED})\n)+"

TYPED = frozenset("-0123456789tfn~")
"""What an unquoted value that is no text begins with."""

# At most 15 digits: what JSON's doubles hold exactly. Anything longer is an id, not a number.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_WORDS = {"true": True, "false": False, "null": None, "~": None}


def fields(text: str) -> dict[str, Any] | None:
    """The fields of a plain text; None where only a parser can tell, which says nothing."""
    if not _plain().fullmatch(text):
        return None
    lines = text[:-1].split("\n")
    data = {}
    for line in lines:
        name, _, value = line.partition(": ")
        data[name] = _READ.get(value[0], _unquoted)(value)
    return data if len(data) == len(lines) else None  # a key twice is a mistake


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(_FIELDS)


def typed(text: str) -> object:
    """The value of an unquoted scalar: a number, a truth, nothing, or the text itself."""
    if not text:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    return text


def _unquoted(value: str) -> object:
    return typed(value) if value[0] in TYPED else value


def _listed(value: str) -> list[object]:
    items = value[1:-1].split(",") if len(value) > 2 else ()
    return [_unquoted(item.lstrip(" ")) for item in items]


_READ: dict[str, Callable[[str], object]] = {"[": _listed, '"': lambda value: value[1:-1]}
