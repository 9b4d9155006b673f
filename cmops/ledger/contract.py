"""What the rooms above rely on: a ledger to read, to note facts in and to push decisions to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cmops.ledger.entries import Entry
from cmops.ledger.history import History
from cmops.ledger.journal import LeftOver
from cmops.ledger.race import Result
from cmops.values import dataclass

PATIENCE = 60.0
"""Seconds that a push or a look may take unless the caller knows better."""

Decide = Callable[[History], Sequence[Entry] | None]
"""What to add, given what is known; None or nothing to add nothing.

Called anew for every tip that is tried, so it must take everything it relies on (that a lease is
free, that nothing is paused, that an entry is still the last) from the history it is given.
"""


@dataclass(frozen=True, slots=True)
class Pushed:
    """The result, and what it was reached on.

    ``entries`` are the decided ones that are in the ledger now; nothing else that was decided may
    be acted upon. ``history`` includes them; after a failure it is what was known last, if
    anything was. ``reason`` holds no credential.
    """

    result: Result
    entries: tuple[Entry, ...] = ()
    history: History | None = None
    reason: str = ""

    @property
    def landed(self) -> bool:
        """Whether all that was to be pushed is in the ledger."""
        return self.result in (Result.WON, Result.NOTHING)


class Ledger(Protocol):
    """What the rooms above rely on."""

    def read(self, max_age: float = 0.0) -> History:
        """What is known, less than ``max_age`` seconds old, with what was noted here besides.

        Raises LedgerUnreachable, LedgerMissing, WrongLedger, LedgerRewound.
        """

    def known(self, earlier: History | None = None) -> History:
        """What this machine saw last, without asking anybody; never enough to publish on.

        Of ``earlier``, what has not changed since need not be read again.
        """

    def note(self, *entries: Entry) -> None:
        """Keep facts: on the disk when this returns, in the ledger with the next push.

        Raises JournalUnwritable when the disk failed; they are then still pushed from memory.
        """

    def push(self, decide: Decide | None = None, *, within: float = PATIENCE) -> Pushed:
        """Push the noted facts and what ``decide`` says, all or nothing, in ``within`` seconds."""

    def create(self) -> str:
        """Make the ledger where there is none; its genesis either way."""

    @property
    def pending(self) -> int:
        """How many facts were noted and not pushed."""

    @property
    def left_over(self) -> LeftOver:
        """What journals of runs that died on this machine still held."""

    def close(self) -> None:
        """Let go of the journal; it is removed when all of it was pushed."""
