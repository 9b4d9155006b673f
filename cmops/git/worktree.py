"""The files of a commit, and what has been changed since: the two questions about content."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cmops.git.names import object_id
from cmops.git.plumbing import Git
from cmops.git.process import GitError


def prefix(git: Git) -> str:
    """Where the repository's folder stands below its top level: empty, or ending in a slash."""
    return git.text("rev-parse", "--show-prefix").strip()


def write_files(git: Git, commit: str, folder: Path, *, without: str) -> None:
    """Writes the files of a commit into an empty folder; symbolic links are left out.

    So is what the commit has below the folder ``without`` of the workspace. Raises GitError when
    the commit is not here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = {"GIT_INDEX_FILE": str(folder.with_name(f"{folder.name}.index"))}
    # Links could point anywhere; as plain files they are only text.
    try:
        git.text("read-tree", object_id(commit), extra=index)
        git.text(
            "-c",
            "core.symlinks=false",
            "checkout-index",
            "--all",
            "--force",
            f"--prefix={folder}{os.sep}",
            extra=index,
        )
        shutil.rmtree(folder / prefix(git) / without, ignore_errors=True)
    finally:
        Path(index["GIT_INDEX_FILE"]).unlink(missing_ok=True)


def changed(git: Git) -> frozenset[str] | None:
    """Paths (from the folder) that are new or changed since the last commit; None outside git."""
    try:
        out = git.text("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", ".")
        below = prefix(git)
    except GitError:
        return None
    entries = (entry for entry in out.split("\0") if len(entry) > 3)
    return frozenset(entry[3:].removeprefix(below) for entry in entries)
