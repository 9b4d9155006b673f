"""What needs a person: one pure list for status, exit code, job summary, home page and issues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cmops.findings import Diagnostic, Severity
from cmops.ledger.history import History
from cmops.publish.plan import Delivery, State
from cmops.workspace.model import Workspace

REMEMBERED = timedelta(days=14)
"""How long a post that was missed still asks for a decision."""

SOON = timedelta(days=7)
"""How long before its time a held post is somebody's task."""

_ALWAYS = (State.UNCLEAR, State.REJECTED, State.HANDED)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that somebody must decide or mend.

    ``subject`` is how people call it; ``phrase`` and ``advice`` with ``values`` are what to say.
    """

    kind: str
    subject: str
    phrase: str
    values: Mapping[str, object] = field(default_factory=dict)
    advice: str | None = None
    path: str | None = None
    line: int | None = None
    channel: str | None = None
    at: datetime | None = None


def todo(
    workspace: Workspace,
    deliveries: Iterable[Delivery],
    diagnostics: Iterable[Diagnostic],
    history: History,
    now: datetime,
) -> tuple[Task, ...]:
    """Everything that waits for a person, the most pressing first."""
    return (
        *_incidents(workspace),
        *_ledger(history),
        *_deliveries(deliveries, now),
        *_errors(diagnostics, workspace),
    )


def _incidents(workspace: Workspace) -> Iterator[Task]:
    for incident in workspace.incidents.values():
        if incident.status == "open":
            values = {"title": incident.title, "playbook": incident.playbook}
            yield Task(
                "incident",
                incident.title,
                "todo.incident",
                values,
                "todo.incident.advice",
                incident.path,
            )


def _ledger(history: History) -> Iterator[Task]:
    for line in history.unreadable:
        values = {"path": line.path, "line": line.line, "channel": line.channel or ""}
        yield Task("ledger", line.path, "todo.unreadable", values, "todo.unreadable.advice")
    for duplicate in history.duplicates:
        first, *others = duplicate.receipts
        values = {"key": duplicate.key, "first": first.url or first.id}
        values["other"] = ", ".join(other.url or other.id for other in others)
        yield Task("duplicate", duplicate.key, "todo.duplicate", values, "todo.duplicate.advice")


def _deliveries(deliveries: Iterable[Delivery], now: datetime) -> Iterator[Task]:
    for each in deliveries:
        if _pressing(each, now):
            subject = each.subject
            name = f"{subject.post}@{subject.channel}" + (f"#{subject.day}" if subject.day else "")
            reason = each.reason
            values = {**(reason.values if reason else {}), "delivery": name, "when": subject.at}
            yield Task(
                str(each.state),
                name,
                reason.phrase if reason else f"todo.{each.state}",
                values,
                f"todo.{each.state}.advice",
                subject.path,
                channel=subject.channel,
                at=subject.at,
            )


def _pressing(each: Delivery, now: datetime) -> bool:
    if each.state in _ALWAYS:
        return True
    at = each.subject.at
    if each.state is State.MISSED:
        return at is not None and now - at <= REMEMBERED
    if each.state is not State.HELD:
        return False
    if each.reason is not None and each.reason.code == "before_genesis":
        return False
    return at is None or at <= now + SOON


def _errors(diagnostics: Iterable[Diagnostic], workspace: Workspace) -> Iterator[Task]:
    """Errors, those of posts only where no held delivery speaks for them."""
    spoken = {post.path for post in workspace.posts.values() if post.status == "ready"}
    for each in diagnostics:
        if each.severity is Severity.ERROR and each.path not in spoken:
            values = {"message": each.message, "hint": each.hint, "code": each.code}
            where = f"{each.path}:{each.line}"
            yield Task("error", where, "todo.error", values, None, each.path, each.line)
