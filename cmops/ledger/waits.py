"""Why a delivery waits: a time before which nothing may be sent, or what stood in a run's way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from cmops.ledger.entries import Entry
from cmops.ledger.kinds import Kind
from cmops.values import dataclass

if TYPE_CHECKING:
    from cmops.ledger.record import Claim


@dataclass(frozen=True, slots=True)
class Pausing:
    """Why nothing may be sent before a time: the latest ``throttled`` or ``not_sent``."""

    until: datetime
    kind: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """What stood in the way of the last run that wanted to send, and of no later one.

    ``digest`` is what it wanted to send; None where nothing was claimed, because the reason lies
    in the channel.
    """

    code: str
    at: datetime
    digest: str | None


def pausing(entries: Iterable[Entry]) -> Pausing | None:
    """The latest time that any of these entries asks to wait for."""
    found = [
        Pausing(entry.not_before, entry.kind, entry.code)
        for entry in entries
        if entry.not_before is not None
    ]
    return max(found, key=lambda item: (item.until, item.kind, item.code or ""), default=None)


def hold(entries: Iterable[Entry], newest: Claim | None) -> Hold | None:
    """The last word on why nothing was sent, if nobody has claimed the delivery since.

    Of what was not sent under a claim, only the ``newest`` one's counts.
    """
    attempts = newest.attempt if newest else 0
    found = []
    for entry in entries:
        if entry.kind == Kind.HELD and entry.attempt >= attempts:
            found.append(Hold(entry.code or "", entry.at, None))
        elif entry.kind != Kind.HELD and newest is not None and entry.claim == newest.id:
            found.append(Hold(entry.code or "", entry.at, newest.digest))
    return max(found, key=lambda item: (item.at, item.code, item.digest or ""), default=None)
