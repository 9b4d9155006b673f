"""A delivery's identity in the ledger and on the networks, and the name people call it by."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote

from cmops.errors import UsageError
from cmops.values import dataclass

MOST = 150
"""Characters of a key before its day; with what callers add it stays a file name everywhere."""

_NAME = re.compile(r"(?P<post>[^@#\s]+)@(?P<channel>[^@#\s]+)(?:#(?P<day>\d{4}-\d{2}-\d{2}))?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=[.~]|$)|[.-]", re.IGNORECASE)


def delivery_key(post: str, platform: str, account: str, day: date | None = None) -> str:
    """``{post}~{platform}~{account}``, and ``~{day}`` for an occurrence of a repeating post.

    Two deliveries share a key only if they are the same. An account's capitals do not count:
    networks ignore them, so that spelling an account otherwise must not send its posts again,
    and some file systems ignore them too. What is not safe in a file name is percent-encoded;
    what is too long ends with a hash instead.
    """
    key = _quoted(post) + _destination(platform, account)
    key = _RESERVED.sub(lambda found: _escaped(found[0]), key) if _RESERVED.match(key) else key
    if key.endswith("."):
        key = key[:-1] + "%2E"
    if len(key) > MOST:
        # No part can hold a "+", so that a shortened key is never somebody else's whole key.
        key = f"{key[: MOST - 34]}~+{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    return f"{key}~{day.isoformat()}" if day else key


@lru_cache
def _quoted(part: str) -> str:
    return quote(part, safe="@._-").replace("~", "%7E")


@lru_cache
def _destination(platform: str, account: str) -> str:
    return f"~{_quoted(platform)}~{_quoted(account.lower())}"


def _escaped(text: str) -> str:
    return f"%{ord(text[0]):02X}{text[1:]}"


def sending_key(key: str, times: int) -> str:
    """What the platform is told: the key itself, and another one for each wanted repetition.

    ``times`` counts deliberate republications; a retry never gets another key.
    """
    return f"{key}~again{times}" if times else key


def deletion_key(key: str) -> str:
    """The identity, in a plan, of taking a delivery back; the ledger keeps both as one story."""
    return f"{key}~delete"


def correction_key(key: str) -> str:
    """The identity, in a plan, of making a live delivery say something else."""
    return f"{key}~edit"


def post_of(key: str) -> str:
    """The post that a key is about, for a delivery whose post is no longer in the workspace."""
    return unquote(key.partition("~")[0])


@dataclass(frozen=True, slots=True)
class Name:
    """How a person names a delivery: ``post@channel``, ``post@channel#2026-12-01``."""

    post: str
    channel: str
    day: date | None = None

    def __str__(self) -> str:
        """As it is typed."""
        day = f"#{self.day.isoformat()}" if self.day else ""
        return f"{self.post}@{self.channel}{day}"


def parse_name(text: str) -> Name:
    """What a person named; raises UsageError for a text of another form."""
    match = _NAME.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        day = date.fromisoformat(match["day"]) if match["day"] else None
    except ValueError:
        raise UsageError("publish.not-a-name", name=text) from None
    return Name(match["post"], match["channel"], day)
