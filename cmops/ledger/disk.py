"""The port to a folder whose writes are on the disk when they return, and its real one.

The journal and the folder ledger stand on it; a simulation puts disks behind it that vanish.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """A folder of small files, named by relative paths with forward slashes.

    Every method may raise OSError.
    """

    @property
    def place(self) -> str:
        """What to call it before people."""

    def names(self) -> Sequence[str]:
        """The files in it, sorted."""

    def read(self, name: str) -> bytes | None:
        """A file's content; None where there is no such file."""

    def append(self, name: str, data: bytes) -> None:
        """Add to a file's end, making it if need be; on the disk when this returns."""

    def replace(self, name: str, data: bytes) -> None:
        """Give a file this content, all or nothing; on the disk when this returns."""

    def remove(self, name: str) -> None:
        """Remove a file that may be there."""

    def hold(self, name: str) -> bool:
        """Take a file for this process until ``release``; False while another process has it.

        The hold ends with the process, however it ends.
        """

    def release(self, name: str) -> None:
        """Let go of a file that is held."""


class FolderDisk:
    """A folder on this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: dict[str, int] = {}

    @property
    def place(self) -> str:
        """The folder's path."""
        return str(self._root)

    def names(self) -> Sequence[str]:
        """The files below the folder, sorted; none where there is no folder."""
        found = (
            Path(folder, name).relative_to(self._root).as_posix()
            for folder, _, names in os.walk(self._root, onerror=_unless_missing)
            for name in names
        )
        return sorted(name for name in found if not name.endswith(".new"))

    def read(self, name: str) -> bytes | None:
        """A file's content."""
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def append(self, name: str, data: bytes) -> None:
        """Add to a file's end and wait until the disk has it."""
        path = self._root / name
        fresh = not path.exists()
        self._make(path.parent)
        with path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            _sync_folder(path.parent)

    def replace(self, name: str, data: bytes) -> None:
        """Write beside the file and rename over it, so that nobody ever reads half of it."""
        path = self._root / name
        self._make(path.parent)
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def remove(self, name: str) -> None:
        """Remove a file that may be there."""
        (self._root / name).unlink(missing_ok=True)

    def hold(self, name: str) -> bool:
        """Lock a file, made empty if need be; the system unlocks it when the process ends."""
        if name in self._held:
            return True
        path = self._root / name
        self._make(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        if not _locked(descriptor):
            os.close(descriptor)
            return False
        self._held[name] = descriptor
        return True

    def release(self, name: str) -> None:
        """Unlock a file."""
        if (descriptor := self._held.pop(name, None)) is not None:
            os.close(descriptor)

    def _make(self, folder: Path) -> None:
        """Make a folder, with its way there, so that it is still there after a power cut."""
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            _sync_folder(path.parent)


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _sync_folder(folder: Path) -> None:
    """A new name is only safe once its folder is (not a thing that Windows knows)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
