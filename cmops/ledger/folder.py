"""The ledger in a folder, for work outside git and for the sandbox.

A lock that the system frees when its holder dies makes the compare-and-swap; each file is
replaced whole, so no reader sees half a line of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256

from cmops.ledger.clock import Clock
from cmops.ledger.disk import Disk
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.remote import Answer, Snapshot, Swap, joined
from cmops.ledger.sheet import blob_id

_LOCK = "ledger.lock"
_POLL = 0.05


class Folder:
    """A folder's ledger; its tip is made of how much is in it and what."""

    def __init__(self, disk: Disk, clock: Clock, *, folder: str = "ledger") -> None:
        self._disk = disk
        self._clock = clock
        self._folder = f"{folder}/"
        self._contents: dict[str, bytes] = {}

    @property
    def place(self) -> str:
        """The folder."""
        return self._disk.place

    def look(self, within: float) -> Snapshot:
        """The files as they are now. A change under way is seen in part, and loses no race."""
        try:
            names = [name for name in self._disk.names() if name.startswith(self._folder)]
            self._contents = {name: self._disk.read(name) or b"" for name in names}
        except OSError as error:
            raise LedgerUnreachable(_reason(error)) from error
        return _snapshot(self._contents)

    def known(self) -> Snapshot | None:
        """The same: nobody else is asked."""
        return self.look(0)

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Files of the last look."""
        return {path: self._contents[path] for path in paths}

    def append(
        self, snapshot: Snapshot, added: Mapping[str, bytes], title: str, within: float
    ) -> Swap:
        """Add lines while holding the lock, if the files are still those of the snapshot."""
        try:
            if not self._lock(within):
                return Swap(Answer.MOVED, reason=f"{self.place}/{_LOCK}")
        except OSError as error:
            return Swap(Answer.REFUSED, reason=_reason(error))
        try:
            if self.look(within) != snapshot:
                return Swap(Answer.MOVED)
            return self._write(added)
        except LedgerUnreachable as error:
            return Swap(Answer.REFUSED, reason=error.reason)
        finally:
            with suppress(OSError):
                self._disk.release(_LOCK)

    def descends(self, tip: str, earlier: str) -> bool:
        """Whether it has not shrunk; a folder keeps no history that could tell more."""
        return _size(tip) >= _size(earlier)

    def _lock(self, within: float) -> bool:
        end = self._clock.monotonic() + within
        while not self._disk.hold(_LOCK):
            if self._clock.monotonic() >= end:
                return False
            self._clock.sleep(_POLL)
        return True

    def _write(self, added: Mapping[str, bytes]) -> Swap:
        """Outcomes come first in ``added``, so what breaks off is at worst a claim less."""
        contents = dict(self._contents)
        for count, (path, lines) in enumerate(added.items()):
            contents[path] = joined(contents.get(path, b""), lines)
            try:
                self._disk.replace(path, contents[path])
            except OSError as error:
                answer = Answer.UNKNOWN if count else Answer.REFUSED
                return Swap(answer, reason=_reason(error))
        self._contents = contents
        return Swap(Answer.WON, _snapshot(contents))


def _snapshot(contents: Mapping[str, bytes]) -> Snapshot:
    files = {path: blob_id(content) for path, content in sorted(contents.items())}
    if not any(contents.values()):
        return Snapshot(None, files)
    names = "".join(f"{path}\0{blob}\n" for path, blob in files.items())
    size = sum(map(len, contents.values()))
    return Snapshot(f"{size:x}-{sha256(names.encode()).hexdigest()[:32]}", files)


def _size(tip: str) -> int:
    try:
        return int(tip.partition("-")[0], 16)
    except ValueError:
        return 0


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
