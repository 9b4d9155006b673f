"""Calls to one server as one account, which must be the one that the channel names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Unpack
from urllib.parse import urlsplit

from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer, Http, Server
from cmops.http.server import Request

Status = Mapping[str, Any]

Source = tuple[str, str]
"""A status as it was written: its text and its content warning."""

INSTANCE = "/api/v2/instance"

_LOCAL = re.compile(r"/(?:@(?P<name>[\w.@-]+)|users/(?P<user>[\w.-]+)/statuses)/(?P<id>\w+)/?")

NEEDED = ("read:accounts", "read:search", "read:statuses", "write:media", "write:statuses")
"""What a token must be allowed: to look back, to resolve addresses, to upload and to publish."""


class Api:
    """The channel's server. Nothing is asked of it before the first call."""

    def __init__(self, http: Http, url: str, account: str) -> None:
        self._http = http
        self._url = url
        self._account = account.removeprefix("@").lower()
        self._sources: dict[tuple[str, str], Source] = {}

    def read(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Asks for something that publishes nothing. Raises NotSent or Throttled."""
        return self._server.read(method, path, **self._signed(request))

    def publish(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        return self._server.publish(method, path, **self._signed(request))

    @cached_property
    def name(self) -> str:
        """The account's full name, ``name@domain``, as its server says it."""
        name = _text(self._me, "username") or _text(self._me, "acct")
        host = _host(self._url)
        wanted = self._account.partition("@")[2]
        # People call a server by its domain, which need not be the host that serves it.
        domain = host if wanted in ("", host) else self._domain() or host
        return f"{name}@{domain}".lower()

    @property
    def is_wanted(self) -> bool:
        """Whether the token belongs to the account that the channel names."""
        name = self.name if "@" in self._account else self.name.partition("@")[0]
        return self._account == name

    @cached_property
    def id(self) -> str:
        """What the server calls the account; raises NotSent when it is not the one wanted."""
        if not self.is_wanted:
            raise NotSent("wrong_account", self.name)
        return _text(self._me, "id")

    def forget(self) -> None:
        """Whose token it is will be asked anew."""
        for name in ("_me", "name", "id"):
            self.__dict__.pop(name, None)

    def missing_scopes(self) -> tuple[str, ...]:
        """What the token's application was not allowed; empty where the server does not say."""
        try:
            said = self.read("GET", "/api/v1/apps/verify_credentials").look("scopes")
        except Failure:
            return ()
        granted = {each for each in said or () if isinstance(each, str)}
        return tuple(
            each for each in NEEDED if granted and not {each, each.partition(":")[0]} & granted
        )

    def resolve(self, address: str) -> Status:
        """The post at an address, as this server knows it; it may have to fetch it first.

        Raises Rejected when there is none that this account can see.
        """
        local = _LOCAL.fullmatch(urlsplit(address).path) if self._is_here(address) else None
        found = self._own(local) if local else self._anywhere(address)
        if found is None:
            raise Rejected("post_not_found")
        inner = found.get("reblog")
        return inner if isinstance(inner, dict) else found

    def source(self, status: Status) -> Source | None:
        """The status as it was written; None when this server does not tell."""
        id, version = str(status["id"]), str(status.get("edited_at"))
        if (id, version) not in self._sources:
            answer = self.read("GET", f"/api/v1/statuses/{id}/source", accept={404, 410})
            if not answer.ok:
                return None
            text, warning = answer.look("text"), answer.look("spoiler_text") or ""
            if not isinstance(text, str) or not isinstance(warning, str):
                raise answer.rubbish()
            self._sources[id, version] = (text, warning)
        return self._sources[id, version]

    def _own(self, named: re.Match[str]) -> Status | None:
        answer = self.read("GET", f"/api/v1/statuses/{named['id']}", accept={404})
        if not answer.ok:
            return None
        name = (named["name"] or named["user"]).lower()
        return answer.data if str(answer.look("account", "acct")).lower() == name else None

    def _anywhere(self, address: str) -> Status | None:
        asked = {"q": address, "type": "statuses", "resolve": "true", "limit": "5"}
        found = self.read("GET", "/api/v2/search", params=asked).look("statuses")
        statuses = [each for each in found or () if isinstance(each, dict)]
        for each in statuses:
            if address.rstrip("/") in (_text(each, "url"), _text(each, "uri")):
                return each
        # A server may know the post by another address of the same host. One that searches texts
        # instead finds posts that mention the address, which are somebody else's.
        same = [each for each in statuses if _host(_text(each, "uri")) == _host(address)]
        return same[0] if len(same) == len(statuses) == 1 and not self._is_here(address) else None

    def _is_here(self, address: str) -> bool:
        host = _host(address)
        return host == _host(self._url) or host == self.name.partition("@")[2]

    def _domain(self) -> str:
        answer = self.read("GET", INSTANCE, accept={404})
        return answer.text("domain") if answer.ok and answer.look("domain") else ""

    @cached_property
    def _me(self) -> Mapping[str, Any]:
        answer = self.read("GET", "/api/v1/accounts/verify_credentials")
        answer.text("id")
        me: Mapping[str, Any] = answer.data
        return me

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    def _signed(self, request: Request) -> Request:
        token = self._http.secret("token").inside("Bearer {}")
        return {**request, "headers": {**request.get("headers", {}), "Authorization": token}}


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower()


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""
