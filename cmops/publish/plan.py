"""What is to be done with each subject now: a pure function of what is known.

No clock is read, nothing is asked for over a network, and gates are given: whoever wants to hold
something (approvals, budgets) adds one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cmops.ledger.history import History
from cmops.publish import sametext
from cmops.publish.delivery import (
    ABSENT,
    NEVER,
    Delivery,
    Gate,
    Judge,
    Judgement,
    Rules,
    over,
)
from cmops.publish.judging import Judging
from cmops.publish.reasons import State
from cmops.publish.subjects import Subject

__all__ = [
    "ABSENT",
    "NEVER",
    "Delivery",
    "Gate",
    "Judge",
    "Judgement",
    "Rules",
    "State",
    "judge",
    "over",
    "plan",
]


def plan(
    subjects: Iterable[Subject],
    history: History,
    gates: Iterable[Gate],
    now: datetime,
    rules: Rules | None = None,
) -> tuple[Delivery, ...]:
    """Every subject's state, in the order in which they are to happen."""
    judge = Judging(history, tuple(gates), now, rules or Rules())
    found = [judge.delivery(subject) for subject in subjects]
    found += judge.corrections(found)
    found.sort(key=lambda delivery: (delivery.subject.at or NEVER, delivery.key))
    return sametext.held(tuple(found), history, now, judge.rules.same_text)


def judge(
    history: History, gates: Iterable[Gate], now: datetime, rules: Rules | None = None
) -> Judge:
    """Judges one subject at a time, each by itself: two equal texts are told only by ``plan``."""
    return Judging(history, tuple(gates), now, rules or Rules()).delivery
