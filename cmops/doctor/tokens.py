"""How long a channel's secret still opens it, where its platform says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cmops.doctor.check import Level
from cmops.failures import Failure
from cmops.values import dataclass

SOON = timedelta(days=14)
"""How long before its end a secret is worth a word: time for somebody to be back from holiday."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What is to be said of a secret's end. ``ends`` is in UTC; None when no end is known."""

    level: Level
    phrase: str
    ends: datetime | None = None
    days: int = 0
    code: str = ""


def lifetime(
    ask: Callable[[], datetime | None], now: datetime, *, refreshes: bool = False
) -> Lifetime:
    """Asks, and judges the answer; ``refreshes`` says that cmops can exchange the secret."""
    try:
        said = ask()
    except Failure as failure:
        return Lifetime(Level.NOTE, "token-unsaid", code=failure.code)
    if said is None:
        return Lifetime(Level.FINE, "token-lasting")
    ends = said.astimezone(UTC)
    left = ends - now
    if left <= timedelta(0):
        return Lifetime(Level.WRONG, "token-over", ends)
    if left > SOON:
        return Lifetime(Level.FINE, "token-valid", ends, left.days)
    phrase = "token-ends-refresh" if refreshes else "token-ends"
    return Lifetime(Level.NOTE, phrase, ends, left.days)
