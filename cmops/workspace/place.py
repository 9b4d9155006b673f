"""Where a workspace is, and where in it a path leads that a person gives."""

from __future__ import annotations

import os
from pathlib import Path

from cmops.workspace.load import SETTINGS


def workspace_at(start: Path) -> Path:
    """The workspace that ``start`` is in: the nearest folder upwards with a cmops.yml.

    ``start`` itself, resolved, where there is none.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return here


def inside(root: Path, path: str) -> str | None:
    """A path as given from where a person stands, from the workspace's root; None outside of it.

    A link to a file is not followed: the link is what is meant.
    """
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps ".."
    real = whole.resolve() if whole.is_dir() else whole.parent.resolve() / whole.name
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else None
