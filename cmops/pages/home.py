"""The home page: what is on today and next, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from cmops.pages import tally
from cmops.pages.agenda import marks
from cmops.pages.page import Page, Part, anchor
from cmops.pages.site import Site
from cmops.todo import Task

INDEX = "index.md"
DAYS = 7
"""How many days ahead the page looks."""

TASKS = 20
"""How many tasks it shows; the rest is a number."""


def home(site: Site) -> Iterator[Page]:
    """The one page."""
    yield site.page(INDEX, site.settings.name, _parts(site), label=site.say("pages.home"))


def _parts(site: Site) -> Iterator[Part]:
    incidents = site.workspace.incidents.values()
    opened = [each for each in incidents if each.status == "open"]
    brands = [each.name for each in site.settings.brands.values()]
    names = brands if len(brands) > 1 else []
    yield site.html("home.html", INDEX, part="now", open=opened, names=names)
    tasks = site.facts.todo
    yield site.heading("todo", "todo")
    shown = [_task(site, each) for each in tasks[:TASKS]]
    more = max(len(tasks) - TASKS, 0)
    yield site.html("home.html", INDEX, part="todo", tasks=shown, more=more)
    yield site.heading("next", "next")
    yield site.html("home.html", INDEX, part="days", days=list(_days(site)))
    objectives = list(tally.objectives(site, at=site.today))
    if objectives:
        yield site.heading("objectives", "objectives")
        yield site.html("home.html", INDEX, part="objectives", objectives=objectives)
    running = [
        each for each in site.workspace.campaigns.values() if each.start <= site.today <= each.end
    ]
    if running:
        yield site.heading("campaigns-running", "campaigns")
        yield site.html("home.html", INDEX, part="campaigns", campaigns=running)


def _days(site: Site) -> Iterator[tuple[Any, ...]]:
    last = site.today + timedelta(days=DAYS)
    found = [mark for mark in marks(site, site.today, last) if mark.kind != "campaign"]
    for ahead in range(DAYS + 1):
        day = site.today + timedelta(days=ahead)
        slots = site.programme.by_day.get(day, ())
        here = [mark for mark in found if mark.on(day)]
        if slots or here:
            yield day, slots, here


def _task(site: Site, task: Task) -> Mapping[str, Any]:
    place, see = _place(site, task)
    name, _, channel = task.subject.partition("@")
    post = site.workspace.posts.get(name)
    known = site.channel(task.channel) if task.channel else channel
    return {
        "kind": task.kind,
        "name": f"{post.title} · {known}" if post else task.subject,
        "what": site.say(task.phrase, **task.values),
        "advice": site.say(task.advice, **task.values) if task.advice else "",
        "at": task.at.astimezone(site.workspace.zone) if task.at else None,
        "place": place,
        "see": see,
    }


def _place(site: Site, task: Task) -> tuple[tuple[str, str] | None, str]:
    """The page that shows what a task is about, and what to call the link."""
    for incident in site.workspace.incidents.values():
        if incident.path == task.path:
            return (f"incidents/{incident.id}.md", ""), site.say("pages.see-incident")
    id = task.subject.partition("@")[0]
    place = site.post(id)
    if place:
        return place, site.say("pages.see-post")
    if task.kind == "error" and task.path:
        return ("diagnostics/index.md", anchor(task.path)), site.say("pages.see-diagnostic")
    return None, ""
