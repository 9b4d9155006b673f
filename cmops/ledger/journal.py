"""The local journal: facts are on this machine's disk before anything else happens.

One file a run, held by its process while that lives. What a run that died left behind is replayed
by the next run on the same machine. The journal also remembers the last tip that was seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256

from cmops.ledger.disk import Disk
from cmops.ledger.entries import Entry, Unreadable, dump, parse
from cmops.ledger.errors import JournalUnwritable
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What dead runs' journals held: facts to replay, and lines that broke off or cannot be read.

    Nothing hangs on a broken line (its claim is in the ledger, and is recovered), but it is shown.
    """

    entries: tuple[Entry, ...] = ()
    broken: tuple[Unreadable, ...] = ()


class Journal:
    """The journal of one run; ``ledger`` tells the journals of several ledgers apart."""

    def __init__(self, disk: Disk, run: str, ledger: str) -> None:
        self._disk = disk
        self._folder = f"journal/{sha256(ledger.encode()).hexdigest()[:16]}"
        self._own = f"{self._folder}/{run}.ndjson"
        self._tip = f"{self._folder}/tip.json"
        self._taken: list[str] = []
        self._ready = False

    def ready(self) -> None:
        """Make sure that facts can be kept, before there are any. Raises JournalUnwritable."""
        try:
            if not self._disk.hold(self._own):
                raise JournalUnwritable(self._disk.place, "two runs have one identity")
            self._disk.append(self._own, b"\n")
        except OSError as error:
            raise self._unwritable(error) from error
        self._ready = True

    def note(self, entries: Iterable[Entry]) -> None:
        """Keep facts; they are on the disk when this returns. Raises JournalUnwritable."""
        if not self._ready:
            self.ready()
        try:
            self._disk.append(self._own, "".join(f"{dump(e)}\n" for e in entries).encode())
        except OSError as error:
            raise self._unwritable(error) from error

    def take_left_over(self) -> LeftOver:
        """What dead runs left, taken for this process until ``forget_left_over`` or ``close``.

        A journal that cannot be read is as if it were not there: its run's claims are recovered.
        """
        entries: list[Entry] = []
        broken: list[Unreadable] = []
        for name in self._names():
            try:
                if not self._disk.hold(name):
                    continue
                self._taken.append(name)
                found = _parsed(name, self._disk.read(name) or b"")
            except OSError as error:
                found = [Unreadable(name, 0, _reason(error))]
            entries += (item for item in found if isinstance(item, Entry))
            broken += (item for item in found if isinstance(item, Unreadable))
        return LeftOver(tuple(entries), tuple(broken))

    def forget_left_over(self) -> None:
        """All of it is in the ledger: remove it."""
        for name in self._taken:
            self._drop(name)
        self._taken.clear()

    def close(self, *, finished: bool) -> None:
        """Let go of every file; ``finished`` removes one's own, because all of it was pushed."""
        for name in self._taken:
            self._disk.release(name)
        self._taken.clear()
        if finished and self._ready:
            self._drop(self._own)
        self._disk.release(self._own)
        self._ready = False

    def last_tip(self, place: str) -> str | None:
        """The tip of this place that was seen last on this machine."""
        try:
            seen = json.loads(self._disk.read(self._tip) or b"null")
        except (OSError, ValueError):
            return None
        if not isinstance(seen, dict) or seen.get("place") != place:
            return None
        tip = seen.get("tip")
        return tip if isinstance(tip, str) else None

    def remember_tip(self, place: str, tip: str) -> None:
        """Remember the tip; a disk that refuses only weakens the watch over rewinding."""
        try:
            self._disk.replace(self._tip, json.dumps({"place": place, "tip": tip}).encode())
        except OSError:
            return

    def _names(self) -> list[str]:
        try:
            names = self._disk.names()
        except OSError:
            return []
        own = self._folder + "/"
        return [
            name
            for name in names
            if name.startswith(own) and name.endswith(".ndjson") and name != self._own
        ]

    def _drop(self, name: str) -> None:
        with suppress(OSError):  # then it is replayed once more, which changes nothing
            self._disk.remove(name)
        self._disk.release(name)

    def _unwritable(self, error: OSError) -> JournalUnwritable:
        return JournalUnwritable(self._disk.place, _reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _parsed(name: str, content: bytes) -> list[Entry | Unreadable]:
    """The lines of a journal; one that the process did not finish has no line feed."""
    found: list[Entry | Unreadable] = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            found.append(parse(line.decode(errors="replace"), name, number))
    return found
