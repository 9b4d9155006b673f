"""``cmops collect``: asks the networks how it went, and keeps what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.options import format_option
from cmops.errors import UsageError
from cmops.ledger.clock import SystemClock
from cmops.measure.collect import Collected, Trouble, opener
from cmops.measure.collect import collect as collected
from cmops.measure.looks import affordable
from cmops.measure.place import open_place
from cmops.project import Project
from cmops.publish.report import say_error
from cmops.wording import Wording
from cmops.workspace.model import Channel

_ADVICE = {
    "no_appview": "appview",
    "no_secret": "secret",
    "unauthorised": "access",
    "wrong_account": "access",
}


@click.command(help="measure.collect.help")
@click.argument("names", nargs=-1, metavar="[CHANNEL]...")
@format_option("text", "json")
@click.pass_obj
def collect(root: Path, names: tuple[str, ...], form: str) -> int:
    """One run over the live deliveries; 1 when a channel could not be asked."""
    project = Project(root, fresh=True)
    project.require()
    clock = SystemClock()
    remote = open_place(project.root, clock)
    opens = affordable(project.budgets.exhausted, opener(project.root))
    done = collected(_channels(project, names), project.history, remote, clock, opens)
    if form == "json":
        output.as_json(_report(done, project.wording))
    else:
        for line in _lines(done, remote.place, project.wording):
            click.echo(line)
    output.notes(project.notes, project.wording)
    return 1 if done.troubles or project.notes else 0


def _channels(project: Project, names: tuple[str, ...]) -> tuple[Channel, ...]:
    known = project.workspace.settings.channels
    for name in names:
        if name not in known:
            raise UsageError("cli.no-such-channel", channel=name, channels=tuple(known))
    return tuple(known[name] for name in (names or known))


def _lines(done: Collected, place: str, wording: Wording) -> Iterator[str]:
    troubled = {each.channel for each in done.troubles}
    for channel, count in done.taken.items():
        if channel in done.without:
            yield wording.say("measure.collect.without", channel=channel)
        elif count or channel not in troubled:
            yield wording.say("measure.collect.taken", channel=channel, count=count)
    for each in done.troubles:
        said = wording.say(
            "measure.collect.trouble", channel=each.channel, reason=_why(each, wording)
        )
        yield output.style(output.printable(said), fg="red")
        yield f"  → {output.printable(_advice(each, wording))}"
    if done.added:
        yield wording.say("measure.collect.added", count=done.added, place=place)
    else:
        yield wording.say("measure.collect.nothing")


def _why(trouble: Trouble, wording: Wording) -> str:
    if trouble.code == "throttled":
        return wording.say("measure.collect.throttled")
    return say_error(trouble.code, wording)


def _advice(trouble: Trouble, wording: Wording) -> str:
    advice = _ADVICE.get(trouble.code, "later")
    return wording.say(f"measure.collect.advice.{advice}", detail=trouble.detail)


def _report(done: Collected, wording: Wording) -> dict[str, object]:
    return {
        "version": 1,
        "added": done.added,
        "channels": [
            {"channel": name, "snapshots": count, "measured": name not in done.without}
            for name, count in done.taken.items()
        ],
        "troubles": [
            {
                "channel": each.channel,
                "code": each.code,
                "what": _why(each, wording),
                "how": _advice(each, wording),
            }
            for each in done.troubles
        ],
    }
