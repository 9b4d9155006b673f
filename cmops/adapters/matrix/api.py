"""Calls to one homeserver with one access token, which is never exchanged for another.

The server recognises a repeated request by its token: a new log-in would send twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, Unpack
from urllib.parse import quote

from cmops.adapters.refusals import in_between, throttled
from cmops.failures import Failure, Rejected
from cmops.http import Answer, Http, Server
from cmops.http.server import Request

CLIENT = "/_matrix/client/v3"
MEDIA = "/_matrix/media/v3"

_SAID = frozenset({400, 404, 413, 429})


class Api:
    """The channel's homeserver. Nothing is asked of it before the first call."""

    def __init__(self, http: Http, url: str) -> None:
        self._http = http
        self._url = url

    def read(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Asks for something that publishes nothing. Raises NotSent, Throttled or Rejected."""
        return _settled(self._server.read(method, path, **self._signed(request)), request)

    def publish(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Makes an event. Raises what ``http.Server.publish`` raises."""
        return _settled(self._server.publish(method, path, **self._signed(request)), request)

    @cached_property
    def user(self) -> str:
        """Whose token it is."""
        return self.read("GET", f"{CLIENT}/account/whoami").text("user_id")

    def forget(self) -> None:
        """Whose token it is will be asked anew."""
        self.__dict__.pop("user", None)

    def room(self, name: str) -> str:
        """The identifier of a room; its address may lead elsewhere one day. Raises Rejected."""
        if name.startswith("!"):
            return name
        return self.read("GET", f"{CLIENT}/directory/room/{quoted(name)}").text("room_id")

    def state(self, room: str, kind: str, *, whole: bool = False) -> Mapping[str, Any] | None:
        """What the room says of itself; ``whole`` with who said so. None when it says nothing.

        Raises NotSent for a room that the account is not in.
        """
        path = f"{CLIENT}/rooms/{quoted(room)}/state/{quoted(kind)}/"
        asked = {"format": "event"} if whole else {}
        answer = self.read("GET", path, params=asked, accept={404})
        if not answer.ok:
            return None
        if not isinstance(answer.data, dict):
            raise answer.rubbish()
        return answer.data

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    def _signed(self, request: Request) -> Request:
        token = self._http.secret("token").inside("Bearer {}")
        headers = {**request.get("headers", {}), "Authorization": token}
        return {**request, "headers": headers, "accept": _SAID}


def quoted(name: str) -> str:
    """A name as one step of a path."""
    return quote(name, safe="")


def _settled(answer: Answer, request: Request) -> Answer:
    """The answer, if it is a yes or a no that was to be expected."""
    if answer.ok:
        return answer
    word = answer.word("errcode")
    if answer.status in request.get("accept", ()) and word:
        return answer
    raise _failure(answer, word)


def _failure(answer: Answer, word: str) -> Failure:
    """What a no proves, with Matrix's own word for it."""
    if not word:
        return in_between(answer)
    if answer.status == 429:
        return throttled(answer, "retry_after_ms", unit=timedelta(milliseconds=1))
    return Rejected(word.removeprefix("M_").lower(), answer.asked)
