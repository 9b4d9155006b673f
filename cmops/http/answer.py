"""A server's answer, and what it proves when it is not a yes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.values import dataclass

_REFUSED = frozenset({400, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431, 451})
_NO_ACCESS = frozenset({401, 402, 403, 407})
_MOVED = frozenset({301, 307, 308})
"""Nothing was done: ask elsewhere. 302 and 303 may also mean: done, and look there."""

_LONGEST_REST = timedelta(days=31)


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in small letters) and body; ``publishes`` says what was asked.

    ``asked`` is the request in words that hold no secret: method and host.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    publishes: bool
    asked: str
    at: datetime

    @property
    def ok(self) -> bool:
        """Whether the server says that it was done."""
        return 200 <= self.status < 300

    @cached_property
    def data(self) -> Any:
        """The body as JSON; raises Unclear (publishing) or NotSent (reading) for anything else."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            pass
        raise self.rubbish()

    def text(self, *way: str | int) -> str:
        """The text at this place of the JSON; raises what ``data`` raises when there is none."""
        found = self.look(*way)
        if not isinstance(found, str) or not found:
            raise self.rubbish()
        return found

    def look(self, *way: str | int) -> Any:
        """What is at this place of the JSON, or None."""
        found = self.data
        for step in way:
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def word(self, name: str = "error") -> str:
        """A code that the platform gives in its JSON; empty when there is none."""
        try:
            found = self.look(name)
        except Failure:
            return ""
        return found if isinstance(found, str) else ""

    def rubbish(self) -> Failure:
        """The answer cannot be understood: that it came proves nothing."""
        return lost(self.publishes, "rubbish", self.asked)

    def failure(self) -> Failure:
        """What a status that is not a yes proves."""
        code = f"http_{self.status}"
        if self.status in _NO_ACCESS:
            return NotSent("unauthorised", self.asked)
        if self.status == 429:
            return Throttled("throttled", until(self.headers, self.at), self.asked)
        if self.status in _MOVED or (300 <= self.status < 400 and not self.publishes):
            return NotSent("redirected", self.asked)
        if self.publishes and self.status in _REFUSED:
            return Rejected(code, self.asked)
        return lost(self.publishes, code, self.asked)


def lost(publishes: bool, code: str, asked: str) -> Failure:
    """What is known when no answer came that says more."""
    return Unclear(code, asked) if publishes else NotSent(code, asked)


def until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server may be asked again: ``Retry-After``, else the reset of its rate limit."""
    for name in ("retry-after", *_RESETS):
        moment = _moment(headers.get(name, ""), now)
        if moment is not None:
            return moment
    return None


def rests_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When an allowance that this answer used up comes back; None while something is left."""
    if any(headers.get(name, "").strip() == "0" for name in _REMAINING):
        return until(headers, now)
    return None


_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_RESETS = (
    "x-ratelimit-reset-after",
    "ratelimit-reset",
    "x-ratelimit-reset",
    "x-rate-limit-reset",
)
_EPOCH = 1_000_000_000


def _moment(text: str, now: datetime) -> datetime | None:
    """Seconds from now, seconds since 1970, an HTTP date or an ISO date; None for anything else."""
    text = text.strip()
    try:
        seconds = float(text)
        at = datetime.fromtimestamp(seconds, UTC) if seconds >= _EPOCH else None
        at = at or now + timedelta(seconds=max(seconds, 0))
    except (ValueError, OverflowError, OSError):
        at = date(text)
    return min(at, now + _LONGEST_REST) if at is not None else None


def date(text: str) -> datetime | None:
    """The moment that an HTTP or ISO date names; None for anything else."""
    from email.utils import parsedate_to_datetime

    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
