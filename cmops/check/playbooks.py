"""Crisis playbooks that can be followed under stress: nothing in them points nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from cmops.check.names import Names, unknown
from cmops.check.programme import scope
from cmops.check.rule import Scene
from cmops.findings import Finding, Pointer
from cmops.workspace.model.scope import Scope

if TYPE_CHECKING:
    from cmops.workspace.model import CrisisPlaybook

_NEEDED = ("decides", "speaks", "informed")
_STEPS = {
    "ads": re.compile(
        r"publicit|annonces? |sponsoris|payante|régie|\bads?\b|paid|advert", re.IGNORECASE
    ),
    "scheduled": re.compile(
        r"programmé|planifié|programmation|schedul|queue|différé", re.IGNORECASE
    ),
}


def playbooks(scene: Scene) -> Iterator[Finding]:
    """What would fail when a crisis playbook is opened."""
    names = Names(scene.workspace)
    for playbook in scene.workspace.crises.values():
        yield from _twice(playbook)
        yield from _levels(playbook)
        yield from _roles(playbook)
        yield from _outside(playbook, names)
        yield from _gaps(playbook)
        yield from _approvals(playbook)
        yield from _review(playbook, scene.now.date())


def _twice(playbook: CrisisPlaybook) -> Iterator[Finding]:
    for field in ("levels", "roles", "statements", "steps"):
        seen: set[str] = set()
        for index, each in enumerate(getattr(playbook, field)):
            if each.id in seen:
                yield Finding("CM814", playbook.path, (field, index, "id"), {"id": each.id})
            seen.add(each.id)


def _levels(playbook: CrisisPlaybook) -> Iterator[Finding]:
    known = {level.id: None for level in playbook.levels}
    named: list[tuple[str | None, Pointer]] = []
    for field in ("triggers", "statements", "steps"):
        for index, each in enumerate(getattr(playbook, field)):
            named.append((each.level, (field, index, "level")))
    yield from _unknown("CM811", named, known, playbook.path)


def _roles(playbook: CrisisPlaybook) -> Iterator[Finding]:
    known = {role.id: None for role in playbook.roles}
    closing = playbook.closing
    named: list[tuple[str | None, Pointer]] = [
        (step.who, ("steps", index, "who")) for index, step in enumerate(playbook.steps)
    ]
    for index, statement in enumerate(playbook.statements):
        for number, role in enumerate(statement.approved_by):
            named.append((role, ("statements", index, "approved_by", number)))
    named.append((closing.decided_by, ("closing", "decided_by")))
    named.append((closing.post_mortem_by, ("closing", "post_mortem_by")))
    yield from _unknown("CM810", named, known, playbook.path)


def _unknown(
    code: str, named: Iterable[tuple[str | None, Pointer]], known: Collection[str], path: str
) -> Iterator[Finding]:
    for name, at in named:
        if name is not None and name not in known:
            yield unknown(code, name, known, path, at)


def _outside(playbook: CrisisPlaybook, names: Names) -> Iterator[Finding]:
    for index, level in enumerate(playbook.levels):
        yield from scope(level.pauses, names, playbook.path, ("levels", index, "pauses"))
    for index, statement in enumerate(playbook.statements):
        at = ("statements", index, "channels")
        yield from names.all("channel", statement.channels, playbook.path, at)


def _gaps(playbook: CrisisPlaybook) -> Iterator[Finding]:
    """What every crisis needs and this playbook does not say."""
    worst = playbook.levels[-1]
    if worst.pauses == Scope():
        at = ("levels", len(playbook.levels) - 1)
        yield Finding("CM815", playbook.path, at, {"level": worst.name})
    text = "\n".join(f"{step.what}\n{step.done_when}" for step in playbook.steps)
    for step, pattern in _STEPS.items():
        if not pattern.search(text):
            yield Finding("CM816", playbook.path, ("steps",), {"step": step}, on_key=True)
    done = {what for role in playbook.roles for what in role.does}
    for what in _NEEDED:
        if what not in done:
            yield Finding("CM817", playbook.path, ("roles",), {"role": what}, on_key=True)


def _approvals(playbook: CrisisPlaybook) -> Iterator[Finding]:
    for index, statement in enumerate(playbook.statements):
        if statement.approved_on is None:
            at = ("statements", index, "id")
            yield Finding("CM818", playbook.path, at, {"id": statement.id})


def _review(playbook: CrisisPlaybook, today: date) -> Iterator[Finding]:
    reviewed, every = playbook.reviewed_on, playbook.review_every
    if reviewed is not None and every is not None and reviewed + every < today:
        values = {"reviewed": reviewed, "due": reviewed + every}
        yield Finding("CM820", playbook.path, ("reviewed_on",), values)
