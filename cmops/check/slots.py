"""When each post goes to each channel: what every rule about time looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from cmops.check.same import Same
from cmops.findings import Finding, Pointer
from cmops.workspace import time
from cmops.workspace.model import Channel, Post, Workspace

AHEAD = timedelta(days=366)
"""How far ahead the occurrences of repeating posts are looked at."""

BEHIND = timedelta(days=1)
"""What went out longer ago than this is history: nothing can be mended about its time."""

_PLACE: Pointer = ("publish_at",)


class Slot(NamedTuple):
    """One post going to one channel at one time; ``at`` is where that time is written."""

    post: Post
    channel: Channel
    when: datetime
    at: Pointer


def slots(workspace: Workspace, now: datetime) -> tuple[Slot, ...]:
    """Everything planned from a day before ``now`` on, ideas left out; posts in their order."""
    return _all_slots(Same(workspace), now)


# Several rules ask for the same in a row.
@lru_cache(maxsize=1)
def _all_slots(workspace: Same[Workspace], now: datetime) -> tuple[Slot, ...]:
    return tuple(_slots(workspace.value, now))


def _slots(workspace: Workspace, now: datetime) -> Iterator[Slot]:
    first = now - BEHIND
    channels = workspace.settings.channels
    for post in workspace.posts.values():
        if post.status == "idea":
            continue
        if not (post.repeat or post.variants):  # as most are: one time for all
            when = post.publish_at
            if when is not None and when >= first:
                yield from (
                    Slot(post, channels[id], when, _PLACE) for id in post.to if id in channels
                )
            continue
        for id in post.to:
            if id in channels:
                yield from _of(post, channels[id], first, now + AHEAD)


def _of(post: Post, channel: Channel, first: datetime, last: datetime) -> Iterator[Slot]:
    when, at = moment(post, channel)
    if when is None:
        return
    if post.repeat:
        for each in repeated(post.repeat, when, first, last):
            yield Slot(post, channel, each, at)
    elif when >= first:
        yield Slot(post, channel, when, at)


def moment(post: Post, channel: Channel) -> tuple[datetime | None, Pointer]:
    """When a post (first) goes to a channel, and where that is written."""
    if post.variants:
        for name in (channel.id, channel.platform):
            variant = post.variants.get(name)
            if variant is not None and variant.publish_at is not None:
                return variant.publish_at, ("variants", name, "publish_at")
    return post.publish_at, _PLACE


def shared(post: Post, channel: Channel, field: str) -> tuple[Any, Pointer]:
    """A field that a variant may have of its own, as this channel has it, and its place."""
    if post.variants:
        for name in (channel.id, channel.platform):
            value = getattr(post.variants.get(name), field, None)
            if value is not None:
                return value, ("variants", name, field)
    return getattr(post, field), (field,)


def repeated(rule: str, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments of a repeating post between two others; none for a rule that is none.

    Days on which the time of day does not exist, or happens twice, are left out.
    """
    zone = start.tzinfo
    if zone is None or last < start:
        return
    try:
        for day in time.occurrences(rule, start, last):
            if day < first.date() - timedelta(days=1):
                continue
            naive = datetime.combine(day, start.time())
            try:
                when = time.local(naive, zone)
            except time.NoSuchTime:
                continue
            if when >= first:
                yield when
    except (ValueError, OverflowError):
        return


def spread(finding: Finding, channels: Sequence[str], post: Post) -> Iterator[Finding]:
    """One finding when it is about all channels of a post, else one for each of them."""
    if set(channels) >= set(post.to):
        yield replace(finding, values={**finding.values, "channels": tuple(channels)})
        return
    for id in channels:
        yield replace(finding, values={**finding.values, "channels": (id,)}, channel=id)


def gathered(found: Iterable[tuple[Post, str, Finding]]) -> Iterator[Finding]:
    """Findings of single channels put together: the same on every channel is said once.

    Of repeating posts only the first occurrence is reported. The same means: the same code at
    the same place with the same values.
    """
    groups: dict[tuple[object, ...], tuple[Post, Finding, list[str]]] = {}
    for post, channel, finding in found:
        key = (finding.code, finding.path, finding.at, _frozen(finding.values))
        groups.setdefault(key, (post, finding, []))[2].append(channel)
    said: set[tuple[object, ...]] = set()
    for post, finding, channels in groups.values():
        fresh = [id for id in channels if (finding.code, finding.path, id) not in said]
        said.update((finding.code, finding.path, id) for id in fresh)
        if fresh:
            yield from spread(finding, fresh, post)


def _frozen(values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in values.items())
