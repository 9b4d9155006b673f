"""Crisis playbooks, and the incidents in which they were used. People are roles, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, timedelta

from cmops.values import dataclass
from cmops.workspace.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Level:
    """How bad it is, how one knows, and what stops being published (nothing without ``pauses``)."""

    id: str
    name: str
    when: str
    pauses: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A sign that the playbook must be opened, and at which level."""

    what: str
    level: str


@dataclass(frozen=True, slots=True)
class Role:
    """A part in the crisis; ``does`` says which: decides, speaks, acts, informed."""

    id: str
    name: str
    does: tuple[str, ...]
    duties: str
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that was approved beforehand, by language.

    ``audience`` is for people (journalists, customers concerned). No channels means that it is
    not for the networks. ``approved_by`` are roles; None and empty mean: not approved yet.
    """

    id: str
    audience: str
    text: Mapping[str, str]
    channels: tuple[str, ...] = ()
    level: str | None = None
    approved_on: date | None = None
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist: who does what, how soon after the declaration, done when.

    ``level`` is the lowest level at which it is done; None means always.
    """

    id: str
    phase: str
    what: str
    who: str
    within: timedelta
    done_when: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """When a crisis is over, who says so, and how the team learns from it."""

    conditions: tuple[str, ...]
    decided_by: str
    post_mortem_by: str
    post_mortem_within: timedelta
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisPlaybook:
    """What to do when it happens. Levels go from the mildest to the worst."""

    id: str
    path: str
    title: str
    levels: tuple[Level, ...]
    triggers: tuple[Trigger, ...]
    roles: tuple[Role, ...]
    steps: tuple[Step, ...]
    closing: Closing
    statements: tuple[Statement, ...] = ()
    reviewed_on: date | None = None
    review_every: timedelta | None = None
    body: str = field(default="", repr=False)

    def reaches(self, level: str, least: str | None) -> bool:
        """Whether what is meant for ``least`` and worse is meant for ``level``.

        A level that the playbook lacks reaches nothing.
        """
        order = [each.id for each in self.levels]
        if level not in order:
            return False
        return least is None or (least in order and order.index(least) <= order.index(level))


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What happened when, and which role saw or did it."""

    at: datetime | None
    what: str
    role: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step of the playbook that was done."""

    step: str
    at: datetime | None
    role: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class StatementUsed:
    """A statement of the playbook that went out."""

    statement: str
    at: datetime | None
    channels: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What will be different: which role does it, until when, and the day it was done."""

    what: str
    who: str
    due: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class PostMortem:
    """What was learned, without blame."""

    what_happened: str
    went_well: tuple[str, ...]
    went_wrong: tuple[str, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A crisis that was declared. While it is open, it pauses what ``pauses`` covers."""

    id: str
    path: str
    title: str
    playbook: str
    level: str
    status: str
    declared_at: datetime | None = None
    closed_at: datetime | None = None
    pauses: Scope = field(default_factory=Scope)
    timeline: tuple[TimelineEntry, ...] = ()
    steps: tuple[StepDone, ...] = ()
    statements: tuple[StatementUsed, ...] = ()
    post_mortem: PostMortem | None = None
    body: str = field(default="", repr=False)

    def stood(self, at: datetime) -> bool:
        """Whether it was declared by then, and not closed yet."""
        if self.declared_at is not None and at < self.declared_at:
            return False
        return self.status == "open" or (self.closed_at is not None and at < self.closed_at)
