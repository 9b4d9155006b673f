"""What an earlier run worked out, in SQLite under ``.cmops/``; losing it costs only time.

A shelf maps a path to a stamp (what must be unchanged for the value to hold) and a JSON text.
A cache that is damaged, of another version or not writable is no cache: nothing depends on it.
One that came with the files, in somebody's commit, is none either: it could say anything of them.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sysconfig
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmops.git import Git

FOLDER = ".cmops"
_CODE = (".py", ".json", ".html", ".md", ".css", ".js")
_TABLE = (
    "CREATE TABLE kept (shelf TEXT, path TEXT, stamp TEXT, text TEXT,"
    " PRIMARY KEY (shelf, path)) WITHOUT ROWID"
)


class Cache:
    """Shelves of JSON texts by path. ``version`` names the code that writes them."""

    def __init__(self, root: Path, version: str) -> None:
        self._folder = root / FOLDER
        self._version = version
        self._database: sqlite3.Connection | None = None
        self._absent = False
        self._foreign: bool | None = None
        self._lock = Lock()

    def load(self, shelf: str) -> dict[str, tuple[str, str]]:
        """Every path's stamp and text on this shelf; empty when there is nothing to be had."""
        rows = self._rows("SELECT path, stamp, text FROM kept WHERE shelf = ?", (shelf,))
        return {path: (stamp, text) for path, stamp, text in rows}

    def get(self, shelf: str, path: str) -> tuple[str, str] | None:
        """One path's stamp and text."""
        query = "SELECT stamp, text FROM kept WHERE shelf = ? AND path = ?"
        for stamp, text in self._rows(query, (shelf, path)):
            return stamp, text
        return None

    def save(
        self, shelf: str, changed: Mapping[str, tuple[str, str]], gone: Iterable[str] = ()
    ) -> None:
        """Keeps what changed and forgets what is gone, if that is possible here."""
        rows = [(shelf, path, *value) for path, value in changed.items()]
        lost = [(shelf, path) for path in gone]
        if not rows and not lost:
            return
        with self._lock:
            try:
                database = self._open(create=True)
                if database is None:
                    return
                with database:
                    database.executemany("DELETE FROM kept WHERE shelf = ? AND path = ?", lost)
                    database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
            except (sqlite3.Error, OSError):
                self._close()

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._close()

    def _rows(self, query: str, values: tuple[str, ...]) -> list[tuple[str, ...]]:
        with self._lock:
            try:
                database = self._open(create=False)
                return database.execute(query, values).fetchall() if database else []
            except (sqlite3.Error, OSError):
                self._close()
                self._absent = True
                return []

    def _open(self, *, create: bool) -> sqlite3.Connection | None:
        if self._database is not None:
            return self._database
        file = self._folder / "cache.sqlite"
        if not create and (self._absent or not file.is_file()):
            return None
        if self._foreign is None:
            self._foreign = came_with_files(self._folder.parent)
        if self._foreign:
            return None
        if create:
            self._make_folder()
        database = _connect(file, self._version)
        if database is None and create:
            # Another version's, or damaged: worth nothing, so it starts anew.
            file.unlink(missing_ok=True)
            database = _connect(file, self._version)
        self._database = database
        self._absent = database is None
        return database

    def _make_folder(self) -> None:
        self._folder.mkdir(exist_ok=True)
        ignore = self._folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def came_with_files(root: Path) -> bool:
    """Whether git has something of the cache's folder: nobody but this machine should."""
    if not os.path.lexists(root / FOLDER):
        return False
    from cmops.git import Git, GitError, GitMissing

    git = Git(root)
    try:
        return bool(git.text("ls-files", "--", f":(icase){FOLDER}"))
    except GitMissing:
        return False
    except GitError:
        return _refuses(git)


def _refuses(git: Git) -> bool:
    """Whether git will not touch a repository that is there.

    Outside of one, and in its own folder, where commits are unpacked, nothing is tracked.
    """
    from cmops.git import GitError, NotARepository

    try:
        git.folder()
    except NotARepository:
        return False
    except GitError:
        return True
    return False


def fingerprint(parts: Iterable[str]) -> str:
    """What changes when any of these texts does; the same on every machine."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def code_version() -> str:
    """Changes whenever cmops's own code or a library does, so that a cache never outlives them.

    An installed cmops is told by its content: the same one is installed anew on each machine that
    builds a site.
    """
    folder = Path(__file__).parents[1]
    newest, count, size = 0, 0, 0
    for where, _, names in os.walk(folder):
        for name in names:
            if name.endswith(_CODE):
                state = os.stat(os.path.join(where, name))  # noqa: PTH116,PTH118
                newest, size = max(newest, state.st_mtime_ns), size + state.st_size
                count += 1
    libraries = Path(sysconfig.get_path("purelib"))
    installed = sorted(name for name in _names(libraries) if name.endswith(".dist-info"))
    own = _record(folder.parent, newest) or str(newest)
    return fingerprint((own, f"{count} {size}", *installed))


def _record(beside: Path, newest: int) -> str | None:
    """The installer's list of what it wrote, with hashes; None where a file is newer than it.

    packaging.python.org, "Recording installed projects".
    """
    for name in _names(beside):
        if name.startswith("cmops-") and name.endswith(".dist-info"):
            record = beside / name / "RECORD"
            with suppress(OSError):
                return record.read_text("utf-8") if record.stat().st_mtime_ns >= newest else None
    return None


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return []


def _connect(file: Path, version: str) -> sqlite3.Connection | None:
    """The cache in this file, made if the file is empty; None if it is not ours to use."""
    database = sqlite3.connect(file, timeout=5, check_same_thread=False)
    try:
        database.execute("PRAGMA synchronous = OFF")
        found = database.execute("SELECT text FROM kept WHERE shelf = 'version'").fetchone()
        if found == (version,):
            return database
    except sqlite3.OperationalError:
        if _is_new(database):
            with database:
                database.execute(_TABLE)
                database.execute("INSERT INTO kept VALUES ('version', '', '', ?)", (version,))
            return database
    except sqlite3.DatabaseError:
        pass
    database.close()
    return None


def _is_new(database: sqlite3.Connection) -> bool:
    try:
        return not database.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.Error:
        return False
