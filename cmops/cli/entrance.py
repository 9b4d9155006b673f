"""The way in with a browser: the page opens, somebody says yes, and tokens come back."""

from __future__ import annotations

from cmops.adapters.contract import Platform
from cmops.cli.conversation import Talk
from cmops.connect import listening as ears
from cmops.connect.login import Client, Login, Tokens, begin, code_of, exchange, registered
from cmops.connect.ways import MASTODON_SCOPES, fediverse, way
from cmops.errors import CmopsError
from cmops.http import Http, Secret
from cmops.values import dataclass

FEDIVERSE = frozenset({"mastodon"})
"""Platforms on whose servers an application is made for each login."""

_WAIT = 300.0
"""Seconds for which a browser is waited for."""

_ELSEWHERE = "https://localhost/"
"""Where a platform sends a browser that only takes https: nothing is there, the address is all."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One platform's, at ``url`` where it has many servers; ``port`` is where a browser returns.

    ``personal`` is somebody's own, where a page takes another application.
    """

    platform: Platform
    url: str
    port: int | None = None
    personal: bool = False

    @property
    def login(self) -> Login | None:
        """How it lets people in; None where tokens are pasted."""
        if self.platform.name in FEDIVERSE:
            return fediverse(self.url)
        known = way(self.platform.name)
        return known.personal if self.personal and known.personal is not None else known.login

    @property
    def redirect(self) -> str:
        """What the application must name as the address to come back to."""
        if self.login is not None and self.login.secure:
            return _ELSEWHERE
        return f"http://{ears.HOST}:{self.port or ears.PORT}{ears.PATH}"

    def enter(self, talk: Talk) -> dict[str, Secret]:
        """The secrets of a login, by what the adapter calls them.

        Raises NotLoggedIn, CmopsError when nobody came, and a Failure.
        """
        login = self.login
        if login is None:
            return {}
        if login.secure:
            client = self._client(talk)
            begun = begin(login, client, _ELSEWHERE)
            talk.shows(begun.url)
            code = code_of(talk.hidden("connect.ask-address"), begun)
            return self._named(exchange(Http(), login, begun, code, client), client)
        with ears.listening(self._port, talk.wording.say("connect.close-window")) as listener:
            client = self._registered(listener.redirect) or self._client(talk)
            begun = begin(login, client, listener.redirect)
            talk.shows(begun.url)
            address = listener.address(begun.state, _WAIT)
        if address is None:
            raise CmopsError("connect.nobody-came")
        return self._named(exchange(Http(), login, begun, code_of(address, begun), client), client)

    @property
    def _port(self) -> int:
        """Any, where nobody has to write it down beforehand."""
        if self.port is not None:
            return self.port
        return 0 if self.platform.name in FEDIVERSE else ears.PORT

    def _registered(self, redirect: str) -> Client | None:
        if self.platform.name not in FEDIVERSE:
            return None
        return registered(Http(), self.url, redirect, MASTODON_SCOPES)

    def _client(self, talk: Talk) -> Client:
        id = talk.asks("connect.ask-client-id")
        optional = self.login is not None and self.login.pkce
        secret = talk.hidden("connect.ask-client-secret", optional=optional)
        return Client(id, Secret("client_secret", secret) if secret else None)

    def _named(self, tokens: Tokens, client: Client) -> dict[str, Secret]:
        known, found = self.platform.secrets, {}
        found["access_token" if "access_token" in known else "token"] = tokens["access_token"]
        if "refresh_token" in tokens and "refresh_token" in known:
            found["refresh_token"] = tokens["refresh_token"]
        own = {"client_id": Secret("client_id", client.id), "client_secret": client.secret}
        for name, called in (way(self.platform.name).keeps or {}).items():
            value = own[name]
            if value is not None:
                found[called] = value
        return found
