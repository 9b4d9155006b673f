"""``cmops new``: a document that is valid from its first line, asked for or given by options."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.cli.options import at_option
from cmops.errors import UsageError
from cmops.project import Project
from cmops.wording import codes
from cmops.workspace import drafts, time
from cmops.workspace.model import Channel

_SENT = ("post", "article")
_WITHOUT_TIME = ("reply", "playbook")


@click.command(help="cli.new.help")
@click.argument("kind", type=click.Choice(list(drafts.KINDS)))
@click.option("--title", help="cli.new.title")
@click.option("--to", "channels", multiple=True, metavar="CHANNEL", help="cli.new.to")
@click.option("--publish-at", "publish_at", metavar="TIME", help="cli.new.publish-at")
@click.option("--brand", metavar="BRAND", help="cli.new.brand")
@click.option("--text", default="", help="cli.new.text")
@click.option("--id", "id", metavar="ID", help="cli.new.id")
@at_option
@click.pass_obj
def new(  # noqa: PLR0913 - one parameter an option
    root: Path,
    kind: str,
    title: str | None,
    channels: tuple[str, ...],
    publish_at: str | None,
    brand: str | None,
    text: str,
    id: str | None,
    at: str | None,
) -> None:
    """Writes the file and says where it is; asks for what is missing when a person is there."""
    project = Project(root, at=at)
    project.require()
    asking = _Asking(project, kind)
    wanted = _known_brand(project, brand)
    title = (title or "").strip() or asking.title()
    chosen = _known(project, channels) or asking.channels(brand)
    wish = drafts.Wish(
        kind=kind,
        title=title,
        brand=wanted,
        channels=chosen,
        at=_moment(project, publish_at) if publish_at else asking.time(chosen),
        text=text,
        id=id,
    )
    _must_have(project, kind)
    made = drafts.draft(wish, project.workspace, project.wording.language)
    _must_be_right(project, made)
    drafts.write(project.root, made)
    click.echo(made.path)
    if kind in _SENT:
        click.echo(project.wording.say("cli.new.next", id=made.id), err=True)


class _Asking:
    """Questions for a person at a terminal; sensible answers where there is nobody to ask."""

    def __init__(self, project: Project, kind: str) -> None:
        self._project = project
        self._kind = kind
        self._say = project.wording.say
        self._person = sys.stdin.isatty() and sys.stdout.isatty()

    def title(self) -> str:
        if not self._person:
            raise UsageError("cli.new.no-title")
        return str(click.prompt(self._say("cli.new.ask-title"))).strip()

    def channels(self, brand: str | None) -> list[str]:
        usual = [
            id
            for id, channel in self._project.workspace.settings.channels.items()
            if brand in (None, channel.brand) and self._suits(channel)
        ]
        if not usual and self._kind == "article":
            raise UsageError("cli.new.needs-blog")
        usual = usual or list(self._project.workspace.settings.channels)[:1]
        if not self._person or self._kind not in _SENT:
            return usual
        said = click.prompt(self._say("cli.new.ask-channels"), default=" ".join(usual))
        return _known(self._project, tuple(str(said).replace(",", " ").split()))

    def time(self, channels: list[str]) -> datetime:
        sent = channels if self._kind in _SENT else []
        morning = drafts.morning(self._project.workspace, sent, self._project.now)
        if not self._person or self._kind in _WITHOUT_TIME:
            return morning
        default = f"{morning:%Y-%m-%d %H:%M}"
        return _moment(self._project, click.prompt(self._say("cli.new.ask-time"), default=default))

    def _suits(self, channel: Channel) -> bool:
        """Networks for posts, blogs for articles."""
        try:
            platform = adapter(channel.platform).platform
        except UnknownPlatform:
            return False
        article = platform.able(Capability.ARTICLE) is Can.YES
        return article == (self._kind == "article") or channel.platform == "outbox"


def _must_have(project: Project, kind: str) -> None:
    """A campaign is for somebody and aims at something: both are said before it is written."""
    if kind != "campaign":
        return
    if not project.workspace.settings.audiences:
        raise UsageError("cli.new.needs-audience")
    if not project.workspace.objectives:
        raise UsageError("cli.new.needs-objective")


def _must_be_right(project: Project, made: drafts.Draft) -> None:
    """Nothing is written that ``cmops validate`` could not read."""
    for finding in drafts.wrong(made):
        message, hint = codes.code(finding.code).said(finding.values, project.wording)
        raise UsageError("cli.new.wrong", message=f"{message} ({hint})" if hint else message)


def _known(project: Project, channels: tuple[str, ...]) -> list[str]:
    there = project.workspace.settings.channels
    for channel in channels:
        if channel not in there:
            raise UsageError("cli.no-such-channel", channel=channel, channels=tuple(there))
    return list(channels)


def _known_brand(project: Project, brand: str | None) -> str | None:
    brands = project.workspace.settings.brands
    if brand is not None and brand not in brands:
        raise UsageError("cli.no-such-brand", brand=brand, brands=tuple(brands))
    return brand


def _moment(project: Project, text: str) -> datetime:
    try:
        return time.moment(text, project.workspace.zone)
    except ValueError:
        raise UsageError("cli.not-a-time", time=text) from None
