"""The pages of posts: what each network shows, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

from cmops.pages.articles import Articles
from cmops.pages.entries import Entry
from cmops.pages.kept import told_entry
from cmops.pages.page import Heading, Page, Part, anchor, initial
from cmops.pages.periods import Period
from cmops.pages.site import UNDATED, Site

INDEX = "posts/index.md"


def posts(site: Site) -> Iterator[Page]:
    """The index by month, a page a month (or a part of one), and what has no time yet."""
    periods = site.post_pages
    block = site.html(
        "posts.html", INDEX, periods=periods, undated=site.undated, name=lambda p: name(site, p)
    )
    label = site.say("pages.posts")
    yield site.page(INDEX, label, (block,), label=label)
    for place, period in enumerate(periods):
        path = f"posts/{period.name}.md"
        before = periods[place - 1] if place else None
        after = periods[place + 1] if place + 1 < len(periods) else None
        sources = _sources(site, period.items, before, after)
        make = partial(_period, site, path, period, before, after)
        yield site.kept.page(path, sources, make)
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


def _sources(site: Site, items: tuple[Entry, ...], *beside: Period[Entry] | None) -> Iterator[str]:
    for period in beside:
        yield f"{period.name} {period.first} {period.last}" if period else ""
    for entry in items:
        yield from told_entry(site, entry)


def _period(
    site: Site,
    path: str,
    period: Period[Entry],
    before: Period[Entry] | None,
    after: Period[Entry] | None,
) -> Page:
    around = {"before": before, "after": after}
    beside = site.html("beside.html", path, folder="posts", name=lambda p: name(site, p), **around)
    title = name(site, period)
    parts = (beside, *_example(site, path, period.items), *_entries(site, path, period.items))
    return site.page(path, title, parts, trail=((INDEX, site.say("pages.posts")),))


def _example(site: Site, path: str, found: tuple[Entry, ...]) -> Iterator[Part]:
    """That numbers are invented, where some are shown and are."""
    if not site.counted.example:
        return
    sent = (d for entry in found for slot in entry.slots for d in slot.deliveries)
    if any(d.record.published and site.counted.words(d.subject.key) for d in sent):
        yield site.html("example.html", path, measured=site.counted)


def _entries(site: Site, path: str, found: tuple[Entry, ...]) -> Iterator[Part]:
    articles = Articles(site, path)
    for day, group in groupby(found, key=lambda each: each.day):
        if day:
            yield Heading(2, initial(site.wording.day(day)), f"d-{day}")
        for entry in group:
            yield Heading(3 if day else 2, entry.title, anchor(entry.id))
            yield articles.html(entry)
