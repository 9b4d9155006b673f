"""Pages of an earlier build, for as long as everything that they were made of is unchanged.

Most pages of a site are about what went out months ago. What such a page is made of is told by a
few lines for each of its posts, far sooner than the posts are composed and drawn again. Whatever
is not a post (settings, campaigns, key dates, …) stands behind all of them: when something of it
changes, all are made anew. Losing what is kept costs only time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cmops.ledger.history import History
from cmops.pages.entries import Entry
from cmops.pages.links import as_folders
from cmops.pages.page import Heading, Html, Page, Part
from cmops.pages.programme import Slot
from cmops.pages.stops import stops
from cmops.publish.plan import Delivery
from cmops.workspace.cache import Cache, fingerprint
from cmops.workspace.model import Post

if TYPE_CHECKING:
    from cmops.pages.site import Site

SHELF = "pages"

_SETTLES = timedelta(days=7)
"""How long after its last day a page still knows what is today, or which week."""


class Kept:
    """The pages that one site has kept; ``save`` when all of it is built."""

    def __init__(self, site: Site, cache: Cache | None) -> None:
        self._site = site
        self._cache = cache
        self._known = cache.load(SHELF) if cache else {}
        self._fresh: dict[str, tuple[str, str]] = {}
        self._used: set[str] = set()
        self._days: dict[date, str] = {}
        self._common = fingerprint(_everywhere(site)) if cache else ""

    def page(self, path: str, sources: Iterable[str], make: Callable[[], Page]) -> Page:
        """The page at ``path``, made only where its ``sources`` are others than last time."""
        if self._cache is None:
            return make()
        name, stamp = f"{self._variant}/{path}", fingerprint((self._common, *sources))
        self._used.add(name)
        known = self._known.get(name)
        if known is not None and known[0] == stamp:
            page, media = _thaw(path, known[1])
        else:
            with self._site.showing() as shown:
                page = make()
            media = sorted(shown)
            self._fresh[name] = (stamp, _freeze(page, media))
        self._site.media.update(dict.fromkeys(media))
        return page

    def unless_current(
        self, last: date, path: str, sources: Iterable[str], make: Callable[[], Page]
    ) -> Page:
        """The same for a page about days up to ``last``, which time itself may still change."""
        over = last < self._site.today - _SETTLES
        return self.page(path, sources, make) if over else make()

    def counted(self, path: str, sources: Iterable[str], make: Callable[[], Page]) -> Page:
        """The same for a page of figures: behind it stands whatever they are made of."""
        stamp = self._site.facts.figures.stamp
        if stamp is None:
            return make()
        return self.page(path, (stamp, str(self._site.today), *sources), make)

    def day(self, day: date) -> str:
        """What changes with anything that the calendar shows of a day's posts."""
        if day not in self._days:
            slots = self._site.programme.by_day.get(day, ())
            self._days[day] = fingerprint(
                told for slot in slots for told in _told_slot(self._site, slot)
            )
        return self._days[day]

    def save(self) -> None:
        """Keeps what was made, and lets go of what this site does not have any more."""
        if self._cache is None:
            return
        own = f"{self._variant}/"
        gone = [name for name in self._known if name.startswith(own) and name not in self._used]
        self._cache.save(SHELF, self._fresh, gone)

    @property
    def _variant(self) -> str:
        """Sites of one workspace that stand side by side: a brand's own, the rehearsal's."""
        site = self._site
        address = "folders" if site.address is as_folders else "files"
        return f"{address}:{site.view.brand or ''}:{'sandbox' if site.facts.sandbox else ''}"


def _told_slot(site: Site, slot: Slot) -> Iterator[str]:
    """What a post's line in the calendar is made of."""
    yield f"{slot.id} {slot.title} {slot.at} {slot.state} {' '.join(slot.channels)}"
    yield f"{site.post(slot.id, slot)} {' '.join(each.state for each in slot.deliveries)}"
    yield from map(repr, stops(slot))
    if slot.post is not None:
        yield site.facts.compositions.stamp(slot.post)


def told_entry(site: Site, entry: Entry) -> Iterator[str]:
    """What a post's place on a page is made of."""
    yield from (entry.id, entry.title)
    if entry.post is not None:
        yield site.facts.compositions.stamp(entry.post)
        yield from _related(site, entry.post)
    for slot in entry.slots:
        yield f"{slot.at} {slot.state} {' '.join(slot.channels)}"
        for each in slot.deliveries:
            yield from told_delivery(site, each)
    yield from (
        f"{each.code} {each.severity} {each.channel} {each.message} {each.hint}"
        for each in site.wrong(entry)
    )


def told_delivery(site: Site, each: Delivery) -> Iterator[str]:
    """What is told of a delivery: its state, why, its ledger, what it got, who approved it."""
    subject, reason = each.subject, each.reason
    yield f"{subject.target} {subject.channel} {subject.path} {subject.at} {each.state}"
    if reason is not None:
        yield f"{reason.phrase} {sorted(reason.values.items(), key=str)!r}"
    settled = each.known.settled(subject.target) if isinstance(each.known, History) else None
    yield settled if settled is not None else each.record.stamp
    if settled is not None or each.record.published:
        yield site.counted.told(each.subject.key)
    if site.settings.approvals.rules:
        yield repr(site.facts.approved_by(each))


def _related(site: Site, post: Post) -> Iterator[str]:
    """Where the posts of the workspace are that it answers, quotes or repeats."""
    layers = (post, *post.variants.values())
    names = ("reply_to", "quote", "repost")
    for id in sorted({n for at in layers for name in names if (n := getattr(at, name, None))}):
        known = site.workspace.posts.get(id)
        if known is not None:
            yield f"{id} {known.title} {site.post(id)}"


def _everywhere(site: Site) -> Iterator[str]:
    """What stands behind every page: all documents but posts, who looks, and from where."""
    yield site.facts.surroundings
    yield f"{site.view.brand} {sorted(site.view.without)} {site.facts.sandbox}"
    yield f"{site.address.__name__} {site.wording.language} {site.workspace.zone}"
    gallery = site.facts.gallery
    for channel in site.settings.channels.values():
        if channel.avatar:
            yield f"{channel.avatar} {gallery.stamp(channel.avatar)}"


def _freeze(page: Page, media: Iterable[str]) -> str:
    parts = [
        [each.text, each.words] if isinstance(each, Html) else [each.level, each.text, each.anchor]
        for each in page.parts
    ]
    about = [page.title, page.listed, page.label, page.wide, page.aside]
    return json.dumps([about, parts, list(media)], ensure_ascii=False)


def _thaw(path: str, text: str) -> tuple[Page, list[str]]:
    (title, *about), parts, media = json.loads(text)
    return Page(path, title, tuple(map(_part, parts)), *about), media


def _part(data: list[str]) -> Part:
    return Html(*data) if len(data) == len(Html.__slots__) else Heading(*data)  # type: ignore[arg-type]
