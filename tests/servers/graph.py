"""A server that gives the answers it was handed, and keeps every request whole.

Meta's APIs cannot be installed: what it is handed are the examples of their documentation.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def parts(self) -> dict[str, tuple[str | None, bytes]]:
        """The parts of a multipart form: its files' names, and contents."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found = {}
        for part in message_from_bytes(head + self.body).get_payload():
            name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
            content = part.get_payload(decode=True)  # type: ignore[union-attr]
            found[str(name)] = (part.get_filename(), content)  # type: ignore[union-attr]
        return found  # type: ignore[return-value]


@dataclass(frozen=True)
class Says:
    """An answer: JSON, or bytes as they are."""

    data: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else json.dumps(self.data).encode()


def error(code: int, subcode: int | None = None, status: int = 400, **more: Any) -> Says:
    """The error answer of "Handling Errors", with this code."""
    found: dict[str, Any] = {
        "message": "Message describing the error",
        "type": "OAuthException",
        "code": code,
        "error_user_title": "A title",
        "error_user_msg": "A message",
        "fbtrace_id": "EJplcsCHuLu",
        **more,
    }
    if subcode is not None:
        found["error_subcode"] = subcode
    return Says({"error": found}, status)


@dataclass
class Meta:
    """The server: what it was asked, and what it says to each method and path in turn."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, list[Says]] = field(default_factory=dict)

    def says(self, line: str, *answers: Any) -> None:
        """The answers to ``METHOD /path``; the last one is given again and again."""
        made = [each if isinstance(each, Says) else Says(each) for each in answers]
        self.answers[line] = made

    def lines(self) -> list[str]:
        return [each.line for each in self.asked]

    def to(self, line: str) -> list[Asked]:
        return [each for each in self.asked if each.line == line]

    def answer(self, asked: Asked) -> Says:
        self.asked.append(asked)
        waiting = self.answers.get(asked.line)
        if not waiting:
            return Says(b"nobody told me", 599)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def meta(kind: Meta | None = None) -> Iterator[Meta]:
    """A server on this machine, of this kind."""
    made = kind if kind is not None else Meta()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            body = self.rfile.read(length)
            said = made.answer(Asked(self.command, parts.path, query, headers, body))
            self.send_response(said.status)
            for name, value in {**said.headers, "Content-Length": str(len(said.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    for method in ("GET", "POST", "PUT", "DELETE", "PROPFIND"):
        setattr(Handler, f"do_{method}", Handler.handle_one)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join(5)
