"""``cmops resolve``: a person says whether a delivery in doubt is live."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from cmops.cli.ledger import desk, meant
from cmops.cli.options import sandbox_option
from cmops.errors import UsageError
from cmops.project import Project
from cmops.publish.naming import name_of
from cmops.publish.resolve import resolve_moved, resolve_not_published, resolve_published
from cmops.workspace import time


@click.command(help="cli.resolve.help")
@click.argument("delivery", metavar="POST@CHANNEL")
@click.option("--published", "url", metavar="URL", help="cli.resolve.published")
@click.option("--message", type=click.IntRange(min=1), metavar="N", help="cli.resolve.message")
@click.option("--not-published", "absent", is_flag=True, help="cli.resolve.not-published")
@click.option("--send", is_flag=True, help="cli.resolve.send")
@click.option("--drop", is_flag=True, help="cli.resolve.drop")
@click.option("--moved", metavar="TIME", help="handoff.resolve.moved")
@click.option("--cancelled", is_flag=True, help="handoff.resolve.cancelled")
@sandbox_option
@click.pass_obj
def resolve(  # noqa: PLR0913 - one parameter an option
    root: Path,
    delivery: str,
    url: str | None,
    message: int | None,
    absent: bool,
    send: bool,
    drop: bool,
    moved: str | None,
    cancelled: bool,
    sandbox: bool,
) -> None:
    """Records the answer; refused while a run is at it, or when something has changed."""
    answers = (url is not None, absent, moved is not None, cancelled)
    if sum(answers) != 1 or (absent and send == drop) or (not absent and (send or drop)):
        raise UsageError("cli.resolve.which")
    project = Project(root, sandbox=sandbox, fresh=True)
    project.require()
    found, shown = meant(project, delivery)
    with desk(project) as (opened, outside):
        now, name = outside.clock.now(), name_of(found)
        if url is not None:
            place = message - 1 if message else None
            resolve_published(opened, found.record, name, url, now, place)
        elif moved is not None:
            resolve_moved(opened, found.record, name, now, _moment(project, moved))
        else:
            resolve_not_published(opened, found.record, name, now, send=send)
    if moved is not None:
        click.echo(project.wording.say("handoff.resolve.done-moved", delivery=shown, at=moved))
        return
    done = "published" if url else "send" if send else "drop"
    click.echo(project.wording.say(f"cli.resolve.done-{done}", delivery=shown))


def _moment(project: Project, text: str) -> datetime:
    try:
        return time.moment(text, project.workspace.zone)
    except ValueError:
        raise UsageError("cli.not-a-time", time=text) from None
