"""``cmops publish``: sends what is due, once, and says what became of each delivery."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from cmops.cli import output, summary
from cmops.cli.ledger import desk, meant, remind
from cmops.cli.options import at_option, format_option, sandbox_option
from cmops.errors import CmopsError, UsageError
from cmops.ledger.clock import SystemClock
from cmops.mainline import Asked
from cmops.project import CLOCK, Project
from cmops.publish.deliver import deliver
from cmops.publish.naming import name_of
from cmops.publish.ports import Wanted
from cmops.publish.report import run_report, say, say_error
from cmops.publish.resolve import publish_again
from cmops.publish.results import Done, Outcome, RunResult
from cmops.publish.stopping import Stop, stopped_by_signals
from cmops.running import ports
from cmops.workspace import time

COLOURS = {
    Outcome.PUBLISHED: "green",
    Outcome.HANDED: "green",
    Outcome.EDITED: "green",
    Outcome.RETRACTED: "green",
    Outcome.THROTTLED: "yellow",
    Outcome.MISSED: "yellow",
}


@click.command(help="cli.publish.help")
@click.argument("names", nargs=-1, metavar="[POST@CHANNEL]...")
@sandbox_option
@at_option
@click.option("--from", "since", metavar="TIME", help="cli.publish.from")
@click.option("--until", metavar="TIME", help="cli.publish.until")
@click.option("--again", is_flag=True, help="cli.publish.again")
@click.option("--reason", metavar="TEXT", help="cli.publish.reason")
@format_option("text", "json")
@click.pass_obj
def publish(  # noqa: PLR0913 - one parameter an option
    root: Path,
    names: tuple[str, ...],
    sandbox: bool,
    at: str | None,
    since: str | None,
    until: str | None,
    again: bool,
    reason: str | None,
    form: str,
) -> int:
    """One run; 1 when something of it needs a person."""
    if not sandbox and (at or since):
        raise UsageError("cli.publish.only-sandbox")
    if not sandbox and os.environ.get(CLOCK):
        raise UsageError("cli.publish.clock")
    if again != (reason is not None) or (again and len(names) != 1):
        raise UsageError("cli.publish.again-what")
    project = Project(root, at=at, sandbox=sandbox, fresh=True)
    project.require()
    if again:
        names = (_another_round(project, names[0], reason or ""),)
        project = project.again(project.root)
    named = project.named(names)
    stop = Stop()
    with stopped_by_signals(stop):
        if sandbox:
            from cmops import rehearsal

            results = rehearsal.run(project, _moment(project, since), named, stop)
        else:
            results = [_sent(project, named, _end(project, until), stop)]
    _report(results, project, form)
    lost = () if named else project.unplanned
    output.unplanned(lost, project.wording)
    return 0 if all(result.clean for result in results) and not lost else 1


def _sent(project: Project, named: frozenset[str], end: datetime | None, stop: Stop) -> RunResult:
    """One run over the networks, which also tells people what they are handed."""
    from cmops.cli.handing import telling

    remind(project)
    asked = ports(project, SystemClock(), Asked(named), stop)
    return deliver(replace(asked, tell=telling(project)), Wanted(named or None, end))


def _another_round(project: Project, name: str, reason: str) -> str:
    """Writes down that a delivery is to be published once more; how people call it."""
    found, shown = meant(project, name)
    with desk(project) as (opened, _):
        publish_again(opened, found.record, name_of(found), reason)
    return shown


def _moment(project: Project, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return time.moment(text, project.workspace.zone)
    except ValueError:
        raise UsageError("cli.not-a-time", time=text) from None


def _end(project: Project, until: str | None) -> datetime | None:
    """``14m`` from now, or a time."""
    if until is None:
        return None
    try:
        return project.now + time.duration(until)
    except ValueError:
        return _moment(project, until)


def _report(results: Sequence[RunResult], project: Project, form: str) -> None:
    merged = _merged(results)
    if form == "json":
        output.as_json(run_report(merged))
    else:
        held = any(done.outcome is Outcome.HELD for done in merged.deliveries)
        subjects = project.subjects_at(project.now) if held else ()
        paths = {each.key: each.path for each in subjects}
        for done in merged.deliveries:
            for line in _lines(done, project, paths.get(done.key, "")):
                click.echo(line)
        _summary(merged, project)
    summary.of_publish(merged, project)
    for trouble in (result.trouble for result in results):
        if isinstance(trouble, CmopsError):
            click.echo(output.style(project.wording.error(trouble), fg="red"), err=True)


def _merged(results: Sequence[RunResult]) -> RunResult:
    if len(results) == 1:
        return results[0]
    from cmops import rehearsal

    return rehearsal.merged(results)


def _lines(done: Done, project: Project, path: str) -> Iterator[str]:
    wording = project.wording
    said = wording.say(f"publish.{done.outcome}")
    state = output.style(said, fg=COLOURS.get(done.outcome, "red"))
    where = f"  {done.receipt.url}" if done.receipt and done.receipt.url else ""
    yield f"{done.post}@{done.channel}  {state}{where}"
    held = done.outcome is Outcome.HELD
    wrong = output.mistakes(project.errors, path, done.channel) if held else []
    if wrong:
        yield from (f"    {output.line(mistake)}" for mistake in wrong)
    elif done.reason is not None:
        yield f"    {output.printable(say(done.reason, wording))}"
    elif done.error:
        yield f"    {output.printable(say_error(done.error, wording))}"


def _summary(merged: RunResult, project: Project) -> None:
    wording = project.wording
    counts = ", ".join(
        wording.say("cli.plan.count", number=number, state=wording.say(f"publish.{name}"))
        for name, number in merged.counts.items()
        if number
    )
    click.echo(counts or wording.say("cli.publish.nothing"), err=True)
    if project.sandbox:
        click.echo(wording.say("cli.publish.sandbox", folder="outbox/"), err=True)
