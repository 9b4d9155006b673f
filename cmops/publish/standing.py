"""How long a plan stands: between two slices of a run hardly anything of it can have changed.

While main says what it said, nobody else has written in the ledger, and no moment has come that
the plan waits for, only this run's own outcomes are new, and they are about deliveries that it is
done with. What is to be claimed next is judged again; thousands of others need not be.
"""

from __future__ import annotations

from datetime import datetime

from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.history import History
from cmops.publish.desk import FRESH, Desk
from cmops.publish.plan import NEVER, Delivery, Judge, State
from cmops.publish.ports import Planned, Ports

LONGEST = 60.0
"""Seconds after which everything is planned again in any case."""


class Standing:
    """The plan that a run goes by, and whether it still may."""

    def __init__(self, ports: Ports, desk: Desk) -> None:
        self._ports = ports
        self._desk = desk
        self._planned: Planned | None = None
        self._others: str | None = None
        self._until = NEVER
        self._since = 0.0

    def begins(self, planned: Planned, history: History) -> None:
        """A plan was made on this history just now."""
        self._planned = planned
        self._others = history.others
        self._since = self._ports.clock.monotonic()
        moments = (moment for each in planned.deliveries if (moment := _moment(each)))
        self._until = min(moments, default=NEVER)

    def ends(self) -> None:
        """Something may have changed that nobody watches."""
        self._planned = None

    def judge(self) -> Judge | None:
        """Judges what is due once more; None when everything must be planned again.

        Raises LedgerError and MainUnreadable.
        """
        planned, clock = self._planned, self._ports.clock
        if planned is None or planned.again is None:
            return None
        if clock.now() >= self._until or clock.monotonic() - self._since > LONGEST:
            return None
        history = self._desk.read(FRESH)
        if history.others != self._others or self._ports.main.identity(FRESH) != planned.main:
            return None
        return planned.again(history)


def _moment(delivery: Delivery) -> datetime | None:
    """When time alone lets it happen."""
    if delivery.state is State.WAITING:
        return delivery.subject.begins
    if delivery.state is State.THROTTLED:
        pausing = delivery.record.pausing
        return pausing.until if pausing else None
    if delivery.state is State.CLAIMED:
        claim = delivery.record.open
        return claim.until + MAX_SKEW if claim else None
    return None
