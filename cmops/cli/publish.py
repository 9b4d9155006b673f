"""``cmops publish``: sends what is due, once, and says what became of each delivery."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from cmops import rehearsal
from cmops.cli import output
from cmops.cli.options import at_option, format_option, sandbox_option
from cmops.errors import CmopsError, UsageError
from cmops.ledger.clock import SystemClock
from cmops.project import Project
from cmops.publish.deliver import deliver
from cmops.publish.ports import Wanted
from cmops.publish.report import run_report, say, say_error
from cmops.publish.results import Done, Outcome, RunResult
from cmops.publish.stopping import Stop, stopped_by_signals
from cmops.running import Asked, ports
from cmops.wording import Wording
from cmops.workspace import time

COLOURS = {
    Outcome.PUBLISHED: "green",
    Outcome.HANDED: "green",
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
@format_option("text", "json")
@click.pass_obj
def publish(  # noqa: PLR0913 - one parameter an option
    root: Path,
    names: tuple[str, ...],
    sandbox: bool,
    at: str | None,
    since: str | None,
    until: str | None,
    form: str,
) -> int:
    """One run; 1 when something of it needs a person."""
    if not sandbox and (at or since):
        raise UsageError("cli.publish.only-sandbox")
    project = Project(root, at=at, sandbox=sandbox, fresh=True)
    project.require()
    named = project.named(names)
    stop = Stop()
    with stopped_by_signals(stop):
        if sandbox:
            results = rehearsal.run(project, _moment(project, since), named, stop)
        else:
            asked = ports(project, SystemClock(), Asked(named), stop)
            results = [deliver(asked, Wanted(named or None, _end(project, until)))]
    _report(results, project, form)
    return 0 if all(result.clean for result in results) else 1


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
    merged = rehearsal.merged(results)
    if form == "json":
        output.as_json(run_report(merged))
    else:
        for done in merged.deliveries:
            for line in _lines(done, project.wording):
                click.echo(line)
        _summary(merged, project)
    for trouble in (result.trouble for result in results):
        if isinstance(trouble, CmopsError):
            click.echo(output.style(project.wording.error(trouble), fg="red"), err=True)


def _lines(done: Done, wording: Wording) -> Iterator[str]:
    said = wording.say(f"publish.{done.outcome}")
    state = output.style(said, fg=COLOURS.get(done.outcome, "red"))
    where = f"  {done.receipt.url}" if done.receipt and done.receipt.url else ""
    yield f"{done.post}@{done.channel}  {state}{where}"
    if done.reason is not None:
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
