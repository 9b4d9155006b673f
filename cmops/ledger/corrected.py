"""What corrections did to a delivery that is live: what each of its messages says now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from cmops.ledger.entries import Entry, Kind
from cmops.ledger.record import Claim, Correction, Live, Record

EDIT = "edit"
"""What a claim calls it when it is on a correction."""

_STOPS = frozenset({Kind.REJECTED, Kind.THROTTLED, Kind.NOT_SENT, Kind.UNCLEAR})


def stands(record: Record) -> bool:
    """Whether all of its messages are live, each once, and nobody wants them gone."""
    if not record.published or record.tombstone is not None or record.clash:
        return False
    live = sorted(item.message for item in record.live if item.round == record.round)
    return live == list(range(record.messages))


def changed_since(record: Record, source: str | None) -> bool:
    """Whether the files are others than those that what is live was made from.

    A ledger that does not say what they were gives no reason to change anything. Where a
    correction got lost, it is the text that counts.
    """
    said = record.said
    if said is None:
        return bool(record.receipts)
    return None not in (said.source, source) and said.source != source


def corrections(
    claims: Iterable[Claim], entries: Collection[Entry], round: int
) -> tuple[Correction, ...]:
    """The attempts of a round at correcting, in the order of ``claims``."""
    return tuple(
        _correction(claim, [entry for entry in entries if entry.claim == claim.id])
        for claim in claims
        if claim.action == EDIT and claim.round == round
    )


def as_corrected(
    live: Sequence[Live], claims: Sequence[Claim], edits: Iterable[Entry]
) -> list[Live]:
    """The receipts with what the platform calls the messages since their last correction.

    Where one message has two receipts nobody knows which of them was corrected.
    """
    order = {claim.id: number for number, claim in enumerate(claims)}
    newest: dict[tuple[int, int | None], Entry] = {}
    for entry in sorted(edits, key=lambda entry: (order.get(entry.claim or "", -1), entry.id)):
        if entry.receipt is not None:
            newest[entry.round, entry.message] = entry
    digests = {claim.id: claim.digests for claim in claims}
    return [_now(item, newest.get((item.round, item.message)), digests) for item in live]


def _now(item: Live, edit: Entry | None, digests: dict[str, tuple[str, ...]]) -> Live:
    if edit is None or edit.receipt is None or edit.receipt.id != item.receipt.id:
        return item
    said = digests.get(edit.claim or "", ())
    digest = said[item.message] if item.message < len(said) else item.digest
    return replace(item, receipt=replace(edit.receipt, at=item.receipt.at), digest=digest)


def _correction(claim: Claim, own: Iterable[Entry]) -> Correction:
    made, lost, stopped = set(), None, False
    for entry in own:
        if entry.kind == Kind.EDIT and entry.message is not None:
            made.add(entry.message)
        elif entry.kind in _STOPS:
            stopped = True
            lost = entry.message if entry.kind == Kind.UNCLEAR else lost
    return Correction(claim, frozenset(made), lost, stopped)
