"""A main that nobody moves while a run is at it: the sandbox's, or a folder's outside git."""

from __future__ import annotations

from collections.abc import Callable

from cmops.compose import Composition
from cmops.ledger.history import History
from cmops.ledger.record import Claim
from cmops.publish.plan import Delivery, Gate
from cmops.publish.ports import Planned


class StillMain:
    """Plans from what was loaded once. What it no longer says cannot be composed again."""

    def __init__(
        self,
        plan: Callable[[History], tuple[Delivery, ...]],
        gates: Callable[[History], tuple[Gate, ...]],
    ) -> None:
        self._plan = plan
        self._gates = gates

    def plan(self, history: History) -> Planned:
        """The plan for now."""
        return Planned(self._plan(history), self.identity(0), None, self._gates(history))

    def identity(self, max_age: float) -> str:
        """Always the same."""
        return "still"

    def recompose(self, claim: Claim) -> Composition | None:
        """Nothing is kept but what there is now."""
        return None
