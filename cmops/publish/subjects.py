"""A workspace -> everything that is to happen: what, where, when; planned elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from cmops.adapters.registry import UnknownPlatform, adapter, identity
from cmops.compose import Composition
from cmops.publish.keys import deletion_key, delivery_key
from cmops.publish.reasons import Reason
from cmops.shaping import resolved
from cmops.values import dataclass
from cmops.workspace import time
from cmops.workspace.model import Broken, Channel, Post, Workspace

LOOK_BACK = timedelta(days=31)
HORIZON = timedelta(days=92)

Composer = Callable[[Post, Channel], Composition]
Source = Callable[[Post], str]
"""What changes when a file changes that a post's content is made from."""

Files = Callable[[], str]
"""The same of one post."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that is to happen on one channel.

    ``key`` is its identity; ``target`` the delivery in the ledger that it is about, which differs
    for a deletion and a correction. ``at`` is None when nobody said when. ``held`` is why it
    cannot happen as it stands, known without the ledger; ``expires`` the end of the time in which
    it makes sense. ``lead`` is how long before its time a person is given it who publishes it by
    hand; None where it is sent.
    """

    key: str
    target: str
    action: str
    post: str
    path: str
    channel: str
    platform: str
    brand: str
    campaign: str | None
    at: datetime | None
    day: date | None = None
    expires: datetime | None = None
    held: Reason | None = None
    lead: timedelta | None = None
    compose: Callable[[], Composition] | None = field(default=None, repr=False, compare=False)
    files: Files | None = field(default=None, repr=False, compare=False)

    @property
    def composition(self) -> Composition | None:
        """What will be sent, composed when asked for; None where nothing can be."""
        return self.compose() if self.compose else None

    @property
    def begins(self) -> datetime | None:
        """When it may be begun: at its time, or ahead of it where a person needs time to do it."""
        return self.at - self.lead if self.at and self.lead else self.at

    @property
    def source(self) -> str | None:
        """What changes when the post's own files do; None where nobody said."""
        return self.files() if self.files else None


def subjects(
    workspace: Workspace,
    composer: Composer,
    now: datetime,
    known: Container[str] = (),
    source: Source | None = None,
) -> Iterator[Subject]:
    """Everything that ready posts ask for; of repeating ones the occurrences around ``now``.

    Of those of long ago only what is ``known`` stays (keys of the ledger): what went out counts
    for ever, what never did is past mending. ``composer`` is called for what somebody looks at,
    at most once for a post and a channel.
    """
    composed = _Remembering(composer)
    channels = workspace.settings.channels
    places = {id: _place(channel) for id, channel in channels.items()}
    window = _Window(now - LOOK_BACK, now + HORIZON, known)
    seen: dict[str, Subject] = {}
    for post in workspace.posts.values():
        if post.status != "ready":
            continue
        files = partial(source, post) if source else None
        for name in dict.fromkeys(post.to):
            place = places.get(name)
            if place is None:
                yield _alone(_nowhere(post, name), seen)
                continue
            for subject in _of_channel(post, place, composed, window, files):
                yield _alone(subject, seen)
    for broken in workspace.broken:
        yield from _broken(broken, channels, seen)


@dataclass(frozen=True, slots=True)
class _Place:
    """What all subjects of a channel have in common; ``held`` is why none of them can happen."""

    channel: Channel
    account: str
    held: Reason | None


def _place(channel: Channel) -> _Place:
    try:
        adapter(channel.platform)
        held = None
    except UnknownPlatform:
        held = Reason("unknown_platform", {"platform": channel.platform}, lasting=True)
    return _Place(channel, identity(channel), held)


@dataclass(frozen=True, slots=True)
class _Window:
    """Which occurrences are looked at: those between two times, and older ones by their key."""

    first: datetime
    last: datetime
    known: Container[str]

    def has(self, occurrence: Subject) -> bool:
        at = occurrence.at
        return at is not None and (at >= self.first or occurrence.key in self.known)


class _Remembering:
    """Occurrences of a post share its composition."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._known: dict[tuple[str, str], Composition] = {}

    def __call__(self, post: Post, channel: Channel) -> Composition:
        place = (post.id, channel.id)
        if place not in self._known:
            self._known[place] = self._composer(post, channel)
        return self._known[place]


def _alone(subject: Subject, seen: dict[str, Subject]) -> Subject:
    """The subject, held if another one is the same delivery (two channels on one account)."""
    first = seen.setdefault(subject.key, subject)
    if first is subject:
        return subject
    values = {"other": f"{first.post}@{first.channel}"}
    return replace(subject, held=Reason("same_delivery", values, lasting=True))


def _of_channel(
    post: Post, place: _Place, composed: Composer, window: _Window, files: Files | None
) -> Iterator[Subject]:
    at, ends, deletion = _times(post, place.channel)
    # What is to be deleted by then is not worth sending either.
    expires = min(ends, deletion) if ends and deletion else ends or deletion
    base = _base(post, place, composed, files, (at, expires))
    if at is not None and not post.repeat and deletion is None:  # as most are
        yield base
        return
    for subject in _occurrences(base, post, place, window):
        yield subject
        if deletion is not None:
            yield replace(
                subject,
                key=deletion_key(subject.key),
                action="delete",
                at=deletion,
                expires=None,
                held=None,
            )


def _times(
    post: Post, channel: Channel
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When the post goes to a channel, makes no sense there any more, and is deleted."""
    if not post.variants:
        return post.publish_at, post.expires_at, post.delete_at
    ends, deletion = (resolved(post, channel, name) for name in ("expires_at", "delete_at"))
    return resolved(post, channel, "publish_at"), ends, deletion


def _base(
    post: Post,
    place: _Place,
    composed: Composer,
    files: Files | None,
    times: tuple[datetime | None, datetime | None],
) -> Subject:
    channel = place.channel
    key = delivery_key(post.id, channel.platform, place.account)
    return Subject(
        key=key,
        target=key,
        action="publish",
        post=post.id,
        path=post.path,
        channel=channel.id,
        platform=channel.platform,
        brand=channel.brand,
        campaign=post.campaign,
        at=times[0],
        expires=times[1],
        held=place.held,
        lead=channel.handoff.lead if channel.handoff else None,
        compose=None if place.held else partial(composed, post, channel),
        files=files,
    )


def _occurrences(base: Subject, post: Post, place: _Place, window: _Window) -> Iterator[Subject]:
    start = base.at
    if start is None:
        yield replace(base, held=base.held or Reason("no_time", lasting=True))
        return
    if not post.repeat:
        yield base
        return
    try:
        days = list(time.occurrences(post.repeat, start, max(window.last, start)))
    except ValueError:
        yield replace(base, held=base.held or Reason("bad_repeat", lasting=True))
        return
    for day in days:
        occurrence = _on(base, post, place, start, day)
        if occurrence.at is None or not window.has(occurrence):
            continue
        if base.expires is not None and occurrence.at >= base.expires:
            return
        yield occurrence


def _on(base: Subject, post: Post, place: _Place, start: datetime, day: date) -> Subject:
    """The occurrence of that day, at the start's time of day."""
    key = delivery_key(post.id, place.channel.platform, place.account, day)
    wanted = datetime.combine(day, start.time().replace(fold=0))
    try:
        at = time.local(wanted, start.tzinfo or UTC)
        return replace(base, key=key, target=key, day=day, at=at)
    except time.NoSuchTime as no:
        reason = Reason("no_such_time", {"day": day, "why": no.reason}, lasting=True)
        near = no.choices[0] if no.choices else None
        return replace(base, key=key, target=key, day=day, at=near, held=base.held or reason)


def _nowhere(post: Post, name: str) -> Subject:
    """A post's delivery to a channel that ``cmops.yml`` does not have: held, not forgotten."""
    key = delivery_key(post.id, "unknown", name)
    reason = Reason("unknown_channel", {"channel": name}, lasting=True)
    at = post.publish_at
    return Subject(
        key, key, "publish", post.id, post.path, name, "", "", post.campaign, at, held=reason
    )


def _broken(
    broken: Broken, channels: Mapping[str, Channel], seen: dict[str, Subject]
) -> Iterator[Subject]:
    """What a post that cannot be read would have sent, as far as it can be told."""
    reason = Reason("broken", {"path": broken.path}, lasting=True)
    for name in dict.fromkeys(broken.channels):
        channel = channels.get(name)
        if channel is None:
            continue
        key = delivery_key(broken.id, channel.platform, identity(channel))
        if key in seen:
            continue
        seen[key] = subject = Subject(
            key=key,
            target=key,
            action="publish",
            post=broken.id,
            path=broken.path,
            channel=name,
            platform=channel.platform,
            brand=channel.brand,
            campaign=None,
            at=broken.publish_at,
            held=reason,
        )
        yield subject
