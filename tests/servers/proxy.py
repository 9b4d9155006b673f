"""A proxy of our own between cmops and a server, which breaks things when it is told to."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cmops.failures import Failure, NotSent, Throttled, Unclear


class Fault(Enum):
    """What happens to a request. "Lost" and "kept" say whether the server got it."""

    LOST = auto()  # cut off before the server got it
    KEPT = auto()  # the server got it, and its answer is cut off
    HALF = auto()  # the server got it, and half of its answer comes
    LATE = auto()  # the server got it, and its answer does not come in time
    BROKEN_AFTER = auto()  # the server got it, and 500 is answered
    BROKEN_BEFORE = auto()  # 503 is answered in its place
    THROTTLED = auto()  # 429 with Retry-After
    THROTTLED_IN_WORDS = auto()  # 429 that only says in its body when, as Matrix may
    UNAUTHORISED = auto()  # 401
    RUBBISH = auto()  # the server got it, and a web page is answered
    ELSEWHERE = auto()  # 307 to another host
    SEE_OTHER = auto()  # the server got it, and 303 to another host


RETRY_AFTER = 120
_KEPT = frozenset(
    {Fault.KEPT, Fault.HALF, Fault.LATE, Fault.BROKEN_AFTER, Fault.RUBBISH, Fault.SEE_OTHER}
)


# What each proves of a publishing request, and whether the server got it.
FAULTS: list[tuple[Fault, type[Failure], bool]] = [
    (Fault.LOST, Unclear, False),
    (Fault.KEPT, Unclear, True),
    (Fault.HALF, Unclear, True),
    (Fault.LATE, Unclear, True),
    (Fault.BROKEN_AFTER, Unclear, True),
    (Fault.BROKEN_BEFORE, Unclear, False),
    (Fault.RUBBISH, Unclear, True),
    (Fault.SEE_OTHER, Unclear, True),
    (Fault.ELSEWHERE, NotSent, False),
    (Fault.THROTTLED, Throttled, False),
    (Fault.UNAUTHORISED, NotSent, False),
]


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class _Order:
    fault: Fault
    path: str
    times: int


@dataclass
class _Act:
    path: str
    act: Callable[[], object]


@dataclass
class Proxy:
    """``url`` leads to the server. ``seen`` is what came by, ``strangers`` what went astray."""

    target: str
    url: str = ""
    stranger: str = ""
    seen: list[Seen] = field(default_factory=list)
    strangers: list[Seen] = field(default_factory=list)
    _orders: list[_Order] = field(default_factory=list)
    _acts: list[_Act] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def order(self, fault: Fault, path: str = "", times: int = 1) -> None:
        """The next requests whose path contains ``path`` meet this fault."""
        self._orders.append(_Order(fault, path, times))

    def when(self, path: str, act: Callable[[], object]) -> None:
        """``act`` happens once the server has got the next such request, before its answer goes."""
        self._acts.append(_Act(path, act))

    def act(self, path: str) -> None:
        """What was to happen with this request."""
        with self._lock:
            now = [each for each in self._acts if each.path in path]
            self._acts = [each for each in self._acts if each not in now]
        for each in now:
            each.act()

    def end_orders(self) -> None:
        """What comes by from now on comes through."""
        self._orders.clear()

    def count(self, path: str) -> int:
        """How many requests came by whose path contains ``path``."""
        return sum(path in each.path for each in self.seen)

    def fault_of(self, path: str) -> Fault | None:
        """What is to happen to this request."""
        with self._lock:
            for order in self._orders:
                if order.times and order.path in path:
                    order.times -= 1
                    return order.fault
        return None

    def wait(self) -> None:
        """Until nobody waits for an answer any more."""
        self._over.wait(60)

    def end(self) -> None:
        """Lets go of what waits."""
        self._over.set()


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy before the server at ``target``, and a stranger to which it may send people."""
    made = Proxy(target)
    with _serving(made, _Stranger) as stranger, _serving(made, _Between) as near:
        made.url, made.stranger = near, stranger
        yield made
        made.end()


@contextmanager
def nobody() -> Iterator[str]:
    """The address of a port on which nobody listens, and which nobody else can take."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def _serving(state: Proxy, kind: type[_Handler]) -> Iterator[str]:
    server = _Server(state, kind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, state: Proxy, kind: type[_Handler]) -> None:
        super().__init__(("127.0.0.1", 0), kind)
        self.state = state


class _Handler(BaseHTTPRequestHandler):
    @property
    def state(self) -> Proxy:
        assert isinstance(self.server, _Server)
        return self.server.state

    def meet(self) -> None:
        """Takes a request in and does something about it."""
        raise NotImplementedError

    def taken(self) -> Seen:
        size = int(self.headers.get("Content-Length") or 0)
        return Seen(self.command, self.path, dict(self.headers), self.rfile.read(size))

    def say(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response_only(status)
        given = {"Content-Length": str(len(body)), **(headers or {}), "Connection": "close"}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(_Handler, f"do_{_method}", lambda self: self.meet())


class _Stranger(_Handler):
    def meet(self) -> None:
        self.state.strangers.append(self.taken())
        self.say(200, b"{}")


class _Between(_Handler):
    def meet(self) -> None:
        request, state = self.taken(), self.state
        state.seen.append(request)
        fault = state.fault_of(self.path)
        answer = _forward(state.target, request) if fault is None or fault in _KEPT else None
        state.act(self.path)
        if fault in _SAYS:
            status, body, headers = _SAYS[fault]
            astray = {"Location": state.stranger + self.path} if 300 <= status < 400 else {}
            self.say(status, body, {**headers, **astray})
        elif fault is Fault.LATE:
            state.wait()
        elif answer is not None and fault is Fault.HALF:
            whole = {"Content-Length": str(len(answer.body))}
            self.say(answer.status, answer.body[: len(answer.body) // 2], whole)
        elif answer is not None and fault is None:
            self.say(answer.status, answer.body, answer.headers)
        # Anything else is cut off.


_SAYS: Mapping[Fault | None, tuple[int, bytes, Mapping[str, str]]] = {
    Fault.BROKEN_AFTER: (500, b'{"error": "InternalServerError"}', {}),
    Fault.BROKEN_BEFORE: (503, b"<h1>Service Unavailable</h1>", {}),
    Fault.THROTTLED: (429, b"{}", {"Retry-After": str(RETRY_AFTER)}),
    Fault.THROTTLED_IN_WORDS: (
        429,
        b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": %d}' % (RETRY_AFTER * 1000),
        {},
    ),
    Fault.UNAUTHORISED: (401, b'{"error": "AuthenticationRequired"}', {}),
    Fault.RUBBISH: (200, b"<!doctype html><title>Maintenance</title>", {}),
    Fault.ELSEWHERE: (307, b"", {}),
    Fault.SEE_OTHER: (303, b"", {}),
}


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


def _forward(target: str, request: Seen) -> _Answer:
    """The server's own answer."""
    connection = http.client.HTTPConnection(urlsplit(target).netloc, timeout=60)
    try:
        headers = {name: each for name, each in request.headers.items() if name.lower() not in _HOP}
        connection.request(request.method, request.path, request.body or None, headers)
        answer = connection.getresponse()
        body = answer.read()
        kept = {name: each for name, each in answer.getheaders() if name.lower() not in _HOP}
        return _Answer(answer.status, kept, body)
    finally:
        connection.close()
