"""A clock, a remote and a disk made of memory, with the faults that real ones have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from cmops.ledger.clock import Run
from cmops.ledger.contract import Decide
from cmops.ledger.entries import Entry, Receipt
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.ledger.remote import Answer, Snapshot, Swap, joined
from cmops.ledger.scribe import Content, Scribe
from cmops.ledger.sheet import blob_id
from cmops.ledger.store import Store, Tools

START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
KEY = "ouverture~mastodon~ateliers"


class Watch:
    """A clock that only moves when somebody sleeps or a test says so."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at
        self.passed = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.passed += seconds


class MemoryRemote:
    """A ledger in memory. ``faults`` are consumed one an append: what happens instead of a win."""

    place = "memory"

    def __init__(self) -> None:
        self.log: list[dict[str, bytes]] = [{}]
        self.faults: list[str] = []
        self.before_append: list[Callable[[], object]] = []
        self.down = False
        self.looks = 0
        self.appends = 0

    @property
    def files(self) -> Mapping[str, bytes]:
        return self.log[-1]

    def snapshot(self) -> Snapshot:
        if len(self.log) == 1:
            return Snapshot()
        files = {path: blob_id(content) for path, content in self.files.items()}
        return Snapshot(f"t{len(self.log)}", files)

    def look(self, within: float) -> Snapshot:
        self.looks += 1
        if self.down:
            raise LedgerUnreachable("down")
        return self.snapshot()

    def known(self) -> Snapshot | None:
        return None

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        found = {path: self.files[path] for path in paths}
        assert all(blob_id(found[path]) == snapshot.files[path] for path in found)
        return found

    def append(
        self, snapshot: Snapshot, added: Mapping[str, bytes], title: str, within: float
    ) -> Swap:
        self.appends += 1
        if self.before_append:
            self.before_append.pop(0)()
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refused":
            return Swap(Answer.REFUSED, reason="protected branch")
        if fault == "lost before":
            return Swap(Answer.UNKNOWN, reason="connection reset")
        if snapshot.tip != self.snapshot().tip:
            return Swap(Answer.MOVED)
        self.write(added)
        if fault == "lost after":
            return Swap(Answer.UNKNOWN, reason="connection reset")
        return Swap(Answer.WON, self.snapshot())

    def write(self, added: Mapping[str, bytes]) -> None:
        files = dict(self.files)
        for path, lines in added.items():
            files[path] = joined(files.get(path, b""), lines)
        self.log.append(files)

    def descends(self, tip: str, earlier: str) -> bool:
        return int(tip[1:]) >= int(earlier[1:])


class MemoryDisk:
    """A disk in memory; ``full`` makes every write fail. Holds belong to a process's view of it."""

    place = "disk"

    def __init__(self, other: MemoryDisk | None = None) -> None:
        self.files: dict[str, bytes] = other.files if other else {}
        self.holders: dict[str, MemoryDisk] = other.holders if other else {}
        self.full = False

    def names(self) -> Sequence[str]:
        return sorted(self.files)

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def append(self, name: str, data: bytes) -> None:
        self._room()
        self.files[name] = self.files.get(name, b"") + data

    def replace(self, name: str, data: bytes) -> None:
        self._room()
        self.files[name] = data

    def remove(self, name: str) -> None:
        self.files.pop(name, None)

    def hold(self, name: str) -> bool:
        self._room()
        self.files.setdefault(name, b"")
        return self.holders.setdefault(name, self) is self

    def release(self, name: str) -> None:
        if self.holders.get(name) is self:
            del self.holders[name]

    def die(self) -> None:
        """The process ends, and so do its holds."""
        for name in [name for name, holder in self.holders.items() if holder is self]:
            del self.holders[name]

    def _room(self) -> None:
        if self.full:
            raise OSError(28, "No space left on device")


def store(
    remote: MemoryRemote,
    disk: MemoryDisk | None = None,
    watch: Watch | None = None,
    *,
    run: str = "a",
    genesis: str | None = None,
    rooted: bool = False,
) -> Store:
    tools = Tools(Run(run), watch or Watch(), disk or MemoryDisk(), jitter=Random(run))
    return Store(remote, tools, genesis=genesis, rooted=rooted)


def scribe(run: str = "a", watch: Watch | None = None) -> Scribe:
    return Scribe(Run(run), watch or Watch())


def content(messages: int = 1, name: str = "d") -> Content:
    return Content(name, tuple(f"{name}{n}" for n in range(messages)), commit="c" * 40)


def record_of(entries: Iterable[Entry], key: str = KEY) -> Record:
    return History.of_entries(entries).of(key)


def claims(run: str, watch: Watch | None = None, seen: list[History] | None = None) -> Decide:
    """Claims KEY unless somebody else holds it, as publishing does."""
    time = watch or Watch()
    pen = scribe(run, time)

    def decide(history: History) -> Sequence[Entry]:
        if seen is not None:
            seen.append(history)
        record = history.of(KEY)
        if record.held_by(time.now()) or record.begun:
            return ()
        return [pen.claim(record, "mastodon", content())]

    return decide


def published(claim: Entry, run: str = "a") -> Entry:
    return scribe(f"{run}-out").published(claim, 0, Receipt("1", START))
