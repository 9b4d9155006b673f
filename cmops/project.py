"""Puts the parts together, each when it is first asked for: for the commands and MkDocs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cmops import __version__
from cmops.errors import CmopsError, UsageError
from cmops.wording import Wording
from cmops.workspace import time
from cmops.workspace.cache import Cache, code_version
from cmops.workspace.files import walk
from cmops.workspace.load import SETTINGS, Loaded, load
from cmops.workspace.model import Workspace
from cmops.workspace.place import inside, workspace_at

if TYPE_CHECKING:
    from cmops.check.diagnosis import Diagnosis
    from cmops.check.run import Examined
    from cmops.composed import Compositions
    from cmops.findings import Diagnostic
    from cmops.ledger.history import History
    from cmops.ledger.opening import Where
    from cmops.measure.figures import Figures
    from cmops.media import Gallery
    from cmops.publish.budget import Budgets, Looks
    from cmops.publish.gates import Errors
    from cmops.publish.plan import Delivery, Gate, Rules
    from cmops.publish.subjects import Subject
    from cmops.review.approvals import Standing
    from cmops.review.approving import Approving
    from cmops.todo import Task
    from cmops.workspace.model import Post

CLOCK = "CMOPS_AT"
_POSTS = ("content/posts", "content/articles")


class Project:
    """A workspace with everything that can be worked out from it.

    ``at`` sets the clock for what only looks: a local time of the workspace, else now.
    ``sandbox`` looks at the sandbox's ledger instead of the real one. ``fresh`` asks the ledger's
    remote; otherwise what this machine saw last is good enough.
    """

    def __init__(
        self, root: Path, *, at: str | None = None, sandbox: bool = False, fresh: bool = False
    ) -> None:
        self.root = workspace_at(root)
        self.sandbox = sandbox
        self.fresh = fresh
        self._at = at or os.environ.get(CLOCK)
        self._by_hour: dict[datetime, tuple[Subject, ...]] = {}

    def again(self, root: Path) -> Project:
        """The same workspace read anew, from where it stands now."""
        return Project(root, at=self._at, sandbox=self.sandbox, fresh=self.fresh)

    @cached_property
    def cache(self) -> Cache:
        """What earlier runs worked out."""
        return Cache(self.root, f"{__version__}-{code_version()}")

    @cached_property
    def loaded(self) -> Loaded:
        """The workspace as it was read."""
        return load(self.root, self.cache)

    @property
    def surroundings(self) -> str:
        """What changes when any document does that is no post."""
        return self.loaded.surroundings

    def stands(self) -> bool:
        """Whether the files are still those that were read."""
        found, _ = walk(self.root)
        return {file.path: file for file in found} == self.loaded.files

    @property
    def workspace(self) -> Workspace:
        """What the documents say."""
        return self.loaded.workspace

    @cached_property
    def wording(self) -> Wording:
        """The words of the workspace's language."""
        return Wording(self.workspace.settings.language)

    @cached_property
    def now(self) -> datetime:
        """The time that everything is looked at, in the workspace's zone."""
        zone = self.workspace.zone
        if self._at is None:
            return datetime.now(zone).replace(microsecond=0)
        try:
            return time.moment(self._at, zone)
        except ValueError:
            raise UsageError("cli.not-a-time", time=self._at) from None

    @cached_property
    def gallery(self) -> Gallery:
        """The media files, each opened once."""
        from cmops.media import Gallery

        return Gallery(self.root, self.cache)

    @cached_property
    def compositions(self) -> Compositions:
        """What every channel gets of every post."""
        from cmops.composed import Compositions

        return Compositions(self.loaded, self.gallery, self.cache)

    @cached_property
    def examined(self) -> Examined:
        """What the rules that look at one post found."""
        from cmops.check.run import examine

        found = examine(self.loaded, self.compositions, self.gallery, self.cache)
        self.gallery.save()
        return found

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong."""
        return self._diagnosis.all

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What is wrong and holds something; cheaper than to sort out all that is wrong."""
        if "diagnostics" in self.__dict__:
            return tuple(each for each in self.diagnostics if each.severity == "error")
        return self._diagnosis.errors

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        from cmops.check.diagnosis import Diagnosis
        from cmops.check.run import found

        scene = (self.history, self.now, self.is_new, self.compositions)
        return Diagnosis(self.loaded, found(self.loaded, self.examined, *scene))

    @cached_property
    def place(self) -> Where:
        """Where the ledger is kept. Raises GitError."""
        from cmops.ledger import opening

        return opening.where(self.root)

    def known_by(self, history: History) -> None:
        """Goes by a history that somebody has just read, unless one was read already."""
        self.__dict__.setdefault("history", history)

    @cached_property
    def history(self) -> History:
        """What the ledger says; empty where there is none yet.

        Raises LedgerError where a ledger is expected and is missing, or is another one, and
        GitError where git cannot be asked; without ``fresh`` both are only noted.
        """
        from cmops.ledger import looking, opening

        genesis = self.workspace.settings.genesis
        if self.sandbox:
            return opening.open_sandbox(self.root).read()
        if self.fresh:
            return looking.latest(self.root, genesis, self.place, self.notes)
        return looking.known(self.root, genesis, self.notes)

    @cached_property
    def notes(self) -> list[CmopsError]:
        """What went wrong without ending anything; commands say it at the end."""
        return []

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
            gates.no_incident(self.workspace.incidents.values()),
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

        kept = self.cache
        return Figures(self.root, self, sandbox=self.sandbox, fresh=self.fresh, cache=kept)

    @property
    def next_delivery(self) -> Delivery | None:
        """The next thing that will go out."""
        from cmops.publish.plan import State

        coming = (each for each in self.deliveries if each.state in (State.DUE, State.WAITING))
        return next(coming, None)

    def is_new(self, path: str) -> bool:
        """Whether a file is new or changed since the last commit; outside git everything is."""
        return self._changed is None or path in self._changed

    @cached_property
    def _changed(self) -> frozenset[str] | None:
        from cmops.git import Git
        from cmops.git.worktree import changed

        return changed(Git(self.root))

    def require(self, *, usable: bool = True) -> None:
        """Ends the command where there is no workspace, or one whose settings cannot be used."""
        if not (self.root / SETTINGS).exists():
            raise UsageError("cli.no-workspace", folder=self.root)
        if usable and not self.loaded.usable:
            wrong = [str(each) for each in self.diagnostics if each.path == SETTINGS]
            raise CmopsError("cli.unusable", wrong="\n  ".join(wrong))

    def relative(self, paths: Iterable[str]) -> Sequence[str]:
        """Paths as a person gives them (from where they stand), from the workspace's root."""
        found = []
        for path in paths:
            place = inside(self.root, path)
            if place is None:
                raise UsageError("cli.outside", path=path)
            found.append(place)
        return found
