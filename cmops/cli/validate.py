"""``cmops validate``: everything that is wrong, with its line and how to mend it."""

from __future__ import annotations

from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.options import at_option, format_option
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
    found = project.diagnostics
    if paths:
        wanted = project.relative(paths)
        found = tuple(each for each in found if output.is_below(each.path, wanted))
    output.diagnostics(found, len(project.loaded.records), form, project.wording)
    return 1 if any(each.severity is Severity.ERROR for each in found) else 0
