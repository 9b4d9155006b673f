"""The fold itself: the entries of one key, in any order and however often, to a Record.

Every rule looks at the whole set of entries, so their order, their repetition and the files they
came in cannot matter. Ties are broken by time and then by id, never by position.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cmops.ledger.corrected import as_corrected, corrections
from cmops.ledger.entries import Entry, Kind, Receipt, dump
from cmops.ledger.record import Claim, Doubt, Duplicate, Live, Record, Refusal
from cmops.ledger.waits import hold, pausing

_NEGATIVE = frozenset({Kind.REJECTED, Kind.THROTTLED, Kind.NOT_SENT, Kind.HANDED})


def fold(key: str, entries: Iterable[Entry]) -> Record:
    """The record of one delivery."""
    known, clash = _distinct(entries)
    if not known:
        return Record(key)
    known.sort(key=_order)
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in known:
        by_kind[entry.kind].append(entry)
    return _Folding(key, known, by_kind, max(entry.round for entry in known), clash).record()


def _order(entry: Entry) -> tuple[Any, ...]:
    return entry.at, entry.id


def _distinct(entries: Iterable[Entry]) -> tuple[list[Entry], str | None]:
    """Each entry once, and an id that different entries share."""
    seen: dict[str, Entry] = {}
    others: dict[str, Entry] = {}
    clashing = []
    for entry in entries:
        first = seen.setdefault(entry.id, entry)
        if first is not entry and first != entry:
            clashing.append(entry.id)
            others[dump(entry)] = entry
    if not clashing:
        return list(seen.values()), None
    every = {dump(entry): entry for entry in seen.values()} | others
    return [every[line] for line in sorted(every)], min(clashing)


@dataclass(slots=True)
class _Folding:
    key: str
    entries: list[Entry]
    by_kind: Mapping[str, list[Entry]]
    round: int
    clash: str | None

    def record(self) -> Record:
        claims = [_claim(entry) for entry in self._of(Kind.CLAIM)]
        claims.sort(key=lambda claim: (claim.attempt, claim.at, claim.id))
        live, deleted = self._receipts()
        live = as_corrected(live, claims, list(self._of(Kind.EDIT)))
        publishing = [claim for claim in claims if claim.action == "publish"]
        doubts, ended = self._attempts(publishing, {(item.round, item.message) for item in live})
        standing = tuple(item for item in live if item.receipt.id not in deleted)
        tombstone = self._last(Kind.RETRACT, whole=True)
        answered = self._last(Kind.RESOLVED, whole=False)
        return Record(
            key=self.key,
            channel=self.entries[-1].channel,
            round=self.round,
            claims=tuple(claim for claim in publishing if claim.round == self.round),
            open=self._open(claims, ended),
            receipts=self._first_receipts(standing, live),
            doubts=doubts,
            refusals=self._refusals({claim.id: claim for claim in claims}),
            pausing=pausing(self._now(Kind.THROTTLED, Kind.NOT_SENT, Kind.UNCLEAR)),
            hold=hold(self._now(Kind.HELD, Kind.NOT_SENT), claims[-1] if claims else None),
            handed=self._handed(answered),
            answer=answered.answer if answered else None,
            moved=answered.not_before if answered else None,
            corrections=corrections(claims, self.entries, self.round),
            tombstone=tombstone,
            to_delete=self._to_delete(standing),
            deleted=deleted,
            live=standing,
            duplicates=self._duplicates(standing),
            clash=self.clash,
            attempts=max((claim.attempt for claim in claims), default=0),
            last=self.entries[-1].id,
            stamp=stamp_of(entry.id for entry in self.entries if entry.kind != Kind.HELD),
        )

    def _of(self, *kinds: Kind) -> Iterator[Entry]:
        for kind in kinds:
            yield from self.by_kind.get(kind, ())

    def _now(self, *kinds: Kind) -> Iterator[Entry]:
        """Entries of these kinds in the current round."""
        return (entry for entry in self._of(*kinds) if entry.round == self.round)

    def _receipts(self) -> tuple[list[Live], frozenset[str]]:
        """Every distinct receipt ever recorded, the oldest first, and what was deleted."""
        distinct: list[Live] = []
        for entry in self._of(Kind.PUBLISHED, Kind.RESOLVED):  # a person's knows less of it
            item = _live(entry)
            if item and not any(_same(item, other) for other in distinct):
                distinct.append(item)
        distinct.sort(key=live_order)
        deleted = frozenset(entry.target for entry in self._of(Kind.RETRACTED) if entry.target)
        return distinct, deleted

    def _first_receipts(self, standing: Sequence[Live], ever: Sequence[Live]) -> dict[int, Receipt]:
        """By message, what stands now or else what stood once."""
        first: dict[int, Receipt] = {}
        for item in (*standing, *ever):
            if item.round == self.round:
                first.setdefault(item.message, item.receipt)
        return dict(sorted(first.items()))

    def _attempts(
        self, claims: Sequence[Claim], done: set[tuple[int, int]]
    ) -> tuple[tuple[Doubt, ...], set[str]]:
        """What is in doubt, and the claims that have ended."""
        by_claim: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.claim is not None:
                by_claim[entry.claim].append(entry)
        for entry in self._of(Kind.RESOLVED):
            for claim_id in entry.claims:
                by_claim[claim_id].append(entry)
        doubts: list[Doubt] = []
        ended: set[str] = set()
        for claim in claims:
            own = by_claim[claim.id]
            attempt = _Attempt(claim, own)
            doubts += (
                doubt for doubt in attempt.doubts() if (claim.round, doubt.message) not in done
            )
            complete = all((claim.round, n) in done for n in range(len(claim.digests)))
            if complete or attempt.ended:
                ended.add(claim.id)
        return tuple(doubts), ended

    def _open(self, claims: Sequence[Claim], ended: set[str]) -> Claim | None:
        if not claims or claims[-1].id in ended:
            return None
        newest = claims[-1]
        if newest.action == "publish":
            return newest
        own = [entry for entry in self.entries if entry.claim == newest.id]
        stopped = any(entry.kind in _NEGATIVE or entry.kind == Kind.UNCLEAR for entry in own)
        done = sum(entry.kind in (Kind.EDIT, Kind.RETRACTED) for entry in own)
        return None if stopped or done >= len(newest.digests) else newest

    def _refusals(self, claims: Mapping[str, Claim]) -> tuple[Refusal, ...]:
        found = []
        for entry in self._now(Kind.REJECTED):
            claim = claims.get(entry.claim or "")
            digest = claim.digest if claim else entry.digest
            found.append(Refusal(digest, entry.message or 0, entry.code or "", entry.at))
        return tuple(found)

    def _last(self, kind: Kind, *, whole: bool) -> Entry | None:
        found = [entry for entry in self._now(kind) if not (whole and entry.target)]
        return found[-1] if found else None

    def _handed(self, answered: Entry | None) -> Any:
        """When a person was given it, unless somebody has since said that it is to be sent."""
        found = self._last(Kind.HANDED, whole=False)
        sent = found and answered and answered.answer == "send" and found.claim in answered.claims
        return found.at if found and not sent else None

    def _to_delete(self, standing: Sequence[Live]) -> tuple[Live, ...]:
        wishes = list(self._of(Kind.RETRACT))
        whole = max((wish.round for wish in wishes if not wish.target), default=-1)
        targets = {wish.target for wish in wishes if wish.target}
        covered = [item for item in standing if item.round <= whole or item.receipt.id in targets]
        return tuple(sorted(covered, key=lambda item: (-item.round, -item.message, item.at)))

    def _duplicates(self, standing: Sequence[Live]) -> tuple[Duplicate, ...]:
        groups: dict[tuple[int, int], list[Receipt]] = defaultdict(list)
        for item in standing:
            groups[item.round, item.message].append(item.receipt)
        channel = self.entries[-1].channel
        return tuple(
            Duplicate(self.key, channel, place[0], place[1], tuple(receipts))
            for place, receipts in sorted(groups.items())
            if len(receipts) > 1
        )


@dataclass(slots=True)
class _Attempt:
    """One claim and the entries that name it."""

    claim: Claim
    entries: Sequence[Entry]

    @property
    def ended(self) -> bool:
        return any(
            entry.kind in _NEGATIVE or entry.kind in (Kind.UNCLEAR, Kind.RESOLVED)
            for entry in self.entries
        )

    def doubts(self) -> Iterator[Doubt]:
        """Messages that may have been sent under this claim, as far as it alone can tell."""
        explicit = {
            entry.message
            for entry in self.entries
            if entry.kind in (Kind.INTENT, Kind.UNCLEAR) and entry.message is not None
        }
        covered = set() if self.claim.intents else set(range(len(self.claim.digests)))
        for message in sorted(explicit | covered):
            if not self._cleared(message, explicit=message in explicit):
                yield self._doubt(message)

    def _doubt(self, message: int) -> Doubt:
        lost = [e for e in self.entries if e.kind == Kind.UNCLEAR and e.message == message]
        return Doubt(self.claim, message, bool(lost), lost[-1].code if lost else None)

    def _cleared(self, message: int, *, explicit: bool) -> bool:
        """By a negative outcome of its own, an answer, or an end of the claim before its turn.

        A run sends a delivery's messages in order and stops at the first that does not succeed,
        so what comes after that one was never attempted under this claim.
        """
        for entry in self.entries:
            about = entry.message
            if entry.kind in _NEGATIVE and (about == message or (about is None and not explicit)):
                return True
            if entry.kind == Kind.RESOLVED and entry.receipt is None and about in (None, message):
                return True
            stops = entry.kind in _NEGATIVE or entry.kind == Kind.UNCLEAR
            if stops and not explicit and about is not None and about < message:
                return True
        return False


def _claim(entry: Entry) -> Claim:
    return Claim(
        id=entry.id,
        key=entry.key,
        channel=entry.channel,
        at=entry.at,
        until=entry.until or entry.at,
        attempt=entry.attempt,
        round=entry.round,
        action=entry.action,
        digest=entry.digest or "",
        digests=entry.digests,
        created=entry.created or entry.at,
        planned=entry.planned,
        commit=entry.commit,
        pull=entry.pull,
        intents=entry.intents,
        source=entry.source,
    )


def _live(entry: Entry) -> Live | None:
    if entry.receipt is None:
        return None
    claim = entry.claim or (entry.claims[0] if entry.claims else None)
    return Live(entry.round, entry.message or 0, entry.receipt, claim, entry.digest, entry.at)


def live_order(item: Live) -> tuple[Any, ...]:
    """The oldest first."""
    return item.at, item.round, item.message, item.receipt.id


def stamp_of(ids: Iterable[str]) -> str:
    """Ids are enough: an entry never changes, and a changed one is a clash. Of none it is empty."""
    return " ".join(sorted(ids))


def _same(one: Live, other: Live) -> bool:
    """Whether two receipts are of the same item: by reference, or by URL where a person gave it."""
    if (one.round, one.message) != (other.round, other.message):
        return False
    return one.receipt.id == other.receipt.id or (
        one.receipt.url is not None and one.receipt.url == other.receipt.url
    )
