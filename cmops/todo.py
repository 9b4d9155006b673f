"""What needs a person: one pure list for status, exit code, job summary, home page and issues."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from cmops.findings import Diagnostic, Severity
from cmops.ledger.history import History
from cmops.publish.corrections import EDIT
from cmops.publish.delivery import SOON
from cmops.publish.holds import LOCKED_OUT, of_channel
from cmops.publish.keys import post_of
from cmops.publish.plan import Delivery, State
from cmops.publish.summary import REMEMBERED
from cmops.values import dataclass
from cmops.workspace.model import Workspace

_ADVISED = frozenset(
    {
        "secret_missing",
        "not_built",
        "unavailable",
        "paused",
        "incident",
        "settings",
        "unknown_channel",
        "no_time",
        "same_delivery",
        "half_published",
        "before_genesis",
        "edit_messages",
        "edit_rejected",
        "unapproved",
        "unapproved_changed",
        "unapproved_moved",
        "unapproved_refused",
    }
)
"""Reasons for holding that have advice of their own, ``todo.advice.<code>``."""

_ALWAYS = (State.UNCLEAR, State.REJECTED, State.HANDED)
LATE = timedelta(minutes=30)
"""How long after its time a delivery waits for nothing that passes by itself."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that somebody must decide or mend.

    ``subject`` is how people call it; ``phrase`` and ``advice`` with ``values`` are what to say.
    ``late`` says that its time has passed, and so much more that it will not be done by itself.
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
    late: bool = False


def todo(
    workspace: Workspace,
    deliveries: Iterable[Delivery],
    diagnostics: Iterable[Diagnostic],
    history: History,
    now: datetime,
) -> tuple[Task, ...]:
    """Everything that waits for a person, the most pressing first."""
    errors = _Errors(diagnostics)
    planned = tuple(deliveries)
    held = tuple(_deliveries(planned, errors, now))
    targets = {each.subject.target for each in planned}
    spoken = {task.path for task in held}
    spoken |= {post.path for post in workspace.posts.values() if post.status == "ready"}
    lost = _left_behind(history, targets)
    return (*_incidents(workspace), *_ledger(history), *lost, *held, *errors.besides(spoken))


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


def _left_behind(history: History, targets: set[str]) -> Iterator[Task]:
    """What may be live, or is live in part, of posts that the workspace does not have any more."""
    for record in history.unsettled:
        if record.key not in targets and (record.doubts or record.partly):
            name = f"{post_of(record.key)}@{record.channel}"
            values = {"delivery": name}
            yield Task("left_behind", name, "todo.left_behind", values, "todo.left_behind.advice")


def _deliveries(deliveries: Iterable[Delivery], errors: _Errors, now: datetime) -> Iterator[Task]:
    for each in deliveries:
        task = _delivery(each, errors, now)
        if task is not None:
            yield replace(task, late=_late(each, now))


def _delivery(each: Delivery, errors: _Errors, now: datetime) -> Task | None:
    code = of_channel(each) or _locked_out(each)
    if code is not None:
        return _shut(each, code)
    if not _pressing(each, now):
        return None
    wrong = errors.of(each) if each.state is State.HELD else None
    return _mistaken(each, wrong) if wrong else _task(each)


def _late(each: Delivery, now: datetime) -> bool:
    at = each.record.moved if each.state is State.HANDED else None
    at = at or each.subject.at
    return at is not None and at + LATE <= now


def _task(each: Delivery) -> Task:
    subject, reason = each.subject, each.reason
    name = _name(each)
    values = {**(reason.values if reason else {}), "delivery": name, "when": subject.at}
    told = each.state is State.HELD or each.subject.action == EDIT
    own = reason is not None and told and reason.code in _ADVISED
    return Task(
        str(each.state),
        name,
        reason.phrase if reason else f"todo.{each.state}",
        values,
        f"todo.advice.{reason.code}" if reason and own else f"todo.{each.state}.advice",
        subject.path,
        channel=subject.channel,
        at=subject.at,
    )


def _shut(each: Delivery, code: str) -> Task:
    """A delivery that goes out by itself once its channel, or its secret, is mended."""
    subject, name, reason = each.subject, _name(each), each.reason
    kind = "locked_out" if code in LOCKED_OUT else "shut_out"
    held = reason is not None and each.state is State.HELD
    values = reason.values if reason and held else {}
    return Task(
        kind,
        name,
        reason.phrase if reason and held else f"reason.{code}",
        {**values, "delivery": name, "channel": subject.channel, "when": subject.at},
        f"todo.{kind}.advice",
        subject.path,
        channel=subject.channel,
        at=subject.at,
    )


def _mistaken(each: Delivery, wrong: Diagnostic) -> Task:
    """A delivery that a mistake in its file holds: the mistake is what there is to say."""
    subject, said = each.subject, _said(wrong)
    return Task(
        str(each.state),
        _name(each),
        said.phrase,
        {**said.values, "delivery": _name(each), "when": subject.at},
        said.advice,
        wrong.path,
        wrong.line,
        subject.channel,
        subject.at,
    )


def _name(each: Delivery) -> str:
    subject = each.subject
    return f"{subject.post}@{subject.channel}" + (f"#{subject.day}" if subject.day else "")


def _pressing(each: Delivery, now: datetime) -> bool:
    if each.subject.action == EDIT and each.state is State.REJECTED:
        # Whoever mends it by hand over there has no way to say so here.
        return now - each.record.refusals[-1].at <= REMEMBERED
    if each.state in _ALWAYS:
        return True
    at = each.subject.at
    old = each.reason is not None and each.reason.code == "before_genesis"
    if each.state is State.MISSED or (old and each.state is State.HELD):
        return at is not None and now - at <= REMEMBERED
    if each.state is not State.HELD:
        return False
    return at is None or at <= now + SOON


def _locked_out(each: Delivery) -> str | None:
    """Why its channel did not let the last run in, if that is what stands in its way."""
    if each.state not in (State.DUE, State.THROTTLED):
        return None
    last = each.record.pausing
    stands = last is not None and last.code in LOCKED_OUT and last.kind == "not_sent"
    return last.code if last is not None and stands else None


class _Errors:
    """The errors among diagnostics, by file."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self._by_path: dict[str, list[Diagnostic]] = {}
        for each in diagnostics:
            if each.severity is Severity.ERROR:
                self._by_path.setdefault(each.path, []).append(each)

    def of(self, delivery: Delivery) -> Diagnostic | None:
        """The first one that holds this delivery."""
        subject = delivery.subject
        found = self._by_path.get(subject.path, ())
        return next((each for each in found if each.channel in (None, subject.channel)), None)

    def besides(self, spoken: Collection[str | None]) -> Iterator[Task]:
        """Those of files that nothing else speaks of."""
        for path, found in self._by_path.items():
            if path not in spoken:
                yield from map(_said, found)


def _said(each: Diagnostic) -> Task:
    values = {"message": each.message, "hint": each.hint, "code": each.code}
    values["where"] = f"{each.path}:{each.line}:{each.column}"
    advice = "todo.error.advice" if each.hint else "todo.error.explain"
    where = f"{each.path}:{each.line}"
    return Task("error", where, "todo.error", values, advice, each.path, each.line)
