"""Builds the site for a host, and never gives a private one to anybody who asks."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cmops.errors import CmopsError, UsageError
from cmops.project import Project
from cmops.site.sealing import SHORTEST, Sealed, salt_of, seal
from cmops.values import dataclass
from cmops.workspace.model import Site

PASSWORD = "CMOPS_SITE_PASSWORD"  # noqa: S105 - the name of the variable
CONFIG = "mkdocs.yml"
PAGES = "pages"
_SEARCHES = ("material",)
"""Themes whose search works on a sealed site."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built.

    ``host`` is where it goes (``pages``, ``login``, ``artifact``), None for what ``cmops.yml``
    says; ``brand`` the only one that is shown.
    """

    output: Path
    host: str | None = None
    brand: str | None = None
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A site in its folder; ``sealed`` where it opens with a password."""

    folder: Path
    host: str
    sealed: Sealed | None = None
    searchable: bool = True


def host_of(site: Site, wanted: str | None) -> str:
    """Where the site goes: a public one can go where everybody is."""
    return wanted or (PAGES if site.visibility == "public" else site.host)


def built(project: Project, order: Order, environ: Mapping[str, str]) -> Delivered:
    """Builds the site, sealed where its host lets anybody in.

    Raises UsageError for a private site on a public host without a password, before anything is
    built; CmopsError where MkDocs cannot build it.
    """
    settings = project.workspace.settings
    if order.brand is not None and order.brand not in settings.brands:
        raise UsageError("site.no-brand", brand=order.brand, known=tuple(settings.brands))
    host = host_of(settings.site, order.host)
    sealing = settings.site.visibility == "private" and host == PAGES
    password = environ.get(PASSWORD, "")
    if sealing and len(password) < SHORTEST:
        why = "site.short-password" if password else "site.refused"
        raise UsageError(why, variable=PASSWORD, count=SHORTEST)
    config = _built(project, order)
    if not sealing:
        return Delivered(order.output, host)
    wording = project.wording
    words = {
        name: wording.say(f"site.door.{name}")
        for name in ("title", "why", "password", "stay", "open", "opening", "wrong", "script")
    }
    words |= {"insecure": wording.say("site.door.insecure"), "language": settings.language}
    salt = salt_of(settings.name, *settings.brands, order.brand or "")
    sealed = seal(
        order.output, password, salt=salt, words=words, kept=_of_theme(config, order.output)
    )
    return Delivered(order.output, host, sealed, config.theme.name in _SEARCHES)


def _built(project: Project, order: Order) -> Any:
    """MkDocs's configuration, after it has built the site."""
    try:
        from mkdocs.commands.build import build
        from mkdocs.config import load_config
        from mkdocs.exceptions import MkDocsException
    except ImportError as error:
        if error.name != "mkdocs":
            raise
        raise CmopsError("site.no-mkdocs") from error
    path = order.config or project.root / CONFIG
    if not path.is_file():
        raise UsageError("site.no-config", path=path)
    with _heard() as said:
        try:
            config = load_config(str(path), site_dir=str(order.output.resolve()))
            plugin = config.plugins.get("cmops")
            if plugin is None:
                raise UsageError("site.no-plugin", path=path)
            plugin.config.brand = order.brand
            features = config.theme.get("features")
            if isinstance(features, list):
                # A page fetched by the theme's script would be the one that asks for the password.
                config.theme["features"] = [f for f in features if "instant" not in f]
            config.plugins.on_startup(command="build", dirty=False)
            try:
                build(config)
            finally:
                config.plugins.on_shutdown()
        except (MkDocsException, SystemExit) as error:
            raise CmopsError("site.failed", said="\n".join(said) or str(error)) from error
    return config


def _of_theme(config: Any, output: Path) -> frozenset[str]:
    """The files that the theme brings, whatever the workspace says."""
    return frozenset(
        path.relative_to(folder).as_posix()
        for folder in map(Path, config.theme.dirs)
        if not output.resolve().is_relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".html"
    )


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What MkDocs says of what is wrong, instead of its log."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    ear, log = Ear(logging.ERROR), logging.getLogger("mkdocs")
    log.addHandler(ear)
    propagates, log.propagate = log.propagate, False
    try:
        yield said
    finally:
        log.removeHandler(ear)
        log.propagate = propagates
