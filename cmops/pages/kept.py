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
from typing import TYPE_CHECKING, Any

from cmops.ledger.history import History
from cmops.ledger.settled import mark
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

_AT_ONCE = 16
"""Pages that are written together: the texts of all of them are as large as the site."""


class Kept:
    """The pages that one site has kept; ``save`` when all of it is built."""

    def __init__(self, site: Site, cache: Cache | None) -> None:
        self._site = site
        self._cache = cache
        self._known = cache.load(SHELF) if cache else {}
        self._fresh: dict[str, tuple[str, Page, list[str]]] = {}
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
            self._fresh[name] = (stamp, page, media)
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
            self._days[day] = fingerprint([_told_slot(self._site, slot) for slot in slots])
        return self._days[day]

    def save(self) -> None:
        """Keeps what was made, and lets go of what this site does not have any more."""
        if self._cache is None:
            return
        own = f"{self._variant}/"
        gone = [name for name in self._known if name.startswith(own) and name not in self._used]
        self._cache.save(SHELF, {}, gone)
        names = list(self._fresh)
        for start in range(0, len(names), _AT_ONCE):
            made = [(name, *self._fresh[name]) for name in names[start : start + _AT_ONCE]]
            frozen = {name: (stamp, _freeze(page, media)) for name, stamp, page, media in made}
            self._cache.save(SHELF, frozen)

    @property
    def _variant(self) -> str:
        """Sites of one workspace that stand side by side: a brand's own, the rehearsal's."""
        site = self._site
        address = "folders" if site.address is as_folders else "files"
        return f"{address}:{site.view.brand or ''}:{'sandbox' if site.facts.sandbox else ''}"


def _told_slot(site: Site, slot: Slot) -> str:
    """What a post's line in the calendar is made of."""
    states = " ".join([each.state for each in slot.deliveries])
    made = site.facts.compositions.stamp(slot.post) if slot.post else None
    return (
        f"{slot.id} {slot.title} {slot.at} {slot.state} {' '.join(slot.channels)}\0"
        f"{site.post(slot.id, slot)} {states} {made}\0{stops(slot)}"
    )


def told_entry(site: Site, entry: Entry) -> list[str]:
    """What a post's place on a page is made of."""
    told = [entry.id, entry.title]
    if entry.post is not None:
        told += (site.facts.compositions.stamp(entry.post), *_related(site, entry.post))
    for slot in entry.slots:
        told.append(f"{slot.at} {slot.state} {' '.join(slot.channels)}")
        told += [told_delivery(site, each) for each in slot.deliveries]
    for each in site.wrong(entry):
        told.append(f"{each.code} {each.severity} {each.channel} {each.message} {each.hint}")
    return told


def told_delivery(site: Site, each: Delivery) -> str:
    """What is told of a delivery: its state, why, its ledger, what it got, who approved it."""
    subject, reason, known = each.subject, each.reason, each.known
    target = subject.target
    why = f"{reason.phrase} {sorted(reason.values.items(), key=str)!r}" if reason else ""
    settled = known.glance(target, mark) if isinstance(known, History) else None
    said = settled or each.record.stamp
    got = site.counted.told(subject.key) if settled or each.record.published else ""
    approved = site.facts.approved_by(each) if site.settings.approvals.rules else ""
    return (
        f"{target} {subject.channel} {subject.path} {subject.at} {each.state}\0{why}\0{said}\0"
        f"{got}\0{approved}"
    )


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
    """The page as one text: a line of JSON, then every block as it is.

    To write and read quotation marks of megabytes of HTML as JSON takes as long as much of a page.
    """
    blocks: list[str] = []
    parts: list[list[Any]] = []
    for each in page.parts:
        if isinstance(each, Heading):
            parts.append([each.level, each.text, each.anchor])
        else:
            parts.append([len(each.text), None if each.words is None else len(each.words)])
            blocks += (each.text, each.words or "")
    about = [page.title, page.listed, page.label, page.wide, page.aside]
    head = json.dumps([about, parts, list(media)], ensure_ascii=False)
    return "\n".join((head, "".join(blocks)))


def _thaw(path: str, text: str) -> tuple[Page, list[str]]:
    head, _, blocks = text.partition("\n")
    (title, *about), told, media = json.loads(head)
    parts: list[Part] = []
    done = 0
    for each in told:
        if len(each) == len(Heading.__slots__):
            parts.append(Heading(*each))
            continue
        shown = done + each[0]
        end = shown + (each[1] or 0)
        words = None if each[1] is None else blocks[shown:end]
        parts.append(Html(blocks[done:shown], words))
        done = end
    return Page(path, title, tuple(parts), *about), media
