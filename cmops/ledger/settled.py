"""Deliveries that are plainly done: told from their rows, and folded without decoding them.

Nearly all of an old ledger is one claim and a receipt for each of its messages. What is here is
only speed; tests hold it against ``fold``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zlib import crc32

from cmops.ledger.entries import Kind, Receipt
from cmops.ledger.fold import live_order, stamp_of
from cmops.ledger.record import Claim, Live, Record
from cmops.ledger.waits import Pausing

_UNTIL = re.compile(r'"until":"([^"]+)"').findall
_RECEIVED = re.compile(r'"receipt":\{"at":"([^"]+)"').findall
_SOURCE = '"source":"'
_UTC = len("2026-12-01T07:00:00Z")
"""The length of times that are in the order of their texts: in UTC, to the second."""

_HARMLESS = frozenset(
    {Kind.INTENT, Kind.THROTTLED, Kind.NOT_SENT, Kind.HELD, Kind.REJECTED, Kind.UNCLEAR}
)
"""What no longer matters once every message has its receipt."""


def obviously_settled(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these rows are surely settled: exactly one receipt for every message of its claims.

    May say no of a delivery that is settled, never yes of one that is not.
    """
    sizes = set()
    done = set()
    for row in rows:
        kind = row["kind"]
        if kind == "published":
            if row["message"] in done:
                return False
            done.add(row["message"])
        elif kind == "claim":
            sizes.add(len(row["digests"]))
        elif kind not in _HARMLESS:
            return False
        if "round" in row or "action" in row:
            return False
    if sizes != {len(done)} or max(done) >= len(done):
        return False
    return len({row["id"] for row in rows}) == len(rows)


def sources(group: str) -> frozenset[str] | None:
    """The files that a settled group's text says it was made from; None where that is unclear.

    Empty where nothing is said of them.
    """
    found = set()
    place = group.find('"source"')
    while place >= 0:
        begin = place + len(_SOURCE)
        if not group.startswith(_SOURCE, place):
            return None
        end = group.find('"', begin)
        found.add(group[begin:end])
        place = group.find('"source"', end)
    return frozenset(found)


def made_from(said: frozenset[str] | None, source: Callable[[], str | None]) -> bool:
    """Whether ``sources`` of a settled group are, of all its claims, these files.

    So it is too where nothing is said of them: there is no telling that they were others. May say
    no where it is so, never yes where it is not.
    """
    if said is None:
        return False
    return not said or (now := source()) is None or said == {now}


def mark(group: str) -> str:
    """What changes when anything of a settled group's text does, but for a rare accident."""
    return f"{len(group)} {crc32(group.encode())}"


def went_well(group: str) -> bool:
    """Whether a settled group's text tells of no refusal and no doubt on the way.

    May say no where there was none, never yes where there was.
    """
    return not any(sign in group for sign in ('"rejected"', '"unclear"', "\\"))


def leased_until(group: str) -> datetime | None:
    """The last end of a lease in a settled group's text; None where that cannot be told."""
    ends = _UNTIL(group)
    if len(ends) != group.count('"until"'):
        return None
    return max(map(_time, ends), default=None)


def live_since(group: str) -> datetime | None:
    """The first receipt's time in a settled group's text; None where that cannot be told."""
    times = _RECEIVED(group)
    if not times or len(times) != group.count('"receipt":'):
        return None
    if all(len(each) == _UTC and each[-1] == "Z" for each in times):
        return _time(min(times))
    return min(map(_time, times))


def fold_settled(key: str, group: str) -> Record | None:
    """The record of a settled group, from its text: what ``fold`` makes of it, in half the time.

    Nearly all of an old ledger is claims, of which all but one had to wait, and a receipt for each
    message, each on a line as ``dump`` writes it; None of anything else.
    """
    if "\\" in group:
        return None
    claim_line, sent_line, waited_line = _lines()
    claims, live, waits, known = [], [], [], []
    position = group.index(_ROWS) + len(_ROWS)
    while position < len(group):
        if row := claim_line(group, position):
            claims.append(claim := _claimed(key, *row.groups()))
            known.append((claim.at, claim.id, claim.channel))
        elif row := sent_line(group, position):
            at, channel, of, digest, id, message, when, extra, name, url = row.groups()
            known.append((moment := _time(at), id, channel))
            if message:
                receipt = Receipt(name, _time(when), url, _sorted(extra) if extra else ())
                live.append(Live(0, int(message), receipt, of, digest, moment))
        elif row := waited_line(group, position):
            at, channel, code, id, until = row.groups()
            known.append((_time(at), id, channel))
            waits.append(Pausing(_time(until), Kind.THROTTLED, code))
        else:
            return None
        position = row.end()
    return _record(key, claims, live, waits, known) if claims else None


_ROWS = '",1,['
"""What stands between a settled group's key and its rows."""

_WORD = r'"([^"]*)"'
_KEY = r'"key":"[^"]*"'
_END = r"}(?:,|\]\])"
_CLAIM = (
    rf'{{"at":{_WORD},"attempt":(\d+),"channel":{_WORD},(?:"commit":{_WORD},)?"created":{_WORD},'
    rf'"digest":{_WORD},"digests":\["([^"]*(?:","[^"]*)*)"\],"id":{_WORD},(?:"intents":(true),)?'
    rf'{_KEY},"kind":"claim"(?:,"planned":{_WORD})?(?:,"pull":(\d+))?(?:,"source":{_WORD})?,'
    rf'"until":{_WORD}{_END}'
)
_RECEIPT = rf'{{"at":{_WORD},(?:"extra":({{[^{{}}]*}}),)?"id":{_WORD}(?:,"url":{_WORD})?}}'
_SENT = (
    rf'{{"at":{_WORD},"channel":{_WORD},"claim":{_WORD},(?:"digest":{_WORD},)?"id":{_WORD},{_KEY},'
    rf'"kind":"(?:intent","message":\d+|published","message":(\d+),"receipt":{_RECEIPT}){_END}'
)
_WAITED = (
    rf'{{"at":{_WORD},"channel":{_WORD},"claim":"[^"]*",(?:"code":{_WORD},)?"id":{_WORD},{_KEY},'
    rf'"kind":"throttled"(?:,"message":\d+)?,"not_before":{_WORD}{_END}'
)

Match = Callable[[str, int], re.Match[str] | None]


@cache
def _lines() -> tuple[Match, Match, Match]:
    """What knows the lines of a claim, of what was sent, and of what had to wait.

    They are lines as ``dump`` writes them: names in their order, no blanks, what is not there
    left out.
    """
    claim, sent, waited = (re.compile(each).match for each in (_CLAIM, _SENT, _WAITED))
    return claim, sent, waited


_time = datetime.fromisoformat


def _record(
    key: str,
    claims: list[Claim],
    live: list[Live],
    waits: list[Pausing],
    known: list[tuple[datetime, str, str]],
) -> Record:
    if len(claims) > 1:
        claims.sort(key=_claim_order)
    if len(live) > 1:
        live.sort(key=live_order)
    receipts = {item.message: item.receipt for item in sorted(live, key=_by_message)}
    _, last, channel = max(known)
    return Record(
        key=key,
        channel=channel,
        claims=tuple(claims),
        receipts=receipts,
        live=tuple(live),
        pausing=max(waits, key=_wait_order) if waits else None,
        attempts=claims[-1].attempt,
        last=last,
        stamp=stamp_of([id for _, id, _ in known]),
    )


def _claimed(  # noqa: PLR0913 - the groups of _CLAIM
    key: str,
    at: str,
    attempt: str,
    channel: str,
    commit: str | None,
    created: str,
    digest: str,
    digests: str,
    id: str,
    intents: str | None,
    planned: str | None,
    pull: str | None,
    source: str | None,
    until: str,
) -> Claim:
    return Claim(
        id,
        key,
        channel,
        _time(at),
        _time(until),
        int(attempt),
        0,
        "publish",
        digest,
        tuple(digests.split('","')),
        _time(created),
        _time(planned) if planned else None,
        commit,
        int(pull) if pull else None,
        intents is not None,
        source,
    )


def _sorted(extra: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(json.loads(extra).items()))


def _claim_order(claim: Claim) -> tuple[Any, ...]:
    return claim.attempt, claim.at, claim.id


def _wait_order(wait: Pausing) -> tuple[Any, ...]:
    return wait.until, wait.code or ""


def _by_message(item: Live) -> int:
    return item.message
