"""What ``cmops connect`` says and asks of whoever connects a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from cmops.cli import output
from cmops.connect.reach import Reachable
from cmops.http import Secret
from cmops.values import dataclass
from cmops.wording import Wording


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


def _yes_no(wording: Wording) -> tuple[str, str]:
    return {"fr": ("oui", "non")}.get(wording.language, ("yes", "no"))
