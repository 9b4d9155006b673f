"""``cmops site``: the team's site as files for a host, sealed where anybody could fetch it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cmops.cli.options import at_option, sandbox_option
from cmops.project import CLOCK, Project


@click.command(help="site.help")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="site.help.output",
)
@click.option(
    "--to", "host", type=click.Choice(("pages", "login", "artifact")), help="site.help.to"
)
@click.option("--brand", metavar="BRAND", help="site.help.brand")
@click.option(
    "--config-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="site.help.config",
)
@at_option
@sandbox_option
@click.pass_obj
def site(  # noqa: PLR0913 - one parameter an option
    root: Path,
    output: Path,
    host: str | None,
    brand: str | None,
    config_file: Path | None,
    at: str | None,
    sandbox: bool,
) -> None:
    """Builds the site with MkDocs and says what it made of it."""
    from cmops.site.building import Order, built

    project = Project(root, at=at, sandbox=sandbox)
    project.require()
    # The plugin looks at the same clock and the same ledger.
    if at:
        os.environ[CLOCK] = at
    if sandbox:
        os.environ["CMOPS_LEDGER"] = "sandbox"
    done = built(project, Order(output, host, brand, config_file), os.environ)
    say = project.wording.say
    if done.sealed is None:
        click.echo(say(f"site.done.{done.host}", folder=output), err=True)
        return
    click.echo(say("site.done.sealed", folder=output, count=done.sealed.pages), err=True)
    if not done.searchable:
        click.echo(say("site.no-search"), err=True)
