"""The ledger during one run: facts are kept at once and pushed in batches.

When a push fails, nothing more is sent: what cannot be recorded must not happen.
"""

from __future__ import annotations

import re

from cmops.errors import CmopsError
from cmops.ledger.clock import Clock, Run
from cmops.ledger.contract import PATIENCE, Decide, Ledger, Pushed
from cmops.ledger.entries import Entry
from cmops.ledger.errors import JournalUnwritable, LedgerError
from cmops.ledger.history import History
from cmops.ledger.scribe import Scribe
from cmops.publish.stopping import Stop

FRESH = 10.0
"""Seconds for which what was read of the ledger and of main may be relied on."""

BATCH = 20
EVERY = 30.0
AFTER_STOP = 4.0
"""Seconds to push outcomes in, once the run was told to end."""

_NOT_A_CODE = re.compile(r"[^A-Za-z0-9_.:-]+")


class PushFailed(LedgerError):
    """Entries could not be added to the ledger. ``reason`` holds no credential."""

    def __init__(self, pushed: Pushed) -> None:
        super().__init__(f"publish.push-{pushed.result.value}", reason=pushed.reason)


class Desk:
    """Reads, notes and pushes for all threads of a run; ``trouble`` says why it cannot go on."""

    def __init__(self, run: Run, clock: Clock, ledger: Ledger, stop: Stop | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._stop = stop or Stop()
        self._pushed_at = clock.monotonic()
        self.scribe = Scribe(run, clock)
        self.trouble: CmopsError | None = None

    def read(self, max_age: float = FRESH) -> History:
        """What is known now; raises LedgerError."""
        return self._ledger.read(max_age)

    def note(self, entry: Entry) -> None:
        """Keeps a fact, on the disk when this returns. Without a disk it is pushed at once."""
        try:
            self._ledger.note(entry)
        except JournalUnwritable as error:
            self.trouble = error
            self.push()

    def settle(self) -> None:
        """Pushes what was noted if it is much, or old.

        A slice's worth is not much: it rides with the next claims.
        """
        waiting = self._ledger.pending
        old = self._clock.monotonic() - self._pushed_at >= EVERY
        if waiting > BATCH or (waiting and old):
            self.push()

    def push(self, decide: Decide | None = None) -> Pushed | None:
        """Pushes facts and what is decided; None, and trouble, where that failed."""
        try:
            pushed = self._ledger.push(decide, within=self._patience())
        except LedgerError as error:
            # The first trouble is the cause: a full disk keeps git from pushing as well.
            self.trouble = self.trouble or error
            return None
        self._pushed_at = self._clock.monotonic()
        if not pushed.landed:
            self.trouble = self.trouble or PushFailed(pushed)
            return None
        return pushed

    def decide(self, decide: Decide) -> Pushed:
        """Pushes what a person decided; raises LedgerError when it is not in the ledger."""
        pushed = self.push(decide)
        if pushed is None:
            raise self.trouble or LedgerError("publish.push-unreachable", reason="")
        return pushed

    def _patience(self) -> float:
        return AFTER_STOP if self._stop.asked else PATIENCE


def code(text: str) -> str:
    """A failure's code as the ledger takes it: a short word, never an answer's text."""
    return _NOT_A_CODE.sub("-", text).strip("-_.:")[:64] or "failed"
