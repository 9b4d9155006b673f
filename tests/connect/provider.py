"""A platform of the tests' own, over real HTTP: applications, a login page, tokens, an account.

It refuses what OAuth says must be refused: a code used twice, another redirect, a wrong verifier.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

TOKEN = "tok-short-123"
LASTING = "tok-lasting-456"
REFRESH = "ref-789"
PASSWORD = "abcd efgh ijkl mnop"


@dataclass
class Provider:
    """``denies`` says no to whoever logs in; ``refusals`` are answers to a token, by their path."""

    url: str = ""
    clients: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    denies: bool = False
    refusals: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def register(self, id: str, secret: str | None, redirect: str) -> None:
        """An application that somebody made by hand."""
        self.clients[id] = (secret, redirect)

    def authorize(self, asked: dict[str, str]) -> str | None:
        """Where the browser is sent; None for an application that is not known."""
        known = self.clients.get(asked.get("client_id", ""))
        if known is None or asked.get("redirect_uri") != known[1]:
            return None
        if self.denies:
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = asked
            back = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """The tokens of a code, once."""
        begun = self.codes.pop(form.get("code", ""), None)
        if begun is None or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if "code_challenge" in begun:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
                return 400, {"error": "invalid_grant"}
        id, secret = begun["client_id"], self.clients[begun["client_id"]][0]
        basic = "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()
        if secret is not None and form.get("client_secret") != secret and authorization != basic:
            return 401, {"error": {"message": "no", "type": "OAuthException"}}
        return 200, {"access_token": TOKEN, "refresh_token": REFRESH, "token_type": "Bearer"}

    def oauth(
        self, path: str, query: dict[str, str], form: Any, authorization: str
    ) -> tuple[int, Any, str]:
        """Applications, the login page, and tokens."""
        if path == "/api/v1/apps":
            self.register("app", "app-secret", form["redirect_uris"])
            return 200, {"client_id": "app", "client_secret": "app-secret"}, ""
        if path == "/oauth/authorize":
            target = self.authorize(query)
            return (302, {}, target) if target else (400, {}, "")
        if path == "/oauth/token":
            return *self.exchange(form, authorization), ""
        right = TOKEN in query.values()
        return (200, {"access_token": LASTING}, "") if right else (400, {"error": "no"}, "")

    def api(self, path: str, query: dict[str, str], authorization: str) -> tuple[int, Any]:
        """What the platform says to whoever has a token; a page of it where one is asked for."""
        if path in self.refusals:
            return self.refusals[path]
        found = self.answers.get(path)
        if found is None:
            return 404, {"error": "not found"}
        pair = base64.b64encode(f"redaction:{PASSWORD}".encode()).decode()
        known = {f"Bearer {TOKEN}", f"Bearer {LASTING}", f"Bot {TOKEN}", f"Basic {pair}"}
        if path != "/wp-json/" and "/bot" not in path and authorization not in known:
            return 401, {"error": "unauthorized"}
        after = query.get("after") or query.get("cursor")
        return 200, found[after] if isinstance(found, dict) and after in found else found


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider that listens on this machine."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def _answering(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def _any(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("content-length") or 0)
            content = self.rfile.read(length).decode()
            kind = self.headers.get("content-type", "")
            if kind.startswith("application/json"):
                form = json.loads(content)
            else:
                form = {name: values[0] for name, values in parse_qs(content).items()}
            authorization = self.headers.get("authorization", "")
            provider.seen.append((f"{self.command} {parts.path}", authorization, query, form))
            path = parts.path
            if path in ("/api/v1/apps", "/oauth/authorize", "/oauth/token", "/longer"):
                status, body, location = provider.oauth(path, query, form, authorization)
            else:
                (status, body), location = provider.api(path, query, authorization), ""
            raw = json.dumps(body).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = _any  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Answering
