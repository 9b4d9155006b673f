"""What goes out when, post by post: the view of the plan that calendar, posts and home share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property

from cmops.publish.plan import Delivery, State
from cmops.values import dataclass
from cmops.workspace.model import Post, Workspace

_WORST = (
    State.UNCLEAR,
    State.REJECTED,
    State.MISSED,
    State.HELD,
    State.HANDED,
    State.THROTTLED,
    State.EXPIRED,
    State.RETRACTED,
    State.CLAIMED,
    State.DUE,
    State.WAITING,
    State.PUBLISHED,
)
"""The order in which the states of several channels sum up: what needs a person comes first."""

LOST = (State.MISSED, State.EXPIRED, State.REJECTED, State.RETRACTED)
"""States of what did not go out, or is no longer there."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A post at one time, on the channels that get it then.

    ``post`` is None where the file cannot be read. ``state`` is a delivery's, or ``draft`` or
    ``idea`` for what is not ready; then there are no deliveries.
    """

    id: str
    title: str
    at: datetime | None
    state: str
    channels: tuple[str, ...]
    deliveries: tuple[Delivery, ...] = ()
    post: Post | None = None

    @property
    def day(self) -> date | None:
        """The day it falls on."""
        return self.at.date() if self.at else None


class Programme:
    """Every slot of a workspace, in the order of time; those without a time come last."""

    def __init__(self, workspace: Workspace, deliveries: tuple[Delivery, ...]) -> None:
        self._zone = workspace.zone
        self._posts = workspace.posts
        self._deliveries = deliveries

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """All of them."""
        found = [*self._planned(), *self._unready()]
        return tuple(sorted(found, key=_place))

    @cached_property
    def by_day(self) -> Mapping[date, tuple[Slot, ...]]:
        """The slots of each day that has some."""
        days: dict[date, list[Slot]] = {}
        for slot in self.slots:
            if slot.day:
                days.setdefault(slot.day, []).append(slot)
        return {day: tuple(slots) for day, slots in days.items()}

    @cached_property
    def heard(self) -> Mapping[str, tuple[date, ...]]:
        """The days on which each channel says or said something, in order."""
        found: dict[str, set[date]] = {}
        for slot in self.slots:
            for each in slot.deliveries:
                if slot.day and each.state not in LOST:
                    found.setdefault(each.subject.channel, set()).add(slot.day)
        return {channel: tuple(sorted(days)) for channel, days in found.items()}

    @property
    def undated(self) -> tuple[Slot, ...]:
        """What nobody has given a time yet."""
        return tuple(slot for slot in self.slots if slot.at is None)

    def about(self, wanted: Iterable[Post]) -> tuple[Slot, ...]:
        """The slots of these posts."""
        ids = {post.id for post in wanted}
        return tuple(slot for slot in self.slots if slot.id in ids)

    def between(self, first: date, last: date) -> Iterator[tuple[date, tuple[Slot, ...]]]:
        """The days from ``first`` to ``last`` that have slots, in order."""
        for day in sorted(self.by_day):
            if first <= day <= last:
                yield day, self.by_day[day]

    def _planned(self) -> Iterator[Slot]:
        together: dict[tuple[str, datetime | None], list[Delivery]] = {}
        for each in self._deliveries:
            if each.subject.action == "publish":
                at = each.subject.at.astimezone(self._zone) if each.subject.at else None
                together.setdefault((each.subject.post, at), []).append(each)
        for (id, at), deliveries in together.items():
            post = self._posts.get(id)
            state = min((each.state for each in deliveries), key=_WORST.index)
            channels = tuple(each.subject.channel for each in deliveries)
            title = post.title if post else deliveries[0].subject.path
            yield Slot(id, title, at, str(state), channels, tuple(deliveries), post)

    def _unready(self) -> Iterator[Slot]:
        for post in self._posts.values():
            if post.status != "ready":
                yield Slot(post.id, post.title, post.publish_at, post.status, post.to, (), post)


def _place(slot: Slot) -> tuple[bool, float, str]:
    return (slot.at is None, slot.at.timestamp() if slot.at else 0.0, slot.id)
