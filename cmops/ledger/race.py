"""One push against everybody else's: what was tried, how it went, and how long to wait.

Whether a lost append was contention or refusal is told by the tip and not by anybody's wording:
if it moved, others were faster; if it stays where it was, something keeps refusing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from cmops.ledger.clock import Clock
from cmops.ledger.entries import Entry
from cmops.ledger.history import History
from cmops.ledger.remote import Answer, Swap

_REFUSALS = 4
"""Appends to an unmoved tip that may fail before it is no longer chance."""

_FIRST_WAIT = 0.2
_LONGEST_WAIT = 4.0
_LONGEST_CALL = 30.0


class Result(StrEnum):
    """What became of a push."""

    WON = "won"
    NOTHING = "nothing"
    """There was nothing (left) to push."""
    CONTENDED = "contended"
    """Others were faster until the time was up."""
    REFUSED = "refused"
    """The tip did not move and the place kept refusing: permissions, a protected branch, a full
    disk."""
    UNREACHABLE = "unreachable"
    """No answer: it may have landed, or may yet."""


_RESULTS = {
    Answer.MOVED: Result.CONTENDED,
    Answer.REFUSED: Result.REFUSED,
    Answer.UNKNOWN: Result.UNREACHABLE,
}


@dataclass(slots=True)
class Race:
    """The state of one push. ``end`` is in seconds of the clock that counts suspension."""

    clock: Clock
    jitter: Random
    end: float
    result: Result = Result.CONTENDED
    reason: str = ""
    over: bool = False
    _turns: int = 0
    _refusals: int = 0
    _tip: str | None = None
    _tried: list[tuple[Entry, ...]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Seconds that one call may take: a hanging one must leave time to look what came of it."""
        return max(min((self.end - self.clock.monotonic()) / 2, _LONGEST_CALL), 0.1)

    def missed(self, swap: Swap, tip: str | None, decided: tuple[Entry, ...]) -> None:
        """An append that did not win, on this tip."""
        self._refusals = self._refusals + 1 if self._tip == tip else 1
        self._tip = tip
        if decided and swap.answer is Answer.UNKNOWN:
            self._tried.append(decided)
        self.lost(_RESULTS[swap.answer], swap.reason)

    def lost(self, result: Result, reason: str) -> None:
        """Note why, and wait a while of a length that nobody else waits."""
        self.result, self.reason = result, reason
        self._turns += 1
        most = min(_FIRST_WAIT * 2**self._turns, _LONGEST_WAIT)
        wait = self.jitter.uniform(0.0, most)
        self.over = self.clock.monotonic() + wait >= self.end
        if not self.over:
            self.clock.sleep(wait)

    def landed(self, history: History) -> tuple[Entry, ...] | None:
        """What was sent without an answer and is in the ledger after all."""
        return next((sent for sent in self._tried if all(map(history.has, sent))), None)

    def stuck(self, tip: str | None) -> bool:
        """Whether the tip stays where it is and appends to it keep failing."""
        if tip != self._tip:
            self._refusals = 0
        if self._refusals < _REFUSALS:
            return False
        if self.result is Result.CONTENDED:
            self.result = Result.REFUSED
        return True
