"""Calls to one Mattermost server as one bot, and what each of its refusals proves.

A refusal has a name of its own (``id``) beside its status. Sources: developers.mattermost.com, API
reference (v4), "Errors"; mattermost/mattermost, server/channels/app and server/public/model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Unpack

from cmops.adapters.refusals import in_between
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer, Http, Server
from cmops.http.server import Request

ROOT = "/api/v4"

_SAID = frozenset({400, 401, 403, 404, 413, 429, 501})

# What is wrong with the channel, and not with what is sent to it.
_CHANNEL = {
    "api.context.permissions.app_error": "may_not_post",
    "api.post.create_post.can_not_post_to_deleted.error": "channel_closed",
    "api.post.create_post.town_square_read_only": "may_not_post",
    "api.post.update_post.can_not_update_post_in_deleted.error": "channel_closed",
    "app.channel.get.existing.app_error": "no_channel",
}
_CONTENT = {
    "api.file.attachments.disabled.app_error": "media_refused",
    "api.file.upload_file.large_image_detailed.app_error": "media_too_large",
    "api.file.upload_file.storage.app_error": "media_refused",
    "api.file.upload_file.too_large_detailed.app_error": "media_too_large",
    "api.post.create_post.channel_root_id.app_error": "post_not_found",
    "api.post.create_post.root_id.app_error": "post_not_found",
    "api.post.update_post.permissions_time_limit.app_error": "too_late",
    "app.post.get.app_error": "post_not_found",
    "model.post.is_valid.file_ids.app_error": "media_refused",
    "model.post.is_valid.message_length.app_error": "too_large",
}


class Api:
    """The channel's server. Nothing is asked of it before the first call."""

    def __init__(self, http: Http, url: str) -> None:
        self._http = http
        self._url = url

    def read(self, path: str, known: Collection[int] = (), **request: Unpack[Request]) -> Answer:
        """Asks; refusals with a ``known`` status are returned.

        Raises NotSent, Throttled or Rejected.
        """
        return self._call(self._server.read, "GET", path, request, known)

    def put_aside(self, path: str, **request: Unpack[Request]) -> Answer:
        """Gives the server a file, which nobody sees yet. Raises what ``read`` raises."""
        return self._call(self._server.read, "POST", path, request, ())

    def publish(
        self, method: str, path: str, known: Collection[int] = (), **request: Unpack[Request]
    ) -> Answer:
        """Makes something live, or changes it. Raises what ``http.Server.publish`` raises."""
        return self._call(self._server.publish, method, path, request, known)

    @cached_property
    def _server(self) -> Server:
        return self._http.server(self._url)

    def _call(
        self,
        ask: Callable[..., Answer],
        method: str,
        path: str,
        request: Request,
        known: Collection[int],
    ) -> Answer:
        headers = {"Authorization": self._http.secret("token").inside("Bearer {}")}
        answer = ask(method, ROOT + path, **{**request, "headers": headers, "accept": _SAID})
        if answer.ok or (answer.status in known and answer.word("id")):
            return answer
        raise _failure(answer)


def _failure(answer: Answer) -> Failure:
    word = answer.word("id")
    if word in _CHANNEL:
        return NotSent(_CHANNEL[word], answer.asked)
    if word in _CONTENT:
        return Rejected(_CONTENT[word], answer.asked)
    if answer.status == 413:
        return Rejected("media_too_large", answer.asked)
    if answer.status == 400 and word:
        return Rejected("form_refused", answer.asked)
    return answer.failure() if word else in_between(answer)
