"""The ledger as a run uses it: read what is known, note what happened, push what was decided.

Facts (outcomes) are noted: written to the local journal at once, and pushed on whatever tip there
is, because they stay true. Decisions (claims, intents, pauses, answers) are never kept or pushed
again: ``push`` is given a function that decides on the history of exactly the tip that its entries
will be appended to, and asks it again after every lost race.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from threading import Lock, RLock
from typing import Protocol

from cmops.ledger.cache import Cache
from cmops.ledger.clock import Clock, ClockCheck, Run, random_token
from cmops.ledger.disk import Disk
from cmops.ledger.entries import OUTCOMES, Entry, Kind
from cmops.ledger.errors import LedgerError, LedgerUnreachable
from cmops.ledger.history import History
from cmops.ledger.journal import Journal, LeftOver
from cmops.ledger.reading import Reader, Reading, verify
from cmops.ledger.remote import Answer, Remote

Decide = Callable[[History], Sequence[Entry] | None]
"""What to add, given what is known; None or nothing to add nothing.

Called anew for every tip that is tried, so it must take everything it relies on (that a lease is
free, that nothing is paused, that an entry is still the last) from the history it is given.
"""


class Result(StrEnum):
    """What became of a push."""

    WON = "won"
    NOTHING = "nothing"
    """There was nothing to push."""
    CONTENDED = "contended"
    """Others were faster until the time was up."""
    REFUSED = "refused"
    """The tip did not move and the place kept refusing: permissions, a protected branch, a full
    disk."""
    UNREACHABLE = "unreachable"


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
        """What is known, at most ``max_age`` seconds old, with what was noted here besides.

        Raises LedgerUnreachable, LedgerMissing, WrongLedger, LedgerRewound.
        """

    def known(self) -> History:
        """What this machine saw last, without asking anybody; never enough to publish on."""

    def note(self, *entries: Entry) -> None:
        """Keep facts: on the disk when this returns, in the ledger with the next push.

        Raises JournalUnwritable when the disk failed; they are then still pushed from memory.
        """

    def push(self, decide: Decide | None = None, *, within: float = 60.0) -> Pushed:
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


_REFUSALS = 3
"""Appends to an unmoved tip that may fail before it is no longer chance."""


@dataclass(slots=True)
class Tools:
    """What the store takes from outside, besides its remote."""

    run: Run
    clock: Clock
    disk: Disk
    """Where the journal is; a folder of this ledger alone, outside the work tree."""
    cache: Cache | None = None
    check: ClockCheck | None = None
    jitter: Random | None = None
    token: Callable[[], str] = random_token


class Store:
    """A ledger kept at a remote, whichever that is.

    ``genesis`` is the one that ``cmops.yml`` names, if it names one; ``rooted`` says whether the
    ledger has a genesis at all (the sandbox's has none).
    """

    def __init__(
        self, remote: Remote, tools: Tools, *, genesis: str | None = None, rooted: bool = True
    ) -> None:
        self._remote = remote
        self._tools = tools
        self._clock = tools.clock
        self._genesis = genesis
        self._rooted = rooted
        self._journal = Journal(tools.disk, tools.run.id, remote.place)
        self._reader = Reader(remote, self._journal, tools.cache, tools.clock)
        self._jitter = tools.jitter or Random()  # noqa: S311 - it only spreads retries
        self._reading: Reading | None = None
        self._facts: tuple[Entry, ...] = ()
        self._left: LeftOver | None = None
        self._busy = RLock()
        self._noting = Lock()

    def read(self, max_age: float = 0.0) -> History:
        """What is known, at most ``max_age`` seconds old; see Ledger."""
        reading = self._reading
        if reading is None or self._clock.monotonic() - reading.at > max_age:
            with self._busy:
                reading = self._look(_PATIENCE)
        return self._history(reading)

    def known(self) -> History:
        """What this machine saw last, without asking anybody."""
        with self._busy:
            reading = self._reading or self._reader.known()
        history = self._history(reading)
        if self._rooted and history.tip is not None:
            verify(history, self._remote.place, self._genesis)
        return history

    def note(self, *entries: Entry) -> None:
        """Keep facts; see Ledger. A decision is refused: it goes through ``push``."""
        if wrong := [entry.kind for entry in entries if entry.kind not in OUTCOMES]:
            raise ValueError(f"decisions are not noted but pushed: {wrong}")
        with self._noting:
            self._facts += entries
            self._journal.note(entries)

    def push(self, decide: Decide | None = None, *, within: float = _PATIENCE) -> Pushed:
        """Push the noted facts and what ``decide`` says; see Ledger."""
        with self._busy:
            if decide is not None:
                self._may_begin()
            self._replay()
            return self._push(decide or _nothing, within)

    def create(self) -> str:
        """Make the ledger where there is none; its genesis either way. Raises LedgerError."""
        with self._busy:
            self._may_begin()
            pushed = self._push(self._first, _PATIENCE, creating=self._genesis is None)
        if not pushed.landed or pushed.history is None or pushed.history.genesis is None:
            raise LedgerUnreachable(pushed.reason)
        return pushed.history.genesis.id

    @property
    def pending(self) -> int:
        """How many facts were noted and not pushed."""
        return len(self._facts)

    @property
    def left_over(self) -> LeftOver:
        """What journals of dead runs held, once the first push has taken them."""
        return self._left or LeftOver()

    def close(self) -> None:
        """Let go of the journal; it is removed when all of it was pushed."""
        with self._busy, self._noting:
            self._journal.close(finished=not self._facts)

    def _may_begin(self) -> None:
        """Before anything is decided: the clock is right, and outcomes can be kept."""
        if self._tools.check is not None:
            self._tools.check.check()
        with self._noting:
            self._journal.ready()

    def _replay(self) -> None:
        if self._left is None:
            self._left = self._journal.take_left_over()
            with self._noting:
                self._facts = (*self._left.entries, *self._facts)

    def _first(self, history: History) -> Sequence[Entry]:
        if history.genesis is not None:
            return ()
        run, clock = self._tools.run, self._clock
        genesis = self._tools.token()
        return [Entry(Kind.GENESIS, run.entry_id(), clock.now(), genesis=genesis)]

    def _look(self, within: float, *, creating: bool = False) -> Reading:
        reading = self._reader.look(within)
        history = _plain(reading)
        if self._rooted and not (creating and history.tip is None):
            verify(history, self._remote.place, self._genesis)
        with self._noting:
            self._facts = tuple(fact for fact in self._facts if not history.has(fact))
        self._reading = reading
        return reading

    def _history(self, reading: Reading) -> History:
        return _plain(reading).knowing(self._facts)

    def _push(self, decide: Decide, within: float, *, creating: bool = False) -> Pushed:
        end = self._clock.monotonic() + within
        race = Race(self._clock, self._jitter, end)
        reading = self._reading
        while True:
            try:
                reading = reading or self._look(race.left, creating=creating)
            except LedgerUnreachable as error:
                if race.lost(Result.UNREACHABLE, error.reason):
                    return self._gave_up(race)
                continue
            history = self._history(reading)
            if (landed := race.landed(history)) is not None:
                return self._won(landed)
            if race.stuck(reading.snapshot.tip):
                return self._gave_up(race)
            facts, decided = self._facts, tuple(decide(history) or ())
            if not facts and not decided:
                return Pushed(Result.NOTHING, history=history)
            if self._append(race, reading, facts, decided):
                return self._won(decided)
            if race.over:
                return self._gave_up(race)
            reading = None
