"""``cmops validate``: everything that is wrong, with its line and how to mend it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.options import at_option, format_option
from cmops.errors import UsageError
from cmops.findings import Severity
from cmops.project import Project


@click.command(help="cli.validate.help")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@format_option("text", "json", "github")
@at_option
@click.pass_obj
def validate(root: Path, paths: tuple[str, ...], form: str, at: str | None) -> int:
    """Prints the diagnostics; 1 when there is an error."""
    project = Project(root, at=at)
    found, documents = project.diagnostics, len(project.loaded.records)
    if paths:
        wanted = _wanted(project, paths)
        found = tuple(each for each in found if output.is_below(each.path, wanted))
        documents = sum(output.is_below(path, wanted) for path in project.loaded.records)
    output.diagnostics(found, documents, form, project.wording)
    output.notes(project.notes, project.wording)
    return 1 if any(each.severity is Severity.ERROR for each in found) else 0


def _wanted(project: Project, paths: Sequence[str]) -> Sequence[str]:
    """The paths from the workspace's root; a name that is none would find nothing wrong."""
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError("cli.no-such-file", path=path)
    return project.relative(paths)
