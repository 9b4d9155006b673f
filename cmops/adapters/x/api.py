"""Calls to X as one account: signed by OAuth 1.0a, or with the token of OAuth 2.

Sources: docs.x.com, "Authentication" and "Response codes and errors", read on 2026-11-22. Which
of the two is used follows from the secrets that the channel names: with ``access_secret`` it is
OAuth 1.0a, whose tokens do not end; else OAuth 2, whose tokens last two hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, Unpack
from urllib.parse import urlencode

from cmops.failures import Failure, NotSent, Rejected, Throttled
from cmops.http import Answer, Http, Secret, Server
from cmops.http.answer import until
from cmops.http.secret import basic, reveal
from cmops.http.server import Request

ME = "/2/users/me"
TOKEN = "/2/oauth2/token"  # noqa: S105 - a path
SPENT_FOR = timedelta(hours=6)
"""How long an account is left alone whose credits are used up: somebody must buy some."""

Fields = tuple[Mapping[str, str], Mapping[str, str]]
"""What is asked of each post, by its old and by its new names."""

_EXPLAINED = frozenset({400, 401, 402, 403, 404, 429})


class Api:
    """The account. Nothing is asked before the first call."""

    def __init__(self, http: Http, url: str, account: str, secrets: Mapping[str, str]) -> None:
        self._http = http
        self._url = url
        self._account = account.removeprefix("@").lower()
        self._names = secrets
        self._naming = 0

    def read(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Asks for something that publishes nothing. Raises NotSent or Throttled."""
        path, signed = self._signed(method, path, request)
        return _said(self._server.read(method, path, **signed))

    def posts(self, path: str, asked: Mapping[str, str], fields: Fields) -> Answer:
        """Asks for posts with these fields, by the names that X takes at present.

        X is renaming them: its guides say ``tweet.fields``, its description of August 2026
        ``post.fields``, and it refuses a name that it does not know. Raises NotSent or Throttled.
        """
        try:
            return self.read("GET", path, params={**asked, **fields[self._naming]})
        except NotSent as failure:
            if failure.code != "http_400":
                raise
        self._naming = 1 - self._naming
        return self.read("GET", path, params={**asked, **fields[self._naming]})

    def publish(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        path, signed = self._signed(method, path, request)
        return _said(self._server.publish(method, path, **signed))

    @cached_property
    def me(self) -> Mapping[str, Any]:
        """The token's account: ``id`` and ``username``."""
        answer = self.read("GET", ME)
        answer.text("data", "id")
        answer.text("data", "username")
        found: Mapping[str, Any] = answer.look("data")
        return found

    @property
    def name(self) -> str:
        """The account's name without @."""
        return str(self.me["username"])

    @property
    def is_wanted(self) -> bool:
        """Whether the token belongs to the account that the channel names."""
        return self.name.lower() == self._account

    @property
    def id(self) -> str:
        """What X calls the account; raises NotSent when it is not the one wanted."""
        if not self.is_wanted:
            raise NotSent("wrong_account", self.name)
        return str(self.me["id"])

    def forget(self) -> None:
        """Whose token it is will be asked anew."""
        self.__dict__.pop("me", None)

    def refreshed(self) -> Mapping[str, str]:
        """New secrets by what the adapter calls them; the old refresh token is void from then on.

        Raises NotSent where the channel has no refresh token, or X does not take it.
        """
        token, client = self._http.secret("refresh_token"), self._http.secret("client_id")
        form = {"grant_type": "refresh_token", "refresh_token": token}
        headers: dict[str, str | Secret] = {}
        if "client_secret" in self._names:
            headers["Authorization"] = basic(reveal(client), self._http.secret("client_secret"))
        else:
            form["client_id"] = client
        answer = _said(
            self._server.publish("POST", TOKEN, form=form, headers=headers, accept=_EXPLAINED)
        )
        return {name: answer.text(name) for name in ("access_token", "refresh_token")}

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    def _signed(self, method: str, path: str, request: Request) -> tuple[str, Request]:
        """The request with its parameters in the path, which OAuth 1.0a signs, and its header."""
        rest: Request = {**request}
        params = rest.pop("params", {})
        whole = f"{path}?{urlencode(params)}" if params else path
        rest["headers"] = {**request.get("headers", {}), "Authorization": self._pass(method, whole)}
        rest["accept"] = _EXPLAINED
        return whole, rest

    def _pass(self, method: str, path: str) -> Secret:
        if "access_secret" not in self._names:
            return self._http.secret("access_token").inside("Bearer {}")
        return signature(
            method,
            f"{self._server.url}{path}",
            {
                name: self._http.secret(name)
                for name in ("api_key", "api_secret", "access_token", "access_secret")
            },
        )


def signature(method: str, url: str, secrets: Mapping[str, Secret], **fixed: Any) -> Secret:
    """The ``Authorization`` header of OAuth 1.0a (RFC 5849) with HMAC-SHA1.

    JSON and multipart bodies are not part of what is signed. ``fixed`` are nonce and timestamp
    where they must not be new.
    """
    from requests_oauthlib import OAuth1

    key, secret, token, token_secret = (
        reveal(secrets[name]) for name in ("api_key", "api_secret", "access_token", "access_secret")
    )
    client: Any = OAuth1(key, secret, token, token_secret, decoding=None, **fixed).client
    _, headers, _ = client.sign(url, http_method=method)
    return Secret(secrets["access_token"].name, headers["Authorization"])


def _said(answer: Answer) -> Answer:
    if answer.ok:
        return answer
    raise _failure(answer)


def _failure(answer: Answer) -> Failure:
    """What an answer that is not a yes proves.

    403 is all of: no permission, an account that is locked or suspended, and a text that the
    account has posted lately; only the words tell them apart.
    """
    words = " ".join(map(_word, (answer, answer), ("detail", "title"))).lower()
    if answer.status == 402 or "creditsdepleted" in words or "usagecapexceeded" in words:
        return Throttled("x_credits", answer.at + SPENT_FOR, answer.asked)
    if answer.status == 429:
        return Throttled("throttled", _later(answer), answer.asked)
    if answer.status == 403:
        for said, code in _FORBIDDEN:
            if said in words:
                return _no(answer, code)
        return NotSent("x_permission", answer.asked)
    if answer.status == 404 and not answer.publishes:
        return NotSent("http_404", answer.asked)
    return answer.failure()


_FORBIDDEN = (
    ("duplicate content", "x_duplicate"),
    ("suspended", "x_suspended"),
    ("locked", "x_locked"),
    ("not allowed to reply", "x_no_reply"),
    ("reply to this", "x_no_reply"),
    ("quote", "x_no_quote"),
)
_FINAL = frozenset({"x_duplicate", "x_no_reply", "x_no_quote"})


def _no(answer: Answer, code: str) -> Failure:
    final = code in _FINAL and answer.publishes
    return Rejected(code, answer.asked) if final else NotSent(code, answer.asked)


def _later(answer: Answer) -> Any:
    """The day's allowance may be used up while the quarter of an hour's is not."""
    for span in ("user", "app"):
        if answer.headers.get(f"x-{span}-limit-24hour-remaining", "").strip() == "0":
            reset = answer.headers.get(f"x-{span}-limit-24hour-reset", "")
            return until({"retry-after": reset}, answer.at)
    return until(answer.headers, answer.at)


def _word(answer: Answer, name: str) -> str:
    found = answer.word(name)
    if found or name != "detail":
        return found
    try:
        inner = answer.look("errors", 0, "message") or answer.look("errors", 0, "detail")
    except Failure:
        return ""
    return inner if isinstance(inner, str) else ""
