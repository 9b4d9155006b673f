"""Whether objectives are reached, will be, or cannot be told."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from cmops.measure.definitions import Kpi
from cmops.values import dataclass
from cmops.workspace.model import Objective


class Standing(StrEnum):
    """Where an objective stands; shown by the phrases ``measure.standing.<it>``."""

    REACHED = "reached"
    ON_THE_WAY = "on_the_way"
    BEHIND = "behind"
    MISSED = "missed"
    NOT_BEGUN = "not_begun"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Progress:
    """An objective, its figure so far, and what it comes to if things go on as they did.

    ``kpi`` is None where no KPI has the name; ``value`` is None where nothing is measured, and
    ``share`` is how much of the target that is, in percent. ``elapsed`` is how much of the period
    has passed, from 0 to 1.
    """

    objective: Objective
    kpi: Kpi | None
    standing: Standing
    value: float | None
    projected: float | None
    share: float | None
    elapsed: float


def progress(objective: Objective, kpi: Kpi | None, value: float | None, today: date) -> Progress:
    """Where an objective stands on a day, its figure being ``value``."""
    days = (objective.end - objective.start).days + 1
    past = (today - objective.start).days + 1
    elapsed = min(max(past / days, 0.0), 1.0) if days > 0 else 1.0
    projected = _projected(kpi, value, elapsed)
    standing = _standing(objective, value, projected, kpi, today)
    share = 100 * value / objective.target if value is not None and objective.target else None
    return Progress(objective, kpi, standing, value, projected, share, elapsed)


def _projected(kpi: Kpi | None, value: float | None, elapsed: float) -> float | None:
    """What adds up goes on as fast as so far; a rate or a level stays what it is."""
    if kpi is None or value is None or elapsed <= 0:
        return None
    return value / elapsed if kpi.adds else value


def _standing(
    objective: Objective,
    value: float | None,
    projected: float | None,
    kpi: Kpi | None,
    today: date,
) -> Standing:
    if today < objective.start:
        return Standing.NOT_BEGUN
    if kpi is None or value is None or projected is None:
        return Standing.NOT_MEASURED
    there = _is_reached(objective, value)
    if today > objective.end:
        return Standing.REACHED if there else Standing.MISSED
    if there and kpi.adds and objective.better == "higher":
        return Standing.REACHED  # what has been counted is not taken back
    return Standing.ON_THE_WAY if _is_reached(objective, projected) else Standing.BEHIND


def _is_reached(objective: Objective, value: float) -> bool:
    if objective.better == "lower":
        return value <= objective.target
    return value >= objective.target
