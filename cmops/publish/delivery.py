"""One line of a plan: what is to happen, where that stands and why, and what planning goes by."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta

from cmops.compose import Composition
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.history import History
from cmops.ledger.record import Claim, Record
from cmops.publish.corrections import EDIT
from cmops.publish.reasons import Reason, State
from cmops.publish.subjects import Subject
from cmops.values import dataclass

Gate = Callable[[Subject], Reason | None]
"""Why a subject must not happen now, or None."""

ABSENT = "absent"
"""The ledger's code for what was in doubt and is proven not to be live."""

NEVER = datetime.max.replace(tzinfo=UTC)

SOON = timedelta(days=7)
"""How long before its time what keeps a delivery from going out is somebody's business."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What planning goes by besides what is known.

    ``named`` are the targets that a person asked for by name: neither late nor dated before the
    ledger's beginning, and not put off after a failure of ours. ``same_text`` gives, for channels
    on which a message is recognised by its text, how long two equal ones could be mistaken.
    ``correctable`` are the channels on which what is live can be changed. ``looks`` says that
    nothing will be sent: what stood in the last run's way is told, which a run tries again, and
    what people stopped, of what is to go out soon.
    """

    max_lateness: timedelta = timedelta(hours=6)
    named: frozenset[str] = frozenset()
    same_text: Mapping[str, timedelta] = field(default_factory=dict)
    correctable: Container[str] = ()
    looks: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A subject, its state, and why.

    ``known`` is the ledger's record of it, or the history that has one for whoever asks: of years
    of deliveries that are plainly live nobody asks.
    """

    subject: Subject
    state: State
    reason: Reason | None
    known: Record | History

    @property
    def record(self) -> Record:
        """What the ledger knows of it."""
        known = self.known
        return known if isinstance(known, Record) else known.of(self.subject.target)

    @property
    def key(self) -> str:
        """The identity of what is to happen."""
        return self.subject.key

    @property
    def composition(self) -> Composition | None:
        """What would be sent now, composed when asked for."""
        return self.subject.composition

    @property
    def digest(self) -> str | None:
        """Of what is live; otherwise, and of a correction, of what would be sent."""
        live = self.record.live_digest if self.record.published else None
        if live is not None and self.subject.action != EDIT:
            return live
        composition = self.composition
        return composition.digest if composition else None

    @property
    def bound(self) -> Claim | None:
        """The claim whose very bytes the rest of it must be sent with, if it has begun."""
        return self.record.bound if self.record.begun and self.subject.action != EDIT else None


Judge = Callable[[Subject], Delivery]
Judgement = tuple[State, Reason | None]


def over(claim: Claim, now: datetime) -> bool:
    """Whether a claim's lease has ended by any clock that may be believed.

    The clocks of two machines may differ; whoever takes over waits for that difference, as whoever
    holds the lease stops that much earlier.
    """
    if claim.overlong or claim.from_future(now):
        return True
    return now >= claim.until + MAX_SKEW
