"""``cmops status``: what needs a person, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.options import at_option, format_option, sandbox_option
from cmops.project import Project
from cmops.todo import Task
from cmops.wording import Wording


@click.command(help="cli.status.help")
@format_option("text", "json")
@at_option
@sandbox_option
@click.pass_obj
def status(root: Path, form: str, at: str | None, sandbox: bool) -> int:
    """Prints what somebody must decide or mend; 1 when there is something."""
    project = Project(root, at=at, sandbox=sandbox, fresh=True)
    project.require(usable=False)
    tasks, wording = project.todo, project.wording
    if form == "json":
        rows = [
            {
                "kind": task.kind,
                "subject": task.subject,
                "path": task.path,
                "line": task.line,
                "what": wording.say(task.phrase, **task.values),
                "how": wording.say(task.advice, **task.values) if task.advice else "",
            }
            for task in tasks
        ]
        output.as_json({"version": 1, "at": project.now.isoformat(), "todo": rows})
        return 1 if tasks else 0
    for what, how, subjects in _groups(tasks, wording):
        click.echo(output.style(f"• {', '.join(subjects)}", bold=True))
        click.echo(f"  {output.printable(what)}")
        if how:
            click.echo(f"  → {output.printable(how)}")
    if any(task.kind == "handed" for task in tasks):
        _by_hand(project)
    if not tasks:
        click.echo(output.style(wording.say("cli.status.nothing"), fg="green"))
    output.notes(project.notes, wording)
    upcoming = project.next_delivery
    if upcoming is not None and upcoming.subject.at is not None:
        name = f"{upcoming.subject.post}@{upcoming.subject.channel}"
        when = wording.day_and_time(upcoming.subject.at)
        click.echo(wording.say("cli.status.next", what=name, when=when), err=True)
    return 1 if tasks else 0


def _groups(tasks: Iterable[Task], wording: Wording) -> Iterator[tuple[str, str, list[str]]]:
    """What there is to say and to do, once, with everything that it is about."""
    groups: dict[tuple[str, str], list[str]] = {}
    for task in tasks:
        what = wording.say(task.phrase, **task.values)
        how = wording.say(task.advice, **task.values) if task.advice else ""
        groups.setdefault((what, how), []).append(task.subject)
    for (what, how), subjects in groups.items():
        yield what, how, subjects


def _by_hand(project: Project) -> None:
    """What there is to copy, for whoever publishes by hand and has no issue to read it in."""
    from cmops.handing.sheet import sheets
    from cmops.handing.terminal import lines

    given = sheets(project.deliveries, project.workspace, project.history, project.now)
    for each in given:
        click.echo()
        click.echo(output.style(each.name, bold=True))
        for line in lines(each, project.wording):
            click.echo(output.printable(line))
