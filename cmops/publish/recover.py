"""Deliveries of which nobody knows how they ended: looked for, and settled where that can be.

Found is published. Absent, once proven, is not sent, and so due again whatever its lateness. What
cannot be known stays unclear, unless the platform recognises the key: then ``resendable`` says
that the same bytes may simply be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cmops.adapters.contract import Absent, Answer, Found, Message, ReadsBack, Sending, Unknown
from cmops.compose import Composition
from cmops.ledger.clock import MAX_SKEW, Clock
from cmops.ledger.history import History
from cmops.ledger.record import Doubt, Record
from cmops.publish.desk import Desk
from cmops.publish.jobs import Job, Recompose, bound_bytes, looking_for
from cmops.publish.outlets import Outlet
from cmops.publish.plan import ABSENT, over
from cmops.publish.ports import Planned
from cmops.publish.relations import addressed


class Recovery:
    """Looks for what may be live, with what ``planned`` knows of main."""

    def __init__(
        self, planned: Planned, outlets: Mapping[str, Outlet], recompose: Recompose, desk: Desk
    ) -> None:
        self._outlets = outlets
        self._recompose = recompose
        self._desk = desk
        self._deliveries = {each.subject.target: each for each in planned.deliveries}

    def look(self, clock: Clock) -> bool:
        """Settles what can be settled by looking; whether anything was."""
        history = self._desk.read()
        settled = [self._settle(record.key, clock) for record in history.unsettled]
        return any(settled)

    def _settle(self, key: str, clock: Clock) -> bool:
        settled = False
        while (doubt := self._next(self._desk.read().of(key), clock.now())) is not None:
            record = self._desk.read().of(key)
            answer = self._answer(record, doubt)
            if isinstance(answer, Found):
                self._found(doubt, answer)
            elif isinstance(answer, Absent) and proven(
                doubt, self._outlets[doubt.claim.channel], clock.now()
            ):
                self._absent(record, doubt)
            else:
                return settled
            settled = True
        return settled

    def _next(self, record: Record, now: datetime) -> Doubt | None:
        """The first message in doubt that may be looked for."""
        if record.open is not None and not over(record.open, now):
            return None
        outlet = self._outlets.get(record.channel)
        if outlet is None or outlet.reads_back is None or record.clash:
            return None
        return min(record.doubts, key=lambda each: (each.claim.round, each.message), default=None)

    def _answer(self, record: Record, doubt: Doubt) -> Answer:
        outlet = self._outlets[record.channel]
        told = looking_for(record, doubt.claim, doubt.message)
        composition = bound_bytes(doubt.claim, self._current(record.key), self._recompose)
        if told is None or composition is None or outlet.reads_back is None:
            return Unknown()
        message = addressed(composition.messages[told.index], outlet.channel, self._desk.read())
        if message is None:
            return Unknown()
        answer = ask(outlet.reads_back, message, told)
        if isinstance(answer, Found) and self._owned(answer.receipt.id, record):
            return Unknown()
        return answer

    def _owned(self, reference: str, record: Record) -> bool:
        """Whether what was found is known as another delivery's message."""
        others = [each.record for each in self._deliveries.values()]
        others += self._desk.read().unsettled
        return any(
            item.receipt.id == reference
            for other in others
            if other.key != record.key and other.channel == record.channel
            for item in other.live
        )

    def _current(self, key: str) -> Composition | None:
        delivery = self._deliveries.get(key)
        return delivery.composition if delivery else None

    def _absent(self, record: Record, doubt: Doubt) -> None:
        """Not live by any attempt: the same message's other attempts are cleared with it."""
        for other in record.doubts:
            if (other.claim.round, other.message) == (doubt.claim.round, doubt.message):
                self._desk.note(self._desk.scribe.not_sent(other.claim, other.message, ABSENT))

    def _found(self, doubt: Doubt, found: Found) -> None:
        receipt = replace(found.receipt, at=found.receipt.at.astimezone(UTC))
        digest = doubt.claim.digests[doubt.message]
        self._desk.note(self._desk.scribe.published(doubt.claim, doubt.message, receipt, digest))


def ask(reader: ReadsBack, message: Message, told: Sending) -> Answer:
    """Whether a message is live, as far as the platform can be asked at all."""
    try:
        return reader.find(message, told)
    except Exception:  # noqa: BLE001 - no answer, for whatever reason, proves nothing
        return Unknown()


def proven(doubt: Doubt, outlet: Outlet, now: datetime) -> bool:
    """Whether "not there" is said after everything that was sent must have shown."""
    return now >= doubt.claim.until + MAX_SKEW + outlet.delay


def resendable(record: Record, outlet: Outlet, now: datetime) -> bool:
    """Whether what is in doubt may be sent again, because the platform will recognise its key."""
    if not record.doubts or record.tombstone or record.clash or record.first_attempt is None:
        return False
    if record.open is not None and not over(record.open, now):
        return False
    if record.pausing is not None and record.pausing.until > now:
        return False
    here = all(doubt.claim.round == record.round for doubt in record.doubts)
    return here and outlet.deduplicates(record.first_attempt, now)


def missing_parent(job: Job, outlet: Outlet, history: History) -> str | None:
    """Why a thread must not go on: its root or its last message is gone, or cannot be seen."""
    if not job.record.receipts or outlet.reads_back is None or job.bound is None:
        return None
    for index in sorted({0, job.first - 1}):
        told = looking_for(job.record, job.bound, index)
        if told is None:
            return "parent_unknown"
        message = addressed(job.composition.messages[index], outlet.channel, history)
        if message is None:
            return "parent_unknown"
        answer = ask(outlet.reads_back, message, told)
        if isinstance(answer, Absent):
            return "parent_gone"
        if isinstance(answer, Unknown):
            return "parent_unknown"
    return None
