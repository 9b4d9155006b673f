"""What deliveries cost, where a platform charges for them: beside each, and in the month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from cmops.project import Project
from cmops.publish.budget import Bill
from cmops.publish.plan import Delivery
from cmops.publish.reasons import State

_COMING = frozenset({State.WAITING, State.DUE, State.CLAIMED, State.HELD, State.THROTTLED})


_SOON = timedelta(days=31)
"""What goes out later is not composed only to say its price, which may have changed by then."""


def beside(each: Delivery, project: Project) -> str:
    """``(0.20 USD)`` behind a delivery that is to come soon and costs something."""
    if project.sandbox or each.state not in _COMING or not project.budgets.concerned:
        return ""
    if each.subject.at is not None and each.subject.at > project.now + _SOON:
        return ""
    estimate = project.budgets.estimate(each.subject)
    return f" ({estimate.words[project.wording.language]})" if estimate else ""


def lines(project: Project) -> Iterator[str]:
    """What this month costs, a line for each purse."""
    for bill in () if project.sandbox else project.budgets.bills():
        names = ("sent", "read", "planned", "total")
        values = {name: getattr(bill, name).words for name in names}
        phrase = "cli.plan.bill"
        if bill.most is not None:
            phrase, values = "cli.plan.bill.limited", {**values, "most": bill.most.words}
        yield project.wording.say(phrase, name=bill.name, **values)


def add(report: dict[str, Any], wanted: Sequence[Delivery], project: Project) -> None:
    """The same as data: ``cost`` of a delivery, and ``costs`` of the month."""
    if project.sandbox or not project.budgets.concerned:
        return
    for row, each in zip(report["deliveries"], wanted, strict=True):
        estimate = project.budgets.estimate(each.subject)
        if estimate is not None:
            row["cost"] = estimate.plain
    report["costs"] = [_row(each) for each in project.budgets.bills()]


def _row(bill: Bill) -> dict[str, Any]:
    return {
        "name": bill.name,
        "published": bill.sent.plain,
        "read": bill.read.plain,
        "planned": bill.planned.plain,
        "budget": bill.most.plain if bill.most else None,
    }
