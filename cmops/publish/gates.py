"""Why a delivery is held: each gate answers for one subject, and the plan asks them all.

A gate's knowledge is given to it; approvals and budgets will be more gates, made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.findings import Diagnostic, Severity
from cmops.ledger.history import History, Place
from cmops.publish.holds import OF_HERE
from cmops.publish.plan import Gate
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from cmops.workspace.model import Channel, Incident

Errors = Mapping[str, Mapping[str | None, tuple[str, ...]]]
"""Codes of errors by path and channel; None stands for the whole document."""


def errors_of(diagnostics: Iterable[Diagnostic]) -> Errors:
    """The errors among diagnostics, as the gate wants them."""
    found: dict[str, dict[str | None, tuple[str, ...]]] = {}
    for each in diagnostics:
        if each.severity is Severity.ERROR:
            codes = found.setdefault(each.path, {})
            known = codes.get(each.channel, ())
            codes[each.channel] = known if each.code in known else (*known, each.code)
    return found


def without_errors(errors: Errors) -> Gate:
    """Holds what an error is about: the whole post, or one of its channels."""

    def gate(subject: Subject) -> Reason | None:
        codes = errors.get(subject.path)
        if not codes or subject.action == "delete":
            return None
        here = (*codes.get(None, ()), *codes.get(subject.channel, ()))
        return Reason("errors", {"codes": here, "count": len(here)}, lasting=True) if here else None

    return gate


def settings_usable(*, usable: bool) -> Gate:
    """Holds everything while ``cmops.yml`` is wrong."""
    reason = None if usable else Reason("settings", lasting=True)
    return lambda subject: reason


def secrets_present(channels: Mapping[str, Channel], environment: Mapping[str, str]) -> Gate:
    """Holds what goes to a channel whose secret is not set, and says which variable it is."""
    missing = {
        id: tuple(name for name in channel.secrets.values() if not environment.get(name))
        for id, channel in channels.items()
        if channel.handoff is None
    }

    def gate(subject: Subject) -> Reason | None:
        names = missing.get(subject.channel, ())
        values = {"variables": names, "count": len(names)}
        return Reason(OF_HERE, values) if names else None

    return gate


def platform_built(channels: Mapping[str, Channel]) -> Gate:
    """Holds what goes to a platform that only the sandbox can publish to."""
    answers = {
        id: _able(channel.platform, Capability.PUBLISH)
        for id, channel in channels.items()
        if channel.handoff is None
    }

    def gate(subject: Subject) -> Reason | None:
        if answers.get(subject.channel, Can.YES) is Can.YES:
            return None
        return Reason("not_built", {"platform": subject.platform}, lasting=True)

    return gate


def deletable(channels: Mapping[str, Channel]) -> Gate:
    """Holds deletions where a platform, or cmops, cannot delete."""
    answers = {
        id: Can.NO if channel.handoff else _able(channel.platform, Capability.DELETE)
        for id, channel in channels.items()
    }

    def gate(subject: Subject) -> Reason | None:
        if subject.action != "delete" or answers.get(subject.channel, Can.YES) is Can.YES:
            return None
        return Reason("cannot_delete", {"platform": subject.platform}, lasting=True)

    return gate


def _able(platform: str, capability: Capability) -> Can:
    try:
        return adapter(platform).platform.able(capability)
    except UnknownPlatform:
        return Can.YES  # held by its subject, in better words


def not_paused(history: History, now: datetime) -> Gate:
    """Holds what a pause in the ledger covers; what is to be deleted may go on."""
    if not history.pauses:
        return lambda subject: None

    def gate(subject: Subject) -> Reason | None:
        if subject.action == "delete":
            return None
        place = Place(subject.channel, subject.brand, subject.campaign)
        pauses = history.paused(place, now)
        if not pauses:
            return None
        at = subject.at
        lasting = [each for each in pauses if at is None or each.active(at)]
        told = (lasting or pauses)[0]
        values = {"since": told.at, "why": told.reason or ""}
        return Reason("paused", values, stopping=bool(lasting))

    return gate


def no_incident(incidents: Iterable[Incident], at: datetime | None = None) -> Gate:
    """Holds what an open incident's scope covers.

    A rehearsal asks about another time ``at``: what was declared by then, and not over.
    """
    standing = tuple(
        each for each in incidents if (each.status == "open" if at is None else each.stood(at))
    )

    def gate(subject: Subject) -> Reason | None:
        if subject.action == "delete":
            return None
        for incident in standing:
            if incident.pauses.covers(subject.channel, subject.brand, subject.campaign):
                values = {"incident": incident.id, "title": incident.title}
                return Reason("incident", values, stopping=True)
        return None

    return gate
