"""Requests to GitHub with one token: limits are waited for, reads are tried again, writes are not.

A request that a limit refuses was not carried out, so it is made again whatever it does, as long
as all waiting together stays bearable. A write whose answer is lost may have been carried out:
it is never repeated here; what writes must look first (by marker) and be safe to run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from cmops import __version__
from cmops.github import limits
from cmops.github.errors import Incomplete, Limited, Lost, NotEncrypted, NoToken, Refused
from cmops.github.place import Place
from cmops.http.secret import Secret, reveal
from cmops.values import dataclass

if TYPE_CHECKING:
    from requests import Response

TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the variable's name

_VERSION = "2022-11-28"
_CONNECT, _READ = 5.0, 20.0
_READS = frozenset({"GET", "HEAD"})
_AGAIN = (1.0, 4.0)
"""Seconds before a read is tried a second and a third time."""

_REDIRECTS = 3
_MOST_PAGES = 300
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How time passes: ``most`` is how many seconds a session waits for limits, all in all."""

    most: float = 120.0
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class Session:
    """One token on one server. Not for several threads."""

    def __init__(self, api: str, token: Secret, patience: Patience | None = None) -> None:
        from github3.session import GitHubSession

        self.api = api.rstrip("/")
        self.host = _safe_host(self.api)
        self._token = token
        self._patience = patience or Patience()
        self._waited = 0.0
        self._written: float | None = None
        self._session = GitHubSession(_CONNECT, _READ)
        self._session.token_auth(reveal(token))
        self._session.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "User-Agent": f"cmops/{__version__}",
                "X-GitHub-Api-Version": _VERSION,
            }
        )

    @cached_property
    def login(self) -> str:
        """Who this token is, as GitHub signs what it writes: ``octocat``, ``some-app[bot]``."""
        try:
            return str(self.request("GET", "/user")["login"])
        except Refused as error:
            if error.status != 403:
                raise
        # An installation's token, such as that of GitHub Actions, is no user; GraphQL knows it.
        answer = self.request("POST", self._graphql(), body={"query": "query { viewer { login } }"})
        viewer = (answer.get("data") or {}).get("viewer") or {}
        if not viewer.get("login"):
            raise Refused(403, "viewer", "")
        return str(viewer["login"])

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """The answer's JSON (None where it has none).

        ``path`` begins after the API's address. Raises Refused, Lost and Limited.
        """
        return _json(self._answer(method, self._url(path), params, body), path)

    def pages(
        self, path: str, *, key: str | None = None, params: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Every row of a list, whatever its number of pages; ``key`` holds the rows of a page."""
        url, asked = self._url(path), {"per_page": 100, **(params or {})}
        wanted: Mapping[str, Any] | None = asked
        for _ in range(_MOST_PAGES):
            answer = self._answer("GET", url, wanted, None)
            found = _json(answer, path)
            rows = found.get(key) if key and isinstance(found, dict) else found
            if not isinstance(rows, list):
                raise Refused(answer.status_code, path, "")
            yield from rows
            following = answer.links.get("next", {}).get("url")
            if not following:
                return
            url, wanted = self._here(urljoin(url, following), path), None
        raise Incomplete(path, _MOST_PAGES * 100)

    def _answer(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
    ) -> Response:
        """The first answer that is neither a passing failure of a read nor a limit."""
        asked, tries = f"{method} {urlsplit(url).path}", list(_AGAIN)
        while True:
            answer = self._sent(method, url, params, body)
            passing = answer is None or answer.status_code >= 500
            if passing and method in _READS and tries:
                self._patience.sleep(tries.pop(0))
            elif answer is None or (passing and method not in _READS):
                raise Lost(asked, self.host, writes=method not in _READS)
            elif answer.status_code < 300:
                return answer
            else:
                self._await(answer, asked)

    def _await(self, answer: Response, asked: str) -> None:
        """Waits if a limit refused, as long as that is bearable; else says why it was refused."""
        reason = _message(answer)
        now = self._patience.now()
        seconds = limits.wait(answer.status_code, _lower(answer.headers), reason, now)
        if seconds is None:
            raise Refused(answer.status_code, asked, self._clean(reason))
        if self._waited + seconds > self._patience.most:
            raise Limited(datetime.fromtimestamp(now + seconds, UTC).replace(microsecond=0))
        self._waited += seconds
        self._patience.sleep(seconds)

    def _sent(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
    ) -> Response | None:
        """What came back after redirects within the server; None when nothing did."""
        from requests import RequestException

        self._pace(method)
        try:
            for _ in range(_REDIRECTS + 1):
                answer: Response = self._session.request(
                    method, url, params=params, json=body, allow_redirects=False
                )
                target = _target(method, answer)
                if target is None:
                    return answer
                url, params = self._here(urljoin(url, target), urlsplit(url).path), None
        except RequestException:
            return None
        finally:
            if method not in _READS:
                self._written = self._patience.now()
        raise Refused(508, urlsplit(url).path, "")

    def _pace(self, method: str) -> None:
        if method in _READS or self._written is None:
            return
        left = self._written + limits.BETWEEN_WRITES - self._patience.now()
        if left > 0:
            self._patience.sleep(min(left, limits.BETWEEN_WRITES))

    def _url(self, path: str) -> str:
        return path if path.startswith(("https://", "http://")) else self.api + path

    def _here(self, url: str, asked: str) -> str:
        """The address, if it is on this server: the token goes nowhere else."""
        here, there = urlsplit(self.api), urlsplit(url)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Refused(502, asked, there.netloc)
        return url

    def _graphql(self) -> str:
        return self.api.removesuffix("/v3") + "/graphql"

    def _clean(self, text: str) -> str:
        return text.replace(str(reveal(self._token)), "…")


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, and the session that opens it. Paths begin after ``/repos/owner/name``."""

    place: Place
    session: Session

    def get(self, path: str, **params: Any) -> Any:
        """What is there. Raises GitHubError."""
        return self.session.request("GET", self._path(path), params=params)

    def pages(self, path: str, key: str | None = None, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list there."""
        return self.session.pages(self._path(path), key=key, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Makes something; what was made."""
        return self.session.request("POST", self._path(path), body=body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Changes something; what it became."""
        return self.session.request("PATCH", self._path(path), body=body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Makes something be this, whether it was there or not."""
        return self.session.request("PUT", self._path(path), body=body)

    def delete(self, path: str) -> None:
        """Removes something; that it is gone already is well."""
        try:
            self.session.request("DELETE", self._path(path))
        except Refused as error:
            if error.status not in (404, 410):
                raise

    def _path(self, path: str) -> str:
        return f"/repos/{self.place.repository}{path}"


def connect(
    place: Place,
    environ: Mapping[str, str],
    *,
    variable: str = TOKEN,
    patience: Patience | None = None,
) -> Repository:
    """The repository, opened with the token of an environment variable. Raises NoToken."""
    token = environ.get(variable, "").strip()
    if not token:
        raise NoToken(variable)
    return Repository(place, Session(place.api, Secret(variable, token), patience))


def _json(answer: Response, asked: str) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        raise Refused(answer.status_code, asked, "") from None


def _target(method: str, answer: Response) -> str | None:
    """Where a redirect leads that keeps what was asked (a moved repository)."""
    kept = (301, 302, 307, 308) if method in _READS else (307, 308)
    return answer.headers.get("location") if answer.status_code in kept else None


def _message(answer: Response) -> str:
    """GitHub's own words for a refusal, with what it says of each field."""
    try:
        said = answer.json()
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    words = [str(said.get("message", ""))]
    for each in said.get("errors") or ():
        if isinstance(each, dict):
            named = [str(each[name]) for name in ("field", "code", "message") if each.get(name)]
            words.append(" ".join(named))
        else:
            words.append(str(each))
    return "; ".join(filter(None, words))[:300]


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _safe_host(api: str) -> str:
    parts = urlsplit(api)
    host = parts.hostname or ""
    if parts.scheme != "https" and (parts.scheme != "http" or host not in _LOOPBACK):
        raise NotEncrypted(host or api)
    return parts.netloc.rpartition("@")[2]
