"""``cmops retract``: takes a delivery back, for good."""

from __future__ import annotations

from pathlib import Path

import click

from cmops.cli.ledger import desk, meant
from cmops.cli.options import sandbox_option
from cmops.project import Project
from cmops.publish.report import say_error
from cmops.publish.results import Outcome
from cmops.publish.retract import Deletion
from cmops.publish.retract import retract as bury_one


@click.command(help="cli.retract.help")
@click.argument("delivery", metavar="POST@CHANNEL")
@click.option("--reason", default="", help="cli.retract.reason")
@sandbox_option
@click.pass_obj
def retract(root: Path, delivery: str, reason: str, sandbox: bool) -> int:
    """Stops what is not sent yet and deletes what is live; 1 when something is still live."""
    project = Project(root, sandbox=sandbox, fresh=True)
    project.require()
    found, shown = meant(project, delivery)
    wording = project.wording
    with desk(project) as (opened, outside):
        record = bury_one(found.subject.target, found.subject.channel, opened, reason or None)
        results = Deletion(outside.outlets, opened).delete([record])
        opened.push()
    left = [each for each in results if each.outcome is not Outcome.RETRACTED]
    for each in left:
        click.echo(say_error(each.error or "", wording), err=True)
    phrase = "cli.retract.still-live" if left else "cli.retract.done"
    click.echo(wording.say(phrase, delivery=shown))
    return 1 if left else 0
