"""A platform of the tests' own, whose tokens end and can be exchanged; added as packages do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters import schemas
from cmops.adapters.contract import (
    Can,
    Capability,
    Edition,
    Message,
    Platform,
    Problem,
    Sending,
    Sends,
)
from cmops.adapters.messages import compose_messages
from cmops.failures import NotSent
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

ENTRY_POINTS = "[cmops.adapters]\nlasting = tests.doctor.lasting:Lasting\n"


class Lasting:
    """Its token is asked about at ``/me`` and exchanged at ``/refresh``."""

    platform: ClassVar[Platform] = Platform(
        name="lasting",
        title="Lasting",
        limits={},
        can=dict.fromkeys(Capability, Can.NO) | {Capability.PUBLISH: Can.YES},
        settings=schemas.keys(
            "url",
            "account",
            url=schemas.server(("x", "x")),
            account=schemas.text(("x", "x"), ("x", "x")),
        ),
        secrets=("token",),
    )

    def __init__(self, channel: Channel, http: Http) -> None:
        self._http = http
        self._url = str(channel.settings["url"])

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """What speaks to the server."""
        return cls(channel, http)

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The text as it is."""
        return compose_messages(cls.platform, edition)

    @classmethod
    def problems(cls, edition: Edition) -> tuple[Problem, ...]:
        """None."""
        return ()

    def send(self, message: Message, sending: Sending) -> Receipt:
        """No test sends."""
        raise NotSent("closed")

    def verify(self) -> tuple[Problem, ...]:
        """Whether the token is known."""
        self._asked("GET", "/me")
        return ()

    def expires(self) -> datetime | None:
        """What the server says."""
        ends = self._asked("GET", "/me").look("ends")
        return datetime.fromisoformat(ends) if ends else None

    def refresh(self) -> Mapping[str, str]:
        """The old token is void from then on."""
        return {"token": self._asked("POST", "/refresh").text("token")}

    def _asked(self, method: str, path: str) -> Any:
        bearer = self._http.secret("token").inside("Bearer {}")
        server = self._http.server(self._url)
        return server.read(method, path, headers={"Authorization": bearer})


@dataclass
class Issuer:
    """The server: which tokens it knows, and how many days each has left (None for ever)."""

    url: str = ""
    tokens: dict[str, float | None] = field(default_factory=dict)
    suffix: str = "-new"


@contextmanager
def issuer(**tokens: float | None) -> Iterator[Issuer]:
    """A server that knows these tokens."""
    made = Issuer(tokens=dict(tokens))

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.token
            left = made.tokens.get(token)
            ends = datetime.now(UTC) + timedelta(days=left) if left is not None else None
            self.say(token in made.tokens, {"ends": ends.isoformat() if ends else None})

        def do_POST(self) -> None:
            token = self.token
            known = token in made.tokens
            if known:
                del made.tokens[token]
                made.tokens[token + made.suffix] = 60
            self.say(known, {"token": token + made.suffix})

        @property
        def token(self) -> str:
            return self.headers["Authorization"].removeprefix("Bearer ")

        def say(self, known: bool, data: Mapping[str, Any]) -> None:
            body = json.dumps(data if known else {}).encode()
            self.send_response(200 if known else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
