"""What is known: of each delivery, of what is paused, and of what could not be read.

A History is a value: what the ledger said at one tip, with what this machine knows besides. It
decodes and folds a delivery when it is asked for, so a ledger of years costs what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from cmops.ledger.entries import Entry, Kind, Scope, Unreadable, dump, entry_of
from cmops.ledger.fold import fold
from cmops.ledger.record import Duplicate, Record
from cmops.ledger.settled import fold_settled
from cmops.ledger.sheet import APPROVALS, KEYLESS, Sheet, extend, rows
from cmops.values import dataclass

T = TypeVar("T")

_OF_NONE = frozenset({KEYLESS, APPROVALS})
"""Groups whose entries belong to no delivery."""


@dataclass(frozen=True, slots=True)
class Genesis:
    """The ledger's beginning: its random id and when it was made."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a delivery stands, for the question whether a pause covers it."""

    channel: str
    brand: str | None = None
    campaign: str | None = None

    def within(self, scope: Scope) -> bool:
        """Whether the scope covers it; a scope of a kind we do not know covers everything."""
        if scope.kind not in ("brand", "channel", "campaign"):
            return True
        return bool(scope.name) and getattr(self, scope.kind) == scope.name


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that nobody has ended. ``id`` is what a resume names."""

    id: str
    at: datetime
    scope: Scope
    until: datetime | None
    reason: str | None

    def active(self, now: datetime) -> bool:
        """Whether it has not run out."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Index:
    """The files of one tip, by key; ``several`` has all groups of keys that stand in many files.

    ``loose`` are the keys that are not obviously settled, by one file or by many.
    """

    sheets: tuple[Sheet, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, list[str]] = field(default_factory=dict)
    loose: frozenset[str] = frozenset()
    records: dict[str, Record] = field(default_factory=dict)
    """What was folded already, for every history of this tip."""
    keyless: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """What belongs to no delivery, once somebody has asked for it."""
    glances: dict[Callable[[str], Any], dict[str, Any]] = field(default_factory=dict)
    """What was asked of the texts of settled deliveries, by the question."""

    @classmethod
    def of(cls, sheets: Iterable[Sheet], earlier: Index | None = None) -> Index:
        """The index of these files. What ``earlier`` folded of equal entries is kept."""
        kept = tuple(sheets)
        if earlier is not None and list(map(id, kept)) == list(map(id, earlier.sheets)):
            return earlier
        groups: dict[str, str] = {}
        several: dict[str, list[str]] = {}
        for sheet in kept:
            for key in groups.keys() & sheet.groups.keys():
                several.setdefault(key, [groups[key]]).append(sheet.groups[key])
            groups.update(sheet.groups)
        loose = frozenset(several).union(*(sheet.loose for sheet in kept))
        found = cls(kept, groups, several, loose)
        return found if earlier is None else found._with(earlier)

    def _with(self, earlier: Index) -> Index:
        """The same with what an earlier one worked out of the same entries."""
        keyless = {
            name: known
            for name, known in earlier.keyless.copy().items()
            if earlier.groups.get(name) == self.groups.get(name)
            and earlier.several.get(name) == self.several.get(name)
        }
        records = earlier._still(self.groups, self.several)
        return replace(self, records=records, keyless=keyless)

    def _still(self, groups: Mapping[str, str], several: Mapping[str, Any]) -> dict[str, Record]:
        """The records whose entries are the same among those ``groups``."""
        return {
            key: record
            for key, record in self.records.copy().items()
            if self.groups.get(key) == groups.get(key)
            and key not in self.several
            and key not in several
        }


class History:
    """The ledger's content, by key. Made by a ledger's ``read``, or of entries in a test."""

    def __init__(
        self,
        index: Index,
        extra: Sheet,
        *,
        tip: str | None = None,
        others: str | None = None,
        read_at: float = 0.0,
    ) -> None:
        self.tip = tip
        """The version of the ledger that was read; None when there is none yet."""
        self.others = others
        """The newest version that was found and that this run did not write itself."""
        self.read_at = read_at
        """When, in seconds of the clock that counts suspension."""
        self._index = index
        self._extra = extra
        self._records: dict[str, Record] = {}

    @property
    def index(self) -> Index:
        """What it was read from."""
        return self._index

    @property
    def version(self) -> str | None:
        """What changes with anything it knows; None where that cannot be told."""
        if self._extra.groups:
            return None
        return self.tip or (None if self._index.groups else "")

    @classmethod
    def of_entries(cls, entries: Iterable[Entry]) -> History:
        """The history of these entries, wherever they would be kept."""
        return cls(Index(), Sheet("", "")).knowing(entries)

    def knowing(self, entries: Iterable[Entry]) -> History:
        """The same with entries that are not in the ledger yet; those that are change nothing."""
        lines = "".join(f"{dump(entry)}\n" for entry in entries)
        extra = extend(self._extra, lines.encode())
        return History(self._index, extra, tip=self.tip, others=self.others, read_at=self.read_at)

    def of(self, key: str) -> Record:
        """What is known of a delivery; an unknown key's record is empty."""
        records = self._records if key in self._extra.groups else self._index.records
        record = records.get(key)
        if record is None:
            record = records[key] = self._settled(key) or fold(key, self.entries(key))
        return record

    def settled(self, key: str) -> str | None:
        """The JSON text of all that was said of a delivery which plainly is live since it was sent.

        None of any other. Nothing is decoded, so that years of deliveries can be passed over.
        """
        if key in self._index.loose or key in self._extra.groups:
            return None
        return self._index.groups.get(key)

    def glance(self, key: str, ask: Callable[[str], T]) -> T | None:
        """What such a text answers; None of any other delivery. It is asked once a tip."""
        group = self.settled(key)
        if group is None:
            return None
        known: dict[str, T] = self._index.glances.setdefault(ask, {})
        if key not in known:
            known[key] = ask(group)
        return known[key]

    def entries(self, key: str) -> Iterator[Entry]:
        """Everything that was said of a key, in no certain order, perhaps more than once."""
        for group in self._texts(key):
            yield from map(entry_of, rows(group))

    def keys(self) -> Iterator[str]:
        """Every delivery that the ledger knows."""
        yield from (key for key in self._index.groups if key not in _OF_NONE)
        more = self._extra.groups.keys() - _OF_NONE
        yield from (key for key in sorted(more) if key not in self._index.groups)

    def __contains__(self, key: object) -> bool:
        return key in self._index.groups or key in self._extra.groups

    def has(self, entry: Entry) -> bool:
        """Whether exactly this entry was recorded (its id alone proves nothing)."""
        key = entry.key or (APPROVALS if entry.kind == Kind.APPROVED else KEYLESS)
        return any(entry == known for known in self.entries(key) if known.id == entry.id)

    @cached_property
    def unsettled(self) -> tuple[Record, ...]:
        """Deliveries with open claims, doubts, duplicates or something to delete, by key.

        Finds them without looking at what is obviously settled.
        """
        candidates = (self._index.loose | self._extra.groups.keys()) - _OF_NONE
        records = (self.of(key) for key in sorted(candidates))
        return tuple(record for record in records if record.unsettled)

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Messages with two receipts."""
        return tuple(duplicate for record in self.unsettled for duplicate in record.duplicates)

    @cached_property
    def genesis(self) -> Genesis | None:
        """The ledger's beginning, where it has one."""
        return self.geneses[0] if self.geneses else None

    @cached_property
    def geneses(self) -> tuple[Genesis, ...]:
        """Every beginning that it names; more than one means that two ledgers were joined."""
        found = {e.genesis: e.at for e in reversed(self._keyless) if e.kind == Kind.GENESIS}
        return tuple(Genesis(name, at) for name, at in reversed(found.items()) if name)

    @cached_property
    def pauses(self) -> tuple[Pause, ...]:
        """Pauses that nobody has ended, run out or not, the oldest first."""
        ended = {id for entry in self._keyless if entry.kind == Kind.RESUME for id in entry.ends}
        standing = {
            entry.id: Pause(entry.id, entry.at, entry.scope or Scope(), entry.until, entry.reason)
            for entry in self._keyless
            if entry.kind == Kind.PAUSE and entry.id not in ended
        }
        return tuple(sorted(standing.values(), key=lambda pause: (pause.at, pause.id)))

    def paused(self, place: Place, now: datetime) -> tuple[Pause, ...]:
        """The pauses that hold this place now."""
        return tuple(
            pause for pause in self.pauses if pause.active(now) and place.within(pause.scope)
        )

    @cached_property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Lines that say nothing certain, by file."""
        return tuple(line for sheet in self._index.sheets for line in sheet.unreadable)

    def unreadable_on(self, channel: str) -> tuple[Unreadable, ...]:
        """The lines that hold this channel: its own, and those of no single channel."""
        return tuple(line for line in self.unreadable if line.channel in (None, channel))

    @property
    def unknown_kinds(self) -> frozenset[str]:
        """What a later version of cmops wrote and this one does not understand."""
        return frozenset(kind for sheet in self._index.sheets for kind in sheet.unknown)

    @cached_property
    def approvals(self) -> tuple[Entry, ...]:
        """Everything that was approved and refused, the same tuple while nothing was added."""
        return self._of_none(APPROVALS)

    @cached_property
    def _keyless(self) -> tuple[Entry, ...]:
        return self._of_none(KEYLESS)

    def _of_none(self, group: str) -> tuple[Entry, ...]:
        """Entries of no delivery, each once, in the file's order."""
        here = group in self._extra.groups
        known = None if here else self._index.keyless.get(group)
        if known is None:
            known = tuple({dump(entry): entry for entry in self.entries(group)}.values())
        if not here:
            self._index.keyless[group] = known
        return known

    def _settled(self, key: str) -> Record | None:
        group = self.settled(key)
        return fold_settled(key, group) if group is not None else None

    def _texts(self, key: str) -> Iterator[str]:
        if key in self._index.several:
            yield from self._index.several[key]
        elif key in self._index.groups:
            yield self._index.groups[key]
        if key in self._extra.groups:
            yield self._extra.groups[key]
