"""What ``cmops connect`` says and asks, and where it puts what nobody may see."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cmops.cli import output
from cmops.cli.handing import remote_of
from cmops.connect import keeping
from cmops.connect.reach import Reachable
from cmops.doctor.refresh import Unfit, fit
from cmops.errors import UsageError
from cmops.github import place
from cmops.github.secrets import put_secret
from cmops.github.session import connect as github
from cmops.http import Secret
from cmops.project import Project
from cmops.wording import Wording

ENVIRONMENT = "cmops"
"""The environment of GitHub that the publishing workflow takes its secrets from."""

ENV_FILE = ".env"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where secrets go: ``github``, ``file`` or ``descriptor``."""

    where: str
    keep: Callable[[Mapping[str, Secret]], None]


def keeper_of(
    project: Project, *, github: bool, file: Path | None, descriptor: int | None
) -> Keeper | None:
    """What the options ask for, looked at before anything begins; None where they say nothing."""
    if sum((github, file is not None, descriptor is not None)) > 1:
        raise UsageError("connect.one-place")
    if descriptor is not None:
        number = descriptor
        try:
            fit(number)
        except Unfit as unfit:
            raise UsageError(f"doctor.refresh-{unfit.args[0]}", descriptor=number) from None
        return Keeper("descriptor", lambda secrets: keeping.to_descriptor(number, secrets))
    if file is not None:
        return _in_file(file)
    return _on_github(project) if github else None


def _in_file(file: Path) -> Keeper:
    keeping.guard(file)
    return Keeper("file", lambda secrets: keeping.to_file(file, secrets))


def _on_github(project: Project) -> Keeper:
    where = place.find(os.environ, remote_of(project))
    repository = github(where, os.environ)

    def keep(secrets: Mapping[str, Secret]) -> None:
        for name, value in secrets.items():
            put_secret(repository, name, value, ENVIRONMENT)

    return Keeper("github", keep)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with whoever connects a channel. ``opens`` says that pages may be opened."""

    wording: Wording
    opens: bool = True

    def says(self, phrase: str, **values: object) -> None:
        """Says something, beside what a program may read."""
        click.echo(output.printable(self.wording.say(phrase, **values)), err=True)

    def asks(self, phrase: str, **values: object) -> str:
        """A person's answer."""
        said = self.wording.say(phrase, **values)
        return str(click.prompt(said, err=True)).strip()

    def hidden(self, phrase: str, *, optional: bool = False, **values: object) -> str:
        """An answer that is not shown while it is typed."""
        said = self.wording.say(phrase, **values)
        default = "" if optional else None
        found = click.prompt(said, hide_input=True, default=default, show_default=False, err=True)
        return str(found).strip()

    def secret(self, name: str) -> Secret:
        """A secret by what the adapter calls it."""
        known = f"connect.secret.{name}"
        phrase = known if self.wording.has(known) else "connect.secret"
        return Secret(name, self.hidden(phrase, name=name))

    def setting(self, name: str, schema: Mapping[str, Any]) -> str:
        """A key of the channel, with its help out of the schema."""
        language = self.wording.language
        title = schema.get("x-title", {}).get(language, name)
        help = schema.get("x-help", {}).get(language, "")
        if help:
            click.echo(help, err=True)
        return str(click.prompt(title, err=True)).strip()

    def confirms(self, phrase: str) -> bool:
        """Yes or no."""
        said = self.wording.say(phrase)
        found = click.prompt(said, err=True, type=click.Choice(_yes_no(self.wording)))
        return bool(found == _yes_no(self.wording)[0])

    def waits(self, phrase: str) -> None:
        """Until somebody has done something elsewhere."""
        said = self.wording.say(phrase)
        click.prompt(said, err=True, default="", show_default=False)

    def shows(self, url: str) -> None:
        """A page to open; where that does not work, its address is there to copy."""
        self.says("connect.open")
        click.echo(f"\n{url}\n", err=True)
        if self.opens:
            click.launch(url)

    def chooses(self, found: Sequence[Reachable]) -> Reachable:
        """One of several; the only one is not asked about."""
        if len(found) == 1:
            self.says("connect.only", name=found[0].name or found[0].account)
            return found[0]
        for number, each in enumerate(found, 1):
            place = ", ".join((each.account, *each.settings.values()))
            click.echo(output.printable(f"{number:>3}  {each.name}  ({place})"), err=True)
        said = self.wording.say("connect.ask-which")
        number = click.prompt(said, err=True, type=click.IntRange(1, len(found)))
        return found[int(number) - 1]

    def keeper(self, project: Project) -> Keeper:
        """Where to put what nobody will ever see: asked for before there is anything."""
        if not sys.stdin.isatty():
            raise UsageError("connect.where")
        self.says("connect.places", file=ENV_FILE)
        said = self.wording.say("connect.ask-where")
        chosen = click.prompt(said, err=True, type=click.Choice(("github", "file")))
        return _on_github(project) if chosen == "github" else _in_file(project.root / ENV_FILE)


def _yes_no(wording: Wording) -> tuple[str, str]:
    return {"fr": ("oui", "non")}.get(wording.language, ("yes", "no"))
