"""Everything outside that a run deals with, so that a simulation can stand in for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol

from cmops.compose import Composition
from cmops.errors import CmopsError
from cmops.ledger.clock import Clock, Run
from cmops.ledger.contract import Ledger
from cmops.ledger.history import History
from cmops.ledger.record import Claim
from cmops.publish.outlets import Outlet
from cmops.publish.plan import Delivery, Gate, Judge
from cmops.publish.reasons import Reason
from cmops.publish.stopping import Stop, run_all
from cmops.publish.subjects import Subject
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what it was made from.

    ``main`` identifies what main said (content, settings, incidents): equal identities, equal
    plans. ``commit`` is where those contents can be found again, None where nowhere. ``gates``
    are those the plan was made with. ``again`` judges single subjects of it by a later history,
    at the time when it is called, and ``later`` gives the gates by one; None where that is not
    known.
    """

    deliveries: tuple[Delivery, ...]
    main: str
    commit: str | None = None
    gates: tuple[Gate, ...] = ()
    again: Callable[[History], Judge] | None = None
    later: Callable[[History], tuple[Gate, ...]] | None = None

    def holds(self, subject: Subject) -> Reason | None:
        """Why the subject must not happen, if a gate says so."""
        if subject.held:
            return subject.held
        return next((reason for gate in self.gates if (reason := gate(subject))), None)


class MainUnreadable(CmopsError):
    """What main says cannot be known at the moment, so nothing is sent."""

    def __init__(self, reason: str) -> None:
        super().__init__("publish.main-unreadable", reason=reason)


class Main(Protocol):
    """What the workspace's main branch says."""

    def plan(self, history: History) -> Planned:
        """The plan for now, from the tip of main. Raises MainUnreadable."""

    def identity(self, max_age: float) -> str:
        """What identifies what main says, at most that many seconds ago. Raises MainUnreadable."""

    def recompose(self, claim: Claim) -> Composition | None:
        """What was claimed, composed again from its commit; None when that cannot be done."""

    def follows(self, later: str | None, earlier: str | None) -> bool | None:
        """Whether a commit has another in its history; None when that cannot be told."""


Parallel = Callable[[Sequence[Callable[[], None]], Stop], None]
"""Runs tasks side by side until all are done, or a little longer than a stop was asked for."""


Tell = Callable[[Sequence[Delivery], History], None]
"""Tells people at once what they were given to publish by hand; a failure is told otherwise."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside of a run. ``outlets`` are by channel; one that lacks cannot be sent to."""

    run: Run
    clock: Clock
    ledger: Ledger
    main: Main
    outlets: Mapping[str, Outlet]
    parallel: Parallel = run_all
    stop: Stop = field(default_factory=Stop)
    tell: Tell | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked to do.

    ``only`` limits it to these targets. ``until`` makes it wait for what is due before then.
    """

    only: frozenset[str] | None = None
    until: datetime | None = None

    def wants(self, target: str) -> bool:
        """Whether this delivery is among what is asked for."""
        return self.only is None or target in self.only
