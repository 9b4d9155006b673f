"""One workspace's approvals: its policy, what the ledger has of them, where deliveries stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from cmops.findings import Diagnostic
from cmops.ledger.entries import Covered, Entry
from cmops.ledger.history import History
from cmops.publish.plan import Delivery, Gate, State
from cmops.review.approvable import Approvable, severities
from cmops.review.approvals import Book, Judge, Standing, approved
from cmops.workspace.model import Workspace


class Approving:
    """Answers for a workspace whatever the history, and reads each set of approvals once."""

    def __init__(
        self, workspace: Workspace, diagnostics: Callable[[], Iterable[Diagnostic]]
    ) -> None:
        self._workspace = workspace
        self._policy = workspace.settings.approvals
        severe = any(rule.for_.severity for rule in self._policy.rules)
        self.approvable = Approvable(workspace, severities(diagnostics()) if severe else None)
        self._read: tuple[tuple[Entry, ...], Book] = ((), Book())

    def book(self, history: History) -> Book:
        """Everything that the ledger has of approvals."""
        known = history.approvals
        if known is not self._read[0]:
            self._read = (known, Book(known))
        return self._read[1]

    def judge(self, history: History, now: datetime) -> Judge:
        """Says of each delivery whether it was approved."""
        return Judge(self._policy, self.approvable, self.book(history), now)

    def gates(self, history: History, now: datetime) -> tuple[Gate, ...]:
        """What holds deliveries; nothing where the policy has no rules."""
        if not self._policy.rules:
            return ()
        since = now.astimezone(UTC) - self._workspace.settings.publishing.max_lateness
        return (approved(self.judge(history, now), history.of, since),)

    def by(self, delivery: Delivery, history: History, now: datetime) -> Standing | None:
        """Who approved a delivery, and whose word it lacks; None where nobody is asked.

        Of what is live, it is what was said of the version that is live.
        """
        judge, subject = self.judge(history, now), delivery.subject
        rules = self.approvable.rules(subject)
        if not rules:
            return None
        if delivery.state is not State.PUBLISHED:
            return judge.standing(subject)
        when, digest = self.approvable.when(subject), delivery.digest
        covered = Covered(when[0], digest, when[1]) if when and digest else None
        found = judge.judged(rules, covered, subject.at)
        return replace(found, missing=(), roles=(), deputies=(), why=None)
