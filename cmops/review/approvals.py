"""What was approved, whether that is enough for a delivery, and the gate that holds the others.

An approval counts for a delivery, one version of it and one time. Whatever changes what is sent,
or when, needs its approval again; whatever changes neither does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cmops.ledger.entries import Covered, Entry
from cmops.ledger.record import Record
from cmops.publish.plan import Gate
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from cmops.review.approvable import Approvable
from cmops.review.approval_voices import REVIEW, SOLO, TOGETHER, Hearing, said, voices
from cmops.review.approval_voices import emergency as declared
from cmops.values import dataclass
from cmops.workspace.model import ApprovalRule, Approvals


class Why(StrEnum):
    """Why a delivery is not approved; each is a reason of the plan."""

    NEVER = "unapproved"
    CHANGED = "unapproved_changed"
    MOVED = "unapproved_moved"
    REFUSED = "unapproved_refused"


@dataclass(frozen=True, slots=True)
class Given:
    """One approval as people may see it: the roles, never who has them.

    ``means`` is review, email (the weaker one), solo or emergency.
    """

    means: str
    roles: tuple[str, ...]
    pull: int | None
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a delivery stands: whose word it lacks, in words; nobody's when it may go out.

    ``roles`` are those who can still give it, ``deputies`` those who may by now. ``remind`` is
    the longest time before the delivery that a rule which is not satisfied is reminded of at.
    """

    missing: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    why: Why | None = None
    given: tuple[Given, ...] = ()
    remind: timedelta | None = None

    @property
    def reason(self) -> Reason | None:
        """What the plan says of it."""
        if self.why is None:
            return None
        return Reason(str(self.why), {"missing": self.missing}, lasting=True)


class Book:
    """Everything that was approved and refused, by delivery.

    Of a pull request only the last word counts: a push, or somebody who thinks again, takes the
    earlier one back. ``attempt`` gives the order, whatever the clocks said.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._covers: dict[str, dict[Covered, list[Entry]]] = {}
        self._refused: dict[Covered, int] = {}
        self._said_no: dict[str, list[Covered]] = {}
        for entry in _standing(self.entries):
            for each in entry.covers:
                self._covers.setdefault(each.key, {}).setdefault(each, []).append(entry)
            for each in entry.refuses:
                self._refused[each] = max(self._refused.get(each, 0), entry.attempt)
                self._said_no.setdefault(each.key, []).append(each)

    def of(self, covered: Covered) -> tuple[Entry, ...]:
        """The approvals of exactly this that nobody took back since."""
        refused = self._refused.get(covered, 0)
        found = self._covers.get(covered.key, {}).get(covered, ())
        return tuple(each for each in found if each.attempt > refused)

    def versions(self, key: str) -> tuple[Covered, ...]:
        """Every version and time of a delivery that somebody approved or refused."""
        return (*self._covers.get(key, ()), *self._said_no.get(key, ()))

    def knows(self, key: str) -> bool:
        """Whether somebody has said something of this delivery."""
        return key in self._covers or key in self._said_no

    def refuses(self, covered: Covered) -> bool:
        """Whether exactly this was refused, and not approved since."""
        return covered in self._refused and not self.of(covered)

    def last(self, pull: int) -> tuple[Entry, ...]:
        """The last word on a pull request: one entry, or the parts of a long one."""
        own = [each for each in self.entries if each.pull == pull and each.means in (REVIEW, SOLO)]
        newest = max((each.attempt for each in own), default=0)
        return tuple(each for each in own if each.attempt == newest)

    @property
    def order(self) -> int:
        """The number of the next approval."""
        return max((each.attempt for each in self.entries), default=0) + 1


def _standing(entries: Iterable[Entry]) -> Iterable[Entry]:
    newest: dict[int, int] = {}
    kept = tuple(entries)
    for each in kept:
        if each.pull is not None and each.means in (REVIEW, SOLO):
            newest[each.pull] = max(newest.get(each.pull, 0), each.attempt)
    for each in kept:
        of_pull = each.pull is not None and each.means in (REVIEW, SOLO)
        if not of_pull or newest[each.pull or 0] == each.attempt:
            yield each


class Judge:
    """Says of each delivery whether it was approved, at one time, by one book."""

    def __init__(
        self, policy: Approvals, approvable: Approvable, book: Book, now: datetime
    ) -> None:
        self._policy = policy
        self._approvable = approvable
        self._book = book
        self.now = now

    def standing(self, subject: Subject) -> Standing | None:
        """Where it stands; None where no rule is about it."""
        rules = self._approvable.rules(subject)
        if not rules:
            return None
        when = self._approvable.when(subject)
        # What nobody has ever spoken of need not be composed.
        covered = None
        if when is not None and self._book.knows(when[0]):
            covered = self._approvable.covered(subject)
        return self.judged(rules, covered, subject.at)

    def judged(
        self, rules: Iterable[ApprovalRule], covered: Covered | None, at: datetime | None
    ) -> Standing:
        """Whether these rules are satisfied for this version and time."""
        entries = self._book.of(covered) if covered else ()
        given = tuple(self._given(each) for each in entries)
        if self._altogether(entries):
            return Standing(given=given)
        groups: list[tuple[str, ...]] = []
        roles: dict[str, None] = {}
        deputies: dict[str, None] = {}
        reminders = []
        for rule in rules:
            hearing = Hearing(self._policy, self._short(rule, at))
            lacking = self._lacking(rule, hearing, entries, covered)
            groups += lacking
            asked = dict.fromkeys(role for group in lacking for role in group)
            roles |= asked
            deputies |= dict.fromkeys(hearing.stand_ins(asked))
            reminders += [rule.remind] if lacking and rule.remind else []
        if not groups:
            return Standing(given=given)
        missing = said(groups, self._policy.title)
        remind = max(reminders, default=None)
        why = self._why(covered)
        return Standing(missing, tuple(roles), tuple(deputies), why, given, remind)

    def _altogether(self, entries: Iterable[Entry]) -> bool:
        """Whether something satisfies every rule at once: merging, alone; or an emergency."""
        return any(
            (each.means == SOLO and self._policy.solo) or declared(each, self._policy)
            for each in entries
        )

    def _lacking(
        self,
        rule: ApprovalRule,
        hearing: Hearing,
        entries: tuple[Entry, ...],
        covered: Covered | None,
    ) -> tuple[tuple[str, ...], ...]:
        heard = voices(entries, self._policy)
        lacking = hearing.missing(rule.by, heard)
        if lacking and rule.minor is not None and covered is not None:
            marked = any(each.minor for each in entries)
            if marked and self._was_whole(rule, hearing, covered):
                return hearing.missing(rule.minor, heard)
        return lacking

    def _was_whole(self, rule: ApprovalRule, hearing: Hearing, covered: Covered) -> bool:
        """Whether another version for the same time had all that the rule wants.

        Otherwise calling a new post a small change would spare it its approval.
        """
        for each in self._book.versions(covered.key):
            if each.planned == covered.planned and each != covered:
                entries = self._book.of(each)
                if entries and not hearing.missing(rule.by, voices(entries, self._policy)):
                    return True
        return False

    def _short(self, rule: ApprovalRule, at: datetime | None) -> bool:
        """Whether time is short enough for deputies: less than half of the rule's reminder."""
        return rule.remind is not None and at is not None and at - self.now <= rule.remind / 2

    def _why(self, covered: Covered | None) -> Why:
        if covered is None:
            return Why.NEVER
        if self._book.refuses(covered):
            return Why.REFUSED
        if self._book.of(covered):
            return Why.NEVER
        known = self._book.versions(covered.key)
        if any(each.digest == covered.digest for each in known):
            return Why.MOVED
        return Why.CHANGED if known else Why.NEVER

    def _given(self, entry: Entry) -> Given:
        ids = dict.fromkeys(id for name in entry.voices or {} for id in name.split(TOGETHER))
        titles = tuple(map(self._policy.title, ids))
        return Given(entry.means or "", titles, entry.pull, entry.at, entry.reason)


def approved(judge: Judge, record_of: Callable[[str], Record], since: datetime) -> Gate:
    """Holds what rules are about and nobody has approved as it is, for when it is.

    What has begun to go out goes on with the bytes that it began with. What was to go out before
    ``since`` is late besides: it is missed like everything else.
    """

    def gate(subject: Subject) -> Reason | None:
        standing = judge.standing(subject)
        reason = standing.reason if standing else None
        if reason is None:
            return None
        if subject.action == "publish" and record_of(subject.target).begun_before(judge.now):
            return None
        late = subject.at is not None and subject.at.astimezone(UTC) < since
        return Reason(reason.code, reason.values) if late else reason

    return gate
