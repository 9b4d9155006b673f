"""What the ledger says: one entry, one line of compact JSON, never changed once written.

An entry holds no name, address, text or raw error of anybody, because the ledger cannot forget.
Readers accept kinds and fields that they do not know; what they do know must be right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from cmops.ledger.fields import FIELDS, wrong_field
from cmops.ledger.kinds import OUTCOMES, REQUIRED, Kind
from cmops.values import dataclass

__all__ = [
    "OUTCOMES",
    "PAUSES",
    "REQUIRED",
    "Covered",
    "Entry",
    "Kind",
    "Receipt",
    "Scope",
    "Unreadable",
    "dump",
    "entry_of",
    "load",
    "parse",
    "receipt_of",
    "wrong",
]

PAUSES = "ledger/pauses.ndjson"
"""The file of what concerns no single channel: the genesis, pauses and their ends."""

_CHANNEL = re.compile(r"\w[\w.-]{0,99}")


_ALWAYS = frozenset({"kind", "id", "at"})
_NEEDED = {kind: _ALWAYS.union(names) for kind, names in REQUIRED.items()}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform gave back: its own reference, when, where to see it, and the rest of it.

    ``extra`` keeps whatever later calls need (a CID, a root, a parent), sorted by name.
    """

    id: str
    at: datetime
    url: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pause covers. ``kind``: everything, brand, channel or campaign (and its name)."""

    kind: str = "everything"
    name: str = ""


class Covered(NamedTuple):
    """What an approval is about: a delivery, the version of it, and when it was to be sent."""

    key: str
    digest: str
    planned: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. What a kind needs is in ``REQUIRED``; the rest keeps its default.

    ``id`` is ``<run>.<sequence>``: 128 random bits of the process that wrote it, and a counter.
    ``at`` and every other time is UTC. ``claim`` names the claim an intent or outcome belongs to.
    ``round`` counts deliberate republications (0 is the first). ``message`` counts from 0.
    """

    kind: str
    id: str
    at: datetime
    key: str = ""
    channel: str = ""
    round: int = 0
    claim: str | None = None
    message: int | None = None
    digest: str | None = None
    """Of the whole delivery in a claim or an edit, of one message elsewhere."""
    receipt: Receipt | None = None
    code: str | None = None
    """Why, as a short word of cmops or of the platform (``auth``, ``http-422``), never its text."""
    not_before: datetime | None = None
    until: datetime | None = None
    """End of a claim's lease, or of a pause."""
    attempt: int = 0
    """Counts a delivery's claims from 1; the highest is the newest, whatever the clocks said. In
    what holds a delivery: the newest that was known."""
    digests: tuple[str, ...] = ()
    """Of each message of a claim, in order."""
    commit: str | None = None
    source: str | None = None
    """Of the files that a claim's content came from: another one where they have changed."""
    pull: int | None = None
    created: datetime | None = None
    """The creation time that every attempt of a delivery gives its messages."""
    planned: datetime | None = None
    """When the delivery was planned for."""
    action: str = "publish"
    intents: bool = False
    """In a claim: each intent is pushed before its send, so a claim without one sent nothing."""
    target: str | None = None
    """The reference (``Receipt.id``) that a retraction is about; none: the whole delivery."""
    answer: str | None = None
    """A person's: ``published``, ``send`` (not published, send now), ``drop``, or ``moved`` (to
    ``not_before``, by whoever publishes it by hand)."""
    claims: tuple[str, ...] = ()
    """The attempts that a person's answer settles."""
    ends: tuple[str, ...] = ()
    """The pauses that a resume ends."""
    scope: Scope | None = None
    reason: str | None = None
    genesis: str | None = None
    means: str | None = None
    """How an approval was given: ``review``, ``email``, ``solo`` or ``emergency``."""
    voices: Mapping[str, int] | None = None
    """How many people approved, by the roles they have (``direction``, ``direction+legal``)."""
    covers: tuple[Covered, ...] = ()
    refuses: tuple[Covered, ...] = ()
    minor: bool = False
    """In an approval: the change was marked as a small one."""
    proof: str | None = None
    """Of an approval by e-mail: the hash of the message, which is kept elsewhere."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a later version, kept as they came."""

    @property
    def run(self) -> str:
        """The run that wrote it."""
        return self.id.rpartition(".")[0]

    @property
    def path(self) -> str:
        """The ledger file it belongs in, by its channel and its month."""
        if self.kind == Kind.APPROVED:
            return f"ledger/approvals-{self.at:%Y-%m}.ndjson"
        if not self.key:
            return PAUSES
        if not _CHANNEL.fullmatch(self.channel):
            raise ValueError(f"not a channel's name: {self.channel!r}")
        return f"ledger/{self.channel}/{self.at:%Y-%m}.ndjson"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that says nothing certain: where it stands (from 1) and a word for what is wrong.

    ``channel`` is what it holds; none means every channel.
    """

    path: str
    line: int
    reason: str

    @property
    def channel(self) -> str | None:
        """The channel whose file this is."""
        parts = self.path.split("/")
        return parts[1] if len(parts) == 3 else None


def parse(line: str, path: str = "", number: int = 0) -> Entry | Unreadable:
    """The entry on a line, or what stands there instead. Never raises."""
    row = load(line)
    if isinstance(row, str):
        return Unreadable(path, number, row)
    return entry_of(row)


def load(line: str) -> dict[str, Any] | str:
    """The line's checked JSON object, or a word for what is wrong: ``json`` or a field's name."""
    try:
        row, end = _SCAN(line, 0)
    except (ValueError, StopIteration, RecursionError):
        return "json"
    if end != len(line) and line[end:].strip():
        return "json"
    return wrong(row) or row


def wrong(row: object) -> str | None:
    """The first field that is missing or not what it must be, or None for a readable entry."""
    if type(row) is not dict:
        return "json"
    kind = row.get("kind")
    if type(kind) is not str or not kind:
        return "kind"
    needed = _NEEDED.get(kind, _ALWAYS)
    if not row.keys() >= needed:
        return min(needed - row.keys())
    return wrong_field(row)


def entry_of(row: Mapping[str, Any]) -> Entry:
    """The entry of a row that ``load`` found right."""
    known: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for name, value in row.items():
        if name in FIELDS:
            known[name] = _READ[name](value) if name in _READ else value
        else:
            more[name] = value
    return Entry(**known, more=more) if more else Entry(**known)


def dump(entry: Entry) -> str:
    """The entry's line, without its end: ASCII, sorted names, no blanks, defaults left out.

    Raises ValueError for an entry that no reader would accept, which is a bug of the writer.
    """
    row: dict[str, Any] = dict(entry.more)
    for name in FIELDS:
        value = getattr(entry, name)
        if value != _DEFAULTS[name] or name in REQUIRED.get(entry.kind, ()):
            row[name] = _plain(value)
    if (reason := wrong(row)) is not None:
        raise ValueError(f"not a ledger entry ({reason}): {row}")
    return json.dumps(row, sort_keys=True, separators=(",", ":"))


def _constant(name: str) -> object:
    raise ValueError(name)


_SCAN: Any = json.JSONDecoder(parse_constant=_constant).scan_once  # type: ignore[attr-defined]
"""What ``json.loads`` calls, without its search for blanks around the value."""


def receipt_of(row: Mapping[str, Any]) -> Receipt:
    """The receipt of a row that ``load`` found right."""
    extra = tuple(sorted(row.get("extra", {}).items()))
    return Receipt(row["id"], datetime.fromisoformat(row["at"]), row.get("url"), extra)


def _scope(row: Mapping[str, Any]) -> Scope:
    return Scope(row["kind"], row.get("name", ""))


def _covered(rows: list[Any]) -> tuple[Covered, ...]:
    return tuple(Covered(key, digest, _time(planned)) for key, digest, planned in rows)


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case Receipt():
            row: dict[str, object] = {"id": value.id, "at": _plain(value.at)}
            if value.url is not None:
                row["url"] = value.url
            if value.extra:
                row["extra"] = dict(value.extra)
            return row
        case Scope():
            return {"kind": value.kind} | ({"name": value.name} if value.name else {})
        case tuple():
            return [_plain(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value


_time = datetime.fromisoformat
_READ: Mapping[str, Any] = {
    **dict.fromkeys(("at", "not_before", "until", "created", "planned"), _time),
    **dict.fromkeys(("digests", "claims", "ends"), tuple),
    **dict.fromkeys(("covers", "refuses"), _covered),
    "receipt": receipt_of,
    "scope": _scope,
}
_DEFAULTS: Mapping[str, object] = {
    **{name: Entry.__dataclass_fields__[name].default for name in FIELDS},
}
