"""One delivery to be claimed and sent: whose it is, the very bytes, and where to begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cmops.adapters.contract import Sending
from cmops.compose import Composition
from cmops.ledger.entries import Entry
from cmops.ledger.record import Claim, Record
from cmops.publish.keys import post_of, sending_key
from cmops.publish.plan import Delivery
from cmops.publish.subjects import Subject
from cmops.values import dataclass

Recompose = Callable[[Claim], Composition | None]


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is about to send. ``record`` is what it was decided on.

    ``bound`` is the claim that the bytes come from, where something was sent or may have been.
    ``main`` and ``commit`` say what the plan was made from.
    """

    subject: Subject
    record: Record
    composition: Composition
    bound: Claim | None
    main: str
    commit: str | None

    @property
    def key(self) -> str:
        """The delivery's key in the ledger."""
        return self.subject.target

    @property
    def channel(self) -> str:
        """The channel it goes to."""
        return self.subject.channel

    @property
    def planned(self) -> datetime | None:
        """The time it was planned for; a retry says what the first attempt said."""
        first = self.record.claims[0].planned if self.record.claims else None
        return first or self.subject.at

    @property
    def source(self) -> str | None:
        """Of the files that its bytes come from."""
        return self.bound.source if self.bound is not None else self.subject.source

    @property
    def first(self) -> int:
        """The first message to send."""
        return self.record.next_message


def job_of(delivery: Delivery, main: str, commit: str | None, recompose: Recompose) -> Job | None:
    """The job of a delivery that is due, or None when its bytes cannot be had."""
    bound = delivery.bound
    composition = delivery.composition
    if bound is not None:
        composition = bound_bytes(bound, composition, recompose)
        commit = bound.commit
    if composition is None or not composition.messages:
        return None
    return Job(delivery.subject, delivery.record, composition, bound, main, commit)


def bound_bytes(
    claim: Claim, current: Composition | None, recompose: Recompose
) -> Composition | None:
    """Exactly what was claimed: what main still says, or composed again; None if neither is it."""
    if current is not None and current.digest == claim.digest:
        return current
    again = recompose(claim)
    if again is not None and again.digest == claim.digest and again.digests == claim.digests:
        return again
    return None


def sending_to(job: Job, claim: Entry, index: int, now: datetime) -> Sending:
    """What the adapter is told of one message of a claimed job, but for the receipts before it."""
    return Sending(
        key=sending_key(job.key, job.record.round),
        index=index,
        post=job.subject.post,
        at=job.planned or now,
        since=claim.created or now,
    )


def looking_for(record: Record, claim: Claim, index: int) -> Sending | None:
    """What the adapter is told of a message that ``claim`` may have sent.

    None when a message before it has no receipt: then its place is not known.
    """
    receipts = {item.message: item.receipt for item in record.live if item.round == claim.round}
    if claim.round == record.round:
        receipts |= record.receipts
    if any(number not in receipts for number in range(index)):
        return None
    return Sending(
        key=sending_key(record.key, claim.round),
        index=index,
        post=post_of(record.key),
        at=claim.planned or claim.created,
        since=claim.created,
        before=tuple(receipts[number] for number in range(index)),
    )
