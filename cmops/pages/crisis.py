"""Crisis playbooks to act from, and the incidents in which they were used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from cmops.pages.documents import prose
from cmops.pages.page import Page, Part
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.pages.stops import held_by
from cmops.values import dataclass
from cmops.workspace.model import CrisisPlaybook, Incident, Step

INDEX = "crisis/index.md"
INCIDENTS = "incidents/index.md"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def crisis(site: Site) -> Iterator[Page]:
    """The index of playbooks by their first signs, and a page for each."""
    label = site.say("pages.crisis")
    found = tuple(site.workspace.crises.values())
    block = site.html("crisis.html", INDEX, playbooks=found, alarms=alarms(site))
    yield site.page(INDEX, label, (block,), label=label)
    for each in found:
        path = f"crisis/{each.id}.md"
        yield site.page(path, each.title, _playbook(site, each, path), trail=((INDEX, label),))


def incidents(site: Site) -> Iterator[Page]:
    """Every incident, the last one first."""
    label = site.say("pages.incidents")
    found = _incidents(site)
    block = site.html("incidents.html", INCIDENTS, incidents=found)
    yield site.page(INCIDENTS, label, (block,), label=label)
    for each in found:
        path = f"incidents/{each.id}.md"
        yield site.page(path, each.title, _incident(site, each, path), trail=((INCIDENTS, label),))


@dataclass(frozen=True, slots=True)
class Alarm:
    """An open incident: what to do next, by whom and until when, and what it keeps from going out.

    ``held`` posts have had their time; it will hold the ``coming`` ones soon.
    """

    incident: Incident
    playbook: CrisisPlaybook | None
    step: Step | None
    who: str
    until: datetime | None
    held: tuple[Slot, ...]
    coming: tuple[Slot, ...]


def alarms(site: Site) -> tuple[Alarm, ...]:
    """Every open incident, the last one first."""
    return tuple(_alarm(site, each) for each in _incidents(site) if each.status == "open")


def _alarm(site: Site, incident: Incident) -> Alarm:
    playbook = site.workspace.crises.get(incident.playbook)
    step = _next_step(incident, playbook) if playbook else None
    roles = {role.id: role.name for role in playbook.roles} if playbook else {}
    declared = incident.declared_at
    until = declared + step.within if step and declared else None
    slots = held_by(site, incident)
    held = tuple(each for each in slots if each.at is None or each.at <= site.now)
    coming = tuple(each for each in slots if each not in held)
    who = roles.get(step.who, step.who) if step else ""
    return Alarm(incident, playbook, step, who, until, held, coming)


def _next_step(incident: Incident, playbook: CrisisPlaybook) -> Step | None:
    """The first step of the incident's level that nobody has written down as done."""
    done = {each.step for each in incident.steps}
    return next(
        (
            step
            for step in playbook.steps
            if step.id not in done and playbook.reaches(incident.level, step.level)
        ),
        None,
    )


def _incidents(site: Site) -> tuple[Incident, ...]:
    by_time = sorted(
        site.workspace.incidents.values(),
        key=lambda each: each.declared_at or _LONG_AGO,
        reverse=True,
    )
    return tuple(sorted(by_time, key=lambda each: each.status != "open"))


def _playbook(site: Site, each: CrisisPlaybook, path: str) -> Iterator[Part]:
    roles = {role.id: role for role in each.roles}
    levels = {level.id: level for level in each.levels}
    due = each.reviewed_on + each.review_every if each.reviewed_on and each.review_every else None
    given = {"playbook": each, "roles": roles, "levels": levels, "review": due}
    yield site.html("playbook.html", path, part="lead", **given)
    yield site.heading("levels", "levels")
    yield site.html("playbook.html", path, part="levels", **given)
    yield site.heading("steps", "steps")
    phases = [(phase, list(steps)) for phase, steps in groupby(each.steps, lambda step: step.phase)]
    yield site.html("playbook.html", path, part="steps", phases=phases, **given)
    if each.statements:
        yield site.heading("statements", "statements")
        yield site.html("playbook.html", path, part="statements", **given)
    yield site.heading("roles", "roles")
    yield site.html("playbook.html", path, part="roles", **given)
    yield site.heading("closing", "closing")
    yield site.html("playbook.html", path, part="closing", **given)
    yield from prose(site, each.body, each.path, path)
    used = [found for found in _incidents(site) if found.playbook == each.id]
    if used:
        yield site.heading("used-in", "used-in")
        yield site.html("incidents.html", path, incidents=used)


def _incident(site: Site, each: Incident, path: str) -> Iterator[Part]:
    playbook = site.workspace.crises.get(each.playbook)
    levels = {level.id: level for level in playbook.levels} if playbook else {}
    steps = {step.id: step for step in playbook.steps} if playbook else {}
    given = {"incident": each, "playbook": playbook, "levels": levels, "steps": steps}
    alarm = _alarm(site, each) if each.status == "open" else None
    yield site.html("incident.html", path, part="lead", alarm=alarm, **given)
    if alarm is not None and not site.view.lacks("tasks"):
        yield site.heading("held-by", "held-by")
        lateness = site.settings.publishing.max_lateness
        yield site.html("incident.html", path, part="held", alarm=alarm, lateness=lateness)
    yield from prose(site, each.body, each.path, path)
    for part, found in (
        ("timeline", each.timeline),
        ("steps-done", each.steps),
        ("statements-used", each.statements),
        ("post-mortem", each.post_mortem),
    ):
        if found:
            yield site.heading(part, part)
            yield site.html("incident.html", path, part=part, **given)
