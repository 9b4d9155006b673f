"""Answers of services that cannot be installed, and every request that they were asked, whole.

What they say are the examples of their documentation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import responses

from cmops.http import wire


@dataclass(frozen=True)
class Asked:
    """A request as it was put on the wire; its address without what asks."""

    line: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def parts(self) -> dict[str, tuple[str | None, bytes]]:
        """The parts of a form with files, by name: the file's name and its content."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        whole: Any = message_from_bytes(head + self.body)
        found = {}
        for part in whole.get_payload():
            name = str(part.get_param("name", header="content-disposition"))
            found[name] = (part.get_filename(), part.get_payload(decode=True))
        return found


class Chats:
    """Whatever service: it gives what it was handed, in that order for each address."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock = mock

    def says(
        self,
        line: str,
        data: Any = None,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        """``line`` is ``METHOD address``; ``data`` bytes as they are, or JSON."""
        method, url = line.split(" ", 1)
        body = data if isinstance(data, bytes) else json.dumps({} if data is None else data)
        self._mock.add(method, url, body=body, status=status, headers=headers)

    def hangs_up(self, line: str) -> None:
        """Takes the request in and does not answer."""
        method, url = line.split(" ", 1)

        def taken(request: Any) -> Any:
            wire._thread.begun = True
            # As the library says it: with the address in it.
            raise requests.ConnectionError(f"lost: {request.url}")

        self._mock.add_callback(method, url, callback=taken)

    @property
    def asked(self) -> list[Asked]:
        return [_asked(call.request) for call in self._mock.calls]


@contextmanager
def chats() -> Iterator[Chats]:
    """Nothing but what was handed is answered, and all of it must be asked for."""
    with responses.RequestsMock() as mock:
        yield Chats(mock)


def _asked(request: Any) -> Asked:
    parts = urlsplit(request.url)
    body = request.body or b""
    return Asked(
        f"{request.method} {parts.scheme}://{parts.netloc}{parts.path}",
        dict(parse_qsl(parts.query)),
        {name.lower(): str(value) for name, value in request.headers.items()},
        body if isinstance(body, bytes) else body.encode(),
    )
