"""``cmops pause``: nothing goes out any more, everywhere or somewhere, until somebody resumes."""

from __future__ import annotations

from pathlib import Path

import click

from cmops.cli.ledger import desk, remind
from cmops.cli.options import sandbox_option, scope_options
from cmops.errors import UsageError
from cmops.ledger.entries import Scope
from cmops.project import Project
from cmops.publish import pause as pausing
from cmops.workspace import time


@click.command(help="cli.pause.help")
@scope_options
@click.option("--reason", required=True, help="cli.pause.reason")
@click.option("--until", metavar="TIME", help="cli.pause.until")
@sandbox_option
@click.pass_obj
def pause(  # noqa: PLR0913 - one parameter an option
    root: Path,
    channel: str | None,
    brand: str | None,
    campaign: str | None,
    reason: str,
    until: str | None,
    sandbox: bool,
) -> None:
    """Writes the pause into the ledger, where every run sees it before its next message."""
    project = Project(root, sandbox=sandbox, fresh=True)
    project.require()
    scope = chosen(project, channel, brand, campaign)
    try:
        end = time.moment(until, project.workspace.zone) if until else None
    except ValueError:
        raise UsageError("cli.not-a-time", time=until) from None
    pausing.in_words(reason)
    if not sandbox:
        remind(project)  # whoever wants to pause need not have published first
    with desk(project) as (opened, _):
        pausing.pause(opened, scope, reason, end)
    click.echo(project.wording.say(f"cli.pause.done-{scope.kind}", name=scope.name))


def chosen(project: Project, channel: str | None, brand: str | None, campaign: str | None) -> Scope:
    """The scope that the options name; everything without any. Raises UsageError."""
    there = {
        "channel": (channel, project.workspace.settings.channels),
        "brand": (brand, project.workspace.settings.brands),
        "campaign": (campaign, project.workspace.campaigns),
    }
    named = [(kind, name, known) for kind, (name, known) in there.items() if name is not None]
    if len(named) > 1:
        raise UsageError("cli.pause.one-scope")
    for kind, name, known in named:
        if name not in known:
            raise UsageError("cli.pause.unknown", kind=kind, name=name, known=tuple(known))
        return Scope(kind, name or "")
    return Scope()
