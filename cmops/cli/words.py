"""The reader's language on the command line: the workspace's, else the system's."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import TypeVar

import click

from cmops.wording import Wording
from cmops.workspace.settings import spoken

C = TypeVar("C", bound=click.Command)
_PHRASE = re.compile(r"[a-z]+(\.[a-z_-]+)+")
_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
# What click says by itself on a page of help.
_OWN = {
    "Usage: ": "cli.usage.usage",
    "Options": "cli.usage.options",
    "Commands": "cli.usage.commands",
    "Show this message and exit.": "cli.usage.help",
    "Show the version and exit.": "cli.usage.version",
}


def wording_of(root: Path) -> Wording:
    """``CMOPS_LANGUAGE``, else what cmops.yml at or above ``root`` says, else the system's."""
    chosen = os.environ.get("CMOPS_LANGUAGE")
    if chosen:
        return Wording(chosen)
    here = Path(os.path.abspath(root))  # noqa: PTH100 - links are not followed, nothing is read
    files = [folder / "cmops.yml" for folder in (here, *here.parents)]
    return Wording(spoken(next((file for file in files if file.is_file()), files[0])))


def wording_here() -> Wording:
    """The words for whoever called this command."""
    context = click.get_current_context(silent=True)
    if context is None:
        return wording_of(Path())
    root: Path = context.find_object(Path) or context.find_root().params.get("root") or Path()
    return wording_of(root)


def translated(command: C, root: Path) -> C:
    """A copy of the command with its help, and its options', in the reader's language."""
    wording, said = wording_of(root), copy(command)
    for name in ("help", "short_help", "epilog"):
        setattr(said, name, _said(getattr(said, name), wording))
    said.params = [copy(each) for each in said.params]
    for parameter in said.params:
        if isinstance(parameter, click.Option):
            parameter.help = _said(parameter.help, wording)
    return said


def wrong_usage(error: click.ClickException, wording: Wording) -> str:
    """What click refused, and how to ask, in the reader's language."""
    lines = []
    if isinstance(error, click.UsageError) and error.ctx is not None:
        command = error.ctx.command_path
        lines = [error.ctx.get_usage(), wording.say("cli.usage.try", command=command), ""]
    return "\n".join([*lines, f"cmops: {_refusal(error, wording)}"])


def _refusal(error: click.ClickException, wording: Wording) -> str:
    if isinstance(error, click.NoSuchOption):
        close = ", ".join(error.possibilities or ())
        said = wording.say("cli.usage.no-such-option", name=error.option_name)
        return f"{said} ({wording.say('cli.usage.did-you-mean', name=close)})" if close else said
    if isinstance(error, click.BadOptionUsage):
        flag = "does not take" in error.message
        return wording.say(f"cli.usage.{'no' if flag else 'needs'}-value", name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return wording.say("cli.usage.missing", name=_name(error.param), choices=_choices(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error, wording)
    extra = _EXTRA.match(error.message)
    return wording.say("cli.usage.extra", names=extra[1]) if extra else error.format_message()


def _bad_value(error: click.BadParameter, wording: Wording) -> str:
    name = _name(error.param)
    if _choices(error):
        return wording.say("cli.usage.choice", name=name, choices=_choices(error))
    if error.param and isinstance(error.param.type, click.Path):
        return wording.say("cli.usage.no-folder", name=name)
    return wording.say("cli.usage.bad", name=name, reason=error.message)


def _name(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return (parameter.human_readable_name if parameter else "").strip("[]")


def _choices(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    return ", ".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else ""


class Formatter(click.HelpFormatter):
    """Pages of help, with click's own words in the reader's language as well."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how the command is called."""
        super().write_usage(prog, args, _own("Usage: ") if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A part with its heading."""
        with super().section(_own(name)):
            yield

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Names, and what is said about them."""
        super().write_dl([(name, _own(text)) for name, text in rows], col_max, col_spacing)


def _own(text: str) -> str:
    return wording_here().say(_OWN[text]) if text in _OWN else text


def _said(text: str | None, wording: Wording) -> str | None:
    return wording.say(text) if text and _PHRASE.fullmatch(text) else text
