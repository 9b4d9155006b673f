"""The ledger as a run uses it: read what is known, note what happened, push what was decided.

Facts (outcomes) are noted: written to the local journal at once, and pushed on whatever tip there
is, because they stay true. Decisions (claims, intents, pauses, answers) are never kept or pushed
again: ``push`` is given a function that decides on the history of exactly the tip that its entries
will be appended to, and asks it again after every lost race.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from threading import Lock, RLock

from cmops.ledger.cache import Cache
from cmops.ledger.clock import Clock, ClockCheck, Run, random_token
from cmops.ledger.contract import PATIENCE, Decide, Ledger, Pushed
from cmops.ledger.disk import Disk
from cmops.ledger.entries import OUTCOMES, Entry, Kind, dump
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.history import History
from cmops.ledger.journal import Journal, LeftOver
from cmops.ledger.race import Race, Result
from cmops.ledger.reading import Reader, Reading, verify
from cmops.ledger.remote import Answer, Remote
from cmops.ledger.sheet import Sheet
from cmops.values import dataclass

__all__ = ["Decide", "Ledger", "Pushed", "Result", "Store", "Tools"]

_FRESH = 10.0
"""A tip read this many seconds ago is worth trying before asking again."""


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
        self._told: _Told | None = None
        self._left: LeftOver | None = None
        self._busy = RLock()
        self._noting = Lock()

    def read(self, max_age: float = 0.0) -> History:
        """What is known, less than ``max_age`` seconds old; see Ledger."""
        reading = self._reading
        if reading is None or self._clock.monotonic() - reading.at >= max_age:
            with self._busy:
                reading = self._look(PATIENCE)
        return self._history(reading)

    def known(self, earlier: History | None = None) -> History:
        """What this machine saw last, without asking anybody; see Ledger."""
        with self._busy:
            reading = self._reading or self._reader.known(earlier.index if earlier else None)
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

    def push(self, decide: Decide | None = None, *, within: float = PATIENCE) -> Pushed:
        """Push the noted facts and what ``decide`` says; see Ledger."""
        with self._busy:
            if decide is not None:
                self._may_begin()
            self._replay()
            return self._push(decide, within)

    def create(self) -> str:
        """Make the ledger where there is none; its genesis either way. Raises LedgerError."""
        with self._busy:
            self._may_begin()
            pushed = self._push(self._first, PATIENCE, creating=self._genesis is None)
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
        """What the reading and the facts say; asked before every send, so made once for both."""
        facts, told = self._facts, self._told
        if told is None or told.reading is not reading or told.facts != facts[: len(told.facts)]:
            told = _Told(reading, (), _plain(reading))
        if len(told.facts) != len(facts):
            told = _Told(reading, facts, told.history.knowing(facts[len(told.facts) :]))
        self._told = told
        return told.history

    def _push(self, decide: Decide | None, within: float, *, creating: bool = False) -> Pushed:
        if not self._facts and decide is None:
            return Pushed(Result.NOTHING, history=self._last_known())
        race = Race(self._clock, self._jitter, self._clock.monotonic() + within)
        reading = self._recent()
        while not race.over:
            looked = reading is None
            try:
                reading = reading or self._look(race.left, creating=creating)
            except LedgerUnreachable as error:
                race.lost(Result.UNREACHABLE, error.reason)
                continue
            if (pushed := self._turn(race, reading, decide, looked)) is not None:
                return pushed
            reading = None
        return self._lost(race)

    def _turn(
        self, race: Race, reading: Reading, decide: Decide | None, looked: bool
    ) -> Pushed | None:
        """Decide on this reading and append to it; None to read again."""
        history = self._history(reading)
        if (landed := race.landed(history)) is not None:
            return self._done(Result.WON, landed)
        if race.stuck(reading.snapshot.tip):
            return self._lost(race)
        facts, decided = self._facts, tuple(decide(history) or () if decide else ())
        if not facts and not decided:
            return self._done(Result.NOTHING) if looked else None
        won = self._append(race, reading, facts, decided)
        return self._done(Result.WON, decided) if won else None

    def _append(
        self, race: Race, reading: Reading, facts: tuple[Entry, ...], decided: tuple[Entry, ...]
    ) -> bool:
        entries = (*facts, *decided)
        at = self._clock.monotonic()
        swap = self._remote.append(
            reading.snapshot, _filed(entries), self._title(len(entries)), race.left
        )
        if swap.answer is not Answer.WON or swap.snapshot is None:
            race.missed(swap, reading.snapshot.tip, decided)
            return False
        self._reading = self._reader.take(swap.snapshot, at)
        landed = {entry.id for entry in facts}
        with self._noting:
            self._facts = tuple(fact for fact in self._facts if fact.id not in landed)
        return True

    def _done(self, result: Result, entries: tuple[Entry, ...] = ()) -> Pushed:
        if not self._facts:
            self._journal.forget_left_over()
        return Pushed(result, entries, self._last_known())

    def _lost(self, race: Race) -> Pushed:
        return Pushed(race.result, history=self._last_known(), reason=race.reason)

    def _recent(self) -> Reading | None:
        reading = self._reading
        recent = reading is not None and self._clock.monotonic() - reading.at <= _FRESH
        return reading if recent else None

    def _last_known(self) -> History | None:
        return self._history(self._reading) if self._reading is not None else None

    def _title(self, count: int) -> str:
        return f"cmops ledger: {count} added [skip ci]\n\nRun: {self._tools.run.id}\n"


@dataclass(frozen=True, slots=True)
class _Told:
    """The history of a reading with what was noted besides."""

    reading: Reading
    facts: tuple[Entry, ...]
    history: History


def _plain(reading: Reading) -> History:
    empty = Sheet("", "")
    tip, others = reading.snapshot.tip, reading.others
    return History(reading.index, empty, tip=tip, others=others, read_at=reading.at)


def _filed(entries: Iterable[Entry]) -> dict[str, bytes]:
    """Lines by the file they belong in, in the order they were given."""
    lines: dict[str, bytes] = {}
    for entry in entries:
        lines[entry.path] = lines.get(entry.path, b"") + f"{dump(entry)}\n".encode()
    return lines
