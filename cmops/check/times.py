"""When posts go out: whether their times make sense by themselves, and have not passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice

from cmops.check.published import published_ids
from cmops.check.rule import Case, Scene
from cmops.check.slots import gathered, moment, shared, spread
from cmops.findings import Finding
from cmops.workspace import time
from cmops.workspace.model import Post

_AHEAD = timedelta(days=2 * 366)
_MOST_DAYS = 1500
_MOST_SHOWN = 3
# Anything below a day can happen twice a day; BYHOUR and the like choose times of day, which
# the post's own time does.
_WITHIN_A_DAY = ("FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")


def times(case: Case) -> Iterator[Finding]:
    """Missing times, ends before their beginning, and repetitions that go wrong."""
    post = case.post
    if post.status == "ready":
        yield from _missing(case)
    if post.repeat is not None:
        yield from _repeat(post, case.workspace.zone)
    if post.expires_at or post.delete_at or post.variants:
        yield from gathered(_ends(case, "expires_at", "CM308"))
        yield from gathered(_ends(case, "delete_at", "CM309"))


def overdue(scene: Scene) -> Iterator[Finding]:
    """New posts whose time has already passed: nothing of them was ever sent, nor will be."""
    known: set[str] | None = None
    latest = scene.now - scene.workspace.settings.publishing.max_lateness
    for post in scene.workspace.posts.values():
        if post.status != "ready" or post.repeat or not _passed(post, scene.now):
            continue
        if known is None:
            known = published_ids(scene.history)
        if post.id in known:
            continue
        late = tuple(_late(post, scene, latest))
        # Asked last: to tell what is new, git looks at every file.
        if late and scene.is_new(post.path):
            yield from gathered(late)


def _passed(post: Post, now: datetime) -> bool:
    return (post.publish_at is not None and post.publish_at < now) or bool(post.variants)


def _late(post: Post, scene: Scene, latest: datetime) -> Iterator[tuple[Post, str, Finding]]:
    channels = scene.workspace.settings.channels
    for id in post.to:
        when, at = moment(post, channels[id]) if id in channels else (None, ())
        if when is not None and when < latest:
            values = {"time": when, "lateness": _said(scene.now - latest)}
            yield post, id, Finding("CM310", post.path, at, values)


def _said(duration: timedelta) -> str:
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"


def _missing(case: Case) -> Iterator[Finding]:
    post = case.post
    if post.publish_at is not None:
        return
    channels = [
        version.channel.id for version in case.versions if moment(post, version.channel)[0] is None
    ]
    if channels:
        yield from spread(Finding("CM307", post.path, ("publish_at",)), channels, post)


def _ends(case: Case, field: str, code: str) -> Iterator[tuple[Post, str, Finding]]:
    post = case.post
    for version in case.versions:
        end, at = shared(post, version.channel, field)
        begin, _ = moment(post, version.channel)
        if end is not None and begin is not None and end <= begin:
            values = {"time": f"{end:%Y-%m-%d %H:%M}", "publish_at": f"{begin:%Y-%m-%d %H:%M}"}
            yield post, version.channel.id, Finding(code, post.path, at, values)


def _repeat(post: Post, zone: tzinfo) -> Iterator[Finding]:
    rule = post.repeat or ""
    at = ("repeat",)
    # A rule can be read without a time; its occurrences cannot be known.
    start = post.publish_at or datetime(2026, 1, 1, tzinfo=zone)
    if any(word in rule.upper() for word in _WITHIN_A_DAY):
        yield Finding("CM305", post.path, at, {"rule": rule})
        return
    try:
        days = list(islice(time.occurrences(rule, start, start + _AHEAD), _MOST_DAYS))
    except (ValueError, TypeError, OverflowError):
        yield Finding("CM304", post.path, at, {"rule": rule})
        return
    if not days:
        yield Finding("CM320", post.path, at, {"rule": rule})
    if post.publish_at is None:
        return
    wrong = [f"{day} {start:%H:%M}" for day in days if not _exists(day, start, zone)]
    if wrong:
        values = {"times": tuple(wrong[:_MOST_SHOWN]), "zone": str(zone)}
        yield Finding("CM306", post.path, at, values)


def _exists(day: date, start: datetime, zone: tzinfo) -> bool:
    try:
        time.local(datetime.combine(day, start.time()), zone)
    except time.NoSuchTime:
        return False
    return True
