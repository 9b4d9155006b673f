"""Approvals beside what is planned: whose there are, and in the sandbox whose there would be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cmops.project import Project
    from cmops.publish.plan import Delivery
    from cmops.review.approvals import Standing


def lines(delivery: Delivery, project: Project) -> Iterator[str]:
    """What is to be known of a delivery's approvals besides why it is held."""
    standing = _standing(delivery, project)
    if standing is None:
        return
    from cmops.review.approval_words import given

    yield from dict.fromkeys(given(each, project.wording) for each in standing.given)
    if project.sandbox and standing.missing:
        yield project.wording.say("approvals.plan.needs", missing=standing.missing)


def rows(delivery: Delivery, project: Project) -> list[dict[str, Any]]:
    """The same for programs."""
    standing = _standing(delivery, project)
    return [
        {
            "means": each.means,
            "roles": list(each.roles),
            "pull": each.pull,
            "at": each.at.isoformat(),
        }
        for each in (standing.given if standing else ())
    ]


def _standing(delivery: Delivery, project: Project) -> Standing | None:
    rules = project.workspace.settings.approvals.rules
    return project.approved_by(delivery) if rules else None
