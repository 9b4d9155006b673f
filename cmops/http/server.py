"""Requests to one server: checked before, typed after, and never repeated if they publish."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import urlsplit

from cmops.failures import Failure, NotSent, Throttled
from cmops.http.answer import Answer, date, lost, rests_until
from cmops.http.secret import Secret, reveal

if TYPE_CHECKING:
    from cmops.http.wire import Wire

Observe = Callable[[str, datetime, datetime, datetime], None]
"""Told of each answer: the server, its ``Date``, and our clock before and after the call."""

TRIES = 3
LONGEST = 10.0
"""Seconds after which a read is not tried again."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Request(TypedDict, total=False):
    """What goes with a request; secrets may stand anywhere in it.

    ``form`` is sent as an HTML form, ``files`` as its parts (name, content, media type),
    ``content`` as it is. ``accept`` are statuses that are returned although they are no yes.
    """

    params: Mapping[str, Any]
    headers: Mapping[str, str | Secret]
    json: Any
    form: Mapping[str, Any]
    content: bytes
    files: Mapping[str, tuple[str, bytes, str]]
    accept: Collection[int]


def session(
    secrets: Mapping[str, str],
    observe: Observe | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Http:
    """What a channel talks through, its secrets taken from the environment.

    ``secrets`` are the names of environment variables by what the adapter calls them. White space
    around a value is what pasting it left there.
    """
    values = {name: environ.get(variable, "").strip() for name, variable in secrets.items()}
    return Http(
        {name: Secret(secrets[name], each) for name, each in values.items() if each}, observe
    )


class Http:
    """One channel's way to its platform: its secrets and its connections. One thread at a time."""

    def __init__(
        self,
        secrets: Mapping[str, Secret] | None = None,
        observe: Observe | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._secrets = dict(secrets or {})
        self.observe = observe
        self.now = now
        self.sleep = sleep

    def secret(self, name: str) -> Secret:
        """The secret that the adapter calls so; raises NotSent when the environment lacks it."""
        if name not in self._secrets:
            raise NotSent("no_secret", name)
        return self._secrets[name]

    def server(self, url: str) -> Server:
        """The server at this address; raises NotSent for one that is not safe to talk to."""
        return Server(self, url)

    @cached_property
    def wire(self) -> Wire:
        """The connections; requests is imported when the first is needed."""
        from cmops.http.wire import Wire

        return Wire()


class Server:
    """One server. Paths begin with ``/``; nothing ever goes to another host."""

    def __init__(self, http: Http, url: str) -> None:
        self.host = _safe_host(url)
        self.url = url.rstrip("/")
        self._http = http
        self._rests: dict[str, datetime] = {}

    def read(self, method: str, path: str | Secret, **request: Unpack[Request]) -> Answer:
        """Asks for something that publishes nothing, a few times if need be.

        Raises NotSent when there is no answer to use, Throttled when the server wants a rest.
        """
        end = time.monotonic() + LONGEST
        tries = 1
        answer = self._try(method, path, request, publishes=False)
        while _passing(answer) and tries < TRIES and time.monotonic() < end:
            self._http.sleep(random.uniform(0.2, 0.6) * tries)  # noqa: S311 - only spreads them
            tries += 1
            answer = self._try(method, path, request, publishes=False)
        return _settled(answer, request)

    def publish(self, method: str, path: str | Secret, **request: Unpack[Request]) -> Answer:
        """Asks for something that makes a message live, or changes one; once.

        Raises NotSent or Throttled when it certainly was not done, Rejected when the server
        refused it, Unclear when that cannot be known.
        """
        return _settled(self._try(method, path, request, publishes=True), request)

    def _try(
        self, method: str, path: str | Secret, request: Request, *, publishes: bool
    ) -> Answer | Failure:
        """The answer, or the failure of one call; made outside of any ``except``.

        So no failure carries the library's own error, which shows the address.
        """
        asked = f"{method} {self.host}"
        where = f"{method} {reveal(path)}"
        before = self._http.now()
        rest = self._rests.get(where)
        if rest is not None and rest > before:
            return Throttled("throttled", rest, asked)
        got = self._http.wire.call(
            method, self.url + reveal(path), _opened(request), follow=not publishes
        )
        after = self._http.now()
        if isinstance(got, str):
            return NotSent(got, asked)
        if got is None:
            return lost(publishes, "no_answer", asked)
        answer = Answer(got.status, got.headers, got.body, publishes, asked, after)
        self._observe(answer, before)
        resting = rests_until(answer.headers, after)
        if resting is not None:
            self._rests[where] = resting
        return answer if got.whole else lost(publishes, "no_answer", asked)

    def _observe(self, answer: Answer, before: datetime) -> None:
        """Tells the server's time, unless a cache between us has kept the answer for a while."""
        said = date(answer.headers.get("date", ""))
        if self._http.observe is not None and said is not None and "age" not in answer.headers:
            self._http.observe(self.host, said, before, answer.at)


def _passing(answer: Answer | Failure) -> bool:
    """Whether it may well be better the next time."""
    if isinstance(answer, Answer):
        return answer.status >= 500
    return answer.code in {"unreachable", "no_answer"}


def _settled(answer: Answer | Failure, request: Request) -> Answer:
    if isinstance(answer, Failure):
        raise answer
    if answer.ok or answer.status in request.get("accept", ()):
        return answer
    raise answer.failure()


def _opened(request: Request) -> dict[str, Any]:
    """The request as the library takes it."""
    names = {"form": "data", "content": "data"}
    return {
        names.get(name, name): reveal(value) for name, value in request.items() if name != "accept"
    }


def _safe_host(url: str) -> str:
    """The host of a server's address. Secrets travel encrypted, or not beyond this machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotSent("address") from None
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise NotSent("address")
    if parts.scheme != "https" and (parts.scheme != "http" or host not in _LOOPBACK):
        raise NotSent("not_encrypted", host)
    return f"{host}:{port}" if port else host
