"""The reader's language on the command line: the workspace's, else the system's."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import click

from cmops.wording import LANGUAGES, Wording

_LANGUAGE = re.compile(rb"^language:\s*['\"]?([A-Za-z]{2})", re.MULTILINE)
_PHRASE = re.compile(r"[a-z]+(\.[a-z_-]+)+")


@cache
def _language(root: Path) -> str:
    """``CMOPS_LANGUAGE``, else what cmops.yml says (however broken), else the system's."""
    settings = root / "cmops.yml"
    try:
        with settings.open("rb") as file:
            found = _LANGUAGE.search(file.read(65_536))
    except OSError:
        found = None
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    chosen = os.environ.get("CMOPS_LANGUAGE") or (found[1].decode() if found else system or "")
    return chosen[:2].lower() if chosen[:2].lower() in LANGUAGES else "en"


def wording_of(root: Path) -> Wording:
    """The words of the workspace at ``root``."""
    return Wording(_language(root))


def wording_here() -> Wording:
    """The words for whoever called this command."""
    context = click.get_current_context(silent=True)
    root = context.find_object(Path) if context else None
    return wording_of(root or Path())


def translated(command: click.Command, root: Path) -> click.Command:
    """The command with its help, and that of its options, in the reader's language."""
    wording = wording_of(root)
    for name in ("help", "short_help", "epilog"):
        setattr(command, name, _said(getattr(command, name), wording))
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = _said(parameter.help, wording)
    return command


def _said(text: str | None, wording: Wording) -> str | None:
    return wording.say(text) if text and _PHRASE.fullmatch(text) else text
