"""Plans and runs as the JSON that others rely on (DESIGN.md, "Contracts")."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cmops.compose import Composition
from cmops.publish.plan import Delivery
from cmops.publish.reasons import Reason
from cmops.publish.results import RunResult
from cmops.wording import Wording
from cmops.wording.codes import UnknownCode, code

VERSION = 1


def plan_report(deliveries: Iterable[Delivery], now: datetime, wording: Wording) -> dict[str, Any]:
    """What ``cmops plan --format json`` prints; ``now`` in the workspace's zone."""
    return {
        "version": VERSION,
        "at": now.isoformat(),
        "deliveries": [_delivery(each, wording) for each in deliveries],
    }


def run_report(result: RunResult) -> dict[str, Any]:
    """What ``cmops publish --format json`` prints."""
    return {
        "version": VERSION,
        "run": result.run,
        "counts": dict(result.counts),
        "deliveries": [
            {
                "key": done.key,
                "post": done.post,
                "channel": done.channel,
                "outcome": done.outcome.value,
                "id": done.receipt.id if done.receipt else None,
                "url": done.receipt.url if done.receipt else None,
                "error": done.error,
            }
            for done in result.deliveries
        ],
    }


def say(reason: Reason, wording: Wording) -> str:
    """The reason in the reader's language."""
    return wording.say(reason.phrase, **reason.values)


def say_error(error: str, wording: Wording) -> str:
    """A run's error: cmops's own reasons in words, a platform's short code as it is."""
    # A code comes without the values that a plan's reason has.
    phrases = (f"reason.{error}.bare", f"reason.{error}")
    phrase = next((each for each in phrases if wording.has(each)), None)
    if phrase is not None:
        return wording.say(phrase)
    try:
        title = code(error).words[wording.language].title
    except UnknownCode:
        return error
    return wording.say("publish.refused-by-rule", title=title, code=error)


def _delivery(delivery: Delivery, wording: Wording) -> dict[str, Any]:
    subject, composition = delivery.subject, delivery.composition
    return {
        "key": subject.key,
        "post": subject.post,
        "path": subject.path,
        "channel": subject.channel,
        "platform": subject.platform,
        "action": subject.action,
        "at": subject.at.isoformat() if subject.at else None,
        "state": delivery.state.value,
        "reason": say(delivery.reason, wording) if delivery.reason else None,
        "code": delivery.reason.code if delivery.reason else None,
        "digest": delivery.digest,
        "messages": messages(composition) if composition else [],
    }


def messages(composition: Composition) -> list[dict[str, Any]]:
    """Each message's text, its length by the platform's counting, and its media's paths."""
    return [
        {
            "text": message.text,
            "length": length,
            "limit": limit,
            "media": [media.path for media in message.media],
        }
        for message, (length, limit) in zip(composition.messages, composition.counts, strict=True)
    ]
