"""``cmops validate``: everything that is wrong, with its line and how to mend it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import sleep
from typing import NoReturn

import click

from cmops.cli import output, summary
from cmops.cli.options import at_option, format_option
from cmops.errors import UsageError
from cmops.findings import Diagnostic, Severity
from cmops.project import Project
from cmops.values import dataclass

_EVERY = 1.0
"""Seconds between two looks at the files."""


@click.command(help="cli.validate.help")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@format_option("text", "json", "github")
@click.option("--since", metavar="REV", help="review.option.since")
@click.option("--watch", is_flag=True, help="cli.validate.watch")
@at_option
@click.pass_obj
def validate(
    root: Path, paths: tuple[str, ...], form: str, since: str | None, watch: bool, at: str | None
) -> int:
    """Prints the diagnostics; 1 when there is an error."""
    project = Project(root, at=at)
    wanted = _Wanted(_paths(project, paths), form, since)
    if watch:
        _watch(project, wanted)
    gc.disable()  # What is read stays to the end, and that is soon.
    return _validate(project, wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to look at, and how to say it."""

    paths: Sequence[str]
    form: str
    since: str | None

    def has(self, path: str) -> bool:
        return output.is_below(path, self.paths)


def _validate(project: Project, wanted: _Wanted) -> int:
    all_found = _all(project) if wanted.since is None else _since(project, wanted.since)
    found = [each for each in all_found if wanted.has(each.path)]
    if wanted.form == "github":
        summary.annotate(found, project)
    else:
        documents = sum(wanted.has(path) for path in project.loaded.records)
        output.diagnostics(found, documents, wanted.form, project.wording)
    summary.of_validate(found, project)
    output.notes(project.notes, project.wording)
    return 1 if any(each.severity is Severity.ERROR for each in found) else 0


def _all(project: Project) -> tuple[Diagnostic, ...]:
    return _sorted((*project.diagnostics, *_measured(project)))


def _since(project: Project, revision: str) -> tuple[Diagnostic, ...]:
    """What is wrong in what changed since then, and what that makes wrong elsewhere."""
    from cmops.cli.change import both, caused

    change = both(project, revision)
    measured = (each for each in _measured(project) if each.path in change.span.files)
    return _sorted((*caused(change), *measured))


def _sorted(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(found, key=lambda each: (each.path, each.line, each.column)))


def _measured(project: Project) -> tuple[Diagnostic, ...]:
    """What is wrong with the team's own KPIs and numbers, where it has some."""
    from cmops.measure.definitions import FOLDER, definitions

    if not project.loaded.usable or not (project.root / FOLDER).is_dir():
        return ()
    from cmops.check.run import worded
    from cmops.measure.run import NoDuckDB

    try:
        found = project.figures.findings()
    except NoDuckDB as error:
        project.notes.append(error)
        found = definitions(project.root)[1]
    raised = project.workspace.settings.severities
    return worded(project.loaded, found, project.wording, raised)


def _watch(project: Project, wanted: _Wanted) -> NoReturn:
    """Checks now and at every change, between two lines that an editor knows, until interrupted."""
    from cmops.mainline import stamp
    from cmops.workspace.editors import BEGINS, ENDS

    seen = ""
    while True:
        if (now := stamp(project.root)) != seen:
            seen = now
            click.echo(BEGINS)
            _validate(project.again(project.root), wanted)
            click.echo(ENDS)
        sleep(_EVERY)


def _paths(project: Project, paths: Sequence[str]) -> Sequence[str]:
    """The paths from the workspace's root, all of it for none.

    A name that is none would find nothing wrong.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError("cli.no-such-file", path=path)
    return project.relative(paths) if paths else (".",)
