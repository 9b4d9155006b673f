"""``cmops explain CM101``: the page behind a diagnostic code."""

from __future__ import annotations

import click

from cmops.cli import output
from cmops.cli.words import wording_here
from cmops.errors import UsageError
from cmops.wording import codes


@click.command(help="cli.explain.help")
@click.argument("code", required=False, metavar="[CODE]")
def explain(code: str | None) -> None:
    """Prints a code's page, or the list of all codes."""
    wording = wording_here()
    if code is None:
        for name in codes.names():
            known = codes.code(name)
            title = known.words[wording.language].title
            click.echo(f"{name}  {wording.say(f'cli.severity.{known.severity}'):14} {title}")
        return
    try:
        known = codes.code(code.upper())
    except codes.UnknownCode:
        raise UsageError("cli.explain.unknown", code=code) from None
    words = known.words[wording.language]
    severity = wording.say(f"cli.severity.{known.severity}")
    click.echo(output.style(f"{known.code} {words.title} ({severity}, {known.name})", bold=True))
    click.echo(f"\n{words.page}")
