"""``cmops doctor``: what keeps channels and ledger from working, before a post does not go out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from cmops.cli import output
from cmops.cli.options import format_option
from cmops.doctor import Check, Level
from cmops.doctor import channels as of_channels
from cmops.doctor import ledger as of_ledger
from cmops.doctor.channels import Examined
from cmops.doctor.limits import NotWritten, with_limits
from cmops.doctor.refresh import Refreshing, Unfit, fit
from cmops.errors import UsageError
from cmops.project import Project
from cmops.wording import Wording
from cmops.workspace.load import SETTINGS
from cmops.workspace.model import Channel

_MARKS = {Level.FINE: ("✓", "green"), Level.NOTE: ("·", "yellow"), Level.WRONG: ("✗", "red")}


@click.command(help="doctor.help")
@click.argument("names", nargs=-1, metavar="[CHANNEL]...")
@click.option("--write-limits", is_flag=True, help="doctor.write-limits")
@click.option("--refresh", "refreshes", is_flag=True, help="doctor.refresh")
@click.option("--refresh-fd", "descriptor", type=int, metavar="N", help="doctor.refresh-fd")
@format_option("text", "json")
@click.pass_obj
def doctor(
    root: Path,
    names: tuple[str, ...],
    write_limits: bool,
    refreshes: bool,
    descriptor: int | None,
    form: str,
) -> int:
    """Looks at channels, and without names at the ledger too; 1 when something needs a person."""
    project = Project(root)
    project.require()
    if refreshes or descriptor is not None:
        return _refresh(project, names, _fit(descriptor, wanted=refreshes), form)
    examined = of_channels.examine(_channels(project, names), project.root, os.environ)
    checks = [check for each in examined for check in each.checks]
    checks += of_channels.clock(examined)
    checks += [] if names else of_ledger.examine(_question(project))
    written = tuple(_write(project, examined)) if write_limits else ()
    left = [check for check in checks if not _is_written(check, written)]
    if form == "json":
        output.as_json(_report(left, examined, written, project))
    else:
        _show(left, project.wording)
        _say_limits(examined, written, project.wording, wanted=write_limits)
    return 1 if any(check.level is Level.WRONG for check in left) else 0


def _fit(descriptor: int | None, *, wanted: bool) -> int:
    """Where new secrets may be written, before any is asked for. Raises UsageError."""
    if not wanted:
        raise UsageError("doctor.only-refresh")
    if descriptor is None:
        raise UsageError("doctor.refresh-nowhere")
    try:
        fit(descriptor)
    except Unfit as unfit:
        raise UsageError(f"doctor.refresh-{unfit.args[0]}", descriptor=descriptor) from None
    return descriptor


def _refresh(project: Project, names: Sequence[str], descriptor: int, form: str) -> int:
    """Exchanges secrets; 1 when one of them could not be."""
    as_json = form == "json"
    refreshing = Refreshing(project.root, os.environ, descriptor, as_json)
    checks = list(refreshing.checks(_channels(project, names), named=bool(names)))
    if as_json:
        output.as_json(_report(checks, (), (), project))
    else:
        _show(checks, project.wording)
        if not checks:
            click.echo(project.wording.say("doctor.nothing-to-refresh"), err=True)
    return 1 if any(check.level is Level.WRONG for check in checks) else 0


def _channels(project: Project, names: Sequence[str]) -> list[Channel]:
    known = project.workspace.settings.channels
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError("cli.no-such-channel", channel=unknown[0], channels=tuple(known))
    return [each for each in known.values() if not names or each.id in names]


def _question(project: Project) -> of_ledger.Question:
    settings = project.workspace.settings
    return of_ledger.Question(
        project.root, settings.genesis, settings.channels, datetime.now(project.workspace.zone)
    )


def _write(project: Project, examined: Iterable[Examined]) -> Iterator[str]:
    """Writes what servers say into cmops.yml; the channels for which that was done."""
    file = project.root / SETTINGS
    raw = file.read_bytes().decode("utf-8")
    text = raw.replace("\r\n", "\n").removeprefix("\ufeff")
    for each in examined:
        if each.differences:
            limits = {one.name: one.said for one in each.differences}
            try:
                text = with_limits(text, each.channel, limits)
            except NotWritten:
                continue
            yield each.channel
    start = "\ufeff" if raw.startswith("\ufeff") else ""
    ends = text.replace("\n", "\r\n") if "\r\n" in raw else text
    if start + ends != raw:
        beside = file.with_name(f".{file.name}.new")
        beside.write_bytes((start + ends).encode("utf-8"))
        beside.replace(file)


def _is_written(check: Check, written: Sequence[str]) -> bool:
    return check.about in written and check.phrase.startswith("doctor.limit-")


def _show(checks: Iterable[Check], wording: Wording) -> None:
    for about, found in groupby(checks, key=lambda check: check.about):
        phrase = f"doctor.about.{about}"
        title = wording.say(phrase) if wording.has(phrase) else about
        click.echo(output.style(title, bold=True))
        for check in found:
            sign, colour = _MARKS[check.level]
            what, how = check.said(wording)
            click.echo(f"  {output.style(sign, fg=colour)} {output.printable(what)}")
            if how and check.level is not Level.FINE:
                click.echo(f"    → {output.printable(how)}")


def _say_limits(
    examined: Iterable[Examined], written: Sequence[str], wording: Wording, *, wanted: bool
) -> None:
    differing = [each for each in examined if each.differences]
    if not wanted:
        if differing:
            click.echo(wording.say("doctor.write-them"), err=True)
        return
    for each in differing:
        limits = ", ".join(f"{one.name}: {one.said}" for one in each.differences)
        phrase = "doctor.written" if each.channel in written else "doctor.by-hand"
        said = wording.say(phrase, channel=each.channel, limits=f"{{{limits}}}")
        click.echo(said, err=True)
    phrase = "doctor.review" if written else "doctor.nothing-to-write"
    if written or not differing:
        click.echo(wording.say(phrase), err=True)


def _report(
    checks: Iterable[Check], examined: Sequence[Examined], written: Sequence[str], project: Project
) -> dict[str, Any]:
    rows = []
    for check in checks:
        what, how = check.said(project.wording)
        code = check.phrase.removeprefix("doctor.")
        row = {"about": check.about, "level": check.level.value, "code": code}
        rows.append({**row, "what": what, "how": how if check.level is not Level.FINE else ""})
    limits = {
        each.channel: {one.name: {"server": one.said, "here": one.ours} for one in each.differences}
        for each in examined
        if each.differences
    }
    ends = {each.channel: each.ends.isoformat() for each in examined if each.ends}
    at = project.now.isoformat()
    found = {"checks": rows, "limits": limits, "ends": ends, "written": list(written)}
    return {"version": 1, "at": at, **found}
