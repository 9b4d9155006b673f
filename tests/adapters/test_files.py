"""Only what was reviewed is attached."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cmops.adapters.files import reviewed
from cmops.failures import NotSent

PATH = "media/a.png"


def test_the_bytes_that_were_reviewed_are_given_and_no_others(tmp_path: Path) -> None:
    file = tmp_path / "content" / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(b"one")
    digest = hashlib.sha256(b"one").hexdigest()
    assert reviewed(tmp_path, PATH, digest) == b"one"
    file.write_bytes(b"two")
    with pytest.raises(NotSent, match="media_changed"):
        reviewed(tmp_path, PATH, digest)
    file.unlink()
    for path in (PATH, "media", "media/\0"):
        with pytest.raises(NotSent, match="media_missing"):
            reviewed(tmp_path, path, digest)
