"""Two states of a workspace -> what the change does to each post on each channel.

Pure: both states are given, and nothing of the ledger is asked but what the plan knows already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from cmops.adapters.contract import Can
from cmops.compose import Composition
from cmops.ledger.record import Record
from cmops.publish.corrections import EDIT, able
from cmops.publish.plan import Delivery
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from cmops.values import dataclass
from cmops.workspace import load
from cmops.workspace.load import SETTINGS, Loaded


class Kind(StrEnum):
    """What a change does to one delivery; shown in this order."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    EDITED = "edited"
    """It is live, and will be corrected there."""
    STALE = "stale"
    """It is live and the network cannot correct it: people go on seeing the old text."""
    LEFT = "left"
    """It is live, and its file or channel goes: nothing takes it back."""
    DRAFT = "draft"
    """It is written, and does not go out before somebody says that it is ready."""
    BATCH = "batch"
    """No change: it is to be approved with its batch."""
    SAME = "same"
    """Its file changes, what is sent does not."""


class Cause(StrEnum):
    """Where a change comes from: the post and its media, or what holds for all of them."""

    FILE = "file"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Turn:
    """A post on one channel in one state: one subject, or one for each day where it repeats.

    ``removed_at`` is when it is to be deleted again.
    """

    subjects: tuple[Subject, ...]
    removed_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """The first of them."""
        return self.subjects[0]

    @property
    def times(self) -> tuple[datetime | None, ...]:
        """When it goes out."""
        return tuple(each.at for each in self.subjects)

    @property
    def composition(self) -> Composition | None:
        """What is sent; None where nothing can be."""
        return self.subject.composition

    @property
    def digest(self) -> str | None:
        """The version: what an approval binds to."""
        made = self.composition
        return made.digest if made else None

    @property
    def timing(self) -> tuple[object, ...]:
        """All that says when."""
        return (self.times, self.removed_at, self.subject.expires)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one delivery. One of ``before`` and ``after`` may be missing, never both.

    ``moved`` is told besides ``kind``, because a text and its time can change together.
    ``deliveries`` are its place in the plan, all its days.
    """

    kind: Kind
    before: Turn | None
    after: Turn | None
    cause: Cause = Cause.FILE
    moved: bool = False
    deliveries: tuple[Delivery, ...] = ()

    @property
    def subject(self) -> Subject:
        """What it is about, as it will be; as it was, where it goes."""
        turn = self.after or self.before
        if turn is None:
            raise ValueError(self)
        return turn.subject

    @property
    def after_digest(self) -> str | None:
        """The version that will be sent."""
        return self.after.digest if self.after else None

    @property
    def reason(self) -> Reason | None:
        """Why the plan does not let it go out, if it does not."""
        return next((each.reason for each in self.deliveries if each.reason), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside both states: the time, the ledger, and why a path must be looked at."""

    now: datetime
    record_of: Callable[[str], Record]
    suspected: Callable[[str], Cause | None]


def changes(
    before: Iterable[Subject], after: Iterable[Delivery], known: Known
) -> tuple[Change, ...]:
    """What becomes of each delivery whose post may have changed, by time.

    Only what ``known.suspected`` names is composed.
    """
    planned = tuple(each for each in after if known.suspected(each.subject.path))
    old = turns((each for each in before if known.suspected(each.path)), known.now)
    new = turns((each.subject for each in planned), known.now)
    deliveries = _by_place(planned)
    found: list[Change] = []
    for name in dict.fromkeys((*old, *new)):
        pair = _Pair(old.get(name), new.get(name), tuple(deliveries.get(name, ())))
        found += pair.compared(known)
    return tuple(sorted(found, key=_order))


def whole(planned: Iterable[Delivery], posts: Collection[str], now: datetime) -> tuple[Change, ...]:
    """Everything that these posts send, as a batch to be approved, by time."""
    wanted = [each for each in planned if each.subject.post in posts]
    deliveries = _by_place(wanted)
    found = [
        Change(Kind.BATCH, None, turn, deliveries=tuple(deliveries[name]))
        for name, turn in turns((each.subject for each in wanted), now).items()
    ]
    return tuple(sorted(found, key=_order))


def drafts(found: Iterable[Subject], now: datetime) -> tuple[Change, ...]:
    """What drafts would send, by time."""
    shown = [Change(Kind.DRAFT, None, turn) for turn in turns(found, now).values()]
    return tuple(sorted(shown, key=_order))


def turns(found: Iterable[Subject], now: datetime) -> dict[str, Turn]:
    """Each delivery once, with all its days to come."""
    subjects: dict[str, list[Subject]] = {}
    removals: dict[str, datetime | None] = {}
    for each in found:
        if each.action == "publish" and not _is_past(each, now):
            subjects.setdefault(place(each), []).append(each)
        elif each.action == "delete":
            removals[place(each)] = each.at
    return {name: Turn(tuple(each), removals.get(name)) for name, each in subjects.items()}


def _is_past(each: Subject, now: datetime) -> bool:
    """Whether it is a day of a repeating post that is over."""
    return each.day is not None and each.at is not None and each.at < now


def _by_place(planned: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    for each in planned:
        if each.subject.action in ("publish", EDIT):
            found.setdefault(place(each.subject), []).append(each)
    return found


def place(subject: Subject) -> str:
    """A delivery's identity without its day."""
    return subject.target.removesuffix(f"~{subject.day}") if subject.day else subject.target


def suspects(
    before: Loaded, after: Loaded, files: Collection[str]
) -> Callable[[str], Cause | None]:
    """Why a post could send something else than before: its file, its media, the settings."""
    touched = set(files)
    media = {_medium(path) for path in touched if path.startswith("content/")}
    everything = Cause.SETTINGS if SETTINGS in touched else None
    records = {**before.records, **after.records}

    def suspected(path: str) -> Cause | None:
        if path in touched:
            return Cause.FILE
        record = records.get(path)
        if media and record and not media.isdisjoint(_named(record)):
            return Cause.FILE
        return everything

    return suspected


@dataclass(frozen=True, slots=True)
class _Pair:
    """One delivery before and after."""

    old: Turn | None
    new: Turn | None
    deliveries: tuple[Delivery, ...]

    def compared(self, known: Known) -> Iterator[Change]:
        """What happens to it, if anything does."""
        old, new = self.old, self.new
        turn = new or old
        if turn is None:
            return
        cause = known.suspected(turn.subject.path) or Cause.FILE
        records = [known.record_of(each.target) for each in turn.subjects]
        live = all(each.begun for each in records)
        if new is None:
            yield Change(Kind.LEFT if live else Kind.CANCELLED, old, None, cause)
            return
        content = old is None or old.digest != new.digest
        moved = old is not None and not live and old.timing != new.timing
        kind = Kind.CHANGED if content else Kind.MOVED if moved else Kind.SAME
        if old is None:
            kind = Kind.NEW
        if content and live:
            kind = _of_live(new, {each.live_digest for each in records}, cause)
        if cause is Cause.FILE or kind is not Kind.SAME:
            yield Change(kind, old, new, cause, moved, self.deliveries)


def _of_live(new: Turn, live: set[str | None], cause: Cause) -> Kind:
    """What happens to what went out already; publish.corrections says what is corrected."""
    repeats = new.subject.day is not None
    if repeats or cause is Cause.SETTINGS or new.digest is None or live <= {None, new.digest}:
        return Kind.SAME
    return Kind.EDITED if able(new.subject.platform) is Can.YES else Kind.STALE


def _medium(path: str) -> str:
    """The path that a post names: of a media file, or of the one that a sidecar describes."""
    return path.removeprefix("content/").removesuffix(".yml")


def _named(record: load.Record) -> set[str]:
    """Every media path that a post names anywhere, as far as its file can be read."""
    data = record.data or {}
    variants = data.get("variants")
    layers = [data, *(variants.values() if isinstance(variants, Mapping) else ())]
    found: list[object] = [data.get("cover")]
    for layer in (each for each in layers if isinstance(each, Mapping)):
        media, card = layer.get("media"), layer.get("card")
        found += media if isinstance(media, list) else ()
        found += [card.get("image")] if isinstance(card, Mapping) else ()
    return {each for each in found if isinstance(each, str)}


def _order(each: Change) -> tuple[bool, float, str, str]:
    turn = each.after or each.before
    at = next((time for time in turn.times if time), None) if turn else None
    return (at is None, at.timestamp() if at else 0.0, each.subject.post, each.subject.channel)
