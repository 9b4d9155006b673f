"""Snapshots that were read once are not read again, and a damaged cache costs only time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from cmops.ledger.remote import Snapshot
from cmops.measure.kept import Kept, each
from cmops.measure.run import opened

PATH = "metrics/masto/2026-11.ndjson"
LINES = (
    b'{"at":"2026-11-03T09:00:00Z","key":"","metrics":{"followers":12}}\n'
    b'{"at":"2026-11-03T09:00:00Z","key":"caf\xc3\xa9~x","metrics":{"likes":3,"shares":1}}\n'
)


class Place:
    """Files by their path, and how often each was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot("tip", {path: str(hash(content)) for path, content in self.files.items()})

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        self.asked += (wanted := list(paths))
        return {path: self.files[path] for path in wanted}


def rows(root: Path, place: Place, zone: str = "Europe/Paris") -> list[tuple[object, ...]]:
    database, kept = opened(), Kept(root, zone)
    files = kept.files(place, place.snapshot, database)  # type: ignore[arg-type]
    query = "SELECT key, channel, strftime(counted_at, '%d %H:%M'), metric, value"
    there = each("read_parquet(?)")
    return database.execute(f"{query} FROM {there} ORDER BY ALL", [files]).fetchall()


GOOD = [
    ("", "masto", "03 10:00", "followers", 12.0),
    ("café~x", "masto", "03 10:00", "likes", 3.0),
    ("café~x", "masto", "03 10:00", "shares", 1.0),
]


def test_numbers_come_back_in_the_workspaces_zone(tmp_path: Path) -> None:
    assert rows(tmp_path, Place({PATH: LINES})) == GOOD


def test_a_file_that_has_not_changed_is_read_once(tmp_path: Path) -> None:
    place = Place({PATH: LINES, "metrics/masto/2026-10.ndjson": LINES})
    rows(tmp_path, place)
    place.files[PATH] += LINES
    rows(tmp_path, place)
    assert sorted(place.asked) == ["metrics/masto/2026-10.ndjson", PATH, PATH]
    assert len(list((tmp_path / ".cmops/metrics").glob("*.parquet"))) == 2


def test_another_zone_is_another_time(tmp_path: Path) -> None:
    place = Place({PATH: LINES})
    rows(tmp_path, place)
    assert rows(tmp_path, place, "Asia/Tokyo")[0][2] == "03 18:00"


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n",
        b'{"at":"2026-11-03T09:00:00Z","key":"a","metrics":{"likes":"many"}}\n',
        b'{"at":"soon","key":"a","metrics":{"likes":1}}\n',
        b'{"at":"2026-11-03T09:00:00Z","metrics":{"likes":1}}\n',
        b'{"at":"2026-11-03T09:00:00Z","key":"a","metrics":{}}\n',
        b'{"at":"2026-11-03T09:00:00Z","key":"a","metrics":null}\n',
        b"[1, 2]\n",
        b"\n\n",
        b'{"at":"2026-11-03T09:00:00Z","key":"a","met',
    ],
)
def test_a_line_that_says_nothing_is_passed(line: bytes, tmp_path: Path) -> None:
    assert rows(tmp_path, Place({PATH: LINES + line})) == GOOD


def test_other_files_of_the_branch_are_no_snapshots(tmp_path: Path) -> None:
    place = Place({PATH: LINES, "README.md": b"x", "metrics/../a/2026-11.ndjson": LINES})
    assert rows(tmp_path, place) == GOOD


def test_a_torn_file_is_made_again(tmp_path: Path) -> None:
    place = Place({PATH: LINES})
    rows(tmp_path, place)
    [file] = (tmp_path / ".cmops/metrics").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-9])
    assert rows(tmp_path, place) == GOOD


def test_where_nothing_can_be_written_it_works_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".cmops").write_text("a file where the folder would be")
    assert rows(tmp_path, Place({PATH: LINES})) == GOOD
