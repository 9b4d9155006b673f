"""``cmops heartbeat``: tells, as an alert, when publishing does not run any more."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.workflows import Automation
from cmops.github import issues, place, runs
from cmops.github.issues import Alert, Words
from cmops.github.session import Repository, connect
from cmops.project import Project
from cmops.review.quoting import inline
from cmops.wording import Wording
from cmops.workflows import files
from cmops.workflows import heartbeat as beat
from cmops.workflows.heartbeat import Seen, Sign


@click.command(help="workflows.heartbeat.help")
@click.option("--dry-run", is_flag=True, help="workflows.heartbeat.dry-run")
@click.option("--assign", "assignees", multiple=True, metavar="LOGIN", help="github.alerts.assign")
@click.pass_obj
def heartbeat(root: Path, dry_run: bool, assignees: tuple[str, ...]) -> int:
    """Looks at the last runs and at what should be out; 1 when publishing stands still."""
    project = Project(root, fresh=True)
    project.require()
    repository = connect(place.find(os.environ), os.environ)
    found = beat.signs(_seen(project, repository), project.deliveries, project.now)
    wording = project.wording
    words = Words(wording.say("github.alerts.closed"), wording.say("github.alerts.label"))
    wanted = [_alert(found, wording, assignees)] if found else []
    issues.sync(repository, wanted, words, only={beat.KEY}, dry_run=dry_run)
    for each in found:
        click.echo(output.printable(wording.say(each.phrase, **each.values)))
    if not found:
        click.echo(wording.say("workflows.heartbeat.fine"), err=True)
    output.notes(project.notes, wording)
    return 1 if found else 0


def _seen(project: Project, repository: Repository) -> Seen:
    automation = Automation(project)
    file = Path(files.path("publish")).name
    state = runs.state(repository, file)
    branch = automation.branch
    return Seen(state, runs.latest(repository, file, branch) if state else (), automation.crons)


def _alert(found: tuple[Sign, ...], wording: Wording, assignees: tuple[str, ...]) -> Alert:
    """One alert, whatever says it: what stopped is one thing to mend."""
    lines = [f"- {inline(wording.say(each.phrase, **each.values))}" for each in found]
    body = "\n".join([*lines, "", wording.say("workflows.heartbeat.advice")])
    return Alert(beat.KEY, wording.say("workflows.heartbeat.title"), body, assignees)
