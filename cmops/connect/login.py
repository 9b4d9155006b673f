"""Logging in with a browser: OAuth 2 with an authorization code, and PKCE where a platform has it.

Sources: RFC 6749, RFC 7636 and RFC 8252 (loopback redirects), and each platform's own pages, read
on 2026-11-22.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cmops.errors import CmopsError
from cmops.http import Answer, Http, Secret, basic
from cmops.values import dataclass

Tokens = Mapping[str, Secret]


@dataclass(frozen=True, slots=True)
class Login:
    """How a platform lets people in.

    ``pkce`` says that it takes part in PKCE, ``basic`` that the application shows its secret in a
    header, ``secure`` that it only redirects to https: then people paste the address that their
    browser ended up at. ``longer`` is how a token is exchanged for one that lasts: the path, and
    the grant's name.
    """

    authorize: str
    token: str
    scopes: tuple[str, ...]
    separator: str = " "
    pkce: bool = True
    basic: bool = False
    secure: bool = False
    longer: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """The application that people log into; its secret where it has one."""

    id: str
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that was begun: the page to open, and what proves that its answer is ours."""

    url: str
    redirect: str
    state: str
    verifier: str


class NotLoggedIn(CmopsError):
    """The login led to nothing. ``code`` is the platform's word, or ours."""

    def __init__(self, code: str) -> None:
        known = "connect.login-" + code.replace("_", "-")
        phrase = known if known in _SAID else "connect.login-failed"
        super().__init__(phrase, code=code)


_SAID = frozenset({"connect.login-access-denied", "connect.login-state", "connect.login-no-code"})


def begin(login: Login, client: Client, redirect: str) -> Begun:
    """The page at which somebody says yes."""
    state, verifier = token_urlsafe(32), token_urlsafe(64)
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": redirect,
        "scope": login.separator.join(login.scopes),
        "state": state,
    }
    if login.pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        asked["code_challenge"] = urlsafe_b64encode(digest).rstrip(b"=").decode()
        asked["code_challenge_method"] = "S256"
    joint = "&" if urlsplit(login.authorize).query else "?"
    return Begun(f"{login.authorize}{joint}{urlencode(asked)}", redirect, state, verifier)


def code_of(address: str, begun: Begun) -> Secret:
    """The code in the address that a browser was sent to. Raises NotLoggedIn.

    An answer that does not know our state may be somebody else's, who wants us to use their
    account.
    """
    parts = urlsplit(address.strip())
    # Threads ends the address with "#_", which is part of nothing.
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if not hmac.compare_digest(given.get("state", "").encode(), begun.state.encode()):
        raise NotLoggedIn("state")
    if "error" in given:
        raise NotLoggedIn(given["error"][:64])
    if not given.get("code"):
        raise NotLoggedIn("no_code")
    return Secret("code", given["code"])


def exchange(http: Http, login: Login, begun: Begun, code: Secret, client: Client) -> Tokens:
    """The tokens that a code stands for, and one that lasts where there is one.

    Raises NotLoggedIn for a no, and a Failure when the platform cannot be asked.
    """
    form: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun.redirect,
        "client_id": client.id,
    }
    headers: dict[str, str | Secret] = {}
    if login.pkce:
        form["code_verifier"] = begun.verifier
    if client.secret is not None and login.basic:
        headers["Authorization"] = basic(client.id, client.secret)
    elif client.secret is not None:
        form["client_secret"] = client.secret
    origin, path = _split(login.token)
    # A code is good for one request: it is never repeated.
    server = http.server(origin)
    answer = server.publish("POST", path, form=form, headers=headers, accept={400, 401, 403})
    tokens = _tokens(answer)
    return _lasting(http, login, client, tokens) if login.longer else tokens


def _lasting(http: Http, login: Login, client: Client, tokens: Tokens) -> Tokens:
    path, grant = login.longer or ("", "")
    asked: dict[str, Any] = {"grant_type": grant, "client_secret": client.secret}
    if grant == "fb_exchange_token":
        asked |= {"client_id": client.id, grant: tokens["access_token"]}
    else:
        asked["access_token"] = tokens["access_token"]
    origin, _ = _split(login.token)
    answer = http.server(origin).read("GET", path, params=asked, accept={400, 401, 403})
    return {**tokens, **_tokens(answer)}


def _tokens(answer: Answer) -> Tokens:
    if not answer.ok:
        said = answer.look("error")
        word = said if isinstance(said, str) else answer.look("error", "type")
        raise NotLoggedIn(str(word or f"http_{answer.status}")[:64])
    answer.text("access_token")
    names = ("access_token", "refresh_token")
    return {name: Secret(name, answer.text(name)) for name in names if answer.look(name)}


def registered(http: Http, server: str, redirect: str, scopes: tuple[str, ...]) -> Client:
    """An application of our own on a server of the fediverse, made for this one login.

    Source: docs.joinmastodon.org/methods/apps. Raises a Failure.
    """
    body = {"client_name": "cmops", "redirect_uris": redirect, "scopes": " ".join(scopes)}
    answer = http.server(server).publish("POST", "/api/v1/apps", json=body)
    return Client(answer.text("client_id"), Secret("client_secret", answer.text("client_secret")))


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path
