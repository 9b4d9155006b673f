from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cmops.ledger.clock import Run, SystemClock
from cmops.ledger.disk import FolderDisk
from cmops.ledger.entries import Entry
from cmops.ledger.errors import JournalUnwritable, LedgerUnreachable
from cmops.ledger.folder import Folder
from cmops.ledger.history import History
from cmops.ledger.remote import Answer
from cmops.ledger.store import Result, Store, Tools
from tests.ledger.world import KEY, START, MemoryDisk, Watch, claims, content, published, scribe

HERE = Path(__file__).parents[2]
FILE = "ledger/mastodon/2026-12.ndjson"


def ledger(root: Path, run: str = "a") -> Store:
    clock = Watch()
    tools = Tools(Run(run), clock, FolderDisk(root / "own"))
    return Store(Folder(FolderDisk(root), clock), tools, rooted=False)


def test_a_folder_keeps_a_ledger_from_run_to_run(tmp_path: Path) -> None:
    first = ledger(tmp_path)
    (claim,) = first.push(claims("a")).entries
    first.note(published(claim))
    assert first.push().result is Result.WON
    first.close()
    assert ledger(tmp_path, "b").read().of(KEY).published
    assert ledger(tmp_path, "b").push(claims("b")).result is Result.NOTHING


def test_only_one_of_two_appends_to_the_same_snapshot_wins(tmp_path: Path) -> None:
    one, other = (Folder(FolderDisk(tmp_path), Watch()) for _ in range(2))
    snapshot = one.look(1)
    assert other.look(1) == snapshot
    assert one.append(snapshot, {FILE: b"1\n"}, "", 1).answer is Answer.WON
    assert other.append(snapshot, {FILE: b"2\n"}, "", 1).answer is Answer.MOVED
    assert (tmp_path / FILE).read_bytes() == b"1\n"


def test_a_lock_that_somebody_else_holds_is_waited_for_and_then_contention(tmp_path: Path) -> None:
    holder = FolderDisk(tmp_path)
    assert holder.hold("ledger.lock")
    watch = Watch()
    folder = Folder(FolderDisk(tmp_path), watch)
    assert folder.append(folder.look(1), {FILE: b"1\n"}, "", 2).answer is Answer.MOVED
    assert (watch.now() - START).total_seconds() >= 2
    holder.release("ledger.lock")
    assert folder.append(folder.look(1), {FILE: b"1\n"}, "", 2).answer is Answer.WON


def test_a_process_that_is_killed_leaves_no_lock_behind(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom cmops.ledger.disk import FolderDisk\n"
        "print(FolderDisk(Path(sys.argv[1])).hold('ledger.lock'), flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=HERE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert not FolderDisk(tmp_path).hold("ledger.lock")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert FolderDisk(tmp_path).hold("ledger.lock")


def test_processes_that_append_at_once_lose_nothing_and_break_no_line(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.ledger.test_folder import append_some\nappend_some(Path(sys.argv[1]))\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=HERE) for _ in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    history = ledger(tmp_path).read()
    assert history.unreadable == ()
    assert len({entry.id for entry in history.entries(KEY)}) == 3 * 8
    assert sorted(entry.attempt for entry in history.entries(KEY)) == list(range(1, 25))


def append_some(root: Path) -> None:
    """Eight claims, each counting on from what the others wrote."""
    run, clock = Run(), SystemClock()
    tools = Tools(run, clock, FolderDisk(root / "own"))
    store = Store(Folder(FolderDisk(root), clock), tools, rooted=False)
    pen = scribe(f"{run.id}x")

    def decide(history: History) -> Sequence[Entry]:
        return [pen.claim(history.of(KEY), "mastodon", content())]

    for _ in range(8):
        assert store.push(decide).result is Result.WON
    store.close()


def test_a_torn_last_line_is_reported_and_what_follows_is_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(b'{"at":"2026-')
    store = ledger(tmp_path)
    assert [line.line for line in store.read().unreadable_on("mastodon")] == [1]
    store.push(claims("a"))
    history = ledger(tmp_path, "b").read()
    assert len(history.unreadable) == 1
    assert history.of(KEY).claims


def test_a_full_disk_refuses_and_changes_nothing() -> None:
    disk, clock = MemoryDisk(), Watch()
    folder = Folder(disk, clock)
    assert folder.append(folder.look(1), {FILE: b"1\n"}, "", 1).answer is Answer.WON
    disk.full = True
    swap = folder.append(folder.look(1), {FILE: b"2\n"}, "", 1)
    assert (swap.answer, swap.reason) == (Answer.REFUSED, "No space left on device")
    assert disk.files[FILE] == b"1\n"


def test_a_disk_that_fills_up_between_two_files_gives_no_certain_answer() -> None:
    class Filling(MemoryDisk):
        def replace(self, name: str, data: bytes) -> None:
            super().replace(name, data)
            self.full = True

    disk = Filling()
    folder = Folder(disk, Watch())
    added = {FILE: b"1\n", "ledger/pauses.ndjson": b"2\n"}
    assert folder.append(folder.look(1), added, "", 1).answer is Answer.UNKNOWN


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_stops_before_anything_is_claimed(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(JournalUnwritable):
        ledger(tmp_path).push(claims("a"))


def test_a_file_where_the_folder_should_be_is_unreachable_or_unwritable(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(JournalUnwritable):
        ledger(blocked).push(claims("a"))


def test_a_folder_that_cannot_be_listed_is_unreachable() -> None:
    class Broken(MemoryDisk):
        def names(self) -> Sequence[str]:
            raise PermissionError(13, "Permission denied")

    with pytest.raises(LedgerUnreachable, match="Permission denied"):
        Folder(Broken(), Watch()).look(1)


def test_a_half_written_replacement_is_never_read(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    disk.replace(FILE, b"1\n")
    (tmp_path / f"{FILE}.77.new").write_bytes(b"half")
    assert disk.names() == [FILE]
    assert list(Folder(disk, Watch()).look(1).files) == [FILE]


def test_an_append_is_one_write_at_the_end_of_the_file(tmp_path: Path) -> None:
    disk = FolderDisk(tmp_path)
    disk.append("journal/a.ndjson", b"1\n")
    disk.append("journal/a.ndjson", b"2\n")
    assert disk.read("journal/a.ndjson") == b"1\n2\n"
    assert disk.read("journal/b.ndjson") is None


def test_a_folder_that_shrank_does_not_descend(tmp_path: Path) -> None:
    folder = Folder(FolderDisk(tmp_path), Watch())
    folder.append(folder.look(1), {FILE: b"1\n"}, "", 1)
    small = folder.look(1).tip
    folder.append(folder.look(1), {FILE: b"2\n"}, "", 1)
    large = folder.look(1).tip
    assert small is not None
    assert large is not None
    assert folder.descends(large, small)
    assert not folder.descends(small, large)
