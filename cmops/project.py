"""Puts the parts together, each when it is first asked for: for the commands and MkDocs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cmops.errors import UsageError
from cmops.known import CLOCK, Known

if TYPE_CHECKING:
    from cmops.findings import Diagnostic
    from cmops.ledger.history import History
    from cmops.measure.figures import Figures
    from cmops.publish.budget import Budgets, Looks
    from cmops.publish.gates import Errors
    from cmops.publish.plan import Delivery, Gate, Rules
    from cmops.publish.subjects import Subject
    from cmops.review.approvals import Standing
    from cmops.review.approving import Approving
    from cmops.todo import Task
    from cmops.workspace.model import Post

__all__ = ["CLOCK", "Project"]

_POSTS = ("content/posts", "content/articles")


class Project(Known):
    """A workspace with everything that follows from what is known: plan, tasks, figures."""

    def __init__(
        self, root: Path, *, at: str | None = None, sandbox: bool = False, fresh: bool = False
    ) -> None:
        super().__init__(root, at=at, sandbox=sandbox, fresh=fresh)
        self._by_hour: dict[datetime, tuple[Subject, ...]] = {}

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """Everything that may hold a delivery."""
        return self.gates_on(self.history, self.now)

    def gates_on(self, history: History, now: datetime) -> tuple[Gate, ...]:
        """The gates by another history or at another time."""
        from cmops.publish import gates, relations

        settings = self.workspace.settings
        common = (
            gates.settings_usable(usable=self.loaded.usable),
            gates.without_errors(self._errors),
            gates.not_paused(history, now),
            gates.no_incident(self.workspace.incidents.values(), now if self.sandbox else None),
            relations.parents_published(self._related, settings.channels, history),
        )
        if self.sandbox:
            return common
        return (
            *common,
            *(self.approving.gates(history, now) if settings.approvals.rules else ()),
            gates.platform_built(settings.channels),
            gates.deletable(settings.channels),
            gates.secrets_present(settings.channels, os.environ),
            *self.budgets_on(history, now).gates,
        )

    @cached_property
    def budgets(self) -> Budgets:
        """What publishing costs, as things stand."""
        return self.budgets_on(self.history, self.now)

    def budgets_on(self, history: History, now: datetime) -> Budgets:
        """What publishing costs by a history, and what a month's budget still allows then."""
        from cmops.publish.budget import Budgets, Knowledge

        settings = self.workspace.settings
        looks = (lambda: self._looks) if self.fresh else dict
        # Asked for where something costs.
        planned = lambda: self.subjects if now == self.now else self.subjects_at(now)  # noqa: E731
        known = (settings.channels, settings.publishing, history, planned, looks, now)
        return Budgets(Knowledge(*known))

    @cached_property
    def _looks(self) -> Looks:
        """What was looked at on channels that charge for it."""
        from cmops.measure.looks import known

        return known(self.root, self.workspace.settings.channels, self.now, self.notes)

    @cached_property
    def approving(self) -> Approving:
        """Who must approve what, and who did; the sandbox asks nobody."""
        from cmops.review.approving import Approving

        return Approving(self.workspace, lambda: self.diagnostics)

    def approved_by(self, delivery: Delivery) -> Standing | None:
        """Who approved a delivery and whose word it lacks; None where nobody is asked."""
        return self.approving.by(delivery, self.history, self.now)

    @cached_property
    def _errors(self) -> Errors:
        from cmops.publish import gates

        return gates.errors_of(self.errors)

    @cached_property
    def _related(self) -> Mapping[str, Post]:
        from cmops.publish import relations

        return relations.related(self.workspace.posts)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Everything that is to happen, and what went out of posts that repeat."""
        from cmops.publish.subjects import subjects

        made = self.compositions
        return tuple(subjects(self.workspace, made.of, self.now, self.history, made.source))

    def subjects_at(self, now: datetime) -> tuple[Subject, ...]:
        """Everything that is to happen, seen from another time.

        The same for a whole hour: only repeating posts look at the time, and a run plans often.
        """
        from cmops.publish.subjects import subjects

        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour not in self._by_hour:
            made = self.compositions
            found = tuple(subjects(self.workspace, made.of, hour, source=made.source))
            self._by_hour = {hour: found}
        return self._by_hour[hour]

    def rules(self, named: frozenset[str] = frozenset(), *, looks: bool = False) -> Rules:
        """What planning goes by; ``named`` are deliveries that a person asked for by name.

        ``looks`` is for plans by which nothing is sent.
        """
        from cmops.publish import sametext
        from cmops.publish.corrections import correctable
        from cmops.publish.plan import Rules

        settings = self.workspace.settings
        # In the sandbox nothing is recognised by its text: its files have the keys for names.
        windows = {} if self.sandbox else sametext.windows(settings.channels.values())
        changes = correctable(settings.channels.values())
        return Rules(settings.publishing.max_lateness, named, windows, changes, looks)

    def named(self, names: Iterable[str]) -> frozenset[str]:
        """The keys of deliveries as a person names them: ``post@channel``, ``#day`` for one day."""
        from cmops.publish.keys import parse_name

        found: set[str] = set()
        for name in names:
            meant = parse_name(name)
            keys = {
                each.target
                for each in self.subjects
                if (each.post, each.channel) == (meant.post, meant.channel)
                and meant.day in (None, each.day)
            }
            if not keys:
                raise UsageError("publish.no-such-delivery", name=name)
            found |= keys
        return frozenset(found)

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The plan: every delivery, its state, and why."""
        from cmops.publish.plan import plan

        rules = self.rules(looks=True)
        return plan(self.subjects, self.history, self.gates, self.now, rules)

    @property
    def unplanned(self) -> tuple[Diagnostic, ...]:
        """Errors of files that hold posts, and so little else that nothing of them is planned."""
        posts = {post.path for post in self.workspace.posts.values()}
        wrong = [
            each
            for each in self.errors
            if each.path not in posts and (each.path == "content" or each.path.startswith(_POSTS))
        ]
        planned = {each.path for each in self.subjects_at(self.now)} if wrong else set()
        return tuple(each for each in wrong if each.path not in planned)

    @cached_property
    def todo(self) -> tuple[Task, ...]:
        """What needs a person."""
        from cmops.todo import todo

        return todo(self.workspace, self.deliveries, self.diagnostics, self.history, self.now)

    @cached_property
    def figures(self) -> Figures:
        """How it went: every KPI, worked out when it is first asked for."""
        from cmops.measure.figures import Figures
        from cmops.measure.sources import Sources

        return Figures(Sources(self.root, self, self.sandbox, self.fresh, cache=self.cache))

    @property
    def next_delivery(self) -> Delivery | None:
        """The next thing that will go out."""
        from cmops.publish.plan import State

        coming = (State.DUE, State.WAITING)
        free = (each for each in self.deliveries if each.state in coming and each.reason is None)
        return next(free, None)
