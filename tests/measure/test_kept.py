"""Snapshots that were read once are not read again, and a damaged cache costs only time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from cmops.ledger.remote import Snapshot
from cmops.measure.database import each
from cmops.measure.kept import BUNDLES, Kept
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


def rows(root: Path, place: Place) -> list[tuple[object, ...]]:
    database = opened()
    kept = Kept(root)  # Its folder may go away with it.
    kept.lines(place, place.snapshot, database)  # type: ignore[arg-type]
    query = "SELECT key, channel, strftime(counted_at, '%d %H:%M'), metric, value"
    return database.execute(
        f"{query} FROM {each('lines')} ORDER BY ALL", ["Europe/Paris"]
    ).fetchall()


def bundles(root: Path) -> list[Path]:
    return list((root / ".cmops/metrics").glob("*.parquet"))


GOOD = [
    ("", "masto", "03 10:00", "followers", 12.0),
    ("café~x", "masto", "03 10:00", "likes", 3.0),
    ("café~x", "masto", "03 10:00", "shares", 1.0),
]


def test_numbers_come_back_in_the_workspaces_zone(tmp_path: Path) -> None:
    assert rows(tmp_path, Place({PATH: LINES})) == GOOD


def test_a_time_with_an_offset_is_that_moment(tmp_path: Path) -> None:
    line = b'{"at":"2026-11-03T10:00:00+01:00","key":"","metrics":{"followers":12}}\n'
    assert rows(tmp_path, Place({PATH: line})) == GOOD[:1]


def test_a_file_that_has_not_changed_is_read_once(tmp_path: Path) -> None:
    place = Place({PATH: LINES, "metrics/masto/2026-10.ndjson": LINES})
    assert rows(tmp_path, place) == sorted(2 * GOOD)
    place.files[PATH] += LINES
    assert rows(tmp_path, place) == sorted(3 * GOOD)
    assert sorted(place.asked) == ["metrics/masto/2026-10.ndjson", PATH, PATH]
    assert len(bundles(tmp_path)) == 2


def test_a_file_that_two_runs_have_read_at_once_counts_once(tmp_path: Path) -> None:
    older = Place({"metrics/masto/2026-10.ndjson": LINES, PATH: LINES})
    rows(tmp_path, older)
    [kept] = bundles(tmp_path)
    content = kept.read_bytes()
    kept.unlink()
    newer = Place({"metrics/masto/2026-10.ndjson": LINES, PATH: LINES + LINES})
    rows(tmp_path, newer)
    kept.write_bytes(content)
    assert rows(tmp_path, newer) == sorted(3 * GOOD)


def test_what_another_run_has_just_read_stays_for_it(tmp_path: Path) -> None:
    place, other = Place({PATH: LINES}), tmp_path / ".cmops/metrics/another.parquet"

    class Meanwhile(Place):
        def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
            other.write_bytes(b"PAR1")
            return super().contents(snapshot, paths)

    rows(tmp_path, place)
    assert rows(tmp_path, Meanwhile({PATH: LINES + LINES})) == sorted(2 * GOOD)
    assert other.exists()
    assert len(bundles(tmp_path)) == 2  # the one that serves nobody is gone


def test_many_bundles_become_one(tmp_path: Path) -> None:
    place = Place({})
    for month in range(1, BUNDLES + 2):
        place.files[f"metrics/masto/{2000 + month}-01.ndjson"] = LINES
        assert rows(tmp_path, place) == sorted(month * GOOD)
    assert len(bundles(tmp_path)) == 1


def test_what_has_left_the_branch_goes_away(tmp_path: Path) -> None:
    place = Place({PATH: LINES, "metrics/other/2026-11.ndjson": LINES})
    rows(tmp_path, place)
    del place.files["metrics/other/2026-11.ndjson"]
    assert rows(tmp_path, place) == GOOD


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n",
        b'{"at":"2026-11-03T09:00:00Z","key":"a","metrics":{"likes":"many"}}\n',
        b'{"at":"soon","key":"a","metrics":{"likes":1}}\n',
        b'{"at":"infinity","key":"a","metrics":{"likes":1}}\n',
        b'{"at":"0044-03-15 (BC)","key":"a","metrics":{"likes":1}}\n',
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
