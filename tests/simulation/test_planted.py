"""Bugs that LEDGER.md names, planted into the real code: the simulation must notice each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest

from cmops.adapters.contract import Sending
from cmops.failures import Unclear
from cmops.ledger import history as history_module
from cmops.ledger.contract import Decide, Pushed
from cmops.ledger.entries import OUTCOMES, Entry, Kind, Receipt
from cmops.ledger.fold import fold
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.ledger.store import Store, Tools
from cmops.publish import jobs, plan, recover, send
from cmops.publish.claims import Held
from cmops.publish.plan import State
from cmops.publish.reasons import Reason

from tests.simulation.invariants import broken
from tests.simulation.networks import KINDS
from tests.simulation.outside import SimRemote
from tests.simulation.scenario import Policies
from tests.simulation.sweep import at_random, judge, singles, stalls

Plant = Callable[[pytest.MonkeyPatch], Policies]


def expired_claims_are_free(patch: pytest.MonkeyPatch) -> Policies:
    real = plan._Judge._in_hand

    def in_hand(self: plan._Judge, record: Record) -> plan.Judgement | None:
        unclear = tuple(doubt for doubt in record.doubts if doubt.unclear)
        return real(self, replace(record, doubts=unclear))

    patch.setattr(plan._Judge, "_in_hand", in_hand)
    patch.setattr(recover.Recovery, "look", lambda self, clock: False)
    return Policies()


def no_lease_check(patch: pytest.MonkeyPatch) -> Policies:
    patch.setattr(Held, "enough", lambda self, clock, patience: True)
    return Policies()


class Stubborn(Store):
    """Decides once, and pushes that on whatever tip there is."""

    def push(self, decide: Decide | None = None, *, within: float = 60.0) -> Pushed:
        decided: list[Sequence[Entry]] = []

        def once(history: History) -> Sequence[Entry]:
            if not decided and decide is not None:
                decided.append(tuple(decide(history) or ()))
            return decided[0] if decided else ()

        return super().push(once if decide else None, within=within)


def pushed_without_reading_again(patch: pytest.MonkeyPatch) -> Policies:
    def ledger(remote: SimRemote, tools: Tools) -> Store:
        return Stubborn(remote, tools, rooted=False)

    return Policies(ledger=ledger)


def last_entry_wins(patch: pytest.MonkeyPatch) -> Policies:
    def folded(key: str, entries: Iterable[Entry]) -> Record:
        known = sorted(entries, key=lambda entry: (entry.at, entry.id))
        last = next((each for each in reversed(known) if each.kind in OUTCOMES), None)
        wins = last is not None and last.kind != Kind.PUBLISHED and last.message is None
        lost = Kind.PUBLISHED if wins else None
        return fold(key, [entry for entry in known if entry.kind != lost])

    patch.setattr(history_module, "fold", folded)
    return Policies()


def one_run_id_for_all(patch: pytest.MonkeyPatch) -> Policies:
    return Policies(run_id=lambda number: "0" * 32)


def outcome_before_sending(patch: pytest.MonkeyPatch) -> Policies:
    real = send.Sender._attempt

    def attempt(self: send.Sender, held: Held, told: Sending) -> Receipt | send.Sent:
        early = Receipt("early", self._now())
        digest = held.job.composition.digests[told.index]
        self._note(self._scribe.published(held.claim, told.index, early, digest))
        return real(self, held, told)

    patch.setattr(send.Sender, "_attempt", attempt)
    return Policies()


def new_key_on_retry(patch: pytest.MonkeyPatch) -> Policies:
    real = jobs.sending_to

    def told(job: jobs.Job, claim: Entry, *rest: object) -> Sending:
        sending = real(job, claim, *rest)  # type: ignore[arg-type]
        return replace(sending, key=f"{sending.key}~try{claim.attempt}")

    patch.setattr(send, "sending_to", told)
    return Policies()


def retry_on_unclear(patch: pytest.MonkeyPatch) -> Policies:
    real = send.Sender._attempt

    def attempt(self: send.Sender, held: Held, told: Sending) -> Receipt | send.Sent:
        message = held.job.composition.messages[told.index]
        try:
            return self._published(held, told, self._outlet.sender.send(message, told))
        except Unclear:
            return real(self, held, told)

    patch.setattr(send.Sender, "_attempt", attempt)
    return Policies()


def missed_while_in_doubt(patch: pytest.MonkeyPatch) -> Policies:
    real = plan._Judge._publication

    def publication(
        self: plan._Judge, subject: plan.Subject, record: Record
    ) -> plan.Judgement:
        late = subject.at is not None and self.now - subject.at > self.rules.max_lateness
        if late and record.doubts:
            return State.MISSED, Reason("late")
        return real(self, subject, record)

    patch.setattr(plan._Judge, "_publication", publication)
    patch.setattr(recover.Recovery, "look", lambda self, clock: False)
    return Policies()


PLANTED: tuple[Plant, ...] = (
    expired_claims_are_free,
    no_lease_check,
    pushed_without_reading_again,
    last_entry_wins,
    one_run_id_for_all,
    outcome_before_sending,
    new_key_on_retry,
    retry_on_unclear,
)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.replace("_", " "))
def test_the_simulation_notices(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(found(plant(monkeypatch)))


def found(policies: Policies) -> Iterable[str]:
    """What does not hold, of every single fault and then of stories at random, as they come."""
    for kind in KINDS:
        for faults in singles(kind):
            yield from judge(kind, faults, policies=policies)[1]
    for kind in KINDS:
        for story in stalls(kind, policies):
            yield from broken(story)
    for seed in range(400):
        yield from broken(at_random(KINDS[seed % len(KINDS)], seed, policies))


def test_the_simulation_notices_missed_while_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    missed_while_in_doubt(monkeypatch)
    seven_hours = 7 * 3600.0
    problems = [
        problem
        for faults in singles("reads")
        if faults[0].kind in ("crash", "crash after", "lost after")
        for problem in judge("reads", faults, every=seven_hours)[1]
    ]
    assert any("missed" in problem for problem in problems)
