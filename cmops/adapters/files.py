"""The bytes of a media file, exactly those that were reviewed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cmops.failures import NotSent


def reviewed(root: Path, path: str, sha256: str) -> bytes:
    """The file at ``path`` (from ``content/``) of the workspace at ``root``.

    Raises NotSent when it cannot be read, or is no longer what was composed.
    """
    try:
        content = (root / "content" / path).read_bytes()
    except (OSError, ValueError):
        content = None
    if content is None:
        raise NotSent("media_missing", path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotSent("media_changed", path)
    return content
