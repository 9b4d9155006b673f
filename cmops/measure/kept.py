"""Snapshots as DuckDB reads them at once: each file of the branch is read once, ever.

What was read is kept as Parquet below ``.cmops/``, under a name made of the file's path and
content, so that a month that has passed is never parsed again. Losing it costs only time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING
from weakref import finalize

from cmops.ledger.remote import Remote, Snapshot
from cmops.measure.snapshots import channel_of
from cmops.workspace.cache import FOLDER as CACHE
from cmops.workspace.cache import came_with_files

if TYPE_CHECKING:
    from cmops.measure.run import Connection

FORMAT = "2"
"""Changes with everything that the kept files' meaning depends on."""

# The numbers stay the JSON that they are: most of a million are never looked at, and to take them
# all apart would take four times as long.
_READ = """
COPY (
  SELECT key, ? AS channel, counted_at, metrics
  FROM (
    SELECT key, TRY_CAST("at" AS TIMESTAMPTZ) AT TIME ZONE ? AS counted_at, metrics
    FROM read_ndjson(?, columns = {key: 'VARCHAR', "at": 'VARCHAR', metrics: 'JSON'},
                     ignore_errors = true, maximum_object_size = 1000000)
    WHERE key IS NOT NULL AND metrics IS NOT NULL
  ) AS line
  WHERE counted_at IS NOT NULL
) TO '{target}' (FORMAT parquet)
"""

_EACH = """(
  SELECT key, channel, counted_at, entry.key AS metric, entry.value AS value
  FROM (
    SELECT key, channel, counted_at,
           unnest(map_entries(TRY_CAST(metrics AS MAP(VARCHAR, DOUBLE)))) AS entry
    FROM {lines}
  ) AS line
  WHERE entry.value IS NOT NULL
)"""


def each(lines: str) -> str:
    """SQL that takes lines of kept files apart: a row for each number."""
    return _EACH.format(lines=lines)


class Kept:
    """The files below one folder. ``zone`` is the workspace's: times are kept in it."""

    def __init__(self, folder: Path, zone: str) -> None:
        self._root = folder
        self._folder = folder / CACHE / "metrics"
        self._zone = zone

    def files(self, remote: Remote, snapshot: Snapshot, database: Connection) -> list[str]:
        """A Parquet file for each file of the branch; what is no longer needed goes away."""
        self._make_folder()
        wanted = {
            path: self._folder / f"{self._name(path, blob)}.parquet"
            for path, blob in sorted(snapshot.files.items())
            if channel_of(path)
        }
        missing = [path for path, file in wanted.items() if not _is_whole(file)]
        if missing:
            for path, content in remote.contents(snapshot, missing).items():
                self._keep(database, channel_of(path) or "", content, wanted[path])
            self._forget(wanted.values())
        return [str(file) for file in wanted.values()]

    def _make_folder(self) -> None:
        """The folder, or one for this process alone where that cannot serve."""
        if came_with_files(self._root):
            self._make_own()
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder.parent / ".gitignore").write_text("*\n", "utf-8")
        except OSError:
            self._make_own()

    def _make_own(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cmops-metrics-"))
        finalize(self, rmtree, self._folder, ignore_errors=True)

    def _name(self, path: str, blob: str) -> str:
        return hashlib.sha256(f"{FORMAT}\0{self._zone}\0{path}\0{blob}".encode()).hexdigest()[:32]

    def _keep(self, database: Connection, channel: str, content: bytes, target: Path) -> None:
        beside = target.with_name(f"{target.name}.{os.getpid()}.new")
        with tempfile.NamedTemporaryFile(suffix=".ndjson") as lines:
            lines.write(content)
            lines.flush()
            quoted = str(beside).replace("'", "''")
            statement = _READ.replace("{target}", quoted)
            database.execute(statement, [channel, self._zone, lines.name])
        beside.replace(target)

    def _forget(self, wanted: Iterable[Path]) -> None:
        known = set(wanted)
        for file in self._folder.glob("*.parquet"):
            if file not in known:
                with suppress(OSError):
                    file.unlink()


def _is_whole(file: Path) -> bool:
    """Whether it was written to its end, which has a mark: parquet.apache.org, File Format."""
    try:
        with file.open("rb") as opened:
            opened.seek(-4, os.SEEK_END)
            return opened.read() == b"PAR1"
    except OSError:
        return False
