"""Campaigns and events: an index of each, and a page for each one with its posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter

from cmops.pages import feeds, results, weeks
from cmops.pages.documents import prose
from cmops.pages.page import Heading, Html, Page, Part
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.workspace.model import Campaign, Event

CAMPAIGNS = "campaigns/index.md"
EVENTS = "events/index.md"
SHOWN = 150
"""How many posts the page of a campaign or an event lists; the calendar has all of them."""


def campaigns(site: Site) -> Iterator[Page]:
    """Every campaign, running ones first."""
    found = sorted(site.workspace.campaigns.values(), key=attrgetter("start"), reverse=True)
    groups = [
        ("running", [each for each in found if each.start <= site.today <= each.end]),
        ("coming", [each for each in reversed(found) if each.start > site.today]),
        ("past", [each for each in found if each.end < site.today]),
    ]
    label = site.say("pages.campaigns")
    counts = {each.id: len(_told_by(site, each.id, "campaign")) for each in found}
    block = site.html("campaigns.html", CAMPAIGNS, groups=groups, counts=counts)
    yield site.page(CAMPAIGNS, label, (block,), label=label)
    figures = results.campaigns(site) if found else {}
    for each in found:
        path = f"campaigns/{each.id}.md"
        parts = _campaign(site, each, path, figures[each.id])
        yield site.page(path, each.name, parts, trail=((CAMPAIGNS, label),))


def events(site: Site) -> Iterator[Page]:
    """Every event, the next ones first."""
    found = sorted(site.workspace.events.values(), key=lambda each: each.start or site.now)
    groups = [
        ("coming", [each for each in found if not _over(each, site)]),
        ("past", [each for each in reversed(found) if _over(each, site)]),
    ]
    label = site.say("pages.events")
    parts = (*feeds.one(site, EVENTS, "events"), site.html("events.html", EVENTS, groups=groups))
    yield site.page(EVENTS, label, parts, label=label)
    for each in found:
        path = f"events/{each.id}.md"
        yield site.page(path, each.name, _event(site, each, path), trail=((EVENTS, label),))


def _campaign(
    site: Site, each: Campaign, path: str, figures: tuple[results.Figure, ...]
) -> Iterator[Part]:
    goal = site.workspace.objectives.get(each.objective)
    slots = _told_by(site, each.id, "campaign")
    yield site.html("campaign.html", path, campaign=each, goal=goal)
    yield from feeds.one(site, path, "campaign", each.id)
    yield from prose(site, each.body, each.path, path)
    if each.start <= site.today:
        yield Heading(2, site.say("calendar.results"), "results")
        example = results.is_example(site)
        yield site.html("campaign-results.html", path, figures=figures, example=example)
    yield Heading(2, site.say("pages.timeline"), "timeline")
    yield site.html("campaign-timeline.html", path, **_timeline(site, each, slots))
    yield site.heading("posts", "posts")
    yield _posts(site, path, slots)


def _timeline(site: Site, each: Campaign, slots: tuple[Slot, ...]) -> dict[str, object]:
    """The campaign's weeks: how many posts each has, and what happens in it."""
    happening = sorted(
        (event for event in site.workspace.events.values() if event.campaign == each.id),
        key=lambda event: event.start or site.now,
    )
    days = [slot.day for slot in slots if slot.day]
    first, last = min([each.start, *days]), max([each.end, *days])
    planned = Counter(map(weeks.monday, days))
    out = Counter(
        weeks.monday(slot.day) for slot in slots if slot.day and slot.state == "published"
    )
    rows = [
        (day, planned[day], out[day], _of_week(happening, day)) for day in _mondays(first, last)
    ]
    known = set(weeks.known(site))
    paths = {day: weeks.path_of(day) for day, *_ in rows if day in known}
    most = max(planned.values(), default=0)
    told = {"rows": rows, "most": most, "paths": paths, "eventful": bool(happening)}
    return told | {"current": weeks.monday(site.today)}


def _of_week(happening: list[Event], monday: date) -> list[Event]:
    return [each for each in happening if each.start and weeks.monday(each.start.date()) == monday]


def _mondays(first: date, last: date) -> Iterator[date]:
    day = weeks.monday(first)
    while day <= last:
        yield day
        day += timedelta(days=7)


def _event(site: Site, each: Event, path: str) -> Iterator[Part]:
    yield site.html("event.html", path, event=each)
    yield from feeds.one(site, path, "event", each.id)
    yield from prose(site, each.body, each.path, path)
    if each.contest:
        yield site.heading("contest", "contest")
        yield site.html("contest.html", path, contest=each.contest)
    yield site.heading("posts", "posts")
    slots = _told_by(site, each.id, "event", "contest")
    if slots:
        out = sum(slot.state == "published" for slot in slots)
        yield site.html("event-told.html", path, out=out, all=len(slots))
    parts = list(_around(each, slots))
    if len(parts) < 2:
        yield _posts(site, path, slots)
        return
    for name, some in parts:
        yield Heading(3, site.say(f"calendar.event.{name}"), name)
        yield _posts(site, path, some)


def _around(each: Event, slots: tuple[Slot, ...]) -> Iterator[tuple[str, tuple[Slot, ...]]]:
    """Posts before an event, while it lasts, after it, and those without a time."""
    start = each.start
    groups: dict[str, list[Slot]] = {"before": [], "during": [], "after": [], "undated": []}
    for slot in slots:
        if slot.at is None or start is None:
            groups["undated"].append(slot)
        elif slot.at < start:
            groups["before"].append(slot)
        else:
            groups["during" if slot.at < (each.end or start) else "after"].append(slot)
    for name, some in groups.items():
        if some:
            yield name, tuple(some)


def _posts(site: Site, path: str, slots: tuple[Slot, ...]) -> Html:
    """The posts nearest to today where there are too many for the page."""
    near = sorted(slots, key=lambda slot: abs(slot.at - site.now) if slot.at else timedelta.max)
    kept = {id(slot) for slot in near[:SHOWN]}
    shown = [slot for slot in slots if id(slot) in kept]
    return site.html("slots.html", path, slots=shown, more=len(slots) - len(shown))


def _told_by(site: Site, id: str, *fields: str) -> tuple[Slot, ...]:
    """The slots of the posts that name something in one of these fields."""
    posts = site.workspace.posts.values()
    return site.programme.about(
        post for post in posts if any(getattr(post, field) == id for field in fields)
    )


def _over(each: Event, site: Site) -> bool:
    end = each.end or each.start
    return end is not None and end < site.now
