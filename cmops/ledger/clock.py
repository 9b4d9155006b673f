"""Time as the ledger needs it: what it is, how long ago, and whether this machine's is right."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

from cmops.ledger.errors import ClockSkewed
from cmops.values import dataclass

MAX_LEASE = timedelta(minutes=5)
"""A claim that asks for more is reported, and recovered like one that has ended."""

MAX_SKEW = timedelta(seconds=60)
"""Beyond this difference from a server's clock nothing is published."""


class Clock(Protocol):
    """Everything that cmops asks of time, so that a simulation can own it."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back and that go on while the machine is suspended."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """This machine's clocks.

    ``time.monotonic`` stops while Linux is suspended and so would find an old lease young:
    https://man7.org/linux/man-pages/man2/clock_getres.2.html (CLOCK_BOOTTIME).
    """

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since the machine started, those it was suspended for included."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boot is None else time.clock_gettime(boot)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def random_token() -> str:
    """128 random bits as hexadecimal digits."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Run:
    """One process in the ledger's eyes: 128 random bits of its own, and a count of its entries.

    Never made from anything the CI hands out: a job that is started again keeps those.
    """

    id: str = field(default_factory=random_token)
    _next: Callable[[], int] = field(default_factory=lambda: count(1).__next__, repr=False)

    def entry_id(self) -> str:
        """A new entry id of this run; safe to ask from several threads."""
        return f"{self.id}.{self._next()}"


@dataclass(slots=True)
class ClockCheck:
    """Compares this machine's clock with the ``Date`` of the servers it talks to."""

    worst: timedelta = timedelta(0)
    source: str = ""

    def observe(self, source: str, date: datetime, asked: datetime, answered: datetime) -> None:
        """Note a server's time (whole seconds) and our clock before and after the call."""
        ahead = asked - (date + timedelta(seconds=1))
        behind = date - answered
        skew = max(ahead, behind, timedelta(0))
        if skew > self.worst:
            self.worst, self.source = skew, source

    def check(self) -> None:
        """Raise ClockSkewed when a server's time was more than a minute away from ours."""
        if self.worst > MAX_SKEW:
            raise ClockSkewed(self.source, self.worst)
