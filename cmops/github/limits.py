"""GitHub's rate limits: how long an answer asks us to wait.

Sources: docs.github.com, "Rate limits for the REST API" and "Best practices for using the REST
API" (read 2026-11): Retry-After first, then x-ratelimit-reset where nothing remains, else a
minute; at least one second between requests that write.
"""

from __future__ import annotations

from collections.abc import Mapping

BETWEEN_WRITES = 1.0
"""Seconds from one request that writes to the next."""

_SECONDARY = 60.0
_AFTER_RESET = 1.0


def wait(status: int, headers: Mapping[str, str], message: str, now: float) -> float | None:
    """Seconds until the same request may be made again; None when it was not a limit's refusal.

    ``now`` is in seconds since 1970. Such a request was not carried out, whatever it does.
    """
    if status not in (403, 429):
        return None
    retry = _number(headers.get("retry-after"))
    if retry is not None:
        return max(retry, _AFTER_RESET)
    reset = _number(headers.get("x-ratelimit-reset"))
    if _number(headers.get("x-ratelimit-remaining")) == 0 and reset is not None:
        return max(reset - now, 0.0) + _AFTER_RESET
    if status == 429 or "rate limit" in message.lower():
        return _SECONDARY
    return None


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    return float(text) if text.isascii() and text.isdigit() else None
