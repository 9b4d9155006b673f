"""What a workspace asks of its workflows: its secrets, its folders, its host, its times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cmops.workflows import schedule
from cmops.workflows.files import Values
from cmops.workspace.model import Settings, Workspace

_OUTBOX = "outbox"
_HABIT = timedelta(days=60)
"""How long ago a time still counts: people publish at the same hours."""

LATE = timedelta(minutes=20)
"""How late a schedule may send before it is told; GitHub itself is often later than that."""


def values(workspace: Workspace, now: datetime, action: str, branch: str, folder: str) -> Values:
    """Everything that differs between workspaces, for this one."""
    settings = workspace.settings
    at = [each for each in times(workspace) if each >= now - _HABIT]
    return Values(
        action=action,
        schedule=schedule.schedule(at, settings.publishing.max_lateness),
        branch=branch,
        folder=folder.rstrip("/"),
        secrets=tuple(secrets(settings)),
        outboxes=tuple(f"{folder}{each}" for each in _outboxes(settings)),
        host="pages" if settings.site.visibility == "public" else settings.site.host,
        approvals=bool(settings.approvals.rules),
    )


def times(workspace: Workspace) -> Iterator[datetime]:
    """When posts are to go out, drafts among them: a draft gets ready without its time changing."""
    channels = workspace.settings.channels
    for post in workspace.posts.values():
        if post.status != "idea":
            variants = (each.publish_at for each in post.variants.values())
            at = [each for each in (post.publish_at, *variants) if each is not None]
            yield from at
            by_hand = (channels[name].handoff for name in post.to if name in channels)
            for lead in {each.lead for each in by_hand if each is not None}:
                yield from (each - lead for each in at)


def late(workspace: Workspace, lines: Iterable[str], now: datetime) -> list[datetime]:
    """The times to come that a schedule serves too late, in order."""
    kept = tuple(lines)
    found = []
    for at in sorted({each for each in times(workspace) if each > now}):
        delay = schedule.delay(kept, at)
        if delay is None or delay > LATE:
            found.append(at)
    return found


def secrets(settings: Settings) -> list[str]:
    """The names of the environment variables that channels need."""
    sending = (each for each in settings.channels.values() if each.handoff is None)
    return sorted({name for each in sending for name in each.secrets.values()})


def _outboxes(settings: Settings) -> Iterator[str]:
    for channel in settings.channels.values():
        if channel.platform == _OUTBOX:
            yield str(channel.settings.get("path", _OUTBOX))
