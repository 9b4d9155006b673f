"""What an approval binds to: the deliveries of a change, each in one version, at one time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from cmops.findings import Diagnostic, Severity
from cmops.ledger.entries import Covered
from cmops.publish.subjects import Subject
from cmops.review.changes import Cause, place
from cmops.shaping import resolved
from cmops.workspace.model import ApprovalRule, Matter, Post, Workspace

Severities = Mapping[str, Mapping[str | None, Severity]]
"""The worst finding by path and channel; None stands for the whole document."""

_WORSE = (Severity.WARNING, Severity.ERROR)


class Approvable:
    """One workspace's deliveries as approvals see them.

    ``wanted`` are the rules to go by, where those of the workspace itself are only proposed.
    """

    def __init__(
        self,
        workspace: Workspace,
        severities: Severities | None = None,
        wanted: Sequence[ApprovalRule] | None = None,
    ) -> None:
        self._workspace = workspace
        self._wanted = workspace.settings.approvals.rules if wanted is None else wanted
        self._severities = severities or {}
        self._rules: dict[tuple[str, str], tuple[ApprovalRule, ...]] = {}
        self._series: dict[tuple[str, str], tuple[str, datetime] | None] = {}

    def when(self, subject: Subject) -> tuple[str, datetime] | None:
        """The delivery and its time; None where nobody said when.

        All days of a repeating post are one: its rule, and the time at which it begins.
        """
        if subject.day is None:
            return (subject.target, subject.at.astimezone(UTC)) if subject.at else None
        name = (subject.post, subject.channel)
        if name not in self._series:
            self._series[name] = self._repeated(subject)
        return self._series[name]

    def covered(self, subject: Subject) -> Covered | None:
        """What an approval of it says; composed. None where there is nothing to approve yet."""
        when, made = self.when(subject), subject.composition
        return Covered(when[0], made.digest, when[1]) if when and made and made.messages else None

    def rules(self, subject: Subject) -> tuple[ApprovalRule, ...]:
        """Every rule that is about it."""
        if subject.action == "delete":
            return ()
        name = (subject.post, subject.channel)
        if name not in self._rules:
            post = self._workspace.posts.get(subject.post)
            fitting = (rule for rule in self._wanted if self._fits(rule.for_, subject, post))
            self._rules[name] = tuple(fitting)
        return self._rules[name]

    def _repeated(self, subject: Subject) -> tuple[str, datetime] | None:
        post = self._workspace.posts.get(subject.post)
        channel = self._workspace.settings.channels.get(subject.channel)
        start = resolved(post, channel, "publish_at") if post and channel else None
        if post is None or start is None:
            return None
        rule = hashlib.sha256((post.repeat or "").encode()).hexdigest()[:16]
        return f"{place(subject)}~repeat~{rule}", start.astimezone(UTC)

    def _fits(self, matter: Matter, subject: Subject, post: Post | None) -> bool:
        pillar = post.pillar if post else None
        pairs = (
            (matter.brand, subject.brand),
            (matter.channel, subject.channel),
            (matter.pillar, pillar),
            (matter.campaign, subject.campaign),
        )
        if not all(not wanted or value in wanted for wanted, value in pairs):
            return False
        commercial = post is not None and post.commercial is not None
        if matter.commercial not in (None, commercial):
            return False
        return matter.severity is None or self._severe(Severity(matter.severity), subject)

    def _severe(self, least: Severity, subject: Subject) -> bool:
        found = self._severities.get(subject.path, {})
        here = (found.get(None), found.get(subject.channel))
        return any(each in _WORSE[_WORSE.index(least) :] for each in here if each)


def severities(diagnostics: Iterable[Diagnostic]) -> Severities:
    """The worst of the diagnostics, by path and channel."""
    found: dict[str, dict[str | None, Severity]] = {}
    for each in diagnostics:
        known = found.setdefault(each.path, {})
        if known.get(each.channel) is not Severity.ERROR:
            known[each.channel] = each.severity
    return found


def changed(
    before: Iterable[Subject],
    after: Iterable[Subject],
    suspected: Callable[[str], Cause | None],
    these: tuple[Approvable, Approvable],
    since: datetime,
) -> tuple[tuple[Subject, Covered], ...]:
    """The deliveries that a change is about: those of its files, and those it makes otherwise.

    ``these`` are both states. What was to go out before ``since`` counts only if its own file
    is part of the change. Of a repeating post there is one.
    """
    old, new = these
    known = {old.covered(each) for each in before if suspected(each.path)}
    found: dict[Covered, Subject] = {}
    for subject in after:
        cause = suspected(subject.path)
        late = subject.at is not None and subject.at < since
        if cause is None or subject.action == "delete" or (late and cause is not Cause.FILE):
            continue
        covered = new.covered(subject)
        if covered is not None and (cause is Cause.FILE or covered not in known):
            found.setdefault(covered, subject)
    return tuple((subject, covered) for covered, subject in found.items())
