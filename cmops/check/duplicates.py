"""Posts that say nearly the same on the same channel within a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cmops.check.rule import Scene
from cmops.check.slots import AHEAD, BEHIND, moment, spread
from cmops.findings import BODY, Finding
from cmops.text import likeness
from cmops.values import dataclass
from cmops.workspace.model import Post

APART = timedelta(days=30)
"""Posts further apart than this may say the same."""


def duplicates(scene: Scene) -> Iterator[Finding]:
    """The later of two posts that are alike; repeating posts and reposts mean to be."""
    planned = sorted(_planned(scene), key=lambda each: (each.when, each.post.path))
    signatures = [likeness.signature(each.post.body) for each in planned]
    for first, second, alike in likeness.pairs(signatures, since=list(_neighbours(planned))):
        one, other = planned[first], planned[second]
        if other.when < scene.now - BEHIND:
            continue
        channels = [id for id in other.post.to if id in one.post.to]
        if channels and not _related(one.post, other.post):
            yield from spread(_finding(one, other, alike), channels, other.post)


@dataclass(frozen=True, slots=True)
class _Planned:
    post: Post
    when: datetime


def _planned(scene: Scene) -> Iterator[_Planned]:
    """What has a text and a time from a month ago to a year ahead: its channels' first."""
    first, last = scene.now - BEHIND - APART, scene.now + AHEAD
    channels = scene.workspace.settings.channels
    for post in scene.workspace.posts.values():
        if post.status == "idea" or post.repeat or post.repost:
            continue
        when = post.publish_at
        if when is None:
            times = [moment(post, channels[id])[0] for id in post.to if id in channels]
            when = min((each for each in times if each is not None), default=None)
        if when is not None and first <= when <= last:
            yield _Planned(post, when)


def _neighbours(planned: list[_Planned]) -> Iterator[int]:
    """For each post the first one that is near enough in time to be compared with it."""
    first = 0
    for each in planned:
        while each.when - planned[first].when > APART:
            first += 1
        yield first


def _related(one: Post, other: Post) -> bool:
    return one.id == other.translation_of or other.id == one.translation_of


def _finding(one: _Planned, other: _Planned, alike: float) -> Finding:
    same = one.post.body.strip() == other.post.body.strip()
    values = {"other": one.post.path, "share": round(100 * alike), "time": one.when}
    return Finding("CM641" if same else "CM640", other.post.path, (BODY, 0), values)
