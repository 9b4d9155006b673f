"""Calls to Telegram's Bot API, whose token stands in the address, and what a refusal proves.

The address is opened on the wire alone; what Telegram says of an error is never passed on.
Source: core.telegram.org/bots/api, "Making requests"; the words are its server's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from cmops.adapters.refusals import throttled
from cmops.adapters.telegram.content import as_form
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer, Http, Server
from cmops.http.server import Request

HOST = "https://api.telegram.org"

Files = Mapping[str, tuple[str, bytes, str]]

_SAID = frozenset({400, 401, 403, 404, 413, 429})

# Telegram has no codes but these words. First what is wrong with the chat, not with the message.
_CHAT = (
    (r"chat not found|chat_id is empty|peer_id_invalid|upgraded to a supergroup", "no_channel"),
    (r"kicked|not a member|blocked by the user|deactivated", "no_channel"),
    (r"not enough rights|have no rights|need administrator rights|write_forbidden", "may_not_post"),
    (r"topic_closed|chat_restricted|forbidden", "may_not_post"),
)
_MESSAGE = (
    (r"message to (?:be replied|reply|forward|edit|delete) not found", "post_not_found"),
    (r"replied message not found|message_id_invalid", "post_not_found"),
    (r"too long|message_too_long", "too_large"),
    (r"text is empty|can't parse|entit", "text_refused"),
    (r"can't be (?:deleted|edited)|message_delete_forbidden|edit_time_expired", "too_late"),
    (r"too (?:big|large)", "media_too_large"),
    (r"poll", "poll_refused"),
    (r"photo|video|file|media|image|document", "media_refused"),
    (r"can't be forwarded|protected content", "not_a_post"),
)


class Api:
    """Telegram, as one bot."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def read(self, method: str, **params: Any) -> Answer:
        """Asks for something that publishes nothing. Raises NotSent, Throttled or Rejected."""
        return self._call(self._server.read, method, {"json": params})

    def publish(
        self, method: str, body: Mapping[str, Any], files: Files | None = None, known: str = ""
    ) -> Answer:
        """Makes something live, or changes it; ``known`` are words of a no that is returned.

        Raises what ``http.Server.publish`` raises.
        """
        request: Request = {"form": as_form(body), "files": files} if files else {"json": body}
        return self._call(self._server.publish, method, request, known)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(HOST)

    def _call(
        self, ask: Callable[..., Answer], method: str, request: Request, known: str = ""
    ) -> Answer:
        path = self._http.secret("token").inside(f"/bot{{}}/{method}")
        answer = ask("POST", path, **{**request, "accept": _SAID})
        said = _words(answer)
        if answer.ok:
            if answer.look("ok") is not True:
                raise answer.rubbish()
            return answer
        if known and answer.status == 400 and known in said:
            return answer
        raise _failure(answer, said)


def _words(answer: Answer) -> str:
    return answer.word("description").lower()


def _failure(answer: Answer, said: str) -> Failure:
    if answer.status == 429:
        return throttled(answer, "parameters", "retry_after")  # its headers tell no time
    if answer.status in {401, 404}:  # a token that is none is an address that is none
        return NotSent("unauthorised", answer.asked)
    code = _named(_CHAT, said)
    if code:
        return NotSent(code, answer.asked)
    code = "media_too_large" if answer.status == 413 else _named(_MESSAGE, said)
    if code or said:
        return Rejected(code or "form_refused", answer.asked)
    return answer.failure()


def _named(table: Iterable[tuple[str, str]], said: str) -> str:
    return next((code for words, code in table if re.search(words, said)), "")
