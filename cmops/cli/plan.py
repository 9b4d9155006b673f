"""``cmops plan``: every delivery, its state, and why."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from cmops.cli import approval_shown, cost_shown, output, summary
from cmops.cli.options import at_option, format_option, sandbox_option
from cmops.errors import UsageError
from cmops.project import Project
from cmops.publish.plan import Delivery, State
from cmops.publish.report import plan_report, say
from cmops.wording import Wording

SETTLED = frozenset(
    {State.PUBLISHED, State.HANDED, State.EXPIRED, State.RETRACTED, State.MISSED, State.REJECTED}
)
COLOURS = {
    State.DUE: "green",
    State.CLAIMED: "green",
    State.PUBLISHED: "green",
    State.HELD: "red",
    State.UNCLEAR: "red",
    State.REJECTED: "red",
    State.MISSED: "yellow",
    State.THROTTLED: "yellow",
}


@click.command(help="cli.plan.help")
@click.option("--channel", "channel", metavar="CHANNEL", help="cli.plan.channel")
@click.option(
    "--state", "states", multiple=True, type=click.Choice([*map(str, State)]), help="cli.plan.state"
)
@click.option("--all", "everything", is_flag=True, help="cli.plan.all")
@format_option("text", "json")
@at_option
@sandbox_option
@click.pass_obj
def plan(  # noqa: PLR0913 - one parameter an option
    root: Path,
    channel: str | None,
    states: tuple[str, ...],
    everything: bool,
    form: str,
    at: str | None,
    sandbox: bool,
) -> None:
    """Prints the plan; what is settled is only shown as text when it is asked for."""
    gc.disable()  # What is read stays to the end, and that is soon.
    project = Project(root, at=at, sandbox=sandbox, fresh=True)
    project.require()
    if channel is not None and channel not in project.workspace.settings.channels:
        known = tuple(project.workspace.settings.channels)
        raise UsageError("cli.no-such-channel", channel=channel, channels=known)
    wanted = [
        each
        for each in project.deliveries
        if channel in (None, each.subject.channel) and (not states or each.state in states)
    ]
    if form == "json":
        report = plan_report(wanted, project.now, project.wording)
        if project.workspace.settings.approvals.rules:
            for row, each in zip(report["deliveries"], wanted, strict=True):
                row["approvals"] = approval_shown.rows(each, project)
        cost_shown.add(report, wanted, project)
        output.as_json(report)
        project.compositions.save()
    else:
        _show(wanted, project, everything or bool(states))
    summary.of_plan([each for each in wanted if each.state not in SETTLED], project)
    output.unplanned(project.unplanned, project.wording)
    output.notes(project.notes, project.wording)


def _show(wanted: list[Delivery], project: Project, everything: bool) -> None:
    wording = project.wording
    shown = [each for each in wanted if everything or each.state not in SETTLED]
    for day, deliveries in groupby(shown, key=lambda each: _day(each, wording)):
        click.echo("\n".join((output.style(day, bold=True), *_lines(deliveries, project), "")))
    numbers = Counter(each.state for each in wanted)
    counts = ", ".join(
        wording.say("cli.plan.count", number=numbers[state], state=wording.say(f"state.{state}"))
        for state in State
        if numbers[state]
    )
    click.echo(counts or wording.say(_nothing(project)), err=True)
    for line in cost_shown.lines(project):
        click.echo(line, err=True)


def _nothing(project: Project) -> str:
    return "cli.plan.nothing-here" if project.deliveries else "cli.plan.nothing"


def _day(each: Delivery, wording: Wording) -> str:
    return wording.day(each.subject.at) if each.subject.at else wording.say("cli.preview.no-time")


def _lines(deliveries: Iterable[Delivery], project: Project) -> Iterator[str]:
    wording = project.wording
    states: dict[State, str] = {}
    for each in deliveries:
        when = f"{each.subject.at:%H:%M}" if each.subject.at else "--:--"
        state = states.get(each.state) or states.setdefault(each.state, _state(each.state, wording))
        action = "" if each.subject.action == "publish" else f" ({_named(each, wording)})"
        cost = cost_shown.beside(each, project)
        yield f"  {when}  {each.subject.post}@{each.subject.channel}{action}  {state}{cost}"
        wrong = (
            output.mistakes(project.errors, each.subject.path, each.subject.channel)
            if each.state is State.HELD
            else ()
        )
        if wrong:
            yield from (f"         {output.line(mistake)}" for mistake in wrong)
        elif each.reason:
            yield f"         {output.printable(say(each.reason, wording))}"
        for said in approval_shown.lines(each, project):
            yield f"         {output.printable(said)}"


def _state(state: State, wording: Wording) -> str:
    return output.style(wording.say(f"state.{state}"), fg=COLOURS.get(state))


def _named(each: Delivery, wording: Wording) -> str:
    return wording.say(f"cli.plan.action.{each.subject.action}")
