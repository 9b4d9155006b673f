"""One snapshot, one line: what a network counted of a delivery or a channel at one time.

A line holds numbers and nothing about a person. A subject has at most one in an hour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from cmops.adapters.contract import Metric
from cmops.values import dataclass

CHANNEL = ""
"""The subject of a snapshot that is about the channel itself."""

_NAME = re.compile(r"\w[\w.-]{0,99}")
_PATH = re.compile(r"metrics/(?P<channel>\w[\w.-]{0,99})/\d{4}-\d{2}\.ndjson")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was counted of ``key``, a delivery's (``CHANNEL`` for the channel's own), at ``at``."""

    channel: str
    key: str
    at: datetime
    numbers: Mapping[Metric, int]

    @property
    def path(self) -> str:
        """The file it belongs in, by its channel and its month in UTC."""
        if not _NAME.fullmatch(self.channel):
            raise ValueError(f"not a channel's name: {self.channel!r}")
        return f"metrics/{self.channel}/{self.at.astimezone(UTC):%Y-%m}.ndjson"

    @property
    def line(self) -> bytes:
        """As it is kept."""
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        numbers = {str(metric): self.numbers[metric] for metric in sorted(self.numbers)}
        row = {"at": at, "key": self.key, "metrics": numbers}
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def channel_of(path: str) -> str | None:
    """The channel whose snapshots are in this file; None for a file of another kind."""
    found = _PATH.fullmatch(path)
    return found["channel"] if found else None


def hour(at: datetime) -> datetime:
    """The hour that a time is in, in UTC: what counts for "at most one"."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def latest(contents: Iterable[bytes]) -> dict[str, datetime]:
    """Each subject's last hour in some files of one channel; lines that say nothing are passed."""
    found: dict[str, datetime] = {}
    for content in contents:
        for line in content.splitlines():
            read = _read(line)
            if read is not None and (read[0] not in found or read[1] > found[read[0]]):
                found[read[0]] = read[1]
    return found


def _read(line: bytes) -> tuple[str, datetime] | None:
    try:
        row = json.loads(line)
        key, at = row["key"], datetime.fromisoformat(row["at"])
    except (ValueError, KeyError, TypeError):
        return None
    return (key, hour(at)) if isinstance(key, str) and at.tzinfo is not None else None
