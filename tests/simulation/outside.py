"""What is outside of a process: the ledger's server, disks, and what main says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cmops.ledger.entries import Entry, dump, parse
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.remote import Answer, Snapshot, Swap, joined
from cmops.ledger.sheet import blob_id
from tests.simulation.world import Process, World


@dataclass(slots=True)
class Server:
    """The ledger's branch on its server: versions, each with everything of the one before."""

    world: World
    versions: list[Mapping[str, bytes]] = field(default_factory=lambda: [{}])
    landed: dict[str, float] = field(default_factory=dict)
    """When each entry came, by id."""

    @property
    def tip(self) -> int:
        return len(self.versions) - 1

    def snapshot(self) -> Snapshot:
        files = self.versions[-1]
        names = {path: blob_id(content) for path, content in files.items()}
        return Snapshot(str(self.tip) if files else None, names)

    def add(self, expected: str | None, added: Mapping[str, bytes]) -> bool:
        """Compare and swap."""
        if self.snapshot().tip != expected:
            return False
        files = dict(self.versions[-1])
        for path, lines in added.items():
            files[path] = joined(files.get(path, b""), lines)
            for line in lines.decode().splitlines():
                entry = parse(line, path)
                assert isinstance(entry, Entry), entry
                self.landed.setdefault(entry.id, self.world.time)
                self.world.tell(f"   ledger: {_short(entry)}")
        self.versions.append(files)
        return True

    def write(self, *entries: Entry) -> None:
        """What a person pushes."""
        added: dict[str, bytes] = {}
        for entry in entries:
            added[entry.path] = added.get(entry.path, b"") + f"{dump(entry)}\n".encode()
        assert self.add(self.snapshot().tip, added)

    def entries(self) -> list[Entry]:
        lines = [line for content in self.versions[-1].values() for line in content.splitlines()]
        found = [parse(line.decode()) for line in lines]
        assert all(isinstance(each, Entry) for each in found)
        return [each for each in found if isinstance(each, Entry)]


def _short(entry: Entry) -> str:
    about = "" if entry.message is None else f" message {entry.message}"
    return f"{entry.kind} {entry.key}{about} {entry.code or ''} ({entry.id[-4:]})"


class SimRemote:
    """One process's way to the server. Answers and requests may get lost, or be late."""

    place = "server"

    def __init__(self, server: Server, process: Process) -> None:
        self._server = server
        self._process = process

    def look(self, within: float) -> Snapshot:
        if self._process.step("look") in ("lost", "lost after"):
            raise LedgerUnreachable("no answer")
        return self._server.snapshot()

    def known(self) -> Snapshot | None:
        return self._server.snapshot()

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        files = self._server.versions[int(snapshot.tip or 0)]
        return {path: files[path] for path in paths}

    def append(
        self, snapshot: Snapshot, added: Mapping[str, bytes], title: str, within: float
    ) -> Swap:
        fault = self._process.step("append")
        if fault == "lost":
            return Swap(Answer.UNKNOWN)
        if fault == "late":
            arrives = self._server.world.time + 45
            self._server.world.later.append((arrives, lambda: self._arrive(snapshot, added)))
            return Swap(Answer.UNKNOWN)
        won = self._server.add(snapshot.tip, added)
        if fault == "crash after":
            self._process.crash()
        if fault == "lost after":
            return Swap(Answer.UNKNOWN)
        return Swap(Answer.WON, self._server.snapshot()) if won else Swap(Answer.MOVED)

    def _arrive(self, snapshot: Snapshot, added: Mapping[str, bytes]) -> None:
        self._server.add(snapshot.tip, added)

    def descends(self, tip: str, earlier: str) -> bool:
        return int(tip) >= int(earlier)


class SimDisk:
    """A machine's folder, which several processes may share while their machine lives."""

    place = "disk"

    def __init__(self, process: Process, files: dict[str, bytes], held: dict[str, Process]) -> None:
        self._process = process
        self._files = files
        self._held = held

    def names(self) -> Sequence[str]:
        return sorted(self._files)

    def read(self, name: str) -> bytes | None:
        return self._files.get(name)

    def append(self, name: str, data: bytes) -> None:
        # An empty line only makes the file: the steps that matter are those that keep facts.
        fault = self._process.step("note") if data.strip() else None
        if fault == "lost":
            raise OSError(28, "disk full")
        if self._process.dead:
            return
        self._files[name] = self._files.get(name, b"") + data
        if fault == "crash after":
            self._process.crash()

    def replace(self, name: str, data: bytes) -> None:
        if not self._process.dead:
            self._files[name] = data

    def remove(self, name: str) -> None:
        if not self._process.dead:
            self._files.pop(name, None)

    def hold(self, name: str) -> bool:
        holder = self._held.get(name)
        if holder is not None and holder is not self._process and not holder.dead:
            return False
        self._held[name] = self._process
        self._files.setdefault(name, b"")
        return True

    def release(self, name: str) -> None:
        if self._held.get(name) is self._process:
            del self._held[name]
