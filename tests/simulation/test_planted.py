"""Bugs that LEDGER.md names, planted into the real code: the simulation notices each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest

from cmops.adapters.contract import Message, Sending
from cmops.failures import Unclear
from cmops.ledger import history as history_module
from cmops.ledger.contract import Decide, Pushed
from cmops.ledger.entries import OUTCOMES, Entry, Kind, Receipt
from cmops.ledger.fold import fold
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.ledger.store import Store, Tools
from cmops.publish import guard, jobs, judging, recover, send
from cmops.publish.claims import Held
from cmops.publish.plan import Delivery, Judgement, State
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from tests.simulation.invariants import broken
from tests.simulation.networks import KINDS
from tests.simulation.outside import SimRemote
from tests.simulation.scenario import Policies, Scenario
from tests.simulation.sweep import at_random, judge, singles, stalls
from tests.simulation.world import SLOW

Plant = Callable[[pytest.MonkeyPatch], Policies]
Stories = Callable[[Policies], Iterable[Scenario]]


def expired_claims_are_free(patch: pytest.MonkeyPatch) -> Policies:
    real = judging.Judging._in_hand

    def in_hand(self: judging.Judging, subject: Subject, record: Record) -> Judgement | None:
        unclear = tuple(doubt for doubt in record.doubts if doubt.unclear)
        return real(self, subject, replace(record, doubts=unclear))

    patch.setattr(judging.Judging, "_in_hand", in_hand)
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

    def attempt(
        self: send.Sender, held: Held, told: Sending, message: Message
    ) -> Receipt | send.Sent:
        early = Receipt("early", self._now())
        digest = held.job.composition.digests[told.index]
        self._note(self._scribe.published(held.claim, told.index, early, digest))
        return real(self, held, told, message)

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

    def attempt(
        self: send.Sender, held: Held, told: Sending, message: Message
    ) -> Receipt | send.Sent:
        try:
            return self._published(held, told, self._outlet.sender.send(message, told))
        except Unclear:
            return real(self, held, told, message)

    patch.setattr(send.Sender, "_attempt", attempt)
    return Policies()


def missed_while_in_doubt(patch: pytest.MonkeyPatch) -> Policies:
    real = judging.Judging._publication

    def publication(self: judging.Judging, subject: Subject, record: Record) -> Judgement:
        late = subject.at is not None and self.now - subject.at > self.rules.max_lateness
        if late and record.doubts:
            return State.MISSED, Reason("late")
        return real(self, subject, record)

    patch.setattr(judging.Judging, "_publication", publication)
    patch.setattr(recover.Recovery, "look", lambda self, clock: False)
    return Policies()


def a_hold_is_obeyed(patch: pytest.MonkeyPatch) -> Policies:
    """Whatever stood in the last run's way stands in every run's."""
    real = judging.Judging._delivery

    def obeying(
        self: judging.Judging, subject: Subject, judgement: Judgement, record: Record
    ) -> Delivery:
        looking = replace(self, rules=replace(self.rules, looks=True))
        return real(looking, subject, judgement, record)

    patch.setattr(judging.Judging, "_delivery", obeying)
    return Policies()


def approvals_are_not_asked_again(patch: pytest.MonkeyPatch) -> Policies:
    patch.setattr(guard.Guard, "_holds", lambda self, held, history: None)
    return Policies()


def a_claim_counts_as_a_beginning(patch: pytest.MonkeyPatch) -> Policies:
    """What is claimed may go on like what is live, though its approval is gone."""
    patch.setattr(Record, "begun_before", lambda self, now: self.begun)
    return Policies()


def by_refusals(policies: Policies) -> Iterable[Scenario]:
    for faults in singles("deduplicates"):
        if faults[0].kind == "refuse":
            yield judge("deduplicates", faults, latency=SLOW, policies=policies)[0]


def by_single_faults(kind: str) -> Stories:
    return lambda policies: (judge(kind, faults, policies=policies)[0] for faults in singles(kind))


def by_stalls(policies: Policies) -> Iterable[Scenario]:
    return stalls("reads", policies)


def by_chance(policies: Policies) -> Iterable[Scenario]:
    return (at_random(KINDS[seed % len(KINDS)], seed, policies) for seed in range(1000))


# Each bug with the part of the proof that finds it soonest.
PLANTED: tuple[tuple[Plant, Stories], ...] = (
    (expired_claims_are_free, by_single_faults("reads")),
    (no_lease_check, by_stalls),
    (pushed_without_reading_again, by_chance),
    (last_entry_wins, by_chance),
    (one_run_id_for_all, by_single_faults("reads")),
    (outcome_before_sending, by_single_faults("reads")),
    (new_key_on_retry, by_single_faults("deduplicates")),
    (retry_on_unclear, by_single_faults("neither")),
    (a_hold_is_obeyed, by_single_faults("reads")),
    (approvals_are_not_asked_again, by_refusals),
    (a_claim_counts_as_a_beginning, by_refusals),
)


@pytest.mark.parametrize(
    ("plant", "stories"), PLANTED, ids=[plant.__name__.replace("_", " ") for plant, _ in PLANTED]
)
def test_the_simulation_notices(
    plant: Plant, stories: Stories, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(broken(story) for story in stories(plant(monkeypatch)))


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
