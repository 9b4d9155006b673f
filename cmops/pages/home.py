"""The home page: what is on today and next, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from cmops.pages import feeds, filters, months, results, stops
from cmops.pages.agenda import marks
from cmops.pages.crisis import alarms
from cmops.pages.kpis_figures import place
from cmops.pages.page import Page, Part, anchor, initial
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.todo import Task
from cmops.values import dataclass

INDEX = "index.md"
NAMED = 30
"""How many posts one kind of task names."""

DAYS = 7
"""How many days ahead the page looks."""

AHEAD = timedelta(days=14)
"""How far ahead it looks for silences and clashes."""

_COMING = ("waiting", "due", "claimed", "throttled")

GROUPS = 12
"""How many kinds of tasks it shows; the rest is a number."""


@dataclass(frozen=True, slots=True)
class About:
    """One thing that a task is about, when, what is special about it, and its page."""

    name: str
    at: datetime | None
    what: str
    place: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Glance:
    """The day in numbers: posts of today, those that are out and held, what is next, what waits.

    ``fine`` of the ``measured`` objectives are reached or on their way.
    """

    today: int
    out: int
    held: int
    coming: Slot | None
    waiting: int
    fine: int
    measured: int


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one kind with one advice; ``what`` is what they all say, if they do."""

    kind: str
    what: str
    advice: str
    count: int
    about: tuple[About, ...]


def home(site: Site) -> Iterator[Page]:
    """The one page."""
    yield site.page(INDEX, site.settings.name, _parts(site), label=site.say("pages.home"))


def _parts(site: Site) -> Iterator[Part]:
    brands = [each.name for each in site.settings.brands.values()]
    names = brands if len(brands) > 1 else []
    goals = results.goals(site)
    glance = _glance(site, goals)
    tomorrow = site.today + timedelta(days=1)
    now = {"alarms": alarms(site), "names": names, "glance": glance, "tomorrow": tomorrow}
    yield site.html("home.html", INDEX, part="now", **now)
    if not site.view.lacks("tasks"):
        yield from _tasks(site)
    yield site.heading("next", "next")
    yield site.html("home.html", INDEX, part="days", days=list(_days(site)), tomorrow=tomorrow)
    yield from months.watch(site, INDEX, site.today, site.today + AHEAD)
    if goals:
        yield site.heading("objectives", "objectives")
        told = {"goals": goals, "example": results.is_example(site), "place": place}
        yield site.html("home.html", INDEX, part="objectives", **told)
    running = [
        each for each in site.workspace.campaigns.values() if each.start <= site.today <= each.end
    ]
    if running:
        yield site.heading("campaigns-running", "campaigns")
        yield site.html("home.html", INDEX, part="campaigns", campaigns=running)
    yield from feeds.one(site, INDEX, "all")


def _glance(site: Site, goals: tuple[results.Goal, ...]) -> Glance:
    today = site.programme.by_day.get(site.today, ())
    coming = (
        slot
        for slot in site.programme.slots
        if slot.at and slot.at >= site.now and slot.state in _COMING and not stops.all_stopped(slot)
    )
    measured = [each for each in goals if each.value]
    return Glance(
        len([slot for slot in today if slot.state not in filters.UNREADY]),
        sum(slot.state == "published" for slot in today),
        sum(slot.state == "held" for slot in today),
        next(coming, None),
        len(site.todo),
        sum(each.fine for each in measured),
        len(measured),
    )


def _tasks(site: Site) -> Iterator[Part]:
    yield site.heading("todo", "todo")
    groups = list(_groups(site, site.todo))
    more = sum(group.count for group in groups[GROUPS:])
    yield site.html("home.html", INDEX, part="todo", groups=groups[:GROUPS], more=more)


def _days(site: Site) -> Iterator[tuple[Any, ...]]:
    last = site.today + timedelta(days=DAYS)
    found = [mark for mark in marks(site, site.today, last) if mark.kind != "campaign"]
    for ahead in range(DAYS + 1):
        day = site.today + timedelta(days=ahead)
        slots = site.programme.by_day.get(day, ())
        here = [mark for mark in found if mark.begins(day, site.today)]
        if slots or here:
            yield day, slots, here


def _groups(site: Site, tasks: tuple[Task, ...]) -> Iterator[Group]:
    groups: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        groups.setdefault((task.kind, task.phrase), []).append(task)
    for (kind, _), same in groups.items():
        said = [initial(stops.said(site, task.phrase, task.values)) for task in same]
        alike = len(set(said)) == 1
        # A state's own words say enough where each delivery has its own reason.
        what = said[0] if alike else ""
        about = (
            _about(site, task, "" if alike else words)
            for task, words in zip(same[:NAMED], said, strict=False)
        )
        yield Group(kind, what, _advice(site, same), len(same), tuple(about))


def _advice(site: Site, same: list[Task]) -> str:
    """What to do, in words that hold for all of them."""
    first = same[0]
    if first.kind == "incident":
        return site.say("pages.incident-advice")  # its page is linked, no file need be named
    if first.advice is None:
        return ""
    values = dict(first.values)
    if len(same) > 1 and "delivery" in values:
        values["delivery"] = site.say("pages.any-delivery")
    return site.say(first.advice, **values)


def _about(site: Site, task: Task, what: str) -> About:
    name, _, channel = task.subject.partition("@")
    post = site.workspace.posts.get(name)
    known = site.channel(task.channel) if task.channel else channel
    title = f"{post.title} · {known}" if post else task.subject
    at = task.at.astimezone(site.workspace.zone) if task.at else None
    return About(title, at, what, _place(site, task))


def _place(site: Site, task: Task) -> tuple[str, str] | None:
    """The page that shows what a task is about."""
    for incident in site.workspace.incidents.values():
        if incident.path == task.path:
            return f"incidents/{incident.id}.md", ""
    place = site.post(task.subject.partition("@")[0])
    if place is None and task.kind == "error" and task.path:
        return "diagnostics/index.md", anchor(task.path)
    return place
