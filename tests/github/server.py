"""The hub over HTTP: tokens, pages with Link headers, faults, and git itself."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.github import api
from tests.github.hub import Account, Fault, Hub


@contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    """A hub that listens on this machine, until the test ends."""
    hub = Hub(folder)
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # an answer in one piece: two would wait for each other's receipt
    disable_nagle_algorithm = True

    def _any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        content = self.rfile.read(length) if length else self._chunks()
        parts = urlsplit(self.path)
        if ".git/" in parts.path:
            self._git(parts.path, parts.query, content)
            return
        path = parts.path.removeprefix("/api/v3").removeprefix("/api")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.hub.before(self.command, path)
        with self.hub.lock:
            self.hub.requests.append((self.command, path))
            fault = self._fault(path)
            if fault is not None and not fault.after:
                self._spoil(fault)
                return
            answer = self._answered(path, query, content)
        if fault is not None:
            self._spoil(fault)
            return
        self._send(answer, parts.path, query)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815 - http.server's names

    def _chunks(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return b""
        content = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def _answered(self, path: str, query: dict[str, str], content: bytes) -> api.Answer:
        account = self._account()
        if account is None:
            return api.Answer(401, {"message": "Bad credentials"})
        try:
            body = json.loads(content) if content else {}
        except ValueError:
            return api.Answer(400, {"message": "Problems parsing JSON"})
        asked = api.Asked(self.hub, account, self.command, unquote(path), query, body)
        return api.answer(asked)

    def _account(self) -> Account | None:
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            value = base64.b64decode(value).decode().partition(":")[2]
        return self.hub.accounts.get(value)

    def _fault(self, path: str) -> Fault | None:
        for each in self.hub.faults:
            if self.command in each.methods and path.endswith(each.path):
                each.times -= 1
                if each.times <= 0:
                    self.hub.faults.remove(each)
                return each
        return None

    def _spoil(self, fault: Fault) -> None:
        if fault.drop:
            self.close_connection = True
            return
        self._bytes(fault.status, json.dumps(fault.body).encode(), fault.headers)

    def _send(self, answer: api.Answer, path: str, query: dict[str, str]) -> None:
        body: Any = answer.body
        headers: dict[str, str] = dict(answer.headers)
        rows = body.get(answer.key) if answer.key and isinstance(body, dict) else body
        if isinstance(rows, list):
            size = min(int(query.get("per_page", 30)), self.hub.page)
            page = int(query.get("page", 1))
            shown = rows[(page - 1) * size : page * size]
            if page * size < len(rows):
                following = urlencode({**query, "page": page + 1})
                headers["Link"] = f'<{self.hub.url}{path}?{following}>; rel="next"'
            body = {**body, answer.key: shown} if answer.key else shown
        content = b"" if body is None else json.dumps(body).encode()
        self._bytes(answer.status, content, headers)

    def _bytes(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _git(self, path: str, query: str, content: bytes) -> None:
        """Fetching and pushing, by git's own program for web servers."""
        name = path[1:].partition(".git/")[0]
        repo, account = self.hub.repos.get(name), self._account()
        writes = "git-receive-pack" in path or "git-receive-pack" in query
        if repo is None or (account is None and (writes or repo.private)):
            self._bytes(401, b"", {"WWW-Authenticate": 'Basic realm="GitHub"'})
            return
        if writes and account is not None and not repo.may(account.login, "write"):
            self._bytes(403, b"Permission denied", {"Content-Type": "text/plain"})
            return
        environment = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.hub.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
            "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
            "REMOTE_USER": account.login if account else "",
        }
        done = subprocess.run(
            ["git", "http-backend"], input=content, env=environment, capture_output=True, check=True
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        self._bytes(status, body, headers)

    def log_message(self, format: str, *args: Any) -> None:
        pass
