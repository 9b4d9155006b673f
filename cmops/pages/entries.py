"""A post as it stands on a page: once in every month in which it goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from cmops.pages.programme import Programme, Slot
from cmops.publish.plan import Delivery
from cmops.values import dataclass
from cmops.workspace.model import Post

ROOM = 180_000
"""Characters of posts on a page: with a theme's frame and its table of contents, 300 kB at most."""

_BASE, _CARD, _TURN, _MEDIUM = 900, 700, 360, 700
"""About how many characters of HTML each of these takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in one month: its slots there. ``day`` is the first of them."""

    id: str
    title: str
    post: Post | None
    slots: tuple[Slot, ...]

    @property
    def day(self) -> date | None:
        """The day it stands under."""
        return self.slots[0].day

    @property
    def by_channel(self) -> Mapping[str, Sequence[Delivery]]:
        """What is or was to go out this month, on each channel that it is meant for."""
        found: dict[str, list[Delivery]] = {}
        for slot in self.slots:
            for channel in slot.channels:
                found.setdefault(channel, [])
            for each in slot.deliveries:
                found[each.subject.channel].append(each)
        return found


def entries(programme: Programme) -> Iterator[Entry]:
    """The posts by month, in the order of their first day there."""
    found: dict[tuple[str, int, int], list[Slot]] = {}
    for slot in programme.slots:
        year, month = (slot.at.year, slot.at.month) if slot.at else (0, 0)
        found.setdefault((slot.id, year, month), []).append(slot)
    for (id, _, _), slots in found.items():
        yield Entry(id, slots[0].title, slots[0].post, tuple(slots))


def size(entry: Entry) -> int:
    """About how many characters of HTML an entry is, without composing or drawing it.

    Networks mostly show the same: what more than two of them do not share is not counted.
    """
    turns = sum(max(len(slot.deliveries), len(slot.channels)) for slot in entry.slots)
    if entry.post is None:
        return _BASE + turns * _TURN
    cards = min(len({channel for slot in entry.slots for channel in slot.channels}), 2)
    media = len(entry.post.media or ()) * _MEDIUM
    return _BASE + cards * (_CARD + len(entry.post.body) + media) + turns * _TURN
