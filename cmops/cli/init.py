"""``cmops init``: a new workspace, small and valid, with a first post."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from cmops.adapters import registry
from cmops.cli.words import wording_here
from cmops.errors import UsageError
from cmops.wording import LANGUAGES
from cmops.workspace import starting, time

_FIRST = {"fr": "bienvenue", "en": "welcome"}


@click.command(help="cli.init.help")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="cli.init.name")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.init.language")
@click.option("--timezone", metavar="ZONE", help="cli.init.timezone")
@click.option("--channel", "channels", multiple=True, metavar="P=A", help="cli.init.channel")
@click.pass_obj
def init(
    root: Path,
    folder: Path | None,
    name: str | None,
    language: str | None,
    timezone: str | None,
    channels: tuple[str, ...],
) -> None:
    """Writes the workspace; asks for what is missing when a person is there."""
    target = root / (folder or Path())
    asking = _Asking()
    spoken = language or asking("language", wording_here().language, LANGUAGES)
    zone = timezone or asking("timezone", "Europe/Paris" if spoken == "fr" else "Europe/London")
    wish = starting.Start(
        name=name or asking("name", target.resolve().name),
        language=spoken,
        timezone=_zone(zone),
        channels=_channels(channels),
        now=datetime.now(time.zone(_zone(zone))),
    )
    try:
        for path in starting.start(target, wish):
            click.echo(path)
    except starting.Occupied:
        raise UsageError("cli.init.occupied", folder=target) from None
    shown = folder or Path()
    click.echo(wording_here().say("cli.init.done", folder=shown, post=_FIRST[spoken]), err=True)


class _Asking:
    """Questions for a person at a terminal; the default where there is nobody to ask."""

    def __call__(self, what: str, default: str, choices: tuple[str, ...] | None = None) -> str:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return default
        kind = click.Choice(choices) if choices else str
        asked = wording_here().say(f"cli.init.ask-{what}")
        return str(click.prompt(asked, default=default, type=kind))


def _zone(name: str) -> str:
    try:
        time.zone(name)
    except ValueError:
        raise UsageError("cli.not-a-timezone", timezone=name) from None
    return name


def _channels(given: tuple[str, ...]) -> dict[str, str]:
    channels: dict[str, str] = {}
    for each in given:
        platform, _, account = each.partition("=")
        if platform not in registry.names() or not account:
            raise UsageError("cli.init.bad-channel", channel=each, platforms=registry.names())
        channels[platform] = account
    return channels or {"outbox": "outbox/posts"}
