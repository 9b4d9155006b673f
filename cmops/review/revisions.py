"""Two states of a workspace in git: what differs between them, and a folder with the earlier."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from cmops.errors import CmopsError, UsageError
from cmops.git import Git, GitError
from cmops.git.names import object_id
from cmops.git.worktree import prefix, write_files
from cmops.ledger import opening
from cmops.values import dataclass
from cmops.workspace.cache import FOLDER as CACHE

_KEPT = 4
_STATUS = {"A": "added", "D": "removed"}


@dataclass(frozen=True, slots=True)
class Span:
    """From one state to another. ``base`` and ``head`` are commits; no head is the work tree.

    ``files`` are the paths that differ, from the workspace's folder, and how: ``added``,
    ``changed`` or ``removed``. ``below`` is where that folder stands in its repository.
    """

    base: str
    head: str | None
    files: Mapping[str, str]
    below: str = ""


def span(root: Path, base: str, head: str | None = None) -> Span:
    """What a change is made of: all since it left ``base``, committed or (without head) not.

    What the base got meanwhile is no part of it, where git can tell. Raises UsageError for a
    name that git does not know, and GitError.
    """
    git = Git(root)
    git.folder()
    start, end = commit(git, base), commit(git, head) if head else None
    start = _parting(git, start, end or commit(git, "HEAD"))
    found = git.text(
        "diff", "--name-status", "-z", "--no-renames", "--relative", start, *((end,) if end else ())
    )
    files = dict(_listed(found))
    if end is None:
        new = git.text("ls-files", "--others", "--exclude-standard", "-z")
        files |= dict.fromkeys((path for path in new.split("\0") if path), "added")
    return Span(start, end, files, prefix(git))


def commit(git: Git, name: str) -> str:
    """The commit that a person named, here or on the usual remote."""
    # No revision has such a name, and git could take it for something else.
    odd = name.startswith("-") or not name.isprintable() or " " in name
    for each in () if odd or not name else (name, f"{opening.ORIGIN}/{name}"):
        found = git.commit(each)
        if found is not None:
            return found
    raise UsageError("review.no-such-revision", name=name)


def files_of(root: Path, wanted: str) -> Path:
    """A folder with the workspace as it was at a commit; kept for the next time."""
    git = Git(root)
    top = opening.scratch(root) / "review"
    folder = top / wanted
    if not folder.is_dir():
        beside = top / f"{wanted}.{os.getpid()}"
        try:
            write_files(git, wanted, beside, without=CACHE)
            beside.rename(folder)
        except OSError as error:
            shutil.rmtree(beside, ignore_errors=True)
            if not folder.is_dir():  # another run may have been first
                reason = error.strerror or str(error)
                raise CmopsError("review.cannot-write", folder=folder, reason=reason) from error
        _forget(top, folder)
    return folder / prefix(git)


def _parting(git: Git, base: str, head: str) -> str:
    """Where the change left its base; the base itself where the history here is cut off."""
    try:
        return object_id(git.text("merge-base", base, head).strip())
    except GitError:
        return base


def _listed(text: str) -> list[tuple[str, str]]:
    parts = text.split("\0")
    pairs = zip(parts[0::2], parts[1::2], strict=False)
    return [(path, _STATUS.get(status[:1], "changed")) for status, path in pairs if path]


def _forget(top: Path, newest: Path) -> None:
    """Removes the files of revisions that nobody looked at for long."""
    folders = sorted(
        (each for each in top.iterdir() if each.is_dir()),
        key=lambda folder: folder.stat().st_mtime,
        reverse=True,
    )
    for folder in folders[_KEPT:]:
        if folder != newest:
            shutil.rmtree(folder, ignore_errors=True)
