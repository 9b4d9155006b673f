"""``cmops alerts``: one issue for each thing that a person must decide, closed when it is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from cmops import alerts as telling
from cmops.cli import handing, output
from cmops.cli.options import format_option
from cmops.doctor import channels as of_channels
from cmops.doctor.channels import Examined
from cmops.github import issues, place
from cmops.github.issues import Act, Step
from cmops.github.session import connect
from cmops.project import Project
from cmops.wording import Wording
from cmops.workflows import heartbeat


@click.command(help="github.alerts.help")
@click.option("--dry-run", is_flag=True, help="github.alerts.dry-run")
@click.option("--assign", "assignees", multiple=True, metavar="LOGIN", help="github.alerts.assign")
@format_option("text", "json")
@click.pass_obj
def alerts(root: Path, dry_run: bool, assignees: tuple[str, ...], form: str) -> None:
    """Makes the repository's issues match what needs a person now."""
    project = Project(root, fresh=True)
    project.require()
    where = place.find(os.environ, handing.remote_of(project))
    repository = connect(where, os.environ)
    if not dry_run and handing.hear(project, repository):
        project = project.again(project.root)
    tasks, wording = project.todo, project.wording
    if project.notes:
        # By an old ledger, what is not settled at all would be called settled.
        raise project.notes[0]
    files, words = handing.files_of(project, where), handing.words_of(project)
    wanted = telling.alerts(tasks, wording, files, assignees, handing.waiting(project))
    examined = _examined(project)
    wanted += telling.of_secrets(examined, wording, assignees)
    unsure = _unsure(project, examined) | {heartbeat.KEY}  # whose issue has a command of its own
    steps = issues.sync(repository, wanted, words, unsure=unsure, dry_run=dry_run)
    if form == "json":
        output.as_json({"version": 1, "dry_run": dry_run, "alerts": [_row(each) for each in steps]})
        return
    _show(steps, wording, dry_run=dry_run)


def _examined(project: Project) -> tuple[Examined, ...]:
    """The channels whose secrets are here: how long those last is asked on their platforms."""
    channels = project.workspace.settings.channels.values()
    asked = [
        each for each in channels if each.secrets and not of_channels.missing(each, os.environ)
    ]
    return of_channels.examine(asked, project.root, os.environ)


def _unsure(project: Project, examined: Sequence[Examined]) -> frozenset[str]:
    """The alerts about secrets that were not here, or whose platforms did not answer."""
    known = {each.channel for each in examined if telling.knows_secret(each)}
    channels = project.workspace.settings.channels
    return frozenset(telling.secret_key(each) for each in channels if each not in known)


def _show(steps: Sequence[Step], wording: Wording, *, dry_run: bool) -> None:
    for each in steps:
        if each.act is Act.KEEP:
            continue
        phrase = f"github.alerts.{'would' if dry_run else 'did'}.{each.act}"
        about = each.alert or each.issue
        said = wording.say(phrase, title=about.title if about else each.key)
        url = f" {each.issue.url}" if each.issue else ""
        click.echo(output.printable(f"{said}{url}"))
    count = sum(each.act in (Act.OPEN, Act.UPDATE, Act.KEEP) for each in steps)
    click.echo(wording.say("github.alerts.open", count=count), err=True)


def _row(step: Step) -> dict[str, object]:
    about = step.alert or step.issue
    return {
        "act": step.act.value,
        "key": step.alert.key if step.alert else None,
        "title": about.title if about else "",
        "issue": step.issue.number if step.issue else None,
        "url": step.issue.url if step.issue else None,
    }
