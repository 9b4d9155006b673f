"""What people answer in the issue of a hand-off: published at an address, moved, or cancelled.

Only a comment that is nothing but an answer counts, unless the issue was closed: whoever closes it
answers with what they wrote last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from enum import StrEnum
from urllib.parse import urlsplit

from cmops.values import dataclass
from cmops.workspace import time


class What(StrEnum):
    """The answers there are."""

    PUBLISHED = "published"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, given ``at``. ``url`` is where it is live, ``to`` when it will be published."""

    what: What
    url: str | None = None
    to: datetime | None = None
    at: datetime | None = None


_URL = re.compile(r"https?://[^\s<>\"'`)\]]+")
_SAID = {
    What.PUBLISHED: r"publi[ée]e?s?|published|en ligne|live",
    What.MOVED: r"d[ée]plac[ée]e?|report[ée]e?|moved|postponed",
    What.CANCELLED: r"annul[ée]e?|cancell?ed",
}
_BEGINS = {
    what: re.compile(rf"(?:/cmops\s+)?(?:{words})\b\s*(?:[:à]|au|to)?\s*(.*)", re.IGNORECASE)
    for what, words in _SAID.items()
}
_LONGEST = 1_000
_LONE = ".,;:!?…"


def answer(text: str, zone: tzinfo) -> Answer | None:
    """The answer that a comment is, if it is one; times are local."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines or lines[0].startswith(">"):
        return None
    first = lines[0].strip("*`_ ")
    if _URL.fullmatch(first) and len(lines) == 1:
        return _published(first)
    for what, begins in _BEGINS.items():
        found = begins.fullmatch(first)
        if found:
            return _of(what, found[1].strip(), zone)
    return None


def closing(texts: Iterable[str], zone: tzinfo, *, planned: bool) -> Answer | None:
    """The answer of whoever closed the issue, by their comments, the newest last.

    ``planned`` is whether they closed it as done; the other way gives the delivery up.
    """
    for text in reversed(list(texts)):
        found = answer(text, zone)
        if found is not None:
            return found
        addresses = {each.rstrip(_LONE) for each in _URL.findall(text)}
        if planned and len(addresses) == 1:
            return _published(addresses.pop())
    return None if planned else Answer(What.CANCELLED)


def _of(what: What, rest: str, zone: tzinfo) -> Answer | None:
    if what is What.PUBLISHED:
        address = _URL.search(rest)
        return _published(address[0].rstrip(_LONE)) if address else None
    if what is What.CANCELLED:
        return Answer(what) if not rest.strip(_LONE) or rest.startswith(("(", "–", "-")) else None
    try:
        return Answer(what, to=time.moment(rest.strip(" .`"), zone))
    except ValueError:
        return None


def _published(address: str) -> Answer | None:
    """The address as it goes into the history, which keeps no name or password of anybody."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if not parts.hostname or parts.username or len(address) > _LONGEST:
        return None
    return Answer(What.PUBLISHED, url=address)
