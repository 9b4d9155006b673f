"""Corrections: posts that have changed since they went out, where messages can be changed.

Only a change of a post's own files makes one. Other settings, or another version of cmops, may
compose hundreds of old posts in another way, which nobody has reviewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.ledger.corrected import EDIT, changed_since, stands
from cmops.ledger.record import Record
from cmops.publish.keys import correction_key
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from cmops.workspace.model import Channel

__all__ = ["EDIT", "able", "attempt", "correctable", "correction", "made", "uncorrectable"]


def correction(subject: Subject, record: Record) -> Subject | None:
    """What makes a delivery that is live say what its post says now; None where it does.

    An occurrence of a repeating post stays as it was: who changes its text means the next one.
    """
    if not record.receipts or subject.day is not None or subject.held is not None:
        return None
    # Nearly every delivery ends here, so that no old post is composed only to be compared.
    if not changed_since(record, subject.source) or not stands(record):
        return None
    if subject.composition is None or made(subject, record):
        return None
    key = correction_key(subject.key)
    return replace(subject, key=key, action=EDIT, expires=None)


def made(subject: Subject, record: Record) -> bool:
    """Whether every message says what its post says now."""
    composition = subject.composition
    return composition is not None and composition.digests == record.shown


def attempt(subject: Subject) -> str:
    """What a run counts its attempts by: each new text of a correction is a wish of its own."""
    if subject.action != EDIT:
        return subject.target
    composition = subject.composition
    return f"{subject.key} {composition.digest if composition else ''}"


def uncorrectable(subject: Subject, record: Record) -> Reason | None:
    """Why this correction cannot be made, whoever waits: by its form, or by the platform's no."""
    composition = subject.composition
    if composition is None or len(composition.messages) != record.messages:
        now = len(composition.messages) if composition else 0
        return Reason("edit_messages", {"messages": record.messages, "now": now}, lasting=True)
    refusal = record.refused(composition.digest)
    return Reason("edit_rejected", {"code": refusal.code}) if refusal else None


def correctable(channels: Iterable[Channel]) -> frozenset[str]:
    """The channels on whose platforms a live message can be changed, and cmops can do it."""
    answers: Mapping[str, Can] = {
        each.id: able(each.platform) for each in channels if each.handoff is None
    }
    return frozenset(id for id, answer in answers.items() if answer is Can.YES)


def able(platform: str) -> Can:
    """Whether a live message can be changed on a platform."""
    try:
        return adapter(platform).platform.able(Capability.EDIT)
    except UnknownPlatform:
        return Can.NO
