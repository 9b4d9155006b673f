"""A folder of the workspace that files are put into, whole and safely.

No part of its path may be a link, so that nothing is ever written outside. Everything happens
below an open directory, which a renamed parent cannot move away, and one writer at a time.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

_WAIT = 5.0
"""Seconds to wait for another writer."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = ".new"


class Unsettled(OSError):
    """The file has its new content, but whether that would survive a crash is not known."""


class Folder:
    """The folder at ``path`` below ``root``; made when something is first put into it."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self._root = root

    @contextmanager
    def opened(self, *, create: bool = True) -> Iterator[OpenFolder]:
        """The folder, for one writer alone. Raises OSError: EAGAIN when another does not end."""
        directory = self._open(create)
        try:
            _lock(directory)
            yield OpenFolder(directory)
        finally:
            os.close(directory)

    def trouble(self) -> OSError | None:
        """What would keep files from being put there; makes nothing."""
        try:
            directory = self._open(create=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            return error
        try:
            writable = os.access(".", os.W_OK | os.X_OK, dir_fd=directory)
            return None if writable else PermissionError(errno.EACCES, self.path)
        finally:
            os.close(directory)

    def _open(self, create: bool) -> int:
        names = PurePosixPath(self.path).parts
        if not names or names[0] == "/" or any(_forbidden(name) for name in names):
            raise OSError(errno.ELOOP, "not a folder inside the workspace", self.path)
        directory = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for name in names:
            try:
                below = _below(directory, name, create)
            finally:
                os.close(directory)
            directory = below
        return directory


class OpenFolder:
    """The folder while it is locked."""

    def __init__(self, directory: int) -> None:
        self._directory = directory

    def read(self, name: str) -> bytes | None:
        """The file's content; None when there is no such file."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            file = os.open(name, flags, dir_fd=self._directory)
        except FileNotFoundError:
            return None
        with os.fdopen(file, "rb") as stream:
            return stream.read()

    def write(self, name: str, content: bytes) -> None:
        """Makes this the file's content. Raises OSError, or Unsettled once it is there."""
        with suppress(FileNotFoundError):
            os.unlink(_NEW, dir_fd=self._directory)
        try:
            self._write_new(content)
            os.rename(_NEW, name, src_dir_fd=self._directory, dst_dir_fd=self._directory)
        except OSError:
            with suppress(OSError):
                os.unlink(_NEW, dir_fd=self._directory)
            raise
        self._settle()

    def remove(self, name: str) -> None:
        """Takes the file away."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._directory)
        self._settle()

    def _write_new(self, content: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(_NEW, flags, 0o666, dir_fd=self._directory)
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())

    def _settle(self) -> None:
        try:
            os.fsync(self._directory)
        except OSError as error:
            raise Unsettled(error.errno, error.strerror) from error


def _forbidden(name: str) -> bool:
    return name == ".." or name.startswith(".git") or "\0" in name


def _below(directory: int, name: str, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=directory)
    return os.open(name, _DIRECTORY, dir_fd=directory)


def _lock(directory: int) -> None:
    end = time.monotonic() + _WAIT
    while True:
        try:
            return fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
