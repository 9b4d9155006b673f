"""What ``cmops publish`` costs over the requests themselves, on a server of this file's own.

The server speaks as much of Bluesky's API as publishing needs, and keeps what it was given, so that
every message can be counted afterwards. It runs in the measuring process: its own time is not in
the child's. Nor is the git server's, which is git's own daemon on a bare repository.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.history import GENESIS
from benchmarks.measure import Command, cost
from benchmarks.table import Row
from cmops.ledger.entries import Entry, Kind, Receipt, dump

DUE = 1_000
ENTRIES = 100_000
HANDLE, DID = "bench.example", "did:plc:bench"
PASSWORD = "BENCH_PASSWORD"  # noqa: S105 - the variable's name
_SETTINGS = """\
version: 1
name: Bench
language: en
timezone: UTC
ledger: {{genesis: {genesis}}}
channels:
  bluesky:
    platform: bluesky
    url: {url}
    account: {handle}
    secrets: {{password: {password}}}
"""
_READ = """\
import sys
from pathlib import Path
from cmops.ledger.opening import open_ledger
history = open_ledger(Path(sys.argv[1]), sys.argv[2]).read()
assert not history.unsettled and not history.unreadable and len(list(history.keys())) > 0
"""
_REQUESTS = """\
import sys
from cmops.http import Secret
from cmops.http.server import Http
server = Http({"password": Secret("PASSWORD", "x" * 16)}).server(sys.argv[1])
for number in range(int(sys.argv[2])):
    record = {"$type": "app.bsky.feed.post", "text": f"Text {number}", "createdAt": "2026-01-01"}
    body = {"repo": "warm-up", "collection": "app.bsky.feed.post", "rkey": str(number)}
    assert server.publish(
        "POST", "/xrpc/com.atproto.repo.putRecord", json={**body, "record": record}
    ).ok
"""


def publishing(cmops: str, scratch: Path) -> Iterator[Row]:
    """Sends DUE deliveries, then looks for more when there is nothing."""
    os.environ[PASSWORD] = "x" * 16
    with _server() as (url, records), _git_server(scratch) as remotes:
        root = _workspace(scratch / "team", url, DUE, remotes)
        alone = cost(Command([sys.executable, "-c", _REQUESTS, url, str(DUE)]))
        started = cost(Command([sys.executable, "-c", _REQUESTS, url, "0"]))
        smaller = _workspace(scratch / "few", url, DUE // 10, remotes)
        few = cost(Command([cmops, "-C", str(smaller), "publish"]))
        records.clear()
        sent = cost(Command([cmops, "-C", str(root), "publish"]))
        if len(records) != DUE:
            raise SystemExit(f"{len(records)} records of {DUE} are live")
        http = alone.cpu - started.cpu
        over = (sent.cpu - http) / DUE * 1000
        detail = f"{sent.cpu:.2f} s, {http:.2f} s of it for the requests"
        yield Row("publish: CPU a delivery over the requests", DUE, detail, over, 5, "ms")
        pushes = int(_git(root, "rev-list", "--count", "refs/cmops/ledger")) - 1
        yield Row("publish: pushes to the ledger", DUE, "", pushes, 52)
        grown = sent.peak - few.peak
        detail = f"{few.peak:.0f} MB for {DUE // 10} due, {sent.peak:.0f} MB for {DUE}"
        yield Row("publish: memory for ten times as many", DUE, detail, grown, 25, "MB")
        yield from _nothing_due(cmops, root)
    yield _long_ledger(scratch / "long")


def _nothing_due(cmops: str, root: Path) -> Iterator[Row]:
    trace = root.parent / "trace"
    os.environ["GIT_TRACE"] = str(trace)
    try:
        found = cost(Command([cmops, "-C", str(root), "publish"]))
    finally:
        del os.environ["GIT_TRACE"]
    calls = Counter(re.findall(r"built-in: git (fetch|ls-remote) ", trace.read_text()))
    yield Row("publish, nothing due: CPU", DUE, f"{found.cpu:.2f} s", found.cpu, 1, "s")
    detail = f"{calls['ls-remote']} to ask where its branches are, {calls['fetch']} to fetch"
    yield Row("publish, nothing due: calls to the git server", DUE, detail, calls.total(), 1)


def _long_ledger(root: Path) -> Row:
    """Reading a ledger of ENTRIES that was read before."""
    root.mkdir(parents=True)
    _git(root, "init", "--quiet", "--initial-branch=main")
    lines: dict[str, list[str]] = {}
    for entry in _entries():
        lines.setdefault(entry.path, []).append(dump(entry) + "\n")
    parts = [b"commit refs/heads/cmops-ledger\ncommitter cmops <> 0 +0000\ndata 0\n"]
    for path, found in lines.items():
        content = "".join(found).encode()
        parts.append(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
    _git(root, "fast-import", "--quiet", stdin=b"".join(parts))
    read = Command([sys.executable, "-c", _READ, str(root), GENESIS])
    cold, warm = cost(read), cost(read)
    detail = f"{warm.cpu:.2f} s, and {cold.cpu:.2f} s the first time"
    return Row(f"ledger of {ENTRIES:,} entries, read warm: CPU", None, detail, warm.cpu, 1, "s")


def _entries() -> Iterator[Entry]:
    first = datetime(2024, 1, 1, tzinfo=UTC)
    yield Entry(Kind.GENESIS, f"{0:032x}.1", first, genesis=GENESIS)
    for number in range(1, ENTRIES // 2):
        at = first + timedelta(minutes=number * 20)
        run = f"{number:032x}"
        which: dict[str, Any] = {"key": f"p{number}~bluesky~{HANDLE}", "channel": "bluesky"}
        digest, end = f"{number:064x}", at + timedelta(minutes=5)
        yield Entry(
            Kind.CLAIM, f"{run}.1", at, **which, attempt=1, digest=digest, digests=(digest,),
            until=end, created=at, planned=at,
        )  # fmt: skip
        receipt = Receipt(f"at://{DID}/app.bsky.feed.post/{number}", at, None)
        yield Entry(
            Kind.PUBLISHED, f"{run}.2", at, **which, claim=f"{run}.1", message=0, receipt=receipt
        )


def _workspace(folder: Path, url: str, count: int, remotes: str) -> Path:
    """A clone whose main has ``count`` posts that are due, and whose ledger began long ago."""
    root, remote = folder / "clone", folder / "remote.git"
    posts = root / "content" / "posts"
    posts.mkdir(parents=True)
    (root / "cmops.yml").write_text(
        _SETTINGS.format(genesis=GENESIS, url=url, handle=HANDLE, password=PASSWORD)
    )
    due = datetime.now(UTC) - timedelta(minutes=20)
    for number in range(count):
        at = f"{due + timedelta(seconds=number // 2):%Y-%m-%d %H:%M:%S}"
        top = f"title: Post {number}\nstatus: ready\npublish_at: {at}\nto: [bluesky]"
        (posts / f"p{number}.md").write_text(f"---\n{top}\n---\nText {number}, and no other.\n")
    genesis = Entry(Kind.GENESIS, f"{0:032x}.1", due - timedelta(days=30), genesis=GENESIS)
    line = (dump(genesis) + "\n").encode()
    head = b"commit refs/heads/cmops-ledger\ncommitter cmops <> 0 +0000\ndata 0\n"
    branch = head + f"M 100644 inline {genesis.path}\ndata {len(line)}\n".encode() + line + b"\n"
    _git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    _git(remote, "fast-import", "--quiet", stdin=branch)
    _git(root, "init", "--quiet", "--initial-branch=main")
    _git(root, "remote", "add", "origin", f"{remotes}/{folder.name}/{remote.name}")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "Workspace")
    _git(root, "push", "--quiet", "origin", "main")
    return root


def _git(root: Path, *args: str, stdin: bytes = b"") -> str:
    who = ("-c", "user.name=cmops", "-c", "user.email=cmops@example.org", "-c", "gc.auto=0")
    done = subprocess.run(
        ["git", "-C", str(root), *who, *args], input=stdin, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


@contextmanager
def _git_server(folder: Path) -> Iterator[str]:
    """What the addresses of the repositories below a folder begin with."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", "--export-all"]
    command += ["--enable=receive-pack", "--reuseaddr", f"--base-path={folder}", str(folder)]
    daemon = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(100):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait()


@contextmanager
def _server() -> Iterator[tuple[str, dict[str, Any]]]:
    """A PDS as far as publishing asks for one, and the records that it has."""
    records: dict[str, Any] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Pds,), {"records": records}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", records
    finally:
        server.shutdown()
        server.server_close()


class _Pds(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    records: dict[str, Any]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("createSession"):
            tokens = {"accessJwt": "access-of-the-bench", "refreshJwt": "refresh-of-the-bench"}
            self._say(200, {"did": DID, "handle": HANDLE, "active": True, **tokens})
        else:
            place = "/".join(asked[name] for name in ("repo", "collection", "rkey"))
            self.records[place] = asked["record"]
            self._say(200, {"uri": f"at://{place}", "cid": "bafybench"})

    def do_GET(self) -> None:
        self._say(400, {"error": "RecordNotFound"})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""
