"""A run: recover first, plan from the tip of main, claim, send, keep every outcome.

LEDGER.md is its specification. Everything outside is behind ``Ports``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from cmops.ledger.errors import LedgerError
from cmops.publish.accounts import Accounts
from cmops.publish.claims import SLICE, Held, busy_channels, claim
from cmops.publish.correct import Corrector, outdated
from cmops.publish.corrections import EDIT, attempt
from cmops.publish.desk import Desk
from cmops.publish.guard import Guard
from cmops.publish.holds import NO_SECRET, OF_HERE, Holds
from cmops.publish.jobs import Job, job_of
from cmops.publish.outlets import Outlet
from cmops.publish.plan import NEVER, Delivery, Judge, State
from cmops.publish.ports import MainUnreadable, Planned, Ports, Wanted
from cmops.publish.recover import Recovery, missing_parent, resendable
from cmops.publish.results import Done, Outcome, RunResult
from cmops.publish.retract import Deletion, bury
from cmops.publish.send import Sender
from cmops.publish.standing import Standing
from cmops.publish.summary import summary
from cmops.publish.waiting import wait

TRIES = 3
"""How often one run claims a delivery that had to be given back because main moved."""


def deliver(ports: Ports, wanted: Wanted | None = None) -> RunResult:
    """Publishes what is due and settles what is in doubt.

    Raises LedgerError or MainUnreadable when nothing could be begun; what goes wrong later is in
    the result, beside what was done before.
    """
    run = _Run(ports, wanted or Wanted())
    try:
        run.begin()
        while run.go_on():
            pass
    finally:
        run.end()
    return run.result()


class _Run:
    def __init__(self, ports: Ports, wanted: Wanted) -> None:
        self._ports = ports
        self._wanted = wanted
        self._desk = Desk(ports.run, ports.clock, ports.ledger, ports.stop)
        self._guard = Guard(ports, self._desk)
        self._accounts = Accounts(ports.clock)
        self._done: dict[str, Done] = {}
        self._holds = Holds(self._desk)
        self._tries: dict[str, int] = {}
        self._closed: dict[str, datetime] = {}
        self._planned = Planned((), "")
        self._standing = Standing(ports, self._desk)
        self._left: list[Delivery] = []

    def begin(self) -> None:
        """What an earlier run left on this machine goes first."""
        self._desk.push()
        if self._desk.trouble is not None:
            raise self._desk.trouble

    def go_on(self) -> bool:
        """One round: look, plan, claim, send; whether there may be more to do."""
        if self._desk.trouble is not None or self._ports.stop.asked:
            return False
        try:
            held = self._next()
        except (LedgerError, MainUnreadable) as error:
            if not self._planned.main:
                raise
            self._desk.trouble = error
            return False
        if held:
            self._send(held)
            return True
        return self._wait()

    def _next(self) -> list[Held]:
        """The next slice: of the plan as far as it stands, else of a new one."""
        judge = self._standing.judge()
        held = self._claim(judge) if judge else []
        if not held and self._desk.trouble is None:
            self._look()
            self._delete()
            held = self._claim()
        return held

    def end(self) -> None:
        """Nothing that is known stays unsaid, if it can be said."""
        self._desk.push()

    def result(self) -> RunResult:
        """What was done, and what of the plan is held, missed or in doubt."""
        history = self._ports.ledger.known()
        done = summary(self._done, self._planned, history, self._wanted, self._ports.clock.now())
        stopped = self._ports.stop.asked
        return RunResult(self._ports.run.id, done, self._desk.trouble, stopped)

    def _look(self) -> None:
        """Plans, and again if looking for what was in doubt has changed anything."""
        ports = self._ports
        history = self._desk.read()
        self._planned = ports.main.plan(history)
        recovery = Recovery(self._planned, ports.outlets, ports.main.recompose, self._desk)
        if recovery.look(ports.clock):
            self._desk.settle()
            history = self._desk.read()
            self._planned = ports.main.plan(history)
        self._standing.begins(self._planned, history)
        self._guard.begins(self._planned, history)
        for each in self._planned.deliveries:
            if each.reason is not None and each.reason.code == OF_HERE:
                self._hold(each, NO_SECRET)

    def _delete(self) -> None:
        due = [each for each in self._due("delete") if each.key not in self._done]
        wishes = [each.subject.target for each in due]
        if wishes and not bury(wishes, self._desk):
            return
        records = [
            record
            for record in self._desk.read().unsettled
            if self._wanted.wants(record.key) and record.key not in self._tries
        ]
        for done in Deletion(self._ports.outlets, self._desk).delete(records):
            self._done[done.key] = done
            self._tries[done.key.removesuffix("~delete")] = TRIES

    def _due(self, action: str) -> list[Delivery]:
        return [
            each
            for each in self._planned.deliveries
            if each.state is State.DUE
            and each.subject.action == action
            and self._wanted.wants(each.subject.target)
        ]

    def _claim(self, judge: Judge | None = None) -> list[Held]:
        """Claims a slice of each channel; ``judge`` looks once more at what was planned before."""
        jobs: dict[str, list[Job]] = {}
        for delivery in self._open(anew=judge is None):
            channel = delivery.subject.channel
            full = len(jobs.get(channel, ())) >= SLICE
            if full or not (self._may_try(delivery) and self._ready(channel, delivery)):
                continue
            now = judge(delivery.subject) if judge else delivery
            job = self._job(now) if now.state is delivery.state else None
            if job is not None:
                jobs.setdefault(channel, []).append(job)
        held = claim(jobs, self._ports.outlets, self._desk, self._ports.clock) if jobs else []
        for each in held:
            mark = attempt(each.job.subject)
            self._tries[mark] = self._tries.get(mark, 0) + 1
        return held

    def _open(self, *, anew: bool) -> Sequence[Delivery]:
        """What may be sent: all that was planned, or what is left of it."""
        if anew:
            self._left = [*self._due("publish"), *self._in_doubt(), *self._due(EDIT)]
        else:
            spent = {mark for mark, tries in self._tries.items() if tries >= TRIES}
            self._left = [each for each in self._left if attempt(each.subject) not in spent]
        return self._left

    def _in_doubt(self) -> list[Delivery]:
        """What a platform would recognise if it were sent again."""
        now = self._ports.clock.now()
        found = []
        for each in self._planned.deliveries:
            subject = each.subject
            outlet = self._ports.outlets.get(subject.channel)
            if each.state is not State.UNCLEAR or outlet is None:
                continue
            expired = subject.expires is not None and subject.expires <= now
            wanted = self._wanted.wants(subject.target) and not expired
            if wanted and resendable(each.record, outlet, now) and not self._planned.holds(subject):
                found.append(each)
        return found

    def _may_try(self, delivery: Delivery) -> bool:
        channel = delivery.subject.channel
        closed = self._closed.get(channel)
        if closed is not None and self._ports.clock.now() < closed:
            problem = self._accounts.refused(channel)
            if problem and delivery.key not in self._done:
                self._refuse(delivery, problem)
            return False
        return self._tries.get(attempt(delivery.subject), 0) < TRIES

    def _ready(self, channel: str, delivery: Delivery) -> bool:
        """Whether the channel can be sent to, and is the account it says it is."""
        outlet = self._ports.outlets.get(channel)
        if outlet is None:
            self._refuse(delivery, "unavailable")
            return False
        problem = self._accounts.problem(outlet)
        if problem is None:
            return True
        self._closed[channel] = NEVER
        self._refuse(delivery, problem)
        return False

    def _job(self, delivery: Delivery) -> Job | None:
        planned = self._planned
        job = job_of(delivery, planned.main, planned.commit, self._ports.main.recompose)
        problem = None
        if job is None:
            problem = "bytes_lost" if delivery.bound else "nothing_to_send"
        elif delivery.subject.action == EDIT:
            problem = outdated(job, self._ports.main, named=self._wanted.only is not None)
        elif job.record.partly or job.record.doubts:
            problem = missing_parent(job, self._ports.outlets[job.channel], self._desk.read())
        if problem is None:
            return job
        self._refuse(delivery, problem)
        self._tries[attempt(delivery.subject)] = TRIES
        return None

    def _refuse(self, delivery: Delivery, why: str) -> None:
        """It is not claimed, and everybody can know why."""
        subject = delivery.subject
        self._done[delivery.key] = Done(
            subject.key, subject.post, subject.channel, Outcome.HELD, error=why
        )
        self._hold(delivery, why)

    def _hold(self, delivery: Delivery, why: str) -> None:
        if self._wanted.wants(delivery.subject.target):
            self._holds.note(delivery, why)

    def _send(self, held: Sequence[Held]) -> None:
        by_channel: dict[str, list[Held]] = {}
        for each in held:
            by_channel.setdefault(each.job.channel, []).append(each)
        tasks: list[Callable[[], None]] = [
            partial(self._channel, self._ports.outlets[channel], several)
            for channel, several in by_channel.items()
        ]
        self._ports.parallel(tasks, self._ports.stop)
        self._tell({each.job.subject.key for each in held})

    def _tell(self, keys: set[str]) -> None:
        """Tells people at once what they were given; the ledger has it already."""
        handed = [
            each
            for each in self._planned.deliveries
            if each.key in keys
            and each.key in self._done
            and self._done[each.key].outcome is Outcome.HANDED
        ]
        if handed and self._ports.tell is not None:
            self._ports.tell(handed, self._desk.read())

    def _channel(self, outlet: Outlet, held: Sequence[Held]) -> None:
        """One channel's slice in order; what it closes gives the rest of the slice back."""
        tools = (outlet, self._desk, self._guard, self._accounts, self._ports.clock.now)
        senders = {"publish": Sender(*tools), EDIT: Corrector(*tools)}
        closed: datetime | None = None
        for each in held:
            sender = senders[each.job.subject.action]
            sent = sender.release(each, "channel_rests", closed) if closed else sender.send(each)
            self._done[sent.done.key] = sent.done
            # What was corrected may be corrected again, into what it said before as well.
            if sent.done.error not in _AGAIN and sent.done.outcome is not Outcome.EDITED:
                self._tries[attempt(each.job.subject)] = TRIES
            if sent.closes is not None:
                closed = sent.closes
                self._closed[each.job.channel] = closed if self._wanted.until else NEVER

    def _wait(self) -> bool:
        if self._wanted.until is None:
            return False
        self._standing.ends()
        self._desk.push()
        busy = busy_channels(self._desk.read(0), self._ports.clock.now())
        return wait(self._ports, self._planned, self._wanted, busy, self._tries)


_AGAIN = frozenset({"moved", "slow", "lease", "claim"})
"""Reasons for which a claim was given back and the same run may try once more."""
