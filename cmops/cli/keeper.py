"""Where ``cmops connect`` puts what nobody may see: by an option, or a person's choice."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from cmops.cli.conversation import Talk
from cmops.cli.handing import remote_of
from cmops.connect import keeping
from cmops.doctor.refresh import Unfit, fit
from cmops.errors import UsageError
from cmops.github import place
from cmops.github.secrets import put_secret
from cmops.github.session import connect as github
from cmops.http import Secret
from cmops.project import Project
from cmops.values import dataclass

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


def asked_keeper(project: Project, talk: Talk) -> Keeper:
    """What a person chooses, asked for before there is anything to keep."""
    if not sys.stdin.isatty():
        raise UsageError("connect.where")
    talk.says("connect.places", file=ENV_FILE)
    said = talk.wording.say("connect.ask-where")
    chosen = click.prompt(said, err=True, type=click.Choice(("github", "file")))
    return _on_github(project) if chosen == "github" else _in_file(project.root / ENV_FILE)


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
