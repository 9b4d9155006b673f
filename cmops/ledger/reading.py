"""From a remote's snapshot to an index that may be trusted: the right ledger, and all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cmops.ledger.cache import Cache
from cmops.ledger.clock import Clock
from cmops.ledger.errors import LedgerMissing, LedgerRewound, WrongLedger
from cmops.ledger.history import History, Index
from cmops.ledger.journal import Journal
from cmops.ledger.remote import Remote, Snapshot
from cmops.ledger.sheet import Sheet, read
from cmops.values import dataclass

_WORTH_SAVING = 200
"""New lines in a file before its cache is written again."""

_LOOKS = 3
"""A server may answer once from a copy that lags behind; a ledger that is gone stays gone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A tip that was read whole; ``at`` is before the asking, in seconds that count suspension.

    ``others`` is the newest tip that was found, rather than written.
    """

    snapshot: Snapshot
    index: Index
    at: float
    others: str | None = None


class Reader:
    """Reads a remote again and again, and only what has changed."""

    def __init__(self, remote: Remote, journal: Journal, cache: Cache | None, clock: Clock) -> None:
        self._remote = remote
        self._journal = journal
        self._cache = cache
        self._clock = clock
        self._sheets: dict[str, Sheet] = {}
        self._saved: dict[str, int] = {}
        self._seen: str | None = None
        self._others: str | None = None
        self._index: Index | None = None

    def look(self, within: float) -> Reading:
        """The ledger as it is now. Raises LedgerUnreachable and LedgerRewound."""
        earlier = self._seen or self._journal.last_tip(self._remote.place)
        tip: str | None = None
        for again in range(_LOOKS):
            at = self._clock.monotonic()
            snapshot = self._remote.look(within)
            if earlier is None or self._holds(snapshot, earlier):
                if snapshot.tip != self._seen:
                    self._others = snapshot.tip
                return self.take(snapshot, at)
            tip = snapshot.tip
            if again < _LOOKS - 1:
                self._clock.sleep(0.5 * (again + 1))
        raise LedgerRewound(self._remote.place, earlier or "", tip)

    def take(self, snapshot: Snapshot, at: float) -> Reading:
        """A snapshot that is known to be the ledger's, read and remembered."""
        self._index = Index.of(self._read(snapshot), self._index)
        reading = Reading(snapshot, self._index, at, self._others)
        if snapshot.tip is not None and snapshot.tip != self._seen:
            self._journal.remember_tip(self._remote.place, snapshot.tip)
            self._seen = snapshot.tip
        return reading

    def known(self, earlier: Index | None = None) -> Reading:
        """What this machine saw last, and perhaps has read already."""
        if earlier is not None:
            self._sheets = {sheet.path: sheet for sheet in earlier.sheets} | self._sheets
            self._saved = {sheet.path: sheet.lines for sheet in earlier.sheets} | self._saved
        snapshot = self._remote.known() or Snapshot()
        return Reading(snapshot, Index.of(self._read(snapshot), earlier), float("-inf"))

    def _holds(self, snapshot: Snapshot, earlier: str) -> bool:
        if snapshot.tip is None:
            return False
        return snapshot.tip == earlier or self._remote.descends(snapshot.tip, earlier)

    def _read(self, snapshot: Snapshot) -> Iterable[Sheet]:
        files = {path: blob for path, blob in snapshot.files.items() if _is_ledger(path)}
        sheets = {path: self._earlier(path) for path in files}
        changed = [
            path
            for path, blob in files.items()
            if (sheet := sheets[path]) is None or sheet.blob != blob
        ]
        contents = self._remote.contents(snapshot, changed) if changed else {}
        for path in changed:
            sheet = read(path, files[path], contents[path], sheets[path])
            sheets[path] = sheet
            self._save(sheet)
        self._sheets = {path: sheet for path, sheet in sheets.items() if sheet is not None}
        return [self._sheets[path] for path in sorted(self._sheets)]

    def _earlier(self, path: str) -> Sheet | None:
        sheet = self._sheets.get(path)
        if sheet is None and self._cache is not None:
            sheet = self._cache.load(path)
            self._saved[path] = sheet.lines if sheet else 0
        return sheet

    def _save(self, sheet: Sheet) -> None:
        if self._cache is None or sheet.lines - self._saved.get(sheet.path, 0) < _WORTH_SAVING:
            return
        self._cache.save(sheet)
        self._saved[sheet.path] = sheet.lines


def verify(history: History, place: str, expected: str | None) -> None:
    """Raise unless this is the ledger that ``cmops.yml`` names, or any ledger if it names none."""
    if history.tip is None:
        raise LedgerMissing(place, expected)
    found = [genesis.id for genesis in history.geneses]
    if not found or len(found) > 1 or expected not in (None, found[0]):
        raise WrongLedger(place, expected or "", ", ".join(found))


_PATH = re.compile(r"ledger/(?:\w[\w.-]*/)?\w[\w-]*\.ndjson")
"""Names that entries are filed under; such a path is also safe below the cache's folder."""


def _is_ledger(path: str) -> bool:
    return _PATH.fullmatch(path) is not None
