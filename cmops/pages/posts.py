"""The pages of posts: what each network shows, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from cmops.ledger.entries import Kind
from cmops.pages.entries import Entry
from cmops.pages.page import Heading, Page, Part, anchor, initial
from cmops.pages.periods import Period
from cmops.pages.site import UNDATED, Site
from cmops.publish.plan import Delivery

INDEX = "posts/index.md"
_TOLD = (Kind.PUBLISHED, Kind.REJECTED, Kind.UNCLEAR, Kind.RETRACTED, Kind.HANDED)


def posts(site: Site) -> Iterator[Page]:
    """The index by month, a page a month (or a part of one), and what has no time yet."""
    periods = site.post_pages
    block = site.html(
        "posts.html", INDEX, periods=periods, undated=site.undated, name=lambda p: name(site, p)
    )
    label = site.say("pages.posts")
    yield site.page(INDEX, label, (block,), label=label)
    for place, period in enumerate(periods):
        yield _period(site, period, periods, place)
    if site.undated:
        title = site.say("pages.undated")
        parts = _entries(site, UNDATED, site.undated)
        yield site.page(UNDATED, title, parts, trail=((INDEX, label),))


def name(site: Site, period: Period[Any]) -> str:
    """What a period is called: its month, and its days where it is not all of it."""
    month = initial(site.wording.month(period.first))
    if len(period.name) == len("2026-12"):
        return month
    if period.first == period.last:
        return site.wording.day(period.first)
    first, last = (site.draw.short_day(day) for day in (period.first, period.last))
    return site.say("pages.from-to", first=first, last=last)


def _period(
    site: Site, period: Period[Entry], periods: tuple[Period[Entry], ...], place: int
) -> Page:
    path = f"posts/{period.name}.md"
    around = {
        "before": periods[place - 1] if place else None,
        "after": periods[place + 1] if place + 1 < len(periods) else None,
    }
    beside = site.html("beside.html", path, folder="posts", name=lambda p: name(site, p), **around)
    title = name(site, period)
    parts = (beside, *_entries(site, path, period.items))
    return site.page(path, title, parts, trail=((INDEX, site.say("pages.posts")),))


def _entries(site: Site, path: str, found: tuple[Entry, ...]) -> Iterator[Part]:
    for day, group in groupby(found, key=lambda each: each.day):
        if day:
            yield Heading(2, initial(site.wording.day(day)), f"d-{day}")
        for entry in group:
            yield Heading(3, entry.title, anchor(entry.id))
            yield site.html(
                "post.html",
                path,
                entry=entry,
                post=entry.post,
                cards=site.cards(entry),
                told=lambda each: list(_told(site, each)),
                wrong=site.wrong(entry),
            )


def _told(site: Site, each: Delivery) -> Iterator[Mapping[str, Any]]:
    """What the ledger says of a delivery, for people: outcomes, not claims."""
    found = {entry.id: entry for entry in site.facts.history.entries(each.record.key or each.key)}
    for entry in sorted(found.values(), key=lambda entry: (entry.at, entry.message or 0)):
        if entry.kind in _TOLD:
            yield {
                "what": site.say(f"pages.entry.{entry.kind}"),
                "at": (entry.receipt.at if entry.receipt else entry.at).astimezone(
                    site.workspace.zone
                ),
                "message": entry.message,
                "url": entry.receipt.url if entry.receipt else None,
                "code": entry.code,
            }
