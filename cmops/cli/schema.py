"""``cmops schema``: the shape of every kind of document, for people and for their editors."""

from __future__ import annotations

from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.words import wording_here
from cmops.errors import UsageError
from cmops.project import Project
from cmops.wording import LANGUAGES
from cmops.workspace import editors
from cmops.workspace.schema import KINDS, localised


@click.command(help="cli.schema.help")
@click.argument("kind", required=False, metavar="[KIND]")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="cli.schema.write",
)
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.schema.language")
@click.pass_obj
def schema(root: Path, kind: str | None, folder: Path | None, language: str | None) -> None:
    """Prints one schema, lists the kinds, or writes them all with the editor's settings."""
    wording = wording_here()
    spoken = language or wording.language
    if folder is not None:
        for path in editors.write(Project(root).root, folder, spoken):
            click.echo(path)
            if path.endswith(editors.BESIDE):
                click.echo(wording.say("cli.schema.beside", file=path), err=True)
    elif kind is None:
        for each in KINDS:
            click.echo(f"{each:12}  {localised(each, spoken).get('title', '')}")
    elif kind in KINDS:
        output.as_json(localised(kind, spoken))
    else:
        raise UsageError("cli.schema.unknown", kind=kind, kinds=KINDS)
