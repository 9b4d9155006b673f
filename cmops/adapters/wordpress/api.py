"""Calls to one blog's REST API as one user, who must be the one that the channel names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Unpack

from cmops.adapters.refusals import in_between
from cmops.failures import Failure, NotSent, Rejected, Unclear
from cmops.http import Answer, Http, Server, basic
from cmops.http.server import Request

Item = Mapping[str, Any]

PAGES = 20
"""Pages of 100 that are read at most."""

_PAGE = 100
_SAID = frozenset({400, 401, 403, 404, 409, 410, 413, 500, 501})
_ADDRESS = frozenset({"rest_no_route", "rest_disabled"})


class Api:
    """The channel's blog. Nothing is asked of it before the first call."""

    def __init__(self, http: Http, url: str, account: str) -> None:
        self._http = http
        self._url = url
        self._account = account

    def read(self, route: str, **request: Unpack[Request]) -> Answer:
        """Asks. Raises NotSent, Throttled, or Rejected for what cannot be asked."""
        return self._call(self._server.read, "GET", route, request)

    def items(self, route: str, asked: Mapping[str, Any]) -> Iterator[Item]:
        """Everything that a list holds. Raises NotSent when it has no end."""
        for page in range(1, PAGES + 1):
            paged = {**asked, "per_page": _PAGE, "page": page}
            answer = self.read(route, params=paged, accept={400})
            if not answer.ok and answer.word("code") == "rest_post_invalid_page_number":
                return
            found = answer.data
            if not answer.ok or not isinstance(found, list):
                raise answer.rubbish()
            for each in found:
                if not isinstance(each, dict) or not isinstance(each.get("id"), int):
                    raise answer.rubbish()
                yield each
            if len(found) < _PAGE:
                return
        raise NotSent("too_many_pages")

    def put_aside(self, route: str, **request: Unpack[Request]) -> Answer:
        """Makes something that no reader is shown, once: a lost answer publishes nothing."""
        try:
            answer = self.publish("POST", route, **request)
        except Unclear as failure:
            raise NotSent(failure.code, failure.detail) from None
        return replace(answer, publishes=False)

    def publish(self, method: str, route: str, **request: Unpack[Request]) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        _ = self.user
        return self._call(self._server.publish, method, route, request)

    @cached_property
    def me(self) -> Item:
        """Whose password it is, with what the blog lets them do."""
        answer = self.read("/wp/v2/users/me", params={"context": "edit"})
        if not isinstance(answer.look("id"), int):
            raise answer.rubbish()
        found: Item = answer.data
        return found

    def forget(self) -> None:
        """Whose password it is will be asked anew."""
        self.__dict__.pop("me", None)

    @property
    def is_wanted(self) -> bool:
        """Whether the password belongs to the user that the channel names, by name or address."""
        names = {str(self.me.get(name, "")).lower() for name in ("username", "email")}
        return self._account.lower() in names

    @property
    def user(self) -> int:
        """The user's number; raises NotSent when it is not the one that is wanted."""
        if not self.is_wanted:
            raise NotSent("wrong_account", str(self.me.get("username", "")))
        return int(self.me["id"])

    def _call(self, ask: Any, method: str, route: str, request: Request) -> Answer:
        expected = request.get("accept", ())
        answer: Answer = ask(method, *self._addressed(route), **self._signed(route, request))
        if answer.ok or (answer.status in expected and answer.word("code")):
            return answer
        raise _failure(answer)

    def _addressed(self, route: str) -> tuple[str]:
        return (f"/wp-json{route}" if self._pretty else "/",)

    def _signed(self, route: str, request: Request) -> Request:
        params = request.get("params", {})
        if not self._pretty:
            params = {"rest_route": route, **params}
        password = basic(self._account, self._http.secret("password"))
        headers = {**request.get("headers", {}), "Authorization": password}
        return {**request, "params": params, "headers": headers, "accept": _SAID}

    @cached_property
    def _pretty(self) -> bool:
        """Whether the API has addresses of its own. Raises NotSent where there is none."""
        answer = self._server.read("GET", "/wp-json/", accept=_SAID)
        if _is_api(answer):
            return True
        if answer.status in (401, 403):
            raise answer.failure()
        if _is_api(self._server.read("GET", "/", params={"rest_route": "/"}, accept=_SAID)):
            return False
        raise NotSent("no_rest_api", self._server.host)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)


def _is_api(answer: Answer) -> bool:
    try:
        return answer.ok and "wp/v2" in (answer.look("namespaces") or ())
    except Failure:
        return False


def _failure(answer: Answer) -> Failure:
    """What a no proves, with WordPress's own word for it."""
    word = answer.word("code")
    if not word or word in _ADDRESS:
        return in_between(answer)
    if 400 <= answer.status < 500 and answer.status not in (401, 403):
        return Rejected(word.removeprefix("rest_"), answer.asked)
    return answer.failure()
