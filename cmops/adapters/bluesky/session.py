"""Being logged in on a PDS: one session a run, renewed when its token ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer, Http, Secret, Server
from cmops.values import dataclass

_STALE = frozenset({"ExpiredToken", "InvalidToken"})
_NO_ACCESS = _STALE | {
    "AccountDeactivated",
    "AccountSuspended",
    "AccountTakedown",
    "AuthMissing",
    "AuthenticationRequired",
}
_SAID = frozenset({400, 401, 403, 404, 409, 413, 501})
_SERVER = "com.atproto.server."


@dataclass(frozen=True, slots=True)
class Login:
    """Who the server says we are, and the tokens that prove it from now on."""

    did: str
    handle: str
    access: Secret
    refresh: Secret


class Session:
    """Calls to one server as one account. Nothing is asked of it before the first call.

    Everything goes to the channel's own server: it answers for accounts elsewhere too.
    """

    def __init__(self, http: Http, url: str, account: str) -> None:
        self._http = http
        self._url = url
        self._account = account.removeprefix("@")
        self._login: Login | None = None

    @property
    def did(self) -> str:
        """The account's identifier; raises NotSent when it is not the one that is wanted."""
        login = self.login()
        if not self.is_wanted(login):
            raise NotSent("wrong_account", login.handle)
        return login.did

    def is_wanted(self, login: Login) -> bool:
        """Whether this is the account that the channel names, by handle or by DID."""
        return self._account == login.did or self._account.lower() == login.handle.lower()

    def login(self) -> Login:
        """Who we are; raises NotSent when the server does not let us in."""
        if self._login is None:
            self._login = self._enter()
        return self._login

    def checked(self) -> Login:
        """Who we are, asked of the server now; a new session only where there is none yet.

        Servers allow few log-ins a day: https://docs.bsky.app/docs/advanced-guides/rate-limits.
        """
        if self._login is None:
            return self.login()
        answer = self.read(f"{_SERVER}getSession")
        _active(answer)
        did, handle = answer.text("did"), answer.text("handle")
        self._login = replace(self.login(), did=did, handle=handle)
        return self._login

    def read(self, name: str, known: Collection[str] = (), **params: str | Sequence[str]) -> Answer:
        """Asks; ``known`` are errors that are returned. Raises NotSent or Throttled."""
        return self._call(self._server.read, "GET", name, known, params=params)

    def upload(self, content: bytes, type: str) -> Any:
        """Puts a file where a record can refer to it; what nothing refers to goes away again.

        Raises Rejected when the server does not take it.
        """
        headers = {"Content-Type": type}
        answer = self._call(
            self._server.read, "POST", "com.atproto.repo.uploadBlob", (), headers, content=content
        )
        blob = answer.look("blob")
        if not isinstance(blob, dict):
            raise answer.rubbish()
        return blob

    def publish(self, name: str, body: dict[str, Any], known: Collection[str] = ()) -> Answer:
        """Changes the repository. Raises what ``Server.publish`` raises."""
        return self._call(self._server.publish, "POST", name, known, json=body)

    def _call(
        self,
        ask: Callable[..., Answer],
        method: str,
        name: str,
        known: Collection[str],
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> Answer:
        def asked() -> Answer:
            bearer = self.login().access.inside("Bearer {}")
            sent = {**(headers or {}), "Authorization": bearer}
            return ask(method, f"/xrpc/{name}", headers=sent, accept=_SAID, **request)

        answer = asked()
        if not answer.ok and answer.word() in _STALE:
            # It was refused before anything was done.
            self._login = self._renewed()
            answer = asked()
        if answer.ok or answer.word() in known:
            return answer
        raise _failure(answer)

    def _enter(self) -> Login:
        password = self._http.secret("password")
        body = {"identifier": self._account, "password": password}
        return _logged_in(self._server.read("POST", f"/xrpc/{_SERVER}createSession", json=body))

    def _renewed(self) -> Login:
        old = self.login()
        headers = {"Authorization": old.refresh.inside("Bearer {}")}
        try:
            answer = self._server.read(
                "POST", f"/xrpc/{_SERVER}refreshSession", headers=headers, accept=_SAID
            )
            new = _logged_in(answer) if answer.ok else self._enter()
        except NotSent as failure:
            if failure.code != "rubbish":
                raise
            new = self._enter()
        if new.did != old.did:
            raise NotSent("wrong_account", new.handle)
        return new

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)


def _logged_in(answer: Answer) -> Login:
    _active(answer)
    return Login(
        answer.text("did"),
        answer.text("handle"),
        Secret("accessJwt", answer.text("accessJwt")),
        Secret("refreshJwt", answer.text("refreshJwt")),
    )


def _active(answer: Answer) -> None:
    if answer.look("active") is False:
        raise NotSent("unauthorised", answer.word("status"))


def _failure(answer: Answer) -> Failure:
    """What a no proves, with the platform's own word for it."""
    word = answer.word()
    if word in _NO_ACCESS:
        return NotSent("unauthorised", answer.asked)
    if answer.status == 404:
        # A PDS says 400 for a record that is missing: this is some other server.
        return NotSent("http_404", answer.asked)
    failure = answer.failure()
    if answer.status in {400, 413} and not answer.publishes and answer.asked.startswith("POST"):
        return Rejected(word or failure.code, answer.asked)
    if isinstance(failure, Rejected) and word:
        return Rejected(word, answer.asked)
    return failure
