"""Snapshots as DuckDB reads them at once: each file of the branch is read once, ever.

What was read together is kept as one Parquet file below ``.cmops/``: a bundle, whose lines say
which file of the branch they are from, so that a month that has passed is never parsed again.
Losing it costs only time.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
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

FORMAT = "3"
"""Changes with everything that the bundles' meaning depends on."""

BUNDLES = 20
"""So many of them are worth keeping; then all is read once more, into one."""

# The numbers stay the JSON that they are: most of a million are never looked at, and to take them
# all apart would take four times as long. Times are UTC, which is what cmops writes (and what
# a cast is quick at, that would pass over an offset).
_READ = """
COPY (
  SELECT told.file, told.channel, line.key, line.seen_at, line.metrics
  FROM (
    SELECT filename, key, metrics,
           CASE WHEN suffix("at", 'Z') THEN TRY_CAST("at" AS TIMESTAMP)
                ELSE TRY_CAST("at" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END AS seen_at
    FROM read_ndjson(?, columns = {{key: 'VARCHAR', "at": 'VARCHAR', metrics: 'JSON'}},
                     ignore_errors = true, maximum_object_size = 1000000, filename = true)
    WHERE key IS NOT NULL AND metrics IS NOT NULL
  ) AS line
  JOIN (SELECT unnest(?) AS filename, unnest(?) AS file, unnest(?) AS channel) AS told
    ON told.filename = line.filename
  WHERE line.seen_at BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '9999-01-01'
) TO {target} (FORMAT parquet, KV_METADATA {{files: {files}}})
"""

_HELD = """
SELECT file_name, decode(value) FROM parquet_kv_metadata({bundles}) WHERE decode(key) = 'files'
"""

_LINES = """
CREATE OR REPLACE TEMP VIEW lines AS
SELECT key, channel, seen_at, metrics FROM read_parquet({bundles}) WHERE file IN {files}
"""


class Kept:
    """The bundles below one folder."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._folder = folder / CACHE / "metrics"

    def lines(self, remote: Remote, snapshot: Snapshot, database: Connection) -> None:
        """Makes the view ``lines`` of all that the branch says, in this database.

        It has the ``key`` of what was counted, its ``channel``, when (``seen_at``, in UTC) and
        the ``metrics`` as JSON. What is no longer needed goes away.
        """
        self._make_folder()
        wanted = {
            _named(path, blob): path
            for path, blob in sorted(snapshot.files.items())
            if channel_of(path)
        }
        before = self._whole()
        useful = self._useful(before, wanted, database)
        known = frozenset[str]().union(*useful.values())
        missing = {name: path for name, path in wanted.items() if name not in known}
        if missing:
            useful[self._bundle(remote, snapshot, missing, database)] = frozenset(missing)
            for bundle in set(before) - useful.keys():
                with suppress(OSError):  # Only what this run saw: another's is in use.
                    bundle.unlink()
        if useful:
            bundles, files = _texts(map(str, useful)), _texts(wanted)
            database.execute(_LINES.format(bundles=f"[{bundles}]", files=f"({files})"))

    def _whole(self) -> list[Path]:
        """The bundles that there are; what is torn goes away."""
        found = {each: _is_whole(each) for each in self._folder.glob("*.parquet")}
        for each, whole in found.items():
            if not whole:
                with suppress(OSError):
                    each.unlink()
        return [each for each, whole in found.items() if whole]

    def _useful(
        self, bundles: Iterable[Path], wanted: Iterable[str], database: Connection
    ) -> dict[Path, frozenset[str]]:
        """What each bundle holds that is worth reading; no file of the branch is in two of them."""
        whole = _texts(map(str, bundles))
        if not whole:
            return {}
        said = database.execute(_HELD.format(bundles=f"[{whole}]")).fetchall()
        useful: dict[Path, frozenset[str]] = {}
        known: set[str] = set()
        for bundle, text in sorted(said, key=lambda each: len(each[1]), reverse=True):
            files = frozenset(json.loads(text))
            if known.isdisjoint(files) and not files.isdisjoint(wanted):
                useful[Path(bundle)] = files
                known |= files
        return useful if len(useful) < BUNDLES else {}

    def _bundle(
        self, remote: Remote, snapshot: Snapshot, missing: Mapping[str, str], database: Connection
    ) -> Path:
        """Reads these files of the branch (their paths by name) into a new bundle."""
        target = self._folder / f"{_named(*missing)}.parquet"
        beside = target.with_name(f"{target.name}.{os.getpid()}.new")
        with tempfile.TemporaryDirectory(prefix="cmops-metrics-") as folder:
            written = list(_written(Path(folder), remote, snapshot, missing))
            channels = [channel_of(path) for path in missing.values()]
            statement = _READ.format(target=_text(str(beside)), files=_text(json.dumps([*missing])))
            database.execute(statement, [written, written, [*missing], channels])
        beside.replace(target)
        return target

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


def _written(
    folder: Path, remote: Remote, snapshot: Snapshot, missing: Mapping[str, str]
) -> Iterator[str]:
    """Where each file of the branch stands now, in their order."""
    contents = remote.contents(snapshot, missing.values())
    for name, path in missing.items():
        file = folder / f"{name}.ndjson"
        file.write_bytes(contents[path])
        yield str(file)


def _named(*parts: str) -> str:
    return hashlib.sha256("\0".join((FORMAT, *parts)).encode()).hexdigest()[:32]


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _texts(texts: Iterable[str]) -> str:
    return ", ".join(map(_text, texts))


def _is_whole(file: Path) -> bool:
    """Whether it was written to its end, which has a mark: parquet.apache.org, File Format."""
    try:
        with file.open("rb") as opened:
            opened.seek(-4, os.SEEK_END)
            return opened.read() == b"PAR1"
    except OSError:
        return False
