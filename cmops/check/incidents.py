"""Incidents: they name things of their playbook, end after they begin, and teach something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from cmops.check.names import Names, unknown
from cmops.check.programme import scope
from cmops.check.rule import Scene
from cmops.findings import Finding

if TYPE_CHECKING:
    from cmops.workspace.model import CrisisPlaybook, Incident

_SOON = timedelta(days=14)


def incidents(scene: Scene) -> Iterator[Finding]:
    """What is wrong with declared crises, and what is still to be done after them."""
    names = Names(scene.workspace)
    for incident in scene.workspace.incidents.values():
        playbook = scene.workspace.crises.get(incident.playbook)
        yield from names.one("playbook", incident.playbook, incident.path, ("playbook",))
        yield from scope(incident.pauses, names, incident.path, ("pauses",))
        if playbook is not None:
            yield from _of_playbook(incident, playbook)
        yield from _end(incident, playbook, scene)
        yield from _actions(incident, scene)


def _of_playbook(incident: Incident, playbook: CrisisPlaybook) -> Iterator[Finding]:
    levels = {level.id: None for level in playbook.levels}
    if incident.level not in levels:
        yield unknown("CM811", incident.level, levels, incident.path, ("level",))
    steps = {step.id: None for step in playbook.steps}
    for index, done in enumerate(incident.steps):
        if done.step not in steps:
            yield unknown("CM812", done.step, steps, incident.path, ("steps", index, "step"))
    statements = {statement.id: None for statement in playbook.statements}
    for index, used in enumerate(incident.statements):
        if used.statement not in statements:
            at = ("statements", index, "statement")
            yield unknown("CM813", used.statement, statements, incident.path, at)


def _end(incident: Incident, playbook: CrisisPlaybook | None, scene: Scene) -> Iterator[Finding]:
    closed, declared = incident.closed_at, incident.declared_at
    if closed is None:
        return
    if declared is not None and closed < declared:
        values = {"start": declared, "end": closed}
        yield Finding("CM319", incident.path, ("closed_at",), values)
    if incident.post_mortem is None:
        within = playbook.closing.post_mortem_within if playbook else _SOON
        code = "CM821" if closed + within < scene.now else "CM824"
        yield Finding(code, incident.path, ("status",), {"due": (closed + within).date()})


def _actions(incident: Incident, scene: Scene) -> Iterator[Finding]:
    actions = incident.post_mortem.actions if incident.post_mortem else ()
    for index, action in enumerate(actions):
        if action.done_on is None and action.due < scene.now.date():
            at = ("post_mortem", "actions", index, "due")
            values = {"what": action.what, "who": action.who, "due": action.due}
            yield Finding("CM822", incident.path, at, values)
