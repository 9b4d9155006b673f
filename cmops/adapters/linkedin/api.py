"""Calls to one version of LinkedIn's API with one token, and what its refusals prove.

Sources: learn.microsoft.com, LinkedIn, "Error Handling", "Rate Limiting", "Versioning",
"Token introspection", "Programmatic refresh tokens" and the error codes of "Posts API", "Videos
API" and "Comments API", read on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Unpack
from urllib.parse import urlsplit

from cmops.adapters.linkedin import URL
from cmops.failures import Failure, NotSent, Rejected, Throttled
from cmops.http import Answer, Http, Secret, Server
from cmops.http.answer import until
from cmops.http.server import Request

OAUTH = "https://www.linkedin.com"
PROTOCOL = "2.0.0"

_SAID = frozenset(range(400, 600))
_MILLISECONDS = 10_000_000_000
"""Above this a time is no number of seconds: the documentation's examples have both."""

_TOKEN = {
    "EXPIRED_ACCESS_TOKEN": "linkedin_token_over",
    "REVOKED_ACCESS_TOKEN": "linkedin_token_revoked",
}
_VERSION = frozenset({"NONEXISTENT_VERSION", "VERSION_MISSING", "INVALID_VERSION"})
_TOO_LONG = frozenset({"FIELD_LENGTH_TOO_LONG"})
_NOT_READY = frozenset(
    {"MEDIA_ASSET_WAITING_UPLOAD", "EXPIRED_UPLOAD_URL", "UPDATING_ASSET_FAILED"}
)
_FILE = frozenset({"MEDIA_ASSET_PROCESSING_FAILED", "INVALID_IMAGE_ID", "INVALID_VIDEO_ID"})
_COMMENTS = "creation rate limit exceeded"
_MINUTE = timedelta(minutes=1)
_INVALID = frozenset({400, 422})


class Api:
    """LinkedIn, with one token. Nothing is asked before the first call."""

    def __init__(self, http: Http, url: str, version: str, secrets: Mapping[str, str]) -> None:
        self._http = http
        self._url = url
        self._version = version
        self._names = secrets

    def read(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Asks for something that publishes nothing. Raises NotSent or Throttled."""
        return _settled(self._server.read(method, path, **self._signed(request)))

    def publish(self, method: str, path: str, **request: Unpack[Request]) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        return _settled(self._server.publish(method, path, **self._signed(request)))

    def upload(self, url: str, content: bytes, type: str, *, signed: bool = True) -> str:
        """Puts bytes where LinkedIn wants them; gives their ETag, which films are put together by.

        ``signed`` is false for the pieces of a film: their addresses take no token beside their
        own. Raises NotSent for an address that is not LinkedIn's own.
        """
        parts, own = urlsplit(url), urlsplit(self._url)
        theirs = parts.scheme == "https" and f".{parts.hostname}".endswith(".linkedin.com")
        if not theirs and parts.netloc != own.netloc:
            raise NotSent("address", parts.hostname or "")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        server = self._http.server(f"{parts.scheme}://{parts.netloc}")
        headers: dict[str, str | Secret] = {"Content-Type": type}
        if signed:
            headers["Authorization"] = self._bearer
        whole = Secret("upload", path)  # whoever has a signed address can write there
        answer = server.read("PUT", whole, content=content, headers=headers, accept=_SAID)
        return _settled(answer).headers.get("etag", "").strip('"')

    def expires(self) -> datetime | None:
        """When the token ends; None where the channel names no application to ask for.

        Raises NotSent where it has ended already and LinkedIn does not say when.
        """
        if not {"client_id", "client_secret"} <= self._names.keys():
            return None
        said = self._asked("/oauth/v2/introspectToken", token=self._http.secret("token"))
        seconds = said.look("expires_at") or said.look("expires_in")
        if isinstance(seconds, int) and seconds > 0:
            scale = 1_000 if seconds > _MILLISECONDS else 1
            return datetime.fromtimestamp(seconds / scale, UTC)
        if said.look("active") is False:
            raise NotSent("linkedin_token_over")
        return None

    def refreshed(self) -> Mapping[str, str]:
        """New secrets by what the adapter calls them.

        Raises NotSent where there is no refresh token, which only approved applications get.
        """
        token = self._http.secret("refresh_token")
        path = "/oauth/v2/accessToken"
        said = self._asked(path, grant_type="refresh_token", refresh_token=token)
        found = {"token": said.text("access_token")}
        if said.look("refresh_token"):
            found["refresh_token"] = said.text("refresh_token")
        return found

    def _asked(self, path: str, **form: str | Secret) -> Answer:
        """An answer of the server that gives tokens."""
        client = {name: self._http.secret(name) for name in ("client_id", "client_secret")}
        # A server that stands in for the API stands in for this one too.
        url = OAUTH if self._url == URL else self._url
        answer = self._http.server(url).read(
            "POST", path, form={**form, **client}, accept=frozenset({400, 401})
        )
        if answer.ok:
            return answer
        raise NotSent("linkedin_client", answer.asked)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    @property
    def _bearer(self) -> Secret:
        return self._http.secret("token").inside("Bearer {}")

    def _signed(self, request: Request) -> Request:
        headers: dict[str, str | Secret] = {
            **request.get("headers", {}),
            "Authorization": self._bearer,
            "LinkedIn-Version": self._version,
            "X-Restli-Protocol-Version": PROTOCOL,
        }
        return {**request, "headers": headers, "accept": _SAID}


def _settled(answer: Answer) -> Answer:
    if answer.ok:
        return answer
    raise _failure(answer)


def _failure(answer: Answer) -> Failure:
    """What an answer that is no yes proves."""
    code, words = answer.word("code"), answer.word("message").lower()
    if answer.status == 429:
        return Throttled("throttled", _later(answer, words), answer.asked)
    reason = _not_now(answer.status, code, words)
    if reason is not None:
        return NotSent(reason, answer.asked)
    if answer.publishes and answer.status < 500:
        return _refusal(answer, code, words)
    return answer.failure()


def _not_now(status: int, code: str, words: str) -> str | None:
    """Why nothing was done, where that is not the content's fault."""
    if code in _VERSION or status == 426:
        return "linkedin_version"
    if code in _NOT_READY:
        return "media_not_ready"
    if status == 401:
        return _TOKEN.get(code, "linkedin_token")
    if status == 403:
        return _forbidden(words)
    # "There is a conflict while writing. Retry": two writers, and this one did not.
    return "linkedin_conflict" if status == 409 and "duplicate" not in words else None


def _forbidden(words: str) -> str:
    if "restricted" in words:
        return "linkedin_restricted"
    # Comments need the Community Management API, whatever the token may do besides.
    return "linkedin_comments" if "socialactions.create" in words else "linkedin_permission"


def _refusal(answer: Answer, code: str, words: str) -> Failure:
    if "duplicate" in words or code == "DUPLICATE_POST":
        return Rejected("linkedin_duplicate", answer.asked)
    if answer.status == 404:
        return Rejected("linkedin_gone", answer.asked)
    if code in _FILE:
        return Rejected("media_refused", answer.asked)
    if code in _TOO_LONG:
        return Rejected("linkedin_too_long", answer.asked)
    if answer.status in _INVALID:
        return Rejected("linkedin_invalid", answer.asked)
    return answer.failure()


def _later(answer: Answer, words: str) -> datetime:
    """Allowances are of a day, and come back at midnight in UTC; those of comments in a minute."""
    said = until(answer.headers, answer.at)
    if said is not None:
        return said
    if _COMMENTS in words:
        return answer.at + _MINUTE
    day = answer.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def elements(answer: Answer) -> list[Mapping[str, Any]]:
    """The items of a list; raises what ``Answer.data`` raises for anything else."""
    found = answer.look("elements")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise answer.rubbish()
    return found
