"""What is read back from a platform: whether it says the same, and when it was made."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime


def same(live: str, written: str) -> bool:
    """Whether two texts say the same; platforms differ in what they do to white space."""
    return _bare(live) == _bare(written)


def moment(text: object) -> datetime | None:
    """A time as ISO 8601 has it, in UTC where it names no zone; None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
