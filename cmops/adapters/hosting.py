"""Files at a public address, only while a network fetches them.

Some networks take no files, only addresses. A file is put onto the server that the channel names
(HTTP PUT, as WebDAV has it) under 128 random bits, and taken away again before anything is
published: nobody can find it meanwhile, and nothing is there before its time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cmops.adapters import schemas
from cmops.adapters.contract import Edition, Media, Problem
from cmops.adapters.files import reviewed
from cmops.failures import Failure, NotSent
from cmops.http import Http, Secret, Server, basic
from cmops.http.answer import date

SETTING = "media_host"

LEFT_BEHIND = timedelta(hours=1)
"""After this a file of ours belongs to a run that is dead; leases are far shorter."""

_ANY = frozenset(range(300, 600))
_OURS = re.compile(r"cmops-[0-9a-f]{32}\.[a-z0-9]+")
_RESPONSE = re.compile(r"<(?:\w+:)?response\b.*?</(?:\w+:)?response>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"<(?:\w+:)?href[^>]*>\s*([^<\s]+)\s*<", re.IGNORECASE)
_CHANGED = re.compile(r"<(?:\w+:)?getlastmodified[^>]*>([^<]+)<", re.IGNORECASE)


def setting() -> dict[str, Any]:
    """The schema of the channel's key that names the server."""
    words = schemas.words(
        ("Hébergement des fichiers", "Media host"),
        (
            "Un serveur (WebDAV, HTTP PUT) où les fichiers sont posés le temps d’un envoi, à une "
            "adresse impossible à deviner : « {url: https://fichiers.example.org/cmops} », avec "
            "« user » si le secret « media_host » est un mot de passe et non un jeton.",
            "A server (WebDAV, HTTP PUT) where files are put while they are sent, at an address "
            'that nobody can guess: "{url: https://files.example.org/cmops}", with "user" if the '
            'secret "media_host" is a password and not a token.',
        ),
    )
    properties = {
        "url": {"type": "string", "format": "web-address", "maxLength": 2048},
        "user": {"type": "string", "minLength": 1, "maxLength": 200},
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["url"],
        "properties": properties,
        **words,
    }


def homeless(edition: Edition, platform: str) -> Iterator[Problem]:
    """Files that the network could not fetch, because the channel names no server for them."""
    if edition.channel.settings.get(SETTING):
        return
    for media in edition.media:
        if media.url is None:
            values = {"platform": platform, "path": media.path, "channel": edition.channel.id}
            yield Problem("CM560", edition.media_at(media), values)


class Host:
    """The server that ``media_host`` names. Nothing is asked of it before the first file."""

    def __init__(self, http: Http, settings: Mapping[str, Any], root: Path) -> None:
        self._http = http
        self._own: Mapping[str, Any] = settings.get(SETTING) or {}
        self._root = root
        self._tidied = False

    def verify(self) -> None:
        """Raises NotSent when the channel names a server, and no secret for it."""
        if self._own:
            self._http.secret(SETTING)

    @contextmanager
    def shown(self, files: Sequence[Media]) -> Iterator[tuple[str, ...]]:
        """The files' addresses, which are good inside the ``with`` only.

        One that has an address of its own is used as it is. Raises NotSent when there is no
        server, or a file cannot be put onto it.
        """
        placed: list[str] = []
        try:
            yield tuple(each.url or self._put(each, placed) for each in files)
        finally:
            for name in placed:
                self._remove(name)

    def _put(self, media: Media, placed: list[str]) -> str:
        content = reviewed(self._root, media.path, media.sha256)
        server, headers = self._server(), {**self._signed(), "Content-Type": media.type}
        name = f"cmops-{secrets.token_hex(16)}{Path(media.path).suffix.lower() or '.bin'}"
        try:
            self._tidy(server)
            # Noted first: if the answer is lost, the file may be there.
            placed.append(name)
            server.read("PUT", f"/{name}", headers=headers, content=content)
        except Failure as failure:
            # Its own word would blame the network.
            raise NotSent("media_host", failure.code) from failure
        return f"{server.url}/{name}"

    def _remove(self, name: str) -> None:
        """Takes a file away. What stays behind now goes the next time, where it can be seen."""
        try:
            self._server().read("DELETE", f"/{name}", headers=self._signed(), accept=_ANY)
        except Failure:
            self._tidied = False

    def _tidy(self, server: Server) -> None:
        """Takes away what dead runs have left, on servers that list their files (WebDAV)."""
        if self._tidied:
            return
        self._tidied = True
        headers = {**self._signed(), "Depth": "1"}
        answer = server.read("PROPFIND", "/", headers=headers, accept=_ANY)
        if answer.status != 207:
            return
        for name, changed in _listed(answer.body.decode("utf-8", "replace")):
            if changed is not None and answer.at - changed > LEFT_BEHIND:
                self._remove(name)

    def _server(self) -> Server:
        if not self._own.get("url"):
            raise NotSent("no_media_host")
        return self._http.server(str(self._own["url"]))

    def _signed(self) -> dict[str, str | Secret]:
        secret, user = self._http.secret(SETTING), self._own.get("user")
        return {"Authorization": basic(str(user), secret) if user else secret.inside("Bearer {}")}


def _listed(body: str) -> Iterator[tuple[str, datetime | None]]:
    """Files of ours in a WebDAV answer, and when they were put there."""
    for response in _RESPONSE.findall(body):
        href, changed = _HREF.search(response), _CHANGED.search(response)
        name = unquote(href[1]).rstrip("/").rpartition("/")[2] if href else ""
        if _OURS.fullmatch(name):
            yield name, date(changed[1].strip()) if changed else None
