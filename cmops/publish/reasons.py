"""Where a delivery is, and why: a code with its values; ``wording`` has the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from cmops.values import dataclass


class State(StrEnum):
    """Where a delivery stands; shown in DESIGN.md's words."""

    WAITING = "waiting"
    DUE = "due"
    CLAIMED = "claimed"
    HELD = "held"
    MISSED = "missed"
    EXPIRED = "expired"
    PUBLISHED = "published"
    HANDED = "handed"
    THROTTLED = "throttled"
    REJECTED = "rejected"
    UNCLEAR = "unclear"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of ``wording/phrases/reason.json`` and what its words need.

    ``lasting`` reasons hold a delivery long before its time, since waiting will not help: a
    mistake in the file. Others (a pause, a missing secret) count once it is due; ``stopping`` ones
    among them are a person's to lift, and are told of what is to go out soon.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    lasting: bool = False
    stopping: bool = False

    @property
    def phrase(self) -> str:
        """Its name in the catalogue."""
        return f"reason.{self.code}"

    def within(self, zone: tzinfo | None) -> Reason:
        """The same with its times in a zone: the ledger's are in UTC, which few people live in."""
        values = {
            name: value.astimezone(zone) if isinstance(value, datetime) and value.tzinfo else value
            for name, value in self.values.items()
        }
        return replace(self, values=values)
