"""The last look before each send: may this message still go out, by everything that is known?"""

from __future__ import annotations

from threading import Lock

from cmops.ledger.errors import LedgerError
from cmops.ledger.history import History, Place
from cmops.publish.claims import Held
from cmops.publish.desk import FRESH, Desk
from cmops.publish.outlets import Outlet
from cmops.publish.plan import Gate
from cmops.publish.ports import MainUnreadable, Planned, Ports


class Guard:
    """Answers for all channels of a run; plans again when main has moved."""

    def __init__(self, ports: Ports, desk: Desk) -> None:
        self._ports = ports
        self._desk = desk
        self._plans: dict[str, _Made] = {}
        self._planning = Lock()

    def begins(self, planned: Planned, history: History) -> None:
        """The run goes by this plan from now on, which was made on this history."""
        with self._planning:
            self._plans = {planned.main: _Made(planned, history.others)}

    def refuses(self, held: Held, outlet: Outlet, *, begun: bool) -> str | None:
        """A code for why the next message must not be sent, or None.

        ``begun`` says that a message of the delivery is live: then its bytes are settled, and
        only whether it may go on is asked.
        """
        if self._ports.stop.asked:
            return "stopped"
        if self._desk.trouble is not None:
            return "ledger"
        try:
            found = self._known(held, begun=begun)
        except MainUnreadable:
            return "main_unreadable"
        except LedgerError as error:
            self._desk.trouble = error
            return "ledger"
        # The lease last, because all of that may have taken its time.
        return found or (None if held.enough(self._ports.clock, outlet.patience) else "lease")

    def _known(self, held: Held, *, begun: bool) -> str | None:
        clock = self._ports.clock
        for _ in range(3):
            asked = clock.monotonic()
            found = self._moved(held, begun=begun)
            if found is None:
                history = self._desk.read(FRESH)
                found = self.contradicts(held, history) or self._holds(held, history)
            if found or clock.monotonic() - asked < FRESH:
                return found
        return "slow"

    def contradicts(self, held: Held, history: History) -> str | None:
        """What the ledger has against it."""
        subject = held.job.subject
        record = history.of(held.job.key)
        if record.open is None or record.open.id != held.claim.id or record.clash:
            return "claim"
        if record.tombstone is not None:
            return "retracted"
        if history.unreadable_on(subject.channel):
            return "unreadable"
        place = Place(subject.channel, subject.brand, subject.campaign)
        return "paused" if history.paused(place, self._ports.clock.now()) else None

    def _moved(self, held: Held, *, begun: bool) -> str | None:
        """What main has against it: what is sent is what main says now, or nothing."""
        identity = self._ports.main.identity(FRESH)
        if identity == held.main:
            return None
        planned = self._again(identity)
        job = held.job
        subjects = {each.key: each.subject for each in planned.deliveries}
        subject = subjects.get(job.subject.key)
        if subject is None:
            return "moved"
        if planned.holds(subject):
            return "held"
        if job.bound is None and not begun:
            now, composition = self._ports.clock.now(), subject.composition
            same = composition is not None and composition.digest == job.composition.digest
            expired = subject.expires is not None and subject.expires <= now
            if not same or expired or subject.begins is None or subject.begins > now:
                return "moved"
        held.main = planned.main
        return None

    def _holds(self, held: Held, history: History) -> str | None:
        """What else people have against it by now: an approval may be taken back, for example.

        That stands in the ledger as well, so that it only can be while others have written there.
        """
        with self._planning:
            made = self._plans.get(held.main)
            gates = made.by(history) if made is not None else ()
        return "held" if any(gate(held.job.subject) for gate in gates) else None

    def _again(self, identity: str) -> Planned:
        with self._planning:
            if identity not in self._plans:
                history = self._desk.read(FRESH)
                planned = self._ports.main.plan(history)
                # Main may have moved on since it was asked for.
                self._plans[identity] = self._plans[planned.main] = _Made(planned, history.others)
            return self._plans[identity].planned


class _Made:
    """A plan, and its gates by what others have written since it was made."""

    def __init__(self, planned: Planned, others: str | None) -> None:
        self.planned = planned
        self._others = others
        self._gates: tuple[Gate, ...] = ()

    def by(self, history: History) -> tuple[Gate, ...]:
        """The gates to ask once more; none while nobody else has written anything."""
        if history.others != self._others and self.planned.later is not None:
            self._others = history.others
            self._gates = self.planned.later(history)
        return self._gates
