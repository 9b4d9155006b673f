from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from cmops.ledger.cache import Cache
from cmops.ledger.clock import Run
from cmops.ledger.entries import Receipt, dump
from cmops.ledger.record import Record
from cmops.ledger.remote import Snapshot
from cmops.ledger.sheet import blob_id, read
from cmops.ledger.store import Store, Tools
from tests.ledger.world import START, MemoryDisk, MemoryRemote, Watch, content, scribe

PATH = "ledger/mastodon/2026-12.ndjson"


class Counting(MemoryRemote):
    """Counts the bytes that are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        wanted = list(paths)
        self.asked += wanted
        return super().contents(snapshot, wanted)


def lines(first: int, count: int) -> bytes:
    pen = scribe(f"r{first}")
    written = []
    for number in range(first, first + count):
        claim = pen.claim(Record(f"post-é{number}~x"), "mastodon", content())
        written += [claim, pen.published(claim, 0, Receipt(str(number), START))]
    return b"".join(f"{dump(entry)}\n".encode() for entry in written)


def ledger(remote: MemoryRemote, folder: Path) -> Store:
    return Store(remote, Tools(Run(), Watch(), MemoryDisk(), cache=Cache(folder)), rooted=False)


def filled(count: int = 150) -> Counting:
    remote = Counting()
    remote.write({PATH: lines(0, count) + b"broken\n"})
    return remote


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    remote = filled()
    first = ledger(remote, tmp_path).read()
    remote.asked.clear()
    second = ledger(remote, tmp_path).read()
    assert remote.asked == []
    assert list(second.keys()) == list(first.keys())
    assert all(second.of(key) == first.of(key) for key in first.keys())  # noqa: SIM118
    assert second.unreadable == first.unreadable
    assert len(second.unreadable) == 1


def test_a_file_that_grew_says_the_same_as_if_it_were_read_whole(tmp_path: Path) -> None:
    remote = filled()
    ledger(remote, tmp_path).read()
    remote.write({PATH: lines(100, 100)})
    grown = ledger(remote, tmp_path).read()
    whole = ledger(remote, tmp_path / "other").read()
    assert {key: grown.of(key) for key in grown.keys()} == {  # noqa: SIM118
        key: whole.of(key)
        for key in whole.keys()  # noqa: SIM118
    }
    assert len(grown.duplicates) == 0
    assert grown.unreadable == whole.unreadable


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"{}",
        lambda content: b"[]\n" + content,
        lambda content: content[:-10],
        lambda content: content.replace(b'"published"', b'"unpublishd"', 1),
        lambda content: content.replace(b"cmops ledger cache 3", b"cmops ledger cache 0"),
        lambda content: b"\xff" * 100,
    ],
)
def test_a_damaged_cache_or_one_of_another_version_is_as_good_as_none(
    tmp_path: Path, damage: object
) -> None:
    remote = filled()
    first = ledger(remote, tmp_path).read()
    file = tmp_path / PATH
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    remote.asked.clear()
    second = ledger(remote, tmp_path).read()
    assert remote.asked == [PATH]
    assert all(second.of(key) == first.of(key) for key in first.keys())  # noqa: SIM118


def test_a_rewritten_file_is_read_anew(tmp_path: Path) -> None:
    remote = filled()
    ledger(remote, tmp_path).read()
    remote.log.append({PATH: lines(500, 3)})
    assert len(list(ledger(remote, tmp_path).read().keys())) == 3


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert ledger(filled(), blocked).read().unreadable


@pytest.mark.parametrize("path", ["ledger/../../evil/x.ndjson", "ledger/a/../../x.ndjson"])
def test_a_hostile_path_in_the_ledger_is_not_written_outside_the_cache(
    tmp_path: Path, path: str
) -> None:
    remote = MemoryRemote()
    remote.write({path: lines(0, 150)})
    assert list(ledger(remote, tmp_path / "in" / "cache").read().keys()) == []
    assert list(tmp_path.rglob("*.ndjson")) == []


@pytest.mark.parametrize("like", ["", "0" * 64])
def test_a_sheet_knows_whether_it_is_of_a_files_beginning(like: str) -> None:
    start, rest = lines(0, 3), lines(3, 3)
    early = read(PATH, blob_id(start, like), start)
    assert read(PATH, "b", start + rest, early) == read(PATH, "b", start + rest)
    assert read(PATH, "b", rest + start, early) == read(PATH, "b", rest + start)
    torn = read(PATH, blob_id(start[:-9], like), start[:-9])
    assert read(PATH, "b", start, torn) == read(PATH, "b", start)


def test_keys_with_quotes_and_backslashes_survive_the_cache(tmp_path: Path) -> None:
    remote = MemoryRemote()
    pen = scribe()
    keys = ['a"b', "a\\b", "é\u2028", "a\nb", "x" * 300]
    entries = [pen.claim(Record(key), "mastodon", content()) for key in keys for _ in range(60)]
    remote.write({PATH: b"".join(f"{dump(entry)}\n".encode() for entry in entries)})
    ledger(remote, tmp_path).read()
    assert sorted(ledger(remote, tmp_path).read().keys()) == sorted(keys)
