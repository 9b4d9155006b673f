"""What a job has to say on GitHub: lines beside the change, and the summary of the job.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmops.cli import output
from cmops.findings import Diagnostic, Severity

if TYPE_CHECKING:
    from cmops.project import Project
    from cmops.publish.plan import Delivery
    from cmops.publish.results import RunResult

VARIABLE = "GITHUB_STEP_SUMMARY"
SHOWN = 10
"""Annotations of each severity that GitHub shows for one step; it drops the others."""

_ROWS = 300
_MOST = 900_000
"""Bytes: GitHub refuses a summary of more than a mebibyte."""


def annotate(found: Sequence[Diagnostic], project: Project) -> None:
    """The findings as annotations, the worst first; those too many as lines of the log."""
    below = _below(project)
    worst_first = sorted(found, key=lambda each: each.severity is not Severity.ERROR)
    left = dict.fromkeys(Severity, SHOWN)
    over: list[Diagnostic] = []
    for each in worst_first:
        left[each.severity] -= 1
        if left[each.severity] < 0:
            over.append(each)
        else:
            click.echo(output.annotation(replace(each, path=f"{below}{each.path}")))
    for each in over:
        click.echo(" ".join(output.line(each).split()))
    if over:
        click.echo(project.wording.say("review.annotations", count=len(over)), err=True)


def of_validate(found: Sequence[Diagnostic], project: Project) -> None:
    """What is wrong, into the job's summary where there is one."""
    if not _wanted():
        return
    from cmops.review.quoting import code, inline

    say = project.wording.say
    rows = (
        (
            "❌" if each.severity is Severity.ERROR else "⚠️",
            code(f"{each.path}:{each.line}"),
            f"{inline(each.message)} {inline(each.hint)}".strip() + f" {code(each.code)}",
        )
        for each in sorted(found, key=lambda each: each.severity is not Severity.ERROR)
    )
    head = ("", say("review.table.where"), say("review.table.message"))
    text = _table(head, rows, len(found), project) if found else [say("review.summary.fine")]
    _write(_title("validate", project), text)


def of_plan(found: Sequence[Delivery], project: Project) -> None:
    """What is to happen, into the job's summary where there is one."""
    if not _wanted():
        return
    from cmops.publish.report import say as said
    from cmops.review.quoting import code, inline

    wording = project.wording
    rows = (
        (
            wording.day_and_time(each.subject.at) if each.subject.at else "–",
            code(f"{each.subject.post}@{each.subject.channel}"),
            wording.say(f"state.{each.state}"),
            inline(said(each.reason, wording)) if each.reason else "",
        )
        for each in found
    )
    head = tuple(wording.say(f"review.table.{name}") for name in _PLAN)
    text = _table(head, rows, len(found), project) if found else [wording.say("cli.plan.nothing")]
    _write(_title("plan", project), text)


def of_publish(result: RunResult, project: Project) -> None:
    """What became of each delivery, into the job's summary where there is one."""
    if not _wanted():
        return
    from cmops.publish.report import say, say_error
    from cmops.review.quoting import code, inline

    wording = project.wording
    rows = []
    for done in result.deliveries:
        why = say(done.reason, wording) if done.reason else ""
        why = why or (say_error(done.error, wording) if done.error else "")
        url = done.receipt.url if done.receipt and done.receipt.url else ""
        name = code(f"{done.post}@{done.channel}")
        rows.append((name, wording.say(f"publish.{done.outcome}"), inline(why or url)))
    head = tuple(wording.say(f"review.table.{name}") for name in _PUBLISH)
    text = list(_table(head, rows, len(rows), project))
    if result.trouble is not None:
        text += ["", f"**{inline(wording.error(result.trouble))}**"]
    _write(_title("publish", project), text if rows else [wording.say("review.summary.idle")])


def of_approvals(text: str) -> None:
    """Who must still approve, as Markdown with its own title, where there is a summary."""
    if _wanted():
        with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


_PLAN = ("when", "post", "state", "reason")
_PUBLISH = ("post", "state", "reason")


def _wanted() -> bool:
    return bool(os.environ.get(VARIABLE))


def _title(name: str, project: Project) -> str:
    from cmops.review.quoting import inline

    settings = project.workspace.settings
    return inline(project.wording.say(f"review.summary.{name}", name=settings.name))


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], count: int, project: Project
) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    size = 0
    for number, row in enumerate(rows):
        line = f"| {' | '.join(row)} |"
        size += len(line.encode())
        if number >= _ROWS or size > _MOST:
            yield ""
            yield project.wording.say("review.more-lines", count=count - number)
            return
        yield line


def _write(title: str, lines: Iterable[str]) -> None:
    """Adds to the file; several steps of a job may share it."""
    with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as file:
        file.write("\n".join([f"### {title}", "", *lines, "", ""]))


def _below(project: Project) -> str:
    """Where the workspace stands in its repository, as annotations name files from its top."""
    from cmops.git import Git, GitError
    from cmops.git.worktree import prefix

    try:
        return prefix(Git(project.root))
    except GitError:
        return ""
