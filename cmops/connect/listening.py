"""One redirect of a browser, taken on this machine and by nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from cmops.errors import UsageError

HOST = "127.0.0.1"
"""A number and no name, as RFC 8252 advises: a name may be somebody else's."""

PORT = 8765
PATH = "/callback"
_PIECE = 1.0


@dataclass(slots=True)
class Listener:
    """What waits for the browser. ``redirect`` is where the platform must send it."""

    redirect: str
    server: HTTPServer
    seen: list[str] = field(default_factory=list)

    def address(self, state: str, seconds: float) -> str | None:
        """The address that came with this state; None when none did in that time.

        Whatever else asks (a page that guesses the port, a favicon) is not listened to.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.server.timeout = min(_PIECE, max(end - time.monotonic(), 0.01))
            self.server.handle_request()
            for each in self.seen:
                if state in parse_qs(urlsplit(each).query).get("state", ()):
                    return each
            self.seen.clear()
        return None


@contextmanager
def listening(port: int, words: str) -> Iterator[Listener]:
    """Listens on a port of this machine (0: any); ``words`` are what the browser shows then.

    Raises UsageError when the port is taken.
    """
    found: list[str] = []
    try:
        server = HTTPServer((HOST, port), _answering(found, words))
    except OSError as error:
        raise UsageError("connect.port", port=port, reason=error.strerror or "") from None
    with server:
        yield Listener(f"http://{HOST}:{server.server_port}{PATH}", server, found)


def _answering(found: list[str], words: str) -> type[BaseHTTPRequestHandler]:
    page = f'<!doctype html><meta charset="utf-8"><title>cmops</title><p>{escape(words)}</p>'

    class Answering(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            """Keeps the address, and says that the window may be closed."""
            if urlsplit(self.path).path != PATH:
                self.send_error(404)
                return
            found.append(self.path)
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the address holds the code."""

    return Answering
