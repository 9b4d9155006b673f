"""Which files of the workspace are documents, and of which kind: their place decides.

Nothing outside the workspace is ever read through a link, and nothing hidden is read inside of
it: a pull request must not make cmops show ``.git/config``.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from cmops.findings import Finding
from cmops.values import dataclass
from cmops.workspace.source import MOST_BYTES, too_large

Signature = tuple[int, int, int, int]
"""Size, modification time and change time in nanoseconds, inode: equal while nothing changed."""

FILES: Mapping[str, str] = {
    "cmops.yml": "settings",
    "calendar/windows.yml": "windows",
    "calendar/objectives.yml": "objectives",
    "playbooks/editorial.md": "editorial",
}
"""Documents that there is one of, and their kinds."""

FOLDERS: Mapping[str, Mapping[str, str]] = {
    "content/posts": {".md": "post"},
    "content/articles": {".md": "article"},
    "content/media": {".yml": "media"},
    "content/replies": {".md": "reply"},
    "content/reports": {".md": "report"},
    "calendar/campaigns": {".md": "campaign", ".yml": "campaign"},
    "calendar/events": {".md": "event", ".yml": "event"},
    "calendar/key-dates": {".yml": "key-dates"},
    "playbooks/guidelines": {".md": "guidelines"},
    "playbooks/moderation": {".yml": "moderation"},
    "playbooks/crisis": {".md": "crisis"},
    "playbooks/incidents": {".md": "incident"},
}
"""Folders of documents, with any folders inside them: the kind of each suffix."""

_PICTURES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".svg"}
_FILMS = {".mp4", ".mov", ".m4v", ".webm", ".mp3", ".m4a", ".wav", ".ogg"}
MEDIA = frozenset(_PICTURES | _FILMS | {".pdf", ".srt", ".vtt"})
"""What a sidecar stands beside: ``atelier.jpg.yml`` tells about ``atelier.jpg``."""

_ROOMS = ("content", "calendar", "playbooks")
_DATA = {".yml", ".yaml", ".json"}
_PROSE = {".md", ".markdown", ".mdx", ".txt", ".html", ".htm", ".rtf"}
_OFFICE = {".doc", ".docx", ".odt", ".pages"}
_TEXTS = frozenset(_DATA | _PROSE | _OFFICE)
_IS_A_LINK = (errno.ELOOP, errno.EMLINK)  # what O_NOFOLLOW says; FreeBSD says the second
_UNSAFE_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class File:
    """A document's file: its path from the workspace (forward slashes), kind, and state on disk."""

    path: str
    kind: str
    size: int
    signature: Signature


def walk(root: Path) -> tuple[tuple[File, ...], tuple[Finding, ...]]:
    """Every document of the workspace sorted by path, and what cannot be or is not read.

    Raises nothing: a folder without permission is a finding, and the rest goes on. Whether
    ``cmops.yml`` is there is for the caller to ask.
    """
    walking = _Walk(root)
    for name in ("cmops.yml", "cmops.yaml"):
        walking.look(name)
    for room in _ROOMS:
        walking.enter(room)
    return (
        tuple(sorted(walking.files, key=lambda file: file.path)),
        tuple(sorted(walking.findings, key=lambda finding: finding.path)),
    )


def read_bytes(root: Path, file: File) -> bytes | Finding:
    """The file's bytes, or why they cannot be had: too large, no permission, gone, a link.

    Reads at most one byte more than the largest document has, and never waits on a pipe.
    """
    target = f"{root}/{file.path}"
    try:
        return _bytes(target, file.path)
    except OSError as error:
        if error.errno not in _IS_A_LINK:
            return _unreadable(file.path, error)
    inside = _target(root, file.path)
    if inside is None:
        return Finding("CM010", file.path, place=(1, 1))
    try:
        return _bytes(inside, file.path)
    except OSError as error:
        return _unreadable(file.path, error)


def _bytes(target: str, path: str) -> bytes | Finding:
    """What is in a file that is not a link. Raises OSError."""
    opened = os.open(target, _FLAGS)
    try:
        state = os.fstat(opened)
        if not stat.S_ISREG(state.st_mode):
            return Finding("CM016", path, place=(1, 1))
        if state.st_size > MOST_BYTES:
            return too_large(path, state.st_size)
        return _all(opened, state.st_size)
    finally:
        os.close(opened)


def _all(opened: int, size: int) -> bytes:
    """Everything, even where a read gives less than asked or the file has grown meanwhile."""
    read = os.read(opened, size + 1)
    if len(read) == size:  # one more was asked for: that is the end
        return read
    while len(read) <= MOST_BYTES and (more := os.read(opened, MOST_BYTES + 1 - len(read))):
        read += more
    return read


def kind(path: str) -> str | None:
    """The kind of the document at a path from the workspace; None for what is not a document."""
    if path in FILES:
        return FILES[path]
    stem, suffix = _parted(path)
    folder = _home(path)
    found = FOLDERS[folder].get(suffix) if folder else None
    return None if found == "media" and _parted(stem)[1].lower() not in MEDIA else found


def _home(path: str) -> str | None:
    """The folder of documents that holds a path, at whatever depth."""
    first = path.find("/", path.find("/") + 1)
    folder = path[: max(first, 0)]
    return folder if folder in FOLDERS else None


def _parted(path: str) -> tuple[str, str]:
    """A path without its suffix, and the suffix with its dot."""
    dot = path.rfind(".", path.rfind("/") + 2)
    return (path[:dot], path[dot:]) if dot > 0 else (path, "")


def signature(state: os.stat_result) -> Signature:
    """What tells that a file is still the one that was read."""
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


@dataclass(slots=True)
class _Walk:
    root: Path
    files: list[File] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def look(self, path: str) -> None:
        """One file of the workspace's root, if it is there."""
        try:
            state = os.lstat(self.root / path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self.findings.append(_unreadable(path, error))
            return
        if stat.S_ISLNK(state.st_mode):
            self._link(path)
        else:
            self._file(path, kind(path), state)

    def enter(self, room: str) -> None:
        """A room's folder and all folders inside it, if it is there."""
        if (self.root / room).is_symlink():
            self._link(room)
            return
        waiting = [room] if (self.root / room).is_dir() else []
        while waiting:
            folder = waiting.pop()
            waiting += self._folder(folder)

    def _folder(self, folder: str) -> Iterator[str]:
        """Looks at what is in a folder; yields the folders in it."""
        try:
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}"
                    if entry.name.startswith((".", "~$")):
                        continue
                    if not entry.name.isprintable() and _UNSAFE_NAME.search(entry.name):
                        self._say("CM015", _UNSAFE_NAME.sub("\ufffd", path))
                    elif entry.is_symlink():
                        self._link(path)
                    elif entry.is_dir(follow_symlinks=False):
                        yield path
                    else:
                        self._entry(path, entry)
        except OSError as error:
            self.findings.append(_unreadable(folder, error))

    def _entry(self, path: str, entry: os.DirEntry[str]) -> None:
        found = kind(path)
        if found is None:
            self._not_read(path)
            return
        try:
            self._file(path, found, entry.stat(follow_symlinks=False))
        except OSError as error:
            self.findings.append(_unreadable(path, error))

    def _file(self, path: str, found: str | None, state: os.stat_result) -> None:
        if not stat.S_ISREG(state.st_mode):
            self._say("CM016", path)
        elif found is None or path.lower().endswith("/readme.md"):
            self._not_read(path)
        else:
            self.files.append(File(path, found, state.st_size, signature(state)))

    def _link(self, path: str) -> None:
        """A link to a file inside is read through; a link to a folder could go in circles."""
        target = _target(self.root, path)
        if target is None:
            self._say("CM010", path)
            return
        try:
            state = os.lstat(target)
            if stat.S_ISDIR(state.st_mode):
                self._say("CM014", path)
            else:
                self._file(path, kind(path), state)
        except OSError as error:
            self.findings.append(_unreadable(path, error))

    def _not_read(self, path: str) -> None:
        """A warning for what somebody may believe to be a document."""
        folder, _, name = path.rpartition("/")
        if name.lower() == "readme.md" or _parted(name)[1].lower() not in _TEXTS:
            return
        expected = _expected(path)
        if expected:
            self._say("CM013", path, name=name, expected=expected)
        else:
            room = path.partition("/")[0]
            places = [f"{each}/" for each in FOLDERS if each.startswith(f"{room}/")]
            places += [each for each in FILES if each.startswith(f"{room}/")]
            self._say("CM017", path, folder=folder, places=places)

    def _say(self, code: str, path: str, **values: object) -> None:
        self.findings.append(Finding(code, path, values=values, place=(1, 1)))


def _expected(path: str) -> str | None:
    """What the file would have to be called for cmops to read it where it is."""
    stem, _ = _parted(path)
    if _home(path) == "content/media" and _parted(stem)[1].lower() not in MEDIA:
        stem += ".jpg"
    found = next((stem + suffix for suffix in (".md", ".yml") if kind(stem + suffix)), None)
    return found and found.rpartition("/")[2]


def _target(root: Path, path: str) -> str | None:
    """Where a link leads, if that is a place inside the workspace that is not hidden."""
    # Not Path.resolve: on Python 3.11 that raises for a link that points at itself.
    inside, real = Path(os.path.realpath(root)), Path(os.path.realpath(root / path))
    if not real.is_relative_to(inside):
        return None
    hidden = any(part.startswith(".") for part in real.relative_to(inside).parts)
    return None if hidden else str(real)


def _unreadable(path: str, error: OSError) -> Finding:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Finding("CM012", path, place=(1, 1))
    if error.errno in _IS_A_LINK:
        return Finding("CM010", path, place=(1, 1))
    return Finding("CM011", path, values={"reason": error.strerror or ""}, place=(1, 1))


def _flag(name: str) -> int:
    """An ``open`` flag, which some systems lack."""
    return int(getattr(os, name, 0))


_FLAGS = os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_BINARY")
