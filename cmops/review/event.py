"""What GitHub says about why a workflow runs: the file that GITHUB_EVENT_PATH names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cmops.errors import UsageError
from cmops.values import dataclass

VARIABLE = "GITHUB_EVENT_PATH"
_MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that ended: of which commit, and where that came from.

    ``source`` is ``owner/name`` of the repository that has the branch, None when it is deleted.
    ``url`` is the page of the run, which keeps the whole preview as a file.
    """

    head: str
    branch: str
    source: str | None
    event: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """A comment: ``number`` is that of its issue or, where ``on_pull``, pull request."""

    id: int
    number: int
    on_pull: bool
    login: str
    person: bool
    text: str
    url: str


def checked(environ: Mapping[str, str]) -> Checked:
    """The run that a ``workflow_run`` event is about. Raises UsageError for another event."""
    run = _inside(_event(environ), "workflow_run")
    source = run.get("head_repository") or {}
    return Checked(
        head=_text(run, "head_sha"),
        branch=_text(run, "head_branch"),
        source=source.get("full_name"),
        event=_text(run, "event"),
        url=_text(run, "html_url"),
    )


def said(environ: Mapping[str, str]) -> Said:
    """The comment that an ``issue_comment`` event is about. Raises UsageError for another event."""
    event = _event(environ)
    issue, comment = _inside(event, "issue"), _inside(event, "comment")
    user = _inside(comment, "user")
    return Said(
        id=int(comment["id"]),
        number=int(issue["number"]),
        on_pull="pull_request" in issue,
        login=_text(user, "login"),
        person=user.get("type") != "Bot",
        text=_text(comment, "body") if event.get("action") == "created" else "",
        url=_text(comment, "html_url"),
    )


def _event(environ: Mapping[str, str]) -> Mapping[str, Any]:
    path = environ.get(VARIABLE, "")
    try:
        file = Path(path)
        if not path or file.stat().st_size > _MOST_BYTES:
            raise ValueError(path)
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        raise UsageError("workflows.no-event", variable=VARIABLE) from None
    if not isinstance(found, dict):
        raise UsageError("workflows.no-event", variable=VARIABLE)
    return found


def _inside(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = event.get(name)
    if not isinstance(found, dict):
        raise UsageError("workflows.other-event", name=name)
    return found


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")
