"""Calls to one version of one Graph API, signed with the channel's token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Unpack

from cmops.adapters.graph.errors import failure
from cmops.failures import Failure, NotSent, Rejected, Throttled
from cmops.http import Answer, Http, Secret, Server
from cmops.http.secret import reveal
from cmops.http.server import Request

GONE = "graph_gone"
"""What a Graph API says of an object that is not there, or that the token may not see."""

_SAID = frozenset(range(400, 600))


class Graph:
    """One server and version. Nothing is asked of it before the first call."""

    def __init__(self, http: Http, url: str, version: str) -> None:
        self._http = http
        self._url = url
        self._version = version

    def read(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Asks for something that publishes nothing. Raises NotSent, Throttled or Rejected."""
        return _settled(self._server.read(method, self._at(path), **self._signed(request)))

    def publish(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        return _settled(self._server.publish(method, self._at(path), **self._signed(request)))

    def delete(self, id: str) -> None:
        """Takes something back; what is gone already is no error. Raises what ``publish`` does."""
        try:
            self.publish("DELETE", f"/{id}")
        except Rejected as refused:
            if refused.code != GONE:
                raise

    def token_data(self) -> Mapping[str, Any]:
        """What the platform says of the token: ``scopes``, ``expires_at`` and so on.

        Empty where it does not tell. Raises NotSent or Throttled.
        """
        # Documented as a parameter only; addresses are neither logged nor part of any failure.
        asked = {"input_token": self._token}
        try:
            said = self.read("GET", "/debug_token", params=asked).look("data")
        except (Rejected, NotSent) as error:
            if error.code in {"unreachable", "no_answer"}:
                raise
            return {}
        return said if isinstance(said, dict) else {}

    def expires(self) -> datetime | None:
        """When the token, or the app's right to use it, ends; None when the platform tells none."""
        said = self.token_data()
        moments = [said.get(name) for name in ("expires_at", "data_access_expires_at")]
        known = [each for each in moments if isinstance(each, int) and each > 0]
        return datetime.fromtimestamp(min(known), UTC) if known else None

    def missing(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Permissions that the token lacks; empty where the platform does not tell."""
        if not needed:
            return ()
        try:
            scopes = self.token_data().get("scopes")
        except Failure:
            return ()
        granted = {each for each in scopes or () if isinstance(each, str)}
        return tuple(each for each in needed if granted and each not in granted)

    def refreshed(self, grant: str) -> str:
        """A token that lasts longer, in exchange for the channel's. Raises a Failure.

        This endpoint has no version, and is documented with the token as a parameter only.
        """
        asked = {"grant_type": grant, "access_token": self._token}
        answer = self._server.read("GET", "/refresh_access_token", params=asked, accept=_SAID)
        return _settled(answer).text("access_token")

    def link(self, id: str, fields: str = "permalink,timestamp") -> Mapping[str, Any]:
        """Fields of what has just been published; empty rather than losing a success over them."""
        try:
            data = self.read("GET", f"/{id}", params={"fields": fields}).data
        except (NotSent, Throttled, Rejected):
            return {}
        return data if isinstance(data, dict) else {}

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    @property
    def _token(self) -> Secret:
        return self._http.secret("token")

    def _at(self, path: str) -> str:
        return f"/{self._version}{path}"

    def _signed(self, request: Request) -> Request:
        headers = {**request.get("headers", {}), "Authorization": self._token.inside("Bearer {}")}
        signed: Request = {**request, "headers": headers, "accept": _SAID}
        proof = self._proof
        if proof is not None:
            signed["params"] = {**request.get("params", {}), "appsecret_proof": proof}
        return signed

    @cached_property
    def _proof(self) -> Secret | None:
        """Shows that the caller is the app itself; for apps that demand it ("Secure requests")."""
        try:
            secret = self._http.secret("app_secret")
        except NotSent:
            return None
        key, token = (str(reveal(each)).encode() for each in (secret, self._token))
        return Secret(secret.name, hmac.new(key, token, hashlib.sha256).hexdigest())


def _settled(answer: Answer) -> Answer:
    if answer.ok:
        return answer
    raise failure(answer)
