"""Where one delivery stands by the ledger, the clock, its file and the gates: one state, and why.

The first of these questions that has an answer decides: is somebody at it, is it over, does a
person have it, does something stop it, is it its time?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cmops.ledger.entries import Kind
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.ledger.settled import made_from, sources
from cmops.publish.byhand import with_a_person
from cmops.publish.corrections import EDIT, correction, made, uncorrectable
from cmops.publish.delivery import ABSENT, NEVER, SOON, Delivery, Gate, Judgement, Rules, over
from cmops.publish.holds import OF_HERE, told
from cmops.publish.reasons import Reason, State
from cmops.publish.subjects import Subject
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Judging:
    """Judges by what is known at one moment."""

    history: History
    gates: tuple[Gate, ...]
    now: datetime
    rules: Rules

    def delivery(self, subject: Subject) -> Delivery:
        """The subject's state, by itself."""
        if subject.action == "publish" and self.history.settled(subject.target) is not None:
            return Delivery(subject, State.PUBLISHED, None, self.history)
        record = self.history.of(subject.target)
        judge = {"delete": self._deletion, EDIT: self._correction}.get(
            subject.action, self._publication
        )
        return self._delivery(subject, judge(subject, record), record)

    def corrections(self, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
        """What is live and should say something else by now."""
        for each in deliveries:
            if each.state is not State.PUBLISHED or each.reason is not None:
                continue
            if each.subject.channel not in self.rules.correctable or self._says_so(each.subject):
                continue
            record = each.record
            subject = correction(each.subject, record)
            if subject is not None:
                yield self._delivery(subject, self._correction(subject, record), record)

    def _delivery(self, subject: Subject, judgement: Judgement, record: Record) -> Delivery:
        state, reason = judgement
        tried = state is State.DUE or (reason is not None and reason.code == OF_HERE)
        if self.rules.looks and tried and (found := told(subject, record)):
            state, reason = State.HELD, found
        said = reason.within(self.now.tzinfo) if reason and reason.values else reason
        return Delivery(subject, state, said, record)

    def _says_so(self, subject: Subject) -> bool:
        """Whether it is plainly live as its files have it, or nobody can tell what they were."""
        said = self.history.glance(subject.target, sources)
        return made_from(said, lambda: subject.source)

    def _publication(self, subject: Subject, record: Record) -> Judgement:
        return (
            self._in_hand(subject, record)
            or _settled(record)
            or with_a_person(subject, record, self.now)
            or self._stopped(subject, record)
            or self._in_time(subject, record)
            or (State.DUE, None)
        )

    def _correction(self, subject: Subject, record: Record) -> Judgement:
        """Neither its time nor its lateness counts: it is about what is live already."""
        never = uncorrectable(subject, record)
        refused = never is not None and not never.lasting
        return (
            self._in_hand(subject, record)
            or self._unreadable(subject)
            or ((State.PUBLISHED, None) if made(subject, record) else None)
            or ((State.REJECTED if refused else State.HELD, never) if never else None)
            or self._put_off(subject, record)
            or ((State.HELD, holds) if (holds := self._gate(subject)) else (State.DUE, None))
        )

    def _in_hand(self, subject: Subject, record: Record) -> Judgement | None:
        """Somebody is at it, or was and nobody knows how it ended."""
        if record.clash:
            return State.HELD, Reason("clash", {"entry": record.clash})
        mine = record.open if record.open and record.open.action == subject.action else None
        if mine and not over(mine, self.now):
            return State.CLAIMED, Reason("claimed", {"until": mine.until})
        if record.doubts and subject.action != EDIT:
            wrongs = record.wrongs(self.now)
            if wrongs:
                return State.UNCLEAR, Reason(f"claim_{wrongs[0][1].value}")
            unclear = next((doubt for doubt in record.doubts if doubt.unclear), None)
            code = (unclear.code if unclear else None) or "lost-run"
            return State.UNCLEAR, Reason("unclear", {"code": code})
        return None

    def _stopped(self, subject: Subject, record: Record) -> Judgement | None:
        """What no passing of time changes, a request of the platform to wait excepted."""
        refused = self._unreadable(subject) or self._refused(subject, record)
        if refused:
            return refused
        if subject.expires and subject.expires <= self.now and not record.begun:
            return State.EXPIRED, Reason("expired", {"at": subject.expires})
        if subject.held:
            return State.HELD, subject.held
        return self._put_off(subject, record)

    def _unreadable(self, subject: Subject) -> Judgement | None:
        lines = self.history.unreadable_on(subject.channel)
        if not lines:
            return None
        return State.HELD, Reason("unreadable", {"path": lines[0].path, "line": lines[0].line})

    def _put_off(self, subject: Subject, record: Record) -> Judgement | None:
        wait = record.pausing
        ours = wait is not None and wait.kind == "not_sent"
        if wait and wait.until > self.now and not (ours and subject.target in self.rules.named):
            return State.THROTTLED, Reason("throttled", {"code": wait.code, "until": wait.until})
        return None

    def _refused(self, subject: Subject, record: Record) -> Judgement | None:
        """A platform's no holds for this digest; a thread that has begun keeps its digest."""
        if not record.refusals:
            return None
        bound = record.bound if record.begun else None
        composition = None if bound else subject.composition
        digest = bound.digest if bound else composition.digest if composition else ""
        refusal = record.refused(digest)
        return (State.REJECTED, Reason("rejected", {"code": refusal.code})) if refusal else None

    def _in_time(self, subject: Subject, record: Record) -> Judgement | None:
        holds = self._gate(subject)
        if holds and holds.lasting:
            return State.HELD, holds
        at = subject.at or NEVER
        if (subject.begins or NEVER) > self.now and not record.begun:
            return State.WAITING, holds if holds and self._foretold(holds, at) else None
        if not self._wanted_anyway(subject, record):
            late = self._late(at, record, holds)
            if late:
                return late
        return (State.HELD, holds) if holds else None

    def _foretold(self, holds: Reason, at: datetime) -> bool:
        """Whether what stops it now is to be known before its time has come."""
        return self.rules.looks and holds.stopping and at <= self.now + SOON

    def _wanted_anyway(self, subject: Subject, record: Record) -> bool:
        """Asked for by a person, or once in doubt: only what never was can be missed."""
        asked = subject.target in self.rules.named or record.answer == "send"
        if asked or record.round or record.handed:
            return True
        return not record.partly and self._was_in_doubt(record)

    def _was_in_doubt(self, record: Record) -> bool:
        """Whether it was once unknown if something of this round is live; it is known by now."""
        return any(
            entry.kind == Kind.UNCLEAR or entry.code == ABSENT
            for entry in (self.history.entries(record.key) if record.claims else ())
            if entry.round == record.round
        )

    def _late(self, at: datetime, record: Record, holds: Reason | None) -> Judgement | None:
        genesis = self.history.genesis
        if self.now - at > self.rules.max_lateness:
            if record.begun:
                values = {"done": len(record.receipts), "messages": record.messages}
                return State.HELD, Reason("half_published", values)
            because = holds.code if holds else ""
            return State.MISSED, Reason("late", {"at": at, "because": because})
        if genesis and at < genesis.at and not record.begun:
            return State.HELD, Reason("before_genesis", {"at": genesis.at})
        return None

    def _gate(self, subject: Subject) -> Reason | None:
        """What holds it; what lasts before what does not, and what a person must lift next."""
        found: Reason | None = None
        for gate in self.gates:
            reason = gate(subject)
            if reason and reason.lasting:
                return reason
            if found is None or (reason and reason.stopping and not found.stopping):
                found = reason
        return found

    def _deletion(self, subject: Subject, record: Record) -> Judgement:
        at = subject.at or NEVER
        if record.retracted or (record.published and not record.live):
            return State.RETRACTED, None
        if at > self.now and not record.tombstone:
            return State.WAITING, None
        if record.open and not over(record.open, self.now):
            return State.CLAIMED, Reason("claimed", {"until": record.open.until})
        if not record.live:
            if record.doubts:
                return State.HELD, Reason("deletion_in_doubt")
            return State.EXPIRED, Reason("nothing_live")
        holds = self._gate(subject)
        return (State.HELD, holds) if holds else (State.DUE, None)


def _settled(record: Record) -> Judgement | None:
    """What is over, by the platform's answer or a person's."""
    if record.tombstone:
        if record.to_delete:
            return State.PUBLISHED, Reason("retracting")
        return State.RETRACTED, None
    if record.answer == "drop":
        if record.partly:
            return State.PUBLISHED, Reason("rest_dropped")
        return State.RETRACTED, Reason("dropped")
    if record.published:
        here = any(item.round == record.round for item in record.live)
        return (State.PUBLISHED, None) if here else (State.RETRACTED, None)
    return None
