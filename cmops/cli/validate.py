"""``cmops validate``: everything that is wrong, with its line and how to mend it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from time import sleep
from typing import NoReturn

import click

from cmops.cli import output
from cmops.cli.options import at_option, format_option
from cmops.errors import UsageError
from cmops.findings import Severity
from cmops.project import Project

_EVERY = 1.0
"""Seconds between two looks at the files."""


@click.command(help="cli.validate.help")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@format_option("text", "json", "github")
@click.option("--watch", is_flag=True, help="cli.validate.watch")
@at_option
@click.pass_obj
def validate(root: Path, paths: tuple[str, ...], form: str, watch: bool, at: str | None) -> int:
    """Prints the diagnostics; 1 when there is an error."""
    project = Project(root, at=at)
    wanted = _wanted(project, paths)
    return _watch(project, wanted, form) if watch else _validate(project, wanted, form)


def _validate(project: Project, wanted: Sequence[str], form: str) -> int:
    found = [each for each in project.diagnostics if output.is_below(each.path, wanted)]
    documents = sum(output.is_below(path, wanted) for path in project.loaded.records)
    output.diagnostics(found, documents, form, project.wording)
    output.notes(project.notes, project.wording)
    return 1 if any(each.severity is Severity.ERROR for each in found) else 0


def _watch(project: Project, wanted: Sequence[str], form: str) -> NoReturn:
    """Checks now and at every change, between two lines that an editor knows, until interrupted."""
    from cmops.running import stamp
    from cmops.workspace.editors import BEGINS, ENDS

    seen = ""
    while True:
        if (now := stamp(project.root)) != seen:
            seen = now
            click.echo(BEGINS)
            _validate(project.again(project.root), wanted, form)
            click.echo(ENDS)
        sleep(_EVERY)


def _wanted(project: Project, paths: Sequence[str]) -> Sequence[str]:
    """The paths from the workspace's root, all of it for none.

    A name that is none would find nothing wrong.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError("cli.no-such-file", path=path)
    return project.relative(paths) if paths else (".",)
