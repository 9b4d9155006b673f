"""What ``playbooks/`` says of everyday work: editorial line, guidelines, moderation, replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from cmops.findings import Pointer
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class BannedTerm:
    """Words that are not ours; ``term`` may end in ``*``.

    Case and accents count only where ``case`` and ``accents`` say so. No languages means all.
    """

    term: str
    why: str
    instead: str | None = None
    severity: str = "warning"
    case: bool = False
    accents: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spelling:
    """How something is written here, and how it is not; case and accents count."""

    write: str
    rather_than: tuple[str, ...]
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Editorial:
    """``playbooks/editorial.md``: how the organisation speaks, whoever writes."""

    path: str
    tone: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    banned: tuple[BannedTerm, ...] = ()
    spelling: tuple[Spelling, ...] = ()
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sanction:
    """One step of a ladder: remind, hide, warn, suspend (for a duration), ban or report."""

    action: str
    duration: timedelta | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Guideline:
    """One numbered rule of a community.

    ``sanctions`` go from the first breach to the last; empty means the document's own ladder.
    """

    number: int
    id: str
    title: str
    text: str
    sanctions: tuple[Sanction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidelines:
    """The rules of a community; no channels means all of them."""

    id: str
    path: str
    title: str
    rules: tuple[Guideline, ...]
    sanctions: tuple[Sanction, ...] = ()
    channels: tuple[str, ...] = ()
    language: str | None = None
    body: str = field(default="", repr=False)

    def ladder(self, rule: Guideline) -> tuple[Sanction, ...]:
        """What a breach of ``rule`` leads to, time after time."""
        return rule.sanctions or self.sanctions


@dataclass(frozen=True, slots=True)
class Match:
    """What a message must contain: one of the terms or one of the patterns (RE2).

    ``normalise`` also sees through disguises (``1d10t``, ``i.d.i.o.t``).
    """

    terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    case: bool = False
    accents: bool = False
    normalise: bool = False


@dataclass(frozen=True, slots=True)
class Examples:
    """The rule's own proof: messages that it must find, and messages that it must leave alone."""

    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationRule:
    """What to do with messages that match: hide, answer, escalate or note.

    ``guideline`` is the id of a guideline's rule; ``reply`` and ``playbook`` are ids as well.
    ``escalate_to`` is a role. No languages or channels means all of them.
    """

    id: str
    path: str
    pointer: Pointer
    title: str
    match: Match
    action: str
    examples: Examples
    severity: str = "medium"
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    guideline: str | None = None
    reply: str | None = None
    escalate_to: str | None = None
    playbook: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A saved answer: ``body`` in its own language, ``texts`` in others.

    ``when`` says when to use it; no channels means all of them.
    """

    id: str
    path: str
    title: str
    when: str
    language: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    brand: str | None = None
    guideline: str | None = None
    body: str = field(default="", repr=False)
