"""What becomes an alert, and what that says: one for each thing that a person must decide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from cmops.doctor.channels import Examined
from cmops.github.issues import Alert
from cmops.handing import issue
from cmops.handing.sheet import Sheet
from cmops.publish.holds import OF_HERE
from cmops.todo import Task
from cmops.wording import Wording

KINDS = frozenset(
    {"unclear", "missed", "rejected", "handed", "left_behind", "duplicate", "ledger", "locked_out"}
)
"""Tasks that come up while nobody looks. What is wrong in a file is said where it is changed."""

LATE = frozenset({"held", "shut_out"})
"""Tasks that may be over by themselves, or that somebody knows of: alerts once they are late."""

_NO_NEWS = frozenset(
    {"reason.paused", "reason.incident", "reason.before_genesis", f"reason.{OF_HERE}"}
)
"""What people have decided, and what is only so where one looks from."""

_OF_CHANNEL = frozenset({"locked_out", "shut_out"})
_HAND_LATE = "reason.hand_late"

_ENDING = frozenset({"doctor.token-ends", "doctor.token-over"})
_LASTING = frozenset({"doctor.token-valid", "doctor.token-lasting", "doctor.token-ends-refresh"})

_MARKUP = re.compile(r"([\\`*_\[\]<>#!|~&])")
_MENTION = re.compile(r"(?<![A-Za-z0-9])@(?=[A-Za-z0-9])")


def alerts(
    tasks: Iterable[Task],
    wording: Wording,
    files: str,
    assignees: tuple[str, ...] = (),
    sheets: Iterable[Sheet] = (),
) -> tuple[Alert, ...]:
    """The alerts of these tasks; tasks with one subject share one.

    ``files`` is the address below which the workspace's files are shown; ``sheets`` are of what
    people publish by hand.
    """
    by_hand = {each.name: each for each in sheets}
    found: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        if task.kind in KINDS or (task.kind in LATE and _overdue(task)):
            found.setdefault((task.kind, _subject(task)), []).append(task)
        if task.kind == "handed" and task.phrase == _HAND_LATE and task.late:
            # The issue with what to publish is read already, or nobody has seen it.
            found.setdefault(("hand_late", task.subject), []).append(task)
    return tuple(
        issue.alert(by_hand[name], wording, files, assignees)
        if kind == "handed" and name in by_hand
        else _alert(kind, same, wording, files, _who(by_hand.get(name)) or assignees)
        for (kind, name), same in found.items()
    )


def _who(sheet: Sheet | None) -> tuple[str, ...]:
    """The people who were given it."""
    return sheet.logins if sheet else ()


def of_secrets(
    examined: Iterable[Examined], wording: Wording, assignees: tuple[str, ...] = ()
) -> tuple[Alert, ...]:
    """An alert for each channel whose secret is over or will be soon."""
    found = []
    for each in examined:
        for check in each.checks:
            if check.phrase in _ENDING:
                values = {"channel": each.channel, "day": each.ends.date() if each.ends else ""}
                title = wording.say("github.alerts.secret", **values)
                what, how = check.said(wording)
                body = _closed_by([f"**{_plain(what)}**", f"→ {_plain(how)}"], wording)
                found.append(Alert(secret_key(each.channel), title, body, assignees))
    return tuple(found)


def secret_key(channel: str) -> str:
    """The key of the alert about a channel's secret."""
    return f"token:{channel}"


def knows_secret(examined: Examined) -> bool:
    """Whether it was found out how long the secret lasts."""
    return any(check.phrase in _ENDING | _LASTING for check in examined.checks)


def _subject(task: Task) -> str:
    """What an alert is about: a channel that is shut keeps all of its deliveries waiting."""
    if task.kind in _OF_CHANNEL and task.channel is not None:
        return task.channel
    return task.subject


def _overdue(task: Task) -> bool:
    return task.late and task.phrase not in _NO_NEWS


def _alert(
    kind: str, tasks: list[Task], wording: Wording, files: str, assignees: tuple[str, ...]
) -> Alert:
    first, subject = tasks[0], _subject(tasks[0])
    what = _said(first, wording)[0].rstrip(".")
    title = wording.say("github.alerts.title", subject=subject, what=what)
    parts = [part for task in tasks for part in _parts(task, wording, files)]
    body = _closed_by(dict.fromkeys(parts), wording)
    return Alert(f"{kind}:{subject}", title, body, assignees)


def _closed_by(parts: Iterable[str], wording: Wording) -> str:
    return "\n\n".join([*parts, f"---\n\n<sub>{wording.say('github.alerts.footer')}</sub>"])


def _parts(task: Task, wording: Wording, files: str) -> Iterable[str]:
    what, how = _said(task, wording)
    yield f"**{_plain(what)}**"
    if how:
        yield f"→ {_plain(how)}"
    if task.at is not None:
        when = f"{wording.day_and_time(task.at)} ({task.at:%Z})"
        yield wording.say("github.alerts.when", when=when)
    if task.path is not None:
        line = f"#L{task.line}" if task.line else ""
        # ``plain=1`` shows a Markdown file with its lines.
        address = f"{files}/{quote(task.path)}?plain=1{line}"
        yield wording.say("github.alerts.file", file=f"[{_plain(task.path)}]({address})")


def _said(task: Task, wording: Wording) -> tuple[str, str]:
    how = wording.say(task.advice, **task.values) if task.advice else ""
    return wording.say(task.phrase, **task.values), how


def _plain(text: str) -> str:
    """Text from outside as Markdown that shows exactly this, and calls nobody."""
    return _MENTION.sub("@\u2060", _MARKUP.sub(r"\\\1", " ".join(text.split())))
