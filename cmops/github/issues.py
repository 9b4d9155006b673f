"""Alerts as issues: one for each thing a person must decide, opened once and closed by itself.

An alert's issue is known by the hidden marker it begins with and by its author; whatever others
write, even a marker, is theirs. Closed by a person it stays closed (they have seen it) until the
thing is settled; then it is marked so, and if the thing comes back it gets a new issue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cmops.github import comments
from cmops.github.errors import Refused
from cmops.github.session import Repository
from cmops.values import dataclass

LABEL = "cmops"
MOST_TITLE = 256
"""Characters that GitHub takes."""

_COLOUR = "D93F0B"
_REMEMBERED = timedelta(days=90)
"""How long an issue that a person closed keeps its thing quiet without being touched."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that a person must decide. ``key`` stays the same while it is the same thing."""

    key: str
    title: str
    body: str
    assignees: tuple[str, ...] = ()


class Act(StrEnum):
    """What became of an alert, or would."""

    OPEN = "open"
    UPDATE = "update"
    KEEP = "keep"
    LEAVE = "leave"
    """A person closed its issue: it stays closed."""
    CLOSE = "close"
    SETTLE = "settle"
    """A person closed its issue, and now the thing itself is over."""
    REPEATED = "repeated"
    """A second issue for the same thing, made by a run at the same time."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue that cmops opened; ``key`` is its marker."""

    number: int
    key: str
    open: bool
    title: str
    body: str
    url: str
    reason: str = ""
    """Why it was closed, in GitHub's words: ``completed``, ``not_planned``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or that was done, about an alert or an issue of an earlier one."""

    act: Act
    key: str
    alert: Alert | None = None
    issue: Issue | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What is said besides: ``closed`` in an issue that is settled, ``label`` about the label."""

    closed: str
    label: str = ""


def sync(
    repository: Repository,
    alerts: Sequence[Alert],
    words: Words,
    *,
    unsure: Collection[str] = (),
    only: Collection[str] | None = None,
    dry_run: bool = False,
) -> tuple[Step, ...]:
    """Makes the repository's issues say what needs a person now; every step, in order.

    ``unsure`` are keys of things that could not be looked at: their issues stay as they are.
    ``only`` are the keys that the caller speaks for, if it does not speak for all of them.
    Safe to run again after it broke off, and beside another run. Raises GitHubError.
    """
    markers = None if only is None else {_marker(key) for key in only}
    ours = [each for each in _ours(repository) if markers is None or each.key in markers]
    steps = steps_for(alerts, ours, unsure)
    if dry_run:
        return steps
    if any(each.act is Act.OPEN for each in steps):
        _ensure_label(repository, words.label)
    done = [_do(repository, each, words) for each in steps]
    opened = {each.key for each in done if each.act is Act.OPEN}
    if opened:
        # Another run may have opened the same at the same moment: both keep the older issue.
        again = [each for each in steps_for(alerts, _ours(repository)) if each.key in opened]
        done += [_do(repository, each, words) for each in again if each.act is Act.REPEATED]
    return tuple(done)


def of(repository: Repository, keys: Iterable[str]) -> Mapping[str, Issue]:
    """The issue of each of these things that has one: the open one, else the newest."""
    wanted = {_marker(key): key for key in keys}
    found: dict[str, Issue] = {}
    if wanted:
        ours = (each for each in _ours(repository) if each.key in wanted)
        for issue in sorted(ours, key=lambda each: (each.open, each.number)):
            found[wanted[issue.key]] = issue
    return found


def steps_for(
    alerts: Iterable[Alert], issues: Iterable[Issue], unsure: Collection[str] = ()
) -> tuple[Step, ...]:
    """What is to be done so that issues match the alerts."""
    by_key: dict[str, list[Issue]] = {}
    for issue in sorted(issues, key=lambda each: (not each.open, each.number)):
        by_key.setdefault(issue.key, []).append(issue)
    steps = []
    wanted = {_marker(alert.key): alert for alert in alerts}
    for key, alert in wanted.items():
        found = by_key.pop(key, [])
        first = found[0] if found else None
        steps.append(Step(_act(alert, first), alert.key, alert, first))
        steps += [Step(Act.REPEATED, alert.key, alert, each) for each in found[1:] if each.open]
    kept = {_marker(key) for key in unsure}
    for key, found in by_key.items():
        if key in kept:
            continue
        steps += [Step(Act.CLOSE if each.open else Act.SETTLE, key, None, each) for each in found]
    return tuple(steps)


def _act(alert: Alert, issue: Issue | None) -> Act:
    if issue is None:
        return Act.OPEN
    if not issue.open:
        return Act.LEAVE
    said = comments.same(issue.body, _body(alert)) and issue.title == _title(alert)
    return Act.KEEP if said else Act.UPDATE


def _do(repository: Repository, step: Step, words: Words) -> Step:
    alert, issue = step.alert, step.issue
    if issue is None:
        return Step(step.act, step.key, alert, _opened(repository, alert)) if alert else step
    path = f"/issues/{issue.number}"
    if step.act is Act.UPDATE and alert is not None:
        repository.patch(path, {"title": _title(alert), "body": _body(alert)})
    elif step.act is Act.CLOSE:
        comments.put(repository, issue.number, "settled", words.closed)
        repository.patch(path, {"state": "closed", "state_reason": "completed"} | _settled(issue))
    elif step.act is Act.SETTLE:
        repository.patch(path, _settled(issue))
    elif step.act is Act.REPEATED:
        repository.patch(path, {"state": "closed", "state_reason": "not_planned"} | _settled(issue))
    return step


def _opened(repository: Repository, alert: Alert) -> Issue:
    body: dict[str, Any] = {"title": _title(alert), "body": _body(alert), "labels": [LABEL]}
    named = {"assignees": list(alert.assignees)} if alert.assignees else {}
    try:
        row = repository.post("/issues", body | named)
    except Refused as error:
        if error.status != 422 or not named:
            raise
        # Somebody who left: the alert matters more than whom it is given to.
        row = repository.post("/issues", body)
    return _issue(row, _marker(alert.key))


def _ours(repository: Repository) -> list[Issue]:
    """The issues that cmops opened for things that are not settled."""
    login = repository.session.login
    since = (datetime.now(UTC) - _REMEMBERED).strftime("%Y-%m-%dT%H:%M:%SZ")
    # The oldest first: what is opened meanwhile comes at the end and moves no page.
    asked = {"labels": LABEL, "sort": "created", "direction": "asc"}
    rows = [
        *repository.pages("/issues", state="open", **asked),
        *repository.pages("/issues", state="closed", since=since, **asked),
    ]
    found = {}
    for row in rows:
        author = (row.get("user") or {}).get("login")
        key = _key(str(row.get("body") or ""))
        if author == login and key is not None and "pull_request" not in row:
            found[int(row["number"])] = _issue(row, key)
    return list(found.values())


def _issue(row: Mapping[str, Any], key: str) -> Issue:
    return Issue(
        number=int(row["number"]),
        key=key,
        open=row["state"] == "open",
        title=str(row["title"]),
        body=str(row.get("body") or ""),
        url=str(row["html_url"]),
        reason=str(row.get("state_reason") or ""),
    )


def _key(body: str) -> str | None:
    """The marker that an alert's body begins with."""
    first = body.partition("\n")[0].rstrip()
    start = comments.marker(_name("")).removesuffix(" -->")
    return first if first.startswith(start) and first.endswith(" -->") else None


def _marker(key: str) -> str:
    return comments.marker(_name(key))


def _name(key: str) -> str:
    return f"alert:{key}"


def _title(alert: Alert) -> str:
    title = " ".join(alert.title.split())
    return title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1]}…"


def _body(alert: Alert) -> str:
    return comments.marked(_name(alert.key), alert.body)


def _settled(issue: Issue) -> dict[str, str]:
    return {"body": issue.body.replace("<!-- cmops:alert:", "<!-- cmops:settled:", 1)}


def _ensure_label(repository: Repository, description: str) -> None:
    body = {"name": LABEL, "color": _COLOUR, "description": description[:100]}
    try:
        repository.post("/labels", body)
    except Refused as error:
        if error.status != 422:  # it is there already
            raise
