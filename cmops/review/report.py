"""A preview as JSON, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmops.compose import Composition, message_data
from cmops.findings import Diagnostic
from cmops.review.changes import Turn
from cmops.review.sheets import Card, Outlet, Preview, Sheet

VERSION = 1


def report(shown: Preview) -> Mapping[str, Any]:
    """What ``cmops review --format json`` prints; paths are relative to the workspace."""
    return {
        "version": VERSION,
        "batch": shown.batch,
        "counts": {str(kind): count for kind, count in shown.counts.items()},
        "deliveries": [
            _delivery(sheet, card, outlet)
            for sheet in shown.sheets
            for card in sheet.cards
            for outlet in card.outlets
        ],
        "files": [{"path": path, "change": how} for path, how in shown.files.items()],
        "diagnostics": [_diagnostic(each) for each in shown.every_diagnostic],
    }


def _delivery(sheet: Sheet, card: Card, outlet: Outlet) -> dict[str, Any]:
    change, subject = outlet.change, outlet.change.subject
    made = change.after.composition if change.after else None
    return {
        "change": str(card.kind),
        "cause": str(change.cause),
        "post": sheet.id,
        "title": sheet.title,
        "path": sheet.path,
        "channel": subject.channel,
        "platform": subject.platform,
        "keys": [each.target for each in (change.after or change.before or _NOWHERE).subjects],
        "at": _times(change.after),
        "before": _times(change.before),
        "digest": change.after_digest,
        "digest_before": change.before.digest if change.before else None,
        "reason": outlet.reason.code if outlet.reason else None,
        "neighbours": [
            {"post": each.post, "at": each.at.isoformat()} for each in outlet.neighbours
        ],
        "messages": _messages(made) if made else [],
    }


_NOWHERE = Turn(())


def _times(turn: Turn | None) -> list[str | None]:
    return [each.isoformat() if each else None for each in turn.times] if turn else []


def _messages(made: Composition) -> list[dict[str, Any]]:
    return [
        {**message_data(message), "length": length, "limit": limit}
        for message, (length, limit) in zip(made.messages, made.counts, strict=True)
    ]


def _diagnostic(each: Diagnostic) -> dict[str, Any]:
    return {
        "path": each.path,
        "line": each.line,
        "column": each.column,
        "severity": str(each.severity),
        "code": each.code,
        "message": each.message,
        "hint": each.hint,
        "channel": each.channel,
    }
