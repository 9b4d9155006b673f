"""Calls to one forum as one of its users, and what each of its refusals proves.

Source: docs.discourse.org; discourse/discourse, ApplicationController.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Unpack

from cmops.adapters.refusals import in_between, throttled
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer, Http, Secret, Server
from cmops.http.server import Request

_SAID = frozenset({400, 401, 403, 404, 409, 410, 413, 422, 429, 503})


class Api:
    """The channel's forum. Nothing is asked of it before the first call."""

    def __init__(self, http: Http, url: str, account: str) -> None:
        self._http = http
        self._url = url
        self._account = account

    def read(self, path: str, *, gone: bool = False, **request: Unpack[Request]) -> Answer:
        """Asks; with ``gone`` an answer that there is no such thing is returned.

        Raises NotSent, Throttled or Rejected.
        """
        return self._call(self._server.read, "GET", path, request, gone=gone)

    def put_aside(self, path: str, **request: Unpack[Request]) -> Answer:
        """Gives the forum a file, which nobody sees yet."""
        return self._call(self._server.read, "POST", path, request)

    def publish(
        self, method: str, path: str, *, gone: bool = False, **request: Unpack[Request]
    ) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        return self._call(self._server.publish, method, path, request, gone=gone)

    @cached_property
    def me(self) -> str:
        """Whose name the key may write in."""
        return self.read("/session/current.json").text("current_user", "username")

    @cached_property
    def site(self) -> Any:
        """What the forum says of itself to this user: its categories, its tags."""
        found = self.read("/site.json").data
        return found if isinstance(found, dict) else {}

    @cached_property
    def settings(self) -> Any:
        """How the forum is set, as far as it tells; empty where it does not."""
        answer = self.read("/site/settings.json", gone=True)
        return answer.data if answer.ok and isinstance(answer.data, dict) else {}

    def forget(self) -> None:
        """Whose key it is, and what the forum says, will be asked anew."""
        for name in ("me", "site", "settings"):
            self.__dict__.pop(name, None)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    def _call(
        self,
        ask: Callable[..., Answer],
        method: str,
        path: str,
        request: Request,
        *,
        gone: bool = False,
    ) -> Answer:
        headers: dict[str, str | Secret] = {
            "Api-Key": self._http.secret("key"),
            "Api-Username": self._account,
            "Accept": "application/json",
        }
        answer = ask(method, path, **{**request, "headers": headers, "accept": _SAID})
        if answer.ok or (gone and answer.status in {404, 410}):
            return answer
        raise _failure(answer)


# What each status proves, where the forum says so itself.
_CODES = {
    400: "form_refused",
    404: "post_not_found",
    409: "changed_there",
    410: "post_not_found",
    413: "media_too_large",
    422: "text_refused",
}


def _failure(answer: Answer) -> Failure:
    if answer.status == 429:
        return throttled(answer, "extras", "wait_seconds")
    word = answer.word("error_type")
    if word == "read_only":
        return NotSent("read_only_there", answer.asked)
    if answer.status == 403 and word == "invalid_access" and answer.publishes:
        return NotSent("may_not_post", answer.asked)
    if not _speaks(answer):
        return in_between(answer)
    if answer.status in _CODES:
        return Rejected(_CODES[answer.status], answer.asked)
    return answer.failure()


def _speaks(answer: Answer) -> bool:
    try:
        return isinstance(answer.look("errors"), list)
    except Failure:
        return False
