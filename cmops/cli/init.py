"""``cmops init``: a new workspace, small and valid, with a first post."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from cmops.adapters import registry
from cmops.cli.words import wording_here
from cmops.cli.workflows import begin
from cmops.errors import UsageError
from cmops.wording import LANGUAGES, Wording
from cmops.workspace import starting, time
from cmops.workspace.load import SETTINGS

_FIRST = {"fr": "bienvenue", "en": "welcome"}
_ZONES = {"fr": "Europe/Paris", "en": "Europe/London"}
_LONGEST_NAME = 200
_NAMED_WITH_SERVER = ("mastodon",)


@click.command(help="cli.init.help")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="cli.init.name")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.init.language")
@click.option("--timezone", metavar="ZONE", help="cli.init.timezone")
@click.option("--channel", "channels", multiple=True, metavar="P=A", help="cli.init.channel")
@click.option("--action", metavar="OWNER/REPO@COMMIT", help="workflows.option.action")
@click.pass_obj
def init(  # noqa: PLR0913 - one parameter an option
    root: Path,
    folder: Path | None,
    name: str | None,
    language: str | None,
    timezone: str | None,
    channels: tuple[str, ...],
    action: str | None,
) -> None:
    """Writes the workspace; asks for what is missing when a person is there."""
    target = root / (folder or Path())
    if (target / SETTINGS).exists():
        raise UsageError("cli.init.occupied", folder=target)
    accounts = [_account(each) for each in channels]
    spoken = language or _ask("language", wording_here().language, LANGUAGES)
    zone = _zone(timezone) if timezone else _ask("timezone", _ZONES[spoken])
    called = " ".join((name or _ask("name", target.resolve().name or "cmops")).split())
    if len(called) > _LONGEST_NAME:
        raise UsageError("cli.init.long-name", most=_LONGEST_NAME)
    wish = starting.Start(
        name=called,
        language=spoken,
        timezone=_zone(zone),
        accounts=accounts or [starting.Account("outbox", "outbox/posts")],
        now=datetime.now(time.zone(_zone(zone))),
    )
    try:
        for path in starting.start(target, wish):
            click.echo(path)
    except starting.Occupied:
        raise UsageError("cli.init.occupied", folder=target) from None
    written = list(begin(target, action))
    for path in written:
        click.echo(path)
    click.echo(_next(target, root / ".", spoken), err=True)
    if not written:
        click.echo(Wording(spoken).say("workflows.not-begun"), err=True)


def _ask(what: str, default: str, choices: Sequence[str] = ()) -> str:
    """A person's answer; the default where there is nobody to ask."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return default
    kind = click.Choice(choices) if choices else str
    asked = wording_here().say(f"cli.init.ask-{what}")
    return str(click.prompt(asked, default=default, type=kind))


def _next(target: Path, here: Path, language: str) -> str:
    """What to do now, in the new workspace's language."""
    wording = Wording(language)
    same = target.resolve() == here.resolve() == Path.cwd()
    go = "" if same else f"  cd {target}\n"
    return wording.say("cli.init.done", folder=target.resolve(), go=go, post=_FIRST[language])


def _zone(name: str) -> str:
    try:
        time.zone(name)
    except ValueError:
        raise UsageError("cli.not-a-timezone", timezone=name) from None
    return name


def _account(given: str) -> starting.Account:
    """``mastodon=us@mastodon.social``: the platform, the account, and its server after the @."""
    platform, _, account = given.partition("=")
    if platform not in registry.names() or not account.strip():
        raise UsageError("cli.init.bad-channel", channel=given, platforms=registry.names())
    declared = registry.adapter(platform).platform
    name, _, server = account.strip().rpartition("@")
    if "url" not in declared.settings.get("required", ()):
        return starting.Account(platform, account.strip().lstrip("@"), None, declared.needed)
    if not (name.lstrip("@") and server):
        raise UsageError("cli.init.no-server", channel=given, platform=platform)
    full = account.strip().lstrip("@") if platform in _NAMED_WITH_SERVER else name
    return starting.Account(platform, full, f"https://{server}", declared.needed)
