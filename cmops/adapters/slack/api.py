"""Calls to Slack's methods, and what each of its refusals proves: they come as a 200 with a word.

Source: docs.slack.dev, the errors of each method.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Answer, Http, Secret, Server

HOST = "https://slack.com"

_NO_ACCESS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
# What is wrong with the channel, and not with what is sent to it.
_CHANNEL = {
    "channel_not_found": "no_channel",
    "not_in_channel": "no_channel",
    "is_archived": "channel_closed",
    "is_inactive": "channel_closed",
    "restricted_action": "may_not_post",
    "restricted_action_non_threadable_channel": "may_not_post",
    "restricted_action_read_only_channel": "may_not_post",
    "restricted_action_thread_locked": "may_not_post",
    "restricted_action_thread_only_channel": "may_not_post",
}
_CONTENT = {
    "cannot_reply_to_message": "post_not_found",
    "message_not_found": "post_not_found",
    "thread_not_found": "post_not_found",
    "cant_delete_message": "not_ours",
    "cant_update_message": "not_ours",
    "edit_window_closed": "too_late",
    "msg_too_long": "too_large",
    "msg_blocks_too_long": "too_large",
    "no_text": "text_refused",
    "alt_txt_too_large": "media_refused",
    "file_type_not_allowed": "media_refused",
    "file_upload_size_restricted": "media_too_large",
    "file_uploads_disabled": "media_refused",
    "invalid_blocks": "form_refused",
}
_THROTTLED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# "It's possible some aspect of the operation succeeded before the error was raised."
_DOUBTFUL = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)


class Api:
    """Slack, with one token."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def ask(self, method: str, known: Collection[str] = (), **params: str) -> Answer:
        """Asks for something that publishes nothing; ``known`` are refusals that are returned.

        Raises NotSent, Throttled or Rejected.
        """
        headers = {"Authorization": self._http.secret("token").inside("Bearer {}")}
        answer = self._server.read("POST", f"/api/{method}", form=params, headers=headers)
        return settled(answer, known)

    def say(self, method: str, body: Mapping[str, Any], known: Collection[str] = ()) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        token = self._http.secret("token").inside("Bearer {}")
        kind = "application/json; charset=utf-8"
        headers: dict[str, str | Secret] = {"Authorization": token, "Content-Type": kind}
        answer = self._server.publish("POST", f"/api/{method}", json=body, headers=headers)
        return settled(answer, known)

    def upload(self, url: str, content: bytes) -> None:
        """Puts a file where Slack wants it; that address needs no token, and is given none."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not f".{parts.hostname}".endswith(".slack.com"):
            raise NotSent("address", parts.hostname or "")
        server = self._http.server(f"https://{parts.netloc}")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Content-Type": "application/octet-stream"}
        server.read("POST", path, content=content, headers=headers)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(HOST)


def settled(answer: Answer, known: Collection[str] = ()) -> Answer:
    """The answer, if it is a yes or a no that was to be expected.

    Raises what the word of another no proves.
    """
    if not isinstance(answer.look("ok"), bool):
        raise answer.rubbish()
    word = answer.word()
    if answer.look("ok") or word in known:
        return answer
    raise _failure(answer, word)


def _failure(answer: Answer, word: str) -> Failure:
    if word in _NO_ACCESS:
        return NotSent("unauthorised", answer.asked)
    if word in _CHANNEL:
        return NotSent(_CHANNEL[word], answer.asked)
    if word in _THROTTLED:
        return Throttled("throttled", None, answer.asked)
    if word in _DOUBTFUL:
        kind = Unclear if answer.publishes else NotSent
        return kind("platform_error", answer.asked)
    return Rejected(_CONTENT.get(word, "form_refused"), answer.asked)
