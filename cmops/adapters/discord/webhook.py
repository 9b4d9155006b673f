"""The network half for a webhook: it posts, corrects and deletes, and cannot look around."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Message, Metric, Problem, Sending
from cmops.adapters.discord import DiscordWebhook, content, files, looking, numbers
from cmops.adapters.discord.api import UNKNOWN_MESSAGE, Api
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account
from cmops.http import Http, Secret
from cmops.http.server import Request
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel


class Webhook(DiscordWebhook):
    """One webhook; its token stands in every address, so no address is ever said."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        self._api = Api(http, bot=False)
        self._ready: Ready[Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the webhook is there; raises NotSent where it is not."""
        self.__dict__.pop("_place", None)
        found = str(self._place["webhook"])
        if found != self._channel.account:
            yield other_account(self._channel, self.platform, found)

    def prepare(self, message: Message, sending: Sending) -> None:
        """Reads the files and looks whether the webhook is there; makes nothing live."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Posts the message, and waits to be told its number."""
        request = self._ready.take(message, sending, self._request)
        place = self._place
        request = {**request, "params": {"wait": "true"}}
        answer = self._api.publish("POST", self._path(), **request)
        answer.text("id")
        return looking.receipt(answer.data, place, sending.since)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the message say this, with these files. Raises Rejected for one that is gone."""
        request = files.request(self._root, message, content.correction(message))
        self._api.publish("PATCH", self._path(f"/messages/{receipt.id}"), **request)
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the message."""
        path = self._path(f"/messages/{receipt.id}")
        self._api.publish("DELETE", path, known={UNKNOWN_MESSAGE})

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Reactions and votes, by message."""
        found = {}
        for receipt in receipts:
            path = self._path(f"/messages/{receipt.id}")
            answer = self._api.read(path, known={UNKNOWN_MESSAGE})
            if answer.ok:
                found[receipt.id] = numbers.of_message(answer)
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """Nothing: a webhook is told nothing of its server."""
        return {}

    def _request(self, message: Message, sending: Sending) -> Request:
        _ = self._place
        return files.request(self._root, message, content.body(message))

    @cached_property
    def _place(self) -> Mapping[str, Any]:
        """Where the webhook posts; raises NotSent for one that is gone.

        The answer holds its token, so that no more is kept of it.
        """
        answer = self._api.read(self._path())
        return {
            "webhook": answer.text("id"),
            "guild_id": answer.look("guild_id"),
            "id": answer.look("channel_id"),
        }

    def _path(self, rest: str = "") -> Secret:
        token = self._http.secret("token")
        return token.inside(f"/webhooks/{self._channel.account}/{{}}{rest}")
