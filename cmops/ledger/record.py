"""What the ledger knows of one delivery: a fold of its entries in whatever order they came.

The fold is per attempt. A claim is an attempt at each of its messages; an outcome names its claim
and clears no other. Nothing here reads a clock: whoever asks brings the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from cmops.ledger.clock import MAX_LEASE, MAX_SKEW
from cmops.ledger.entries import Entry, Receipt
from cmops.ledger.waits import Hold, Pausing
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A run's hold on a delivery, and its attempt at it."""

    id: str
    key: str
    channel: str
    at: datetime
    until: datetime
    """End of the lease: the last moment at which this run may have sent something."""
    attempt: int
    round: int
    action: str
    digest: str
    digests: tuple[str, ...]
    created: datetime
    planned: datetime | None
    commit: str | None
    pull: int | None
    intents: bool
    source: str | None = None
    """Of the files that its content was made from, where the run said so."""

    @property
    def overlong(self) -> bool:
        """Whether its lease is longer than any run may ask for."""
        return self.until - self.at > MAX_LEASE

    def from_future(self, now: datetime) -> bool:
        """Whether it was made at a time that has not come yet, beyond what clocks may differ."""
        return self.at > now + 2 * MAX_SKEW

    def live(self, now: datetime) -> bool:
        """Whether its lease still runs and may be believed."""
        return now < self.until and not self.overlong and not self.from_future(now)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that may have been sent under a claim without anybody knowing how it ended.

    ``unclear`` says that its run saw the answer lost, rather than being lost itself.
    """

    claim: Claim
    message: int
    unclear: bool
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """An attempt at making what is live say what its claim binds.

    ``made`` are the messages that surely say it, ``lost`` is the one whose answer was lost, and
    ``stopped`` says that its run gave up.
    """

    claim: Claim
    made: frozenset[int]
    lost: int | None
    stopped: bool

    def may_have_made(self, message: int) -> bool:
        """Whether the message may say it, without anybody knowing."""
        return message not in self.made and (message == self.lost or not self.stopped)


@dataclass(frozen=True, slots=True)
class Live:
    """A receipt in its place: which message of which round, by which claim, recorded when."""

    round: int
    message: int
    receipt: Receipt
    claim: str | None
    digest: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A final no of the platform, for this digest of the delivery."""

    digest: str | None
    message: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two different receipts for one message; a person should retract one of them."""

    key: str
    channel: str
    round: int
    message: int
    receipts: tuple[Receipt, ...]


class Wrong(StrEnum):
    """What a claim does that no claim may do; reported, and its delivery recovered."""

    OVERLONG = "overlong"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known of one delivery. An unknown key has a record with nothing in it.

    Unless they say otherwise, fields are about the current ``round``: the first publication, or
    the last deliberate republication.
    """

    key: str
    channel: str = ""
    round: int = 0
    claims: tuple[Claim, ...] = ()
    """Every attempt at publishing in this round, the newest last."""
    open: Claim | None = None
    """The newest claim (whatever its action) if nothing ended it; its lease may have."""
    receipts: Mapping[int, Receipt] = field(default_factory=dict)
    """What is live or was, by message; the earliest of several."""
    doubts: tuple[Doubt, ...] = ()
    """Attempts of every round that nobody knows the end of, those under a running lease too."""
    refusals: tuple[Refusal, ...] = ()
    pausing: Pausing | None = None
    hold: Hold | None = None
    handed: datetime | None = None
    answer: str | None = None
    """The last answer of a person: published, send, drop or moved."""
    moved: datetime | None = None
    """When whoever was handed it means to publish it, if that was their last answer."""
    corrections: tuple[Correction, ...] = ()
    """Every attempt at correcting this round's messages, the newest last."""
    tombstone: Entry | None = None
    """The newest wish to retract the whole delivery, if no later round came after it."""
    to_delete: tuple[Live, ...] = ()
    """Receipts of any round that a wish to retract covers and that stand, the last one first."""
    deleted: frozenset[str] = frozenset()
    """References (``Receipt.id``) that were deleted."""
    live: tuple[Live, ...] = ()
    """All receipts of all rounds that were not deleted, the oldest first."""
    duplicates: tuple[Duplicate, ...] = ()
    clash: str | None = None
    """An entry id that two different entries carry: two runs had one identity, or a line was
    changed. Nothing may be sent for this key."""
    attempts: int = 0
    """The highest attempt number of any claim; the next claim carries one more."""
    last: str | None = None
    """Id of the newest entry by time."""
    stamp: str = ""
    """Changes with every entry that is added, in whatever order; equal stamps, equal knowledge.
    Only what holds it does not count: that forbids nobody anything."""

    @property
    def messages(self) -> int:
        """How many messages the delivery has by its binding claim; 0 when never claimed."""
        bound = self.bound
        return len(bound.digests) if bound else 0

    @property
    def bound(self) -> Claim | None:
        """The claim whose digest, commit and creation time hold for the rest of this round.

        The first that made a message live; else the first in doubt; else the newest.
        """
        if len(self.claims) < 2:
            return self.claims[0] if self.claims else None
        by_id = {claim.id: claim for claim in self.claims}
        for item in self.live:
            if item.round == self.round and item.claim in by_id:
                return by_id[item.claim]
        for doubt in self.doubts:
            if doubt.claim.id in by_id:
                return doubt.claim
        return self.claims[-1] if self.claims else None

    @property
    def begun(self) -> bool:
        """Whether something of this round is or was live, or may be: it can never be missed."""
        return bool(self.receipts) or any(doubt.claim.round == self.round for doubt in self.doubts)

    def begun_before(self, now: datetime) -> bool:
        """The same, but for what whoever has claimed it now is about to begin."""
        mine = self.held_by(now)
        here = (doubt.claim for doubt in self.doubts if doubt.claim.round == self.round)
        return bool(self.receipts) or any(mine is None or each.id != mine.id for each in here)

    @property
    def published(self) -> bool:
        """Whether every message has a receipt (deleted since or not)."""
        return bool(self.receipts) and len(self.receipts) >= self.messages

    @property
    def partly(self) -> bool:
        """Whether some messages have a receipt and others do not."""
        return bool(self.receipts) and len(self.receipts) < self.messages

    @property
    def retracted(self) -> bool:
        """Whether a wish to retract stands and nothing known is left to delete."""
        return self.tombstone is not None and not self.to_delete

    @property
    def next_message(self) -> int:
        """The first message without a receipt, where a thread resumes."""
        return next(n for n in range(len(self.receipts) + 1) if n not in self.receipts)

    @property
    def created(self) -> datetime | None:
        """The creation time of this round, from its first claim."""
        return self.claims[0].created if self.claims else None

    @property
    def first_attempt(self) -> datetime | None:
        """The earliest moment at which something of this round may have been sent."""
        return min((claim.at for claim in self.claims), default=None)

    @property
    def newest(self) -> Claim | None:
        """The newest attempt of this round at publishing or correcting."""
        claims = (*self.claims[-1:], *(each.claim for each in self.corrections[-1:]))
        return max(claims, key=lambda claim: claim.attempt, default=None)

    @property
    def shown(self) -> tuple[str | None, ...]:
        """The digest of what each message says; None where a lost correction may have been made."""
        bound = self.bound
        found: list[str | None] = list(bound.digests) if self.receipts and bound else []
        for each in self.corrections:
            for message, digest in enumerate(each.claim.digests[: len(found)]):
                if message in each.made:
                    found[message] = digest
                elif found[message] != digest and each.may_have_made(message):
                    found[message] = None
        return tuple(found)

    @property
    def said(self) -> Claim | None:
        """The newest claim that all messages say; None where they say more than one claim does."""
        if not self.receipts or not self.corrections:
            return self.bound if self.receipts else None
        shown, bound = self.shown, self.bound
        claims = (*(each.claim for each in reversed(self.corrections)), bound)
        return next((claim for claim in claims if claim and claim.digests == shown), None)

    @property
    def live_digest(self) -> str | None:
        """The delivery digest of what is live; None where that is not known, or mixed."""
        said = self.said
        return said.digest if said else None

    @property
    def unsettled(self) -> bool:
        """Whether there is work or a report left in it, whatever main says."""
        return bool(
            self.open
            or self.doubts
            or self.to_delete
            or self.duplicates
            or self.clash
            or (self.partly and self.tombstone is None and self.answer != "drop")
        )

    def held_by(self, now: datetime) -> Claim | None:
        """The claim whose lease runs now; nobody else may touch the delivery."""
        return self.open if self.open is not None and self.open.live(now) else None

    def refused(self, digest: str) -> Refusal | None:
        """The platform's final no to exactly this content, if it gave one."""
        return next((item for item in self.refusals if item.digest == digest), None)

    def wrongs(self, now: datetime) -> tuple[tuple[Claim, Wrong], ...]:
        """Unsettled claims with a lease beyond the maximum or made in the future."""
        found = (*(doubt.claim for doubt in self.doubts), self.open)
        claims = {claim.id: claim for claim in found if claim is not None}
        long = [(claim, Wrong.OVERLONG) for claim in claims.values() if claim.overlong]
        return (*long, *((c, Wrong.FUTURE) for c in claims.values() if c.from_future(now)))
