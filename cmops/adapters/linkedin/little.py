r"""LinkedIn's "little text": plain text with templates for mentions and hashtags.

A reserved character that is not escaped does not make LinkedIn refuse a post: everything behind
it is gone, without a word. Source: learn.microsoft.com, "little Text Format", read on 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cmops.text.entities import hashtags

_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_ELEMENT = re.compile(
    r"\\(?P<plain>[\\|{}@\[\]()<>#*_~])"
    r"|\{hashtag\|\\?(?P<sign>[#\uff03])\|(?P<tag>(?:\\.|[^\\}])*)\}"
    r"|@\[(?P<name>(?:\\.|[^\\\]])*)\] ?\(urn:li:[^)]*\)",
    re.DOTALL,
)

Place = tuple[int, int, str]
"""Where a template's words begin and end, and the template."""


def escaped(text: str) -> str:
    """The text as nothing but text."""
    return _RESERVED.sub(r"\\\g<0>", text)


def written(text: str, mentions: Iterable[Mapping[str, Any]] = ()) -> str:
    """The text as LinkedIn wants it: hashtags and mentions as templates, the rest escaped.

    ``mentions`` say where in the text a name stands and whose it is: ``at``, ``length``, ``urn``.
    """
    places = [*_mentioned(text, mentions), *_tagged(text)]
    pieces, done = [], 0
    for start, end, template in sorted(places):
        if start >= done:
            pieces += [escaped(text[done:start]), template]
            done = end
    return "".join((*pieces, escaped(text[done:])))


def plain(little: str) -> str:
    """What people read of it: the way back, however LinkedIn chose to write it."""
    return _ELEMENT.sub(_read, little)


def _mentioned(text: str, mentions: Iterable[Mapping[str, Any]]) -> list[Place]:
    found = []
    for each in mentions:
        start, end = each["at"], each["at"] + each["length"]
        found.append((start, end, f"@[{escaped(text[start:end])}]({each['urn']})"))
    return found


def _tagged(text: str) -> list[Place]:
    return [
        (start, start + len(tag), rf"{{hashtag|\{tag[0]}|{escaped(tag[1:])}}}")
        for tag, start in hashtags(text)
    ]


def _read(found: re.Match[str]) -> str:
    if found["plain"] is not None:
        return found["plain"]
    if found["sign"] is not None:
        return found["sign"] + plain(found["tag"])
    return plain(found["name"])
