"""Calls to Discord's API, and what each of its refusals proves.

Source: discord.com/developers, "Opcodes and Status Codes", "Rate Limits", "Reference".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Unpack

from cmops import __version__
from cmops.adapters.refusals import throttled
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer, Http, Secret, Server
from cmops.http.server import Request

HOST = "https://discord.com"
ROOT = "/api/v10"

UNKNOWN_MESSAGE = 10008

_AGENT = f"DiscordBot (cmops, {__version__})"
_SAID = frozenset({400, 401, 403, 404, 413, 429})

# What is wrong with the channel, and not with what is sent to it.
_CHANNEL = {
    10003: "no_channel",
    10004: "no_channel",
    10015: "no_webhook",
    40001: "unauthorised",
    40002: "unauthorised",
    50001: "no_channel",
    50008: "no_channel",
    50009: "may_not_post",
    50013: "may_not_post",
    50014: "unauthorised",
    50024: "no_channel",
    50027: "no_webhook",
    50083: "channel_closed",
    160002: "may_not_post",
    160005: "channel_closed",
}
_CONTENT = {
    UNKNOWN_MESSAGE: "post_not_found",
    40005: "media_too_large",
    50005: "not_ours",
    50006: "text_refused",
    50021: "not_a_post",
    50045: "media_too_large",
    50046: "media_refused",
    200000: "blocked_there",
    200001: "blocked_there",
    240000: "blocked_there",
    520001: "poll_fixed",
}
# Slow mode, write rate limits, and what Discord has switched off for a while.
_LATER = frozenset({20016, 20022, 20028, 20029, 40004, 40006, 40062})
# Which part of a form is wrong (50035).
_FORM = {
    "message_reference": "post_not_found",
    "content": "text_refused",
    "attachments": "media_refused",
    "files": "media_refused",
    "poll": "poll_refused",
}


class Api:
    """Discord, as a bot or as nobody: a webhook's token stands in the path."""

    def __init__(self, http: Http, *, bot: bool) -> None:
        self._http = http
        self._bot = bot

    def read(
        self, path: str | Secret, known: Collection[int] = (), **request: Unpack[Request]
    ) -> Answer:
        """Asks; ``known`` are codes of refusals that are returned. Raises NotSent or Throttled."""
        return self._call(self._server.read, "GET", path, known, request)

    def publish(
        self,
        method: str,
        path: str | Secret,
        known: Collection[int] = (),
        **request: Unpack[Request],
    ) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        return self._call(self._server.publish, method, path, known, request)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(HOST)

    def _call(
        self,
        ask: Callable[..., Answer],
        method: str,
        path: str | Secret,
        known: Collection[int],
        request: Request,
    ) -> Answer:
        headers: dict[str, str | Secret] = {"User-Agent": _AGENT}
        if self._bot:
            headers["Authorization"] = self._http.secret("token").inside("Bot {}")
        whole = path.inside(ROOT + "{}") if isinstance(path, Secret) else ROOT + path
        answer = ask(method, whole, **{**request, "headers": headers, "accept": _SAID})
        if answer.ok or _code(answer) in known:
            return answer
        raise _failure(answer)


def _code(answer: Answer) -> int:
    """Discord's own number for a refusal; 0 when it gives none."""
    try:
        found = answer.look("code")
    except Failure:
        return 0
    return found if isinstance(found, int) else 0


def _failure(answer: Answer) -> Failure:
    code = _code(answer)
    if answer.status == 429 or code in _LATER:
        return throttled(answer, "retry_after")
    if code in _CHANNEL:
        return NotSent(_CHANNEL[code], answer.asked)
    if code in _CONTENT:
        return Rejected(_CONTENT[code], answer.asked)
    if answer.status == 413:
        return Rejected("media_too_large", answer.asked)
    if code == 50035:
        wrong = answer.look("errors")
        names = (_FORM[name] for name in wrong if name in _FORM) if isinstance(wrong, dict) else ()
        return Rejected(next(iter(names), "form_refused"), answer.asked)
    return answer.failure()
