"""What is to be done with each subject now: a pure function of what is known.

No clock is read, nothing is asked for over a network, and gates are given: whoever wants to hold
something (approvals, budgets) adds one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cmops.compose import Composition
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Kind
from cmops.ledger.history import History
from cmops.ledger.record import Claim, Record
from cmops.ledger.settled import made_from
from cmops.publish import sametext
from cmops.publish.byhand import with_a_person
from cmops.publish.corrections import EDIT, correction, uncorrectable
from cmops.publish.reasons import Reason, State
from cmops.publish.subjects import Subject

__all__ = ["ABSENT", "NEVER", "Delivery", "Gate", "Judgement", "Rules", "State", "over", "plan"]

Gate = Callable[[Subject], Reason | None]
"""Why a subject must not happen now, or None."""

ABSENT = "absent"
"""The ledger's code for what was in doubt and is proven not to be live."""

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """What planning goes by besides what is known.

    ``named`` are the targets that a person asked for by name: neither late nor dated before the
    ledger's beginning, and not put off after a failure of ours. ``same_text`` gives, for channels
    on which a message is recognised by its text, how long two equal ones could be mistaken.
    ``correctable`` are the channels on which what is live can be changed.
    """

    max_lateness: timedelta = timedelta(hours=6)
    named: frozenset[str] = frozenset()
    same_text: Mapping[str, timedelta] = field(default_factory=dict)
    correctable: Container[str] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A subject, its state, and why.

    ``known`` is the ledger's record of it, or the history that has one for whoever asks: of years
    of deliveries that are plainly live nobody asks.
    """

    subject: Subject
    state: State
    reason: Reason | None
    known: Record | History

    @property
    def record(self) -> Record:
        """What the ledger knows of it."""
        known = self.known
        return known if isinstance(known, Record) else known.of(self.subject.target)

    @property
    def key(self) -> str:
        """The identity of what is to happen."""
        return self.subject.key

    @property
    def composition(self) -> Composition | None:
        """What would be sent now, composed when asked for."""
        return self.subject.composition

    @property
    def digest(self) -> str | None:
        """Of what is live; otherwise, and of a correction, of what would be sent."""
        live = self.record.live_digest if self.record.published else None
        if live is not None and self.subject.action != EDIT:
            return live
        composition = self.composition
        return composition.digest if composition else None

    @property
    def bound(self) -> Claim | None:
        """The claim whose very bytes the rest of it must be sent with, if it has begun."""
        return self.record.bound if self.record.begun and self.subject.action != EDIT else None


Judge = Callable[[Subject], Delivery]
Judgement = tuple[State, Reason | None]


def plan(
    subjects: Iterable[Subject],
    history: History,
    gates: Iterable[Gate],
    now: datetime,
    rules: Rules | None = None,
) -> tuple[Delivery, ...]:
    """Every subject's state, in the order in which they are to happen."""
    judge = _Judge(history, tuple(gates), now, rules or Rules())
    found = [judge.delivery(subject) for subject in subjects]
    found += judge.corrections(found)
    found.sort(key=lambda delivery: (delivery.subject.at or NEVER, delivery.key))
    return sametext.held(tuple(found), history, now, judge.rules.same_text)


def judge(
    history: History, gates: Iterable[Gate], now: datetime, rules: Rules | None = None
) -> Judge:
    """Judges one subject at a time, each by itself: two equal texts are told only by ``plan``."""
    return _Judge(history, tuple(gates), now, rules or Rules()).delivery


def over(claim: Claim, now: datetime) -> bool:
    """Whether a claim's lease has ended by any clock that may be believed.

    The clocks of two machines may differ; whoever takes over waits for that difference, as whoever
    holds the lease stops that much earlier.
    """
    if claim.overlong or claim.from_future(now):
        return True
    return now >= claim.until + MAX_SKEW


@dataclass(frozen=True, slots=True)
class _Judge:
    history: History
    gates: tuple[Gate, ...]
    now: datetime
    rules: Rules

    def delivery(self, subject: Subject) -> Delivery:
        if subject.action == "publish" and self.history.settled(subject.target) is not None:
            return Delivery(subject, State.PUBLISHED, None, self.history)
        record = self.history.of(subject.target)
        judge = {"delete": self._deletion, EDIT: self._correction}.get(
            subject.action, self._publication
        )
        state, reason = judge(subject, record)
        return Delivery(subject, state, reason, record)

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
                yield Delivery(subject, *self._correction(subject, record), record)

    def _says_so(self, subject: Subject) -> bool:
        """Whether it is plainly live as its files have it, or nobody can tell what they were."""
        group = self.history.settled(subject.target)
        return group is not None and made_from(group, lambda: subject.source)

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
            return State.WAITING, None
        if not self._wanted_anyway(subject, record):
            late = self._late(at, record, holds)
            if late:
                return late
        return (State.HELD, holds) if holds else None

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
        found: Reason | None = None
        for gate in self.gates:
            reason = gate(subject)
            if reason and reason.lasting:
                return reason
            found = found or reason
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
