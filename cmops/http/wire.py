"""requests, with what publishing needs besides: whether a request was begun, whole answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from cmops import __version__
from cmops.values import dataclass

CONNECT = 5.0
READ = 15.0
"""Seconds to wait for a connection, and for each piece of an answer."""

WHOLE = 20.0
"""Seconds after which an answer that still trickles in is given up."""

MOST = 8 << 20
"""Bytes of an answer that are taken in."""

IDLE = 10.0
"""Seconds after which a connection is not used again: the other end may have forgotten it."""

_PIECE = 1 << 16
_REDIRECTS = 5
_TAKEN = frozenset({"GET", "HEAD"})
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)

_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as it came; ``whole`` is False when its body is cut off, too long or too slow."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


class Wire:
    """The connections of one channel."""

    def __init__(self) -> None:
        self._session = requests.Session()
        # Otherwise requests takes passwords for the host from ~/.netrc.
        self._session.auth = _as_it_is
        self._session.headers["User-Agent"] = f"cmops/{__version__}"
        self._session.mount("https://", _Adapter())
        self._session.mount("http://", _Adapter())
        self._used = time.monotonic()

    def call(
        self, method: str, url: str, request: Mapping[str, Any], *, follow: bool
    ) -> Got | str | None:
        """The answer; a code when the request was never begun; None when its answer was lost.

        ``follow`` takes redirects of GET and HEAD, within the same host only.
        """
        got = self._once(method, url, request)
        for _ in range(_REDIRECTS):
            target = _target(url, got) if follow and method in _TAKEN else None
            if target is None:
                break
            # The new address has the parameters in it already, if it wants them.
            url, request = target, {**request, "params": None}
            got = self._once(method, url, request)
        return got

    def _once(self, method: str, url: str, request: Mapping[str, Any]) -> Got | str | None:
        if time.monotonic() - self._used > IDLE:
            self._session.close()
        _thread.begun = False
        try:
            response = self._session.request(
                method, url, timeout=(CONNECT, READ), allow_redirects=False, stream=True, **request
            )
        except _FAILURES as error:
            return None if _thread.begun else _why(error)
        else:
            return _taken(response)
        finally:
            self._used = time.monotonic()
            self._session.cookies.clear()


def _taken(response: requests.Response) -> Got:
    """The answer with its body, as far as that came."""
    end = time.monotonic() + WHOLE
    body, whole = bytearray(), True
    try:
        for piece in response.iter_content(_PIECE):
            body += piece
            if len(body) > MOST or time.monotonic() > end:
                whole = False
                break
    except _FAILURES:
        whole = False
    if not whole:
        response.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Got(response.status_code, headers, bytes(body), whole)


def _why(error: Exception) -> str:
    """Why a request was not begun."""
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    return "request" if isinstance(error, ValueError) else "unreachable"


def _target(url: str, got: Got | str | None) -> str | None:
    """Where an answer sends to, if that is another place of the same host."""
    if not isinstance(got, Got) or not 300 <= got.status < 400:
        return None
    try:
        target = urljoin(url, got.headers.get("location", ""))
        here, there = urlsplit(url), urlsplit(target)
    except ValueError:
        return None
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    return target if same and target != url else None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Noting(HTTPConnection):
    """Notes when the first byte of a request goes out; what fails before that was not sent."""

    _opening = False

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def send(self, data: Any) -> None:
        if self.sock is None and not self._opening:
            self.connect()
        # While opening, it is only a proxy that is spoken to.
        if not self._opening:
            _thread.begun = True
        if not isinstance(data, bytes):
            return super().send(data)
        # In pieces, since a time-out is for each of them: a film takes longer than that.
        for start in range(0, len(data), _PIECE):
            super().send(data[start : start + _PIECE])


class _NotingTls(_Noting, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Noting


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _NotingTls


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS = {"http": _Pool, "https": _TlsPool}
