"""What of a workspace a site shows: everything, or one brand, or what the public may see.

The facts themselves are narrowed, so that no page can show by mistake what its readers must not
see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from cmops.composed import Compositions
from cmops.findings import Diagnostic
from cmops.ledger.history import History
from cmops.measure.figures import Figures
from cmops.media import Gallery
from cmops.pages.facts import Facts
from cmops.publish.plan import Delivery, State
from cmops.publish.reasons import Reason
from cmops.review.approvals import Standing
from cmops.todo import Task
from cmops.values import dataclass
from cmops.wording import Wording
from cmops.workspace.cache import Cache
from cmops.workspace.model import (
    Post,
    Quiet,
    Scope,
    Settings,
    SitePart,
    Window,
    Windows,
    Workspace,
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class View:
    """``brand`` is the only one that is shown, None for all; ``without`` is what is left out."""

    brand: str | None = None
    without: frozenset[SitePart] = frozenset()

    @classmethod
    def of(cls, settings: Settings, brand: str | None = None) -> View:
        """What ``cmops.yml`` says that the site shows."""
        public = settings.site.visibility == "public"
        return cls(brand, frozenset(settings.site.without) if public else frozenset())

    def lacks(self, part: str) -> bool:
        """Whether this part is left out."""
        return SitePart(part) in self.without


def seen(facts: Facts, view: View) -> Facts:
    """The facts that a site of this view is made of."""
    return Seen(facts, view) if view != View() else facts


class Seen:
    """Facts through a view."""

    def __init__(self, facts: Facts, view: View) -> None:
        self._facts = facts
        self._view = view

    @property
    def wording(self) -> Wording:
        """The words of the workspace's language."""
        return self._facts.wording

    @property
    def now(self) -> datetime:
        """The time at which everything is looked at."""
        return self._facts.now

    @property
    def history(self) -> History:
        """What the ledger says; pages only ask it about deliveries that are shown."""
        return self._facts.history

    @cached_property
    def figures(self) -> Figures:
        """How it went, of what is shown."""
        return self._facts.figures.of(self)

    @property
    def compositions(self) -> Compositions:
        """What every channel gets; pages only ask for posts that are shown."""
        return self._facts.compositions

    @property
    def gallery(self) -> Gallery:
        """The media files; pages only open those of what is shown."""
        return self._facts.gallery

    def approved_by(self, delivery: Delivery) -> Standing | None:
        """Who approved what is shown."""
        return None if self._view.lacks("approvals") else self._facts.approved_by(delivery)

    @property
    def surroundings(self) -> str:
        """What changes when any document does that is no post, shown or not."""
        return self._facts.surroundings

    @property
    def cache(self) -> Cache | None:
        """What earlier builds worked out."""
        return self._facts.cache

    @property
    def sandbox(self) -> bool:
        """Whether this is the rehearsal's ledger."""
        return self._facts.sandbox

    @cached_property
    def workspace(self) -> Workspace:
        """What is shown of what the documents say."""
        found = self._facts.workspace
        if self._view.brand is not None:
            found = _of_brand(found, self._view.brand)
        return self._without(found)

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Those of posts and channels that are shown; why one is held is for the team alone."""
        shown = (each for each in self._facts.deliveries if self._shows(each))
        return tuple(replace(d, reason=self._told(d.reason)) if d.reason else d for d in shown)

    def _told(self, reason: Reason) -> Reason | None:
        """What is said of a reason; that there is a crisis only where crises are shown."""
        if self._view.lacks("tasks"):
            return None
        hidden = reason.code == "incident" and self._view.lacks("crises")
        return Reason("suspended", stopping=True) if hidden else reason

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the documents that are shown."""
        if self._view.lacks("tasks"):
            return ()
        return tuple(each for each in self._facts.diagnostics if each.path in self._paths)

    @cached_property
    def todo(self) -> tuple[Task, ...]:
        """What waits for a person, of what is shown."""
        if self._view.lacks("tasks"):
            return ()
        if self._view.brand is None:
            shown = not self._view.lacks("crises")
            return tuple(each for each in self._facts.todo if shown or each.kind != "incident")
        channels = self.workspace.settings.channels
        return tuple(
            each
            for each in self._facts.todo
            if (each.channel in channels if each.channel else each.path in self._paths)
        )

    def _shows(self, each: Delivery) -> bool:
        if each.subject.channel not in self.workspace.settings.channels:
            return self._view.brand is None
        if self._view.lacks("plans"):
            return each.state is State.PUBLISHED
        return True

    @cached_property
    def _paths(self) -> frozenset[str]:
        """The documents that are shown."""
        space = self.workspace
        groups: tuple[Iterable[object], ...] = (
            space.posts.values(),
            space.campaigns.values(),
            space.events.values(),
            space.replies.values(),
            space.incidents.values(),
            space.crises.values(),
            space.guidelines.values(),
            space.moderation.values(),
            space.sidecars.values(),
            space.broken,
        )
        found = (getattr(each, "path", None) for group in groups for each in group)
        return frozenset(path for path in found if path)

    def _without(self, space: Workspace) -> Workspace:
        lacks = self._view.lacks
        if lacks("crises"):
            space = replace(space, crises={}, incidents={})
        if lacks("moderation"):
            space = replace(space, moderation={}, replies={})
        if lacks("tasks"):
            space = replace(space, reports={})
        if lacks("drafts"):
            ready = {id: post for id, post in space.posts.items() if post.status == "ready"}
            space = replace(space, posts=ready)
        if lacks("plans"):
            told = {d.subject.post for d in self._facts.deliveries if d.state is State.PUBLISHED}
            today = self.now.date()
            space = replace(
                space,
                posts={id: post for id, post in space.posts.items() if id in told},
                campaigns={i: each for i, each in space.campaigns.items() if each.start <= today},
            )
        return space


def _of_brand(space: Workspace, brand: str) -> Workspace:
    """What a brand's own people see: nothing that belongs to another brand alone."""
    settings = space.settings
    channels = {id: each for id, each in settings.channels.items() if each.brand == brand}
    brands, own = settings.brands, settings.brands[brand]
    posts = {
        id: _with_own(post, channels) for id, post in space.posts.items() if _is_of(post, channels)
    }
    campaigns = _theirs(space.campaigns, brand, channels)
    events = _theirs(space.events, brand, channels)
    shown = replace(
        space,
        settings=replace(settings, name=own.name, brands={brand: own}, channels=channels),
        posts=posts,
        campaigns=campaigns,
        events=events,
        replies=_theirs(space.replies, brand, channels),
        guidelines=_theirs(space.guidelines, brand, channels),
        moderation=_theirs(space.moderation, brand, channels),
        key_dates=tuple(d for d in space.key_dates if not d.brands or brand in d.brands),
        windows=_windows(space.windows, brand, channels),
        objectives={
            id: each
            for id, each in space.objectives.items()
            if each.brand == brand or each.channel in channels
        },
        incidents={
            id: each
            for id, each in space.incidents.items()
            if _touches(each.pauses, brand, channels) or {*each.pauses.campaigns} & {*campaigns}
        },
        reports={p: r for p, r in space.reports.items() if r.brand == brand or len(brands) == 1},
        broken=tuple(b for b in space.broken if not channels.keys().isdisjoint(b.channels)),
    )
    used = _media_of(shown)
    return replace(shown, sidecars={p: s for p, s in space.sidecars.items() if p in used})


def _is_of(post: Post, channels: Collection[str]) -> bool:
    return any(name in channels for name in post.to)


def _with_own(post: Post, channels: Mapping[str, object]) -> Post:
    return replace(post, to=tuple(name for name in post.to if name in channels))


def _theirs(found: Mapping[str, _T], brand: str, channels: Collection[str]) -> dict[str, _T]:
    """Those of the brand, and those of no brand that name no channel or one of its own."""
    kept: dict[str, _T] = {}
    for id, each in found.items():
        its: Any = each
        named: tuple[str, ...] = getattr(its, "channels", ())
        own = tuple(name for name in named if name in channels)
        if getattr(its, "brand", None) in (None, brand) and (own or not named):
            kept[id] = replace(its, channels=own) if own != named else its
    return kept


def _windows(windows: Windows, brand: str, channels: Collection[str]) -> Windows:
    def concerns(each: Window) -> bool:
        named = bool(each.channels or each.brands)
        return not named or brand in each.brands or any(c in channels for c in each.channels)

    def silences(each: Quiet) -> bool:
        return _touches(each.scope, brand, channels)

    return replace(
        windows,
        publishing=tuple(each for each in windows.publishing if concerns(each)),
        quiet=tuple(each for each in windows.quiet if silences(each)),
    )


def _touches(scope: Scope, brand: str, channels: Collection[str]) -> bool:
    return scope.everything or any(scope.covers(name, brand) for name in channels)


def _media_of(space: Workspace) -> frozenset[str]:
    """The files that shown posts use."""
    found: set[str] = set()
    for post in space.posts.values():
        for each in (post, *post.variants.values()):
            found |= set(each.media or ())
            if each.card and each.card.image:
                found.add(each.card.image)
        if post.cover:
            found.add(post.cover)
    return frozenset(found)
