"""Calendars to subscribe to and feeds of what was published: one for all, and one for each part.

They are files beside the pages. What they hold is what the site shows: a view that leaves out
drafts or plans leaves them out here.
"""

from __future__ import annotations

from collections.abc import Iterator

from cmops.pages import feeds_atom, feeds_ics, filters
from cmops.pages.links import MEDIA
from cmops.pages.page import Heading, Html, Part
from cmops.pages.site import Site
from cmops.values import dataclass

FOLDER = "feeds/"
_EVERYBODYS = ("key-date", "holiday")
"""What whoever follows several channels wants to see once, in the calendar of all or of a brand."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A part of the programme as files; ``told`` is the filter's word for what it holds.

    ``kind`` is ``all``, ``events``, ``brand``, ``channel``, ``campaign`` or ``event``. ``ics``
    and ``atom`` are paths below the site's assets; what publishes nothing has no ``atom``.
    """

    kind: str
    title: str
    told: str
    ics: str
    atom: str = ""
    colour: str = ""


def files(site: Site) -> Iterator[tuple[str, str]]:
    """Every feed's path in the site, and its text."""
    offered = feeds(site)
    if not offered:
        return
    dates, published = feeds_ics.dates(site), feeds_atom.Published(site)
    for feed in offered:
        held = [each for each in dates if _holds(feed, each.kind, each.told)]
        yield MEDIA + feed.ics, feeds_ics.calendar(site, feed.title, feed.colour, held)
        if feed.atom:
            path = MEDIA + feed.atom
            yield path, published.feed(feed.title, path, feed.told)


def feeds(site: Site) -> tuple[Feed, ...]:
    """All there are; none on a site that opens with a password, which no calendar can type."""
    where = site.settings.site
    if where.visibility == "private" and where.host == "pages":
        return ()
    return tuple(_feeds(site))


def _feeds(site: Site) -> Iterator[Feed]:
    settings = site.settings
    yield _feed("all", "", settings.name)
    if site.workspace.events:
        title = f"{settings.name}{site.say('pages.colon')}{site.say('pages.events').lower()}"
        yield _feed("events", "", title, atom=False)
    if len(settings.brands) > 1:
        for id, brand in settings.brands.items():
            yield _feed("brand", id, brand.name, colour=brand.colour or "")
    for id, name in filters.channels(site).items():
        colour = site.colour(settings.channels[id].brand)
        yield _feed("channel", id, name, colour=colour)
    for id, campaign in site.workspace.campaigns.items():
        colour = site.colour(campaign.brand)
        yield _feed("campaign", id, campaign.name, colour=colour, atom=False)
    for id, event in site.workspace.events.items():
        if event.start:
            yield _feed("event", id, event.name, colour=site.colour(event.brand), atom=False)


def _feed(kind: str, id: str, title: str, *, atom: bool = True, colour: str = "") -> Feed:
    stem = FOLDER + (f"{kind}-{id}" if id else kind)
    told = f"{kind}:{id}" if id else ""
    return Feed(kind, title, told, f"{stem}.ics", f"{stem}.atom" if atom else "", colour)


def _holds(feed: Feed, kind: str, told: str) -> bool:
    """Whether something belongs into a feed: what names no channel or brand is for all of them."""
    if feed.kind == "events":
        return kind == "event"
    tokens = told.split()
    if not feed.told or feed.told in tokens:
        return True
    if feed.kind in ("campaign", "event") or (feed.kind == "channel" and kind in _EVERYBODYS):
        return False
    return not any(each.startswith(f"{feed.kind}:") for each in tokens)


def section(site: Site, path: str) -> Iterator[Part]:
    """A page's part that offers all of them, but those of single events, which have pages."""
    found = [each for each in feeds(site) if each.kind != "event"]
    if found:
        yield Heading(2, site.say("calendar.feeds"), "feeds")
        yield site.html("feeds.html", path, feeds=found, lead=True)


def one(site: Site, path: str, kind: str, id: str = "") -> Iterator[Html]:
    """A page's line that offers the feed of what the page is about."""
    told = f"{kind}:{id}" if id else ""
    found = [each for each in feeds(site) if each.kind == kind and each.told == told]
    if found:
        yield site.html("feeds.html", path, feeds=found, lead=False)
