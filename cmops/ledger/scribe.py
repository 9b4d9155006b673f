"""Writes entries: each with an id of its run, the time, and what its claim or record gives it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cmops.ledger.clock import MAX_LEASE, Clock, Run
from cmops.ledger.entries import Entry, Kind, Receipt, Scope
from cmops.ledger.record import Claim, Record
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """What a claim binds: the delivery's digest, its messages', and where they came from."""

    digest: str
    digests: tuple[str, ...]
    commit: str | None = None
    pull: int | None = None
    planned: datetime | None = None
    source: str | None = None


class Scribe:
    """Writes the entries of one run. Safe to use from several threads."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self.run = run
        self._clock = clock

    def claim(
        self,
        record: Record,
        channel: str,
        content: Content,
        *,
        action: str = "publish",
        intents: bool = False,
        lease: timedelta = MAX_LEASE,
    ) -> Entry:
        """A claim on a delivery, as its record stands in the history it is decided on.

        ``intents``: nothing is sent under it before the message's intent was pushed. The creation
        time of the round's first claim is kept.
        """
        now = self._clock.now()
        return Entry(
            Kind.CLAIM,
            self.run.entry_id(),
            now,
            key=record.key,
            channel=channel,
            round=record.round,
            attempt=record.attempts + 1,
            until=now + min(lease, MAX_LEASE),
            created=record.created or now,
            digest=content.digest,
            digests=content.digests,
            commit=content.commit,
            pull=content.pull,
            source=content.source,
            planned=content.planned,
            action=action,
            intents=intents,
        )

    def intent(self, claim: Claim | Entry, message: int) -> Entry:
        """That a message is about to be sent; pushed alone before it where claims do not cover."""
        return self._of(Kind.INTENT, claim, message)

    def published(
        self, claim: Claim | Entry, message: int, receipt: Receipt, digest: str | None = None
    ) -> Entry:
        """That a message is live; ``digest`` is the message's."""
        return self._of(Kind.PUBLISHED, claim, message, receipt=receipt, digest=digest)

    def rejected(self, claim: Claim | Entry, message: int, code: str) -> Entry:
        """A no that is final for the claim's digest."""
        return self._of(Kind.REJECTED, claim, message, code=code)

    def throttled(
        self, claim: Claim | Entry, message: int | None, not_before: datetime, code: str
    ) -> Entry:
        """A no for now; nothing of this message was sent."""
        return self._of(Kind.THROTTLED, claim, message, not_before=not_before, code=code)

    def not_sent(
        self,
        claim: Claim | Entry,
        message: int | None,
        code: str,
        not_before: datetime | None = None,
    ) -> Entry:
        """That a message was surely not sent under this claim (None: nothing was attempted).

        Recovery writes it of somebody else's claim when the platform proves it absent.
        """
        return self._of(Kind.NOT_SENT, claim, message, code=code, not_before=not_before)

    def held(self, record: Record, channel: str, code: str) -> Entry:
        """Why it was due and not even claimed; void as soon as anybody claims it."""
        return self._about(Kind.HELD, record, channel=channel, attempt=record.attempts, code=code)

    def unclear(
        self,
        claim: Claim | Entry,
        message: int,
        code: str,
        not_before: datetime | None = None,
    ) -> Entry:
        """That the answer was lost: it may be live.

        A correction is simply made again, ``not_before`` its request can arrive any more.
        """
        return self._of(Kind.UNCLEAR, claim, message, code=code, not_before=not_before)

    def handed(self, claim: Claim | Entry, message: int | None = None) -> Entry:
        """That a person was given it to publish by hand."""
        return self._of(Kind.HANDED, claim, message)

    def retract(self, record: Record, target: str | None = None) -> Entry:
        """The wish to delete the whole delivery, or the one item of this reference."""
        return self._about(Kind.RETRACT, record, target=target)

    def retracted(self, record: Record, target: str, claim: str | None = None) -> Entry:
        """That the item of this reference is deleted."""
        return self._about(Kind.RETRACTED, record, target=target, claim=claim)

    def resolved(
        self,
        record: Record,
        answer: str,
        *,
        message: int | None = None,
        receipt: Receipt | None = None,
        not_before: datetime | None = None,
    ) -> Entry:
        """A person's answer to all doubts of the record, or to those about one message.

        ``published`` needs the message and a receipt; ``send`` and ``drop`` say that it is not;
        ``moved`` says when whoever was handed it will publish it. Without a doubt it is about what
        was handed to them last.
        """
        claims = {d.claim.id for d in record.doubts if message in (None, d.message)}
        if not record.doubts and record.handed and record.claims:
            claims = {record.claims[-1].id}
        return self._about(
            Kind.RESOLVED,
            record,
            answer=answer,
            message=message,
            receipt=receipt,
            not_before=not_before,
            claims=tuple(sorted(claims)),
        )

    def edit(
        self,
        claim: Claim | Entry,
        message: int,
        receipt: Receipt | None = None,
    ) -> Entry:
        """That a message now shows what the claim (with the action ``edit``) binds."""
        return self._of(
            Kind.EDIT,
            claim,
            message,
            receipt=receipt,
            digest=claim.digest,
            commit=claim.commit,
        )

    def again(self, record: Record, reason: str) -> Entry:
        """A deliberate republication: the record's next round."""
        return self._about(Kind.AGAIN, record, round=record.round + 1, reason=reason)

    def pause(self, scope: Scope, reason: str, until: datetime | None = None) -> Entry:
        """That nothing in a scope may be sent."""
        return self._entry(Kind.PAUSE, scope=scope, reason=reason, until=until)

    def resume(self, pauses: Sequence[str]) -> Entry:
        """The end of these pauses and of no other."""
        return self._entry(Kind.RESUME, ends=tuple(pauses))

    def approved(self, order: int, means: str, **fields: object) -> Entry:
        """What was approved and refused, and how; ``order`` counts a ledger's approvals."""
        return self._entry(Kind.APPROVED, attempt=order, means=means, **fields)

    def _entry(self, kind: Kind, **fields: object) -> Entry:
        return Entry(kind, self.run.entry_id(), self._clock.now(), **fields)  # type: ignore[arg-type]

    def _of(self, kind: Kind, claim: Claim | Entry, message: int | None, **fields: object) -> Entry:
        return self._entry(
            kind,
            key=claim.key,
            channel=claim.channel,
            round=claim.round,
            claim=claim.id,
            message=message,
            **fields,
        )

    def _about(self, kind: Kind, record: Record, **fields: object) -> Entry:
        known = {"key": record.key, "channel": record.channel, "round": record.round}
        return self._entry(kind, **{**known, **fields})
