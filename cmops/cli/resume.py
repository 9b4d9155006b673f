"""``cmops resume``: ends a pause; what it held is decided again, one by one, never in a burst."""

from __future__ import annotations

from pathlib import Path

import click

from cmops.cli.ledger import desk
from cmops.cli.options import sandbox_option, scope_options
from cmops.cli.pause import chosen
from cmops.project import Project
from cmops.publish import pause as pausing


@click.command(help="cli.resume.help")
@scope_options
@click.option("--all", "everything", is_flag=True, help="cli.resume.all")
@sandbox_option
@click.pass_obj
def resume(
    root: Path,
    channel: str | None,
    brand: str | None,
    campaign: str | None,
    everything: bool,
    sandbox: bool,
) -> None:
    """Ends the pauses of exactly this scope, or all of them."""
    project = Project(root, sandbox=sandbox, fresh=True)
    project.require()
    scope = None if everything else chosen(project, channel, brand, campaign)
    with desk(project) as (opened, outside):
        ended = pausing.resume(opened, scope, outside.clock.now())
    click.echo(project.wording.say("cli.resume.done", count=len(ended)))
