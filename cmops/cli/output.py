"""How results are printed: for people, as JSON, and as annotations of a pull request."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from cmops.errors import CmopsError
from cmops.findings import Diagnostic, Severity
from cmops.wording import Wording

# Spaces that Python does not call printable, and what joins emoji and letters into one.
_HARMLESS = "\n\t\u00a0\u202f\u200c\u200d"
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def coloured() -> bool:
    """Whether people are looking and want colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def style(text: str, **how: Any) -> str:
    """The text in colour where that is wanted."""
    return click.style(text, **how) if coloured() else text


def as_json(data: object) -> None:
    """The data as JSON, for programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def is_below(path: str, wanted: Iterable[str]) -> bool:
    """Whether ``path`` is one of the wanted paths or inside one of them."""
    return any(each in ("", ".") or path == each or path.startswith(f"{each}/") for each in wanted)


def diagnostics(found: Sequence[Diagnostic], documents: int, form: str, wording: Wording) -> None:
    """Diagnostics in one of the three forms."""
    errors = sum(each.severity is Severity.ERROR for each in found)
    counts = {"documents": documents, "errors": errors, "warnings": len(found) - errors}
    if form == "json":
        rows = [_row(each) for each in found]
        as_json({"version": 1, "counts": counts, "diagnostics": rows})
    elif form == "github":
        for each in found:
            click.echo(annotation(each))
    else:
        for each in found:
            click.echo(line(each))
        _summary(counts, wording)


def _row(each: Diagnostic) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": each.path,
        "line": each.line,
        "column": each.column,
        "severity": str(each.severity),
        "code": each.code,
        "message": each.message,
        "hint": each.hint,
    }
    return row | ({"channel": each.channel} if each.channel else {})


def line(each: Diagnostic) -> str:
    """A diagnostic as people read it on a terminal."""
    where = style(f"{each.path}:{each.line}:{each.column}:", bold=True)
    kind = style(f"{each.severity} {each.code}", fg=_COLOURS[each.severity])
    hint = f" ({each.hint})" if each.hint else ""
    return f"{where} {kind} {printable(each.message + hint)}"


def _summary(counts: dict[str, int], wording: Wording) -> None:
    if counts["errors"] == counts["warnings"] == 0:
        said = wording.say("cli.validate.fine", count=counts["documents"])
        click.echo(style(said, fg="green"), err=True)
        return
    errors = wording.say("cli.validate.errors", count=counts["errors"])
    warnings = wording.say("cli.validate.warnings", count=counts["warnings"])
    documents = wording.say("cli.validate.documents", count=counts["documents"])
    click.echo(f"{errors}, {warnings}, {documents}", err=True)
    click.echo(wording.say("cli.validate.explain"), err=True)


def mistakes(found: Iterable[Diagnostic], path: str, channel: str | None) -> list[Diagnostic]:
    """The errors that hold what a file sends to a channel."""
    return [
        each
        for each in found
        if each.path == path
        and each.severity is Severity.ERROR
        and (channel is None or each.channel in (None, channel))
    ]


def unplanned(found: Sequence[Diagnostic], wording: Wording) -> None:
    """Says what is missing from a plan because its file cannot be read."""
    if found:
        count = len({each.path for each in found})
        click.echo(style(wording.say("cli.plan.broken", count=count), fg="red"), err=True)
        for each in found:
            click.echo(f"  {line(each)}", err=True)


def notes(found: Iterable[CmopsError], wording: Wording) -> None:
    """Says what could not be asked, without having ended anything."""
    for each in found:
        click.echo(f"cmops: {printable(wording.error(each))}", err=True)


def annotation(each: Diagnostic) -> str:
    """A workflow command that GitHub shows on the line it is about."""
    place = f"file={_property(each.path)},line={each.line},col={each.column}"
    hint = f" ({each.hint})" if each.hint else ""
    return f"::{each.severity} {place},title={each.code}::{_data(each.message + hint)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def printable(text: str) -> str:
    """The text without what could steer a terminal."""
    return "".join(each if each.isprintable() or each in _HARMLESS else "�" for each in text)
