"""What goes out when, post by post: the view of the plan that calendar, posts and home share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

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

_RANK = {state: rank for rank, state in enumerate(_WORST)}

LOST = frozenset((State.MISSED, State.EXPIRED, State.REJECTED, State.RETRACTED))
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
        self._silences: dict[timedelta, Mapping[str, tuple[tuple[date, date], ...]]] = {}

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
            if slot.at:
                days.setdefault(slot.at.date(), []).append(slot)
        return {day: tuple(slots) for day, slots in days.items()}

    @cached_property
    def heard(self) -> Mapping[str, tuple[date, ...]]:
        """The days on which each channel says or said something, in order."""
        found: dict[str, set[date]] = {}
        for day, slots in self.by_day.items():
            for slot in slots:
                for each in slot.deliveries:
                    if each.state not in LOST:
                        found.setdefault(each.subject.channel, set()).add(day)
        return {channel: tuple(sorted(days)) for channel, days in found.items()}

    def silences(self, longer: timedelta) -> Mapping[str, tuple[tuple[date, date], ...]]:
        """The neighbours among each channel's days that lie further apart, in order."""
        if longer not in self._silences:
            self._silences[longer] = {
                channel: tuple((one, two) for one, two in pairwise(days) if two - one > longer)
                for channel, days in self.heard.items()
            }
        return self._silences[longer]

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
        for day in self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]:
            yield day, self.by_day[day]

    @cached_property
    def _days(self) -> list[date]:
        return sorted(self.by_day)

    def _planned(self) -> Iterator[Slot]:
        together: dict[tuple[str, datetime | None], list[Delivery]] = {}
        for each in self._deliveries:
            if each.subject.action == "publish":
                together.setdefault((each.subject.post, each.subject.at), []).append(each)
        for (id, moment), deliveries in together.items():
            at, post = moment.astimezone(self._zone) if moment else None, self._posts.get(id)
            state = min([each.state for each in deliveries], key=_RANK.__getitem__)
            channels = tuple([each.subject.channel for each in deliveries])
            title = post.title if post else deliveries[0].subject.path
            yield Slot(id, title, at, str(state), channels, tuple(deliveries), post)

    def _unready(self) -> Iterator[Slot]:
        for post in self._posts.values():
            if post.status != "ready":
                yield Slot(post.id, post.title, post.publish_at, post.status, post.to, (), post)


def _place(slot: Slot) -> tuple[bool, float, str]:
    return (slot.at is None, slot.at.timestamp() if slot.at else 0.0, slot.id)
