"""Who must approve what before it is sent (``approvals`` in ``cmops.yml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class ApprovalRole:
    """Somebody who may be asked: the ledger and the pages only ever show the role.

    ``people`` are logins and teams (``@org/team``). ``deputy`` is the role that may stand in late.
    ``email`` says that a message may do where the person has no account.
    """

    title: str = ""
    people: tuple[str, ...] = ()
    deputy: str | None = None
    email: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Whose word is wanted: ``any`` of these roles, ``all`` of them, or ``at_least`` n people."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    at_least: int = 1
    of: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that it names."""
        return (*self.any, *self.all, *self.of)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule is about: everything that fits each of its fields that says something.

    ``severity``: what has a finding at least as severe. ``commercial``: with a partner, or without.
    """

    brand: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    pillar: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    severity: str | None = None
    commercial: bool | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """What matches ``for_`` needs ``by``; ``minor`` is enough for what is marked as a small change.

    ``remind`` is how long before the first delivery whoever is missing is reminded.
    """

    by: Ask
    for_: Matter = field(default_factory=Matter)
    minor: Ask | None = None
    remind: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """Who together may send something without the usual approvals: never one person alone."""

    of: tuple[str, ...]
    at_least: int = 2


@dataclass(frozen=True, slots=True)
class Approvals:
    """The whole policy; without rules nothing needs an approval.

    ``solo`` says openly that merging is approving, because there is only one person.
    """

    roles: Mapping[str, ApprovalRole] = field(default_factory=dict)
    rules: tuple[ApprovalRule, ...] = ()
    solo: bool = False
    emergency: Emergency | None = None

    def title(self, role: str) -> str:
        """What a role is called."""
        known = self.roles.get(role)
        return known.title if known and known.title else role
