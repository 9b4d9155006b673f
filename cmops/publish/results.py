"""What a run did, delivery by delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from cmops.errors import CmopsError
from cmops.ledger.entries import Receipt
from cmops.publish.reasons import Reason
from cmops.values import dataclass


class Outcome(StrEnum):
    """How a delivery ended in this run; those of the ledger by the ledger's names."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    UNCLEAR = "unclear"
    HELD = "held"
    MISSED = "missed"
    NOT_SENT = "not_sent"
    HANDED = "handed"
    EDITED = "edited"
    RETRACTED = "retracted"


COUNTED = (
    Outcome.PUBLISHED,
    Outcome.REJECTED,
    Outcome.THROTTLED,
    Outcome.UNCLEAR,
    Outcome.HELD,
    Outcome.MISSED,
)
"""Always among the counts; the others only where there are any."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one delivery. ``receipt`` is its first message's; ``error`` a code."""

    key: str
    post: str
    channel: str
    outcome: Outcome
    receipt: Receipt | None = None
    error: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run. ``trouble`` is why it ended before its time."""

    run: str
    deliveries: tuple[Done, ...]
    trouble: CmopsError | None = None
    stopped: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """Deliveries by outcome."""
        found = Counter(done.outcome for done in self.deliveries)
        always = {outcome.value: found[outcome] for outcome in COUNTED}
        return always | {outcome.value: number for outcome, number in sorted(found.items())}

    @property
    def clean(self) -> bool:
        """Whether nobody has anything to do about it."""
        fine = {Outcome.PUBLISHED, Outcome.HANDED, Outcome.EDITED, Outcome.RETRACTED}
        return self.trouble is None and all(done.outcome in fine for done in self.deliveries)
