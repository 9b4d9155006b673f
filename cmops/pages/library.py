"""The media library: every picture with its words, its rights, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cmops.media import MediaFile
from cmops.pages.page import Page, Part
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import Post, Sidecar

INDEX = "media/index.md"
SHOWN = 80
"""How many files a page has."""

NAMED = 12
"""How many posts are named below a file."""

SOON = timedelta(days=60)
"""How long before rights end they are pointed out."""


@dataclass(frozen=True, slots=True)
class Card:
    """A file of the library: where the site has it, if it can be shown, and the posts with it.

    ``more`` posts than those named have it too.
    """

    sidecar: Sidecar
    shown: str | None
    file: MediaFile | None
    posts: tuple[Slot, ...]
    more: int

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.sidecar.media.rpartition("/")[2]


def library(site: Site) -> Iterator[Page]:
    """The files whose rights end soon, then the others by name, on as many pages as they need."""
    label = site.say("pages.media")
    found = sorted(site.workspace.sidecars.values(), key=lambda each: _urgency(site, each))
    pages = [found[start : start + SHOWN] for start in range(0, len(found), SHOWN)] or [[]]
    used = _used(site)
    for number, sidecars in enumerate(pages, start=1):
        path = _path(number)
        beside = {"before": number > 1, "after": number < len(pages), "number": number}
        parts: list[Part] = list(_parts(site, path, sidecars, used))
        if len(pages) > 1:
            parts.insert(0, site.html("media-beside.html", path, path_of=_path, **beside))
        if number == 1:
            ending = [each for each in found if _urgency(site, each)[0] != date.max]
            if found:
                where = {each.media: _path(n // SHOWN + 1) for n, each in enumerate(found)}
                given = {"ending": ending, "ends": ends, "where": where, "days": SOON.days}
                parts.insert(0, site.html("media-ending.html", path, **given))
            yield site.page(path, label, tuple(parts), label=label, wide=True)
        else:
            title = f"{label} ({number})"
            yield site.page(path, title, tuple(parts), wide=True, trail=((INDEX, label),))


def ends(sidecar: Sidecar) -> date | None:
    """The last day on which the file may be shown: of its rights, or of the people's consent."""
    consent = sidecar.consent.until if sidecar.consent else None
    return min((day for day in (sidecar.rights_until, consent) if day), default=None)


def _urgency(site: Site, sidecar: Sidecar) -> tuple[date, str]:
    last = ends(sidecar)
    soon = last is not None and last - site.today <= SOON
    return last if last and soon else date.max, sidecar.media


def _path(number: int) -> str:
    return INDEX if number == 1 else f"media/{number}.md"


def _parts(
    site: Site, path: str, sidecars: list[Sidecar], used: dict[str, list[Slot]]
) -> Iterator[Part]:
    if not sidecars:
        yield site.html("none.html", path, phrase="pages.media-none")
        return
    cards = [_card(site, sidecar, used.get(sidecar.media, [])) for sidecar in sidecars]
    yield site.html("media.html", path, cards=cards, soon=site.today + SOON, ends=ends)


def _card(site: Site, sidecar: Sidecar, posts: list[Slot]) -> Card:
    file = site.facts.gallery.open(sidecar.media)
    more = max(len(posts) - NAMED, 0)
    return Card(sidecar, site.shown(sidecar.media), file, tuple(posts[:NAMED]), more)


def _used(site: Site) -> dict[str, list[Slot]]:
    """The first slot of every post that shows a file."""
    first = {slot.id: slot for slot in reversed(site.programme.slots)}
    found: dict[str, list[Slot]] = {}
    for post in site.workspace.posts.values():
        for path in dict.fromkeys(_media(post)):
            if post.id in first:
                found.setdefault(path, []).append(first[post.id])
    return found


def _media(post: Post) -> Iterator[str]:
    for each in (post, *post.variants.values()):
        yield from each.media or ()
        if each.card and each.card.image:
            yield each.card.image
    if post.cover:
        yield post.cover
