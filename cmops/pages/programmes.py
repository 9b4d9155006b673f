"""Campaigns and events: an index of each, and a page for each one with its posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from operator import attrgetter

from cmops.pages.page import Html, Page, Part
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
    for each in found:
        path = f"campaigns/{each.id}.md"
        yield site.page(path, each.name, _campaign(site, each, path), trail=((CAMPAIGNS, label),))


def events(site: Site) -> Iterator[Page]:
    """Every event, the next ones first."""
    found = sorted(site.workspace.events.values(), key=lambda each: each.start or site.now)
    groups = [
        ("coming", [each for each in found if not _over(each, site)]),
        ("past", [each for each in reversed(found) if _over(each, site)]),
    ]
    label = site.say("pages.events")
    block = site.html("events.html", EVENTS, groups=groups)
    yield site.page(EVENTS, label, (block,), label=label)
    for each in found:
        path = f"events/{each.id}.md"
        yield site.page(path, each.name, _event(site, each, path), trail=((EVENTS, label),))


def _campaign(site: Site, each: Campaign, path: str) -> Iterator[Part]:
    goal = site.workspace.objectives.get(each.objective)
    yield site.html("campaign.html", path, campaign=each, goal=goal)
    yield from site.draw.prose(each.body)
    happening = [event for event in site.workspace.events.values() if event.campaign == each.id]
    if happening:
        yield site.heading("events", "events")
        yield site.html("event-list.html", path, events=happening)
    yield site.heading("posts", "posts")
    yield _posts(site, path, _told_by(site, each.id, "campaign"))


def _event(site: Site, each: Event, path: str) -> Iterator[Part]:
    yield site.html("event.html", path, event=each)
    yield from site.draw.prose(each.body)
    if each.contest:
        yield site.heading("contest", "contest")
        yield site.html("contest.html", path, contest=each.contest)
    yield site.heading("posts", "posts")
    yield _posts(site, path, _told_by(site, each.id, "event", "contest"))


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
