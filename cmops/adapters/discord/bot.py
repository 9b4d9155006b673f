"""The network half for a bot: messages of one channel, which can be read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Answer, Message, Metric, Problem, Sending
from cmops.adapters.discord import Discord, content, files, looking, numbers
from cmops.adapters.discord.api import UNKNOWN_MESSAGE, Api
from cmops.adapters.discord.permissions import missing
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account, shut
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Http
from cmops.http.server import Request
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel


class Bot(Discord):
    """One channel, as one bot sees it."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._api = Api(http, bot=True)
        self._ready: Ready[Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the bot's, and the bot may write and read in the channel."""
        for name in ("_me", "_place"):
            self.__dict__.pop(name, None)
        if not self._is_wanted:
            yield other_account(self._channel, self.platform, self._me.get("username"))
            return
        reason, lacking = self._trouble()
        if reason:
            yield shut(self._channel, self.platform, "channel", reason, lacking)

    def prepare(self, message: Message, sending: Sending) -> None:
        """Reads the files and looks whether the channel is there; makes nothing live."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Posts the message; for some minutes Discord gives the same one to a repeated request."""
        request = self._ready.take(message, sending, self._request)
        place = self._place
        answer = self._api.publish("POST", f"/channels/{self._id}/messages", **request)
        answer.text("id")
        return looking.receipt(answer.data, place, sending.since)

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the message is in the channel, everything since the claim read."""
        answered = self._answered(message, sending)
        number = answered["message_id"] if answered else None
        user = str(self._user["id"])
        return looking.for_message(self._api, self._place, user, message, number, sending)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the message say this, with these files. Raises Rejected for one that is gone."""
        request = files.request(self._root, message, content.correction(message))
        self._api.publish("PATCH", _path(receipt, self._id), **request)
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the message."""
        self._api.publish("DELETE", _path(receipt, self._id), known={UNKNOWN_MESSAGE})

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Reactions, votes, and messages in the thread below, by message."""
        found = {}
        for receipt in receipts:
            answer = self._api.read(_path(receipt, self._id), known={UNKNOWN_MESSAGE})
            if answer.ok:
                found[receipt.id] = numbers.of_message(answer)
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many members the server has, about."""
        guild = self._place.get("guild_id")
        if not guild:
            return {}
        return numbers.of_guild(self._api.read(f"/guilds/{guild}", params={"with_counts": "true"}))

    def _request(self, message: Message, sending: Sending) -> Request:
        _ = self._user, self._place
        body = content.body(message)
        answered = self._answered(message, sending)
        key = content.nonce(sending.message_key)
        whole = {
            **body,
            **({"message_reference": answered} if answered else {}),
            "nonce": key,
            "enforce_nonce": True,
        }
        return files.request(self._root, message, whole)

    def _answered(self, message: Message, sending: Sending) -> content.Body | None:
        """What this message stands below: our own before it, or somebody's."""
        if sending.before:
            return content.reference(sending.before[-1].id)
        address = message.fields.get("reply_to")
        if not address:
            return None
        found = content.message_at(address)
        if found is None:
            raise Rejected("not_a_post")
        if found.channel != self._id:
            raise Rejected("other_room")
        return content.reference(found)

    @property
    def _id(self) -> str:
        return str(self._channel.settings.get("channel", ""))

    @cached_property
    def _me(self) -> Mapping[str, Any]:
        answer = self._api.read("/users/@me")
        answer.text("id")
        me: Mapping[str, Any] = answer.data
        return me

    @property
    def _is_wanted(self) -> bool:
        wanted = self._channel.account.removeprefix("@").casefold()
        return wanted in {str(self._me.get(name)).casefold() for name in ("username", "id")}

    @property
    def _user(self) -> Mapping[str, Any]:
        """The bot; raises NotSent when the token is another one's."""
        if not self._is_wanted:
            raise NotSent("wrong_account", str(self._me.get("username")))
        return self._me

    @cached_property
    def _place(self) -> Mapping[str, Any]:
        """The channel as Discord describes it; raises NotSent for one that the bot cannot see."""
        answer = self._api.read(f"/channels/{self._id}")
        answer.text("id")
        place: Mapping[str, Any] = answer.data
        return place

    def _trouble(self) -> tuple[str | None, tuple[str, ...]]:
        """A word for why nothing can be written there, and the permissions that lack."""
        try:
            place = self._place
            guild = place.get("guild_id")
            if not guild:
                return None, ()
            roles = self._api.read(f"/guilds/{guild}/roles").data
            member = self._api.read(f"/guilds/{guild}/members/{self._me['id']}").data
        except Failure as failure:
            if failure.code in {"no_channel", "may_not_post"}:
                return failure.code, ()
            raise
        lacking = missing(roles, member, place)
        return ("lacks" if lacking else None), lacking


def _path(receipt: Receipt, channel: str) -> str:
    where = dict(receipt.extra).get("channel") or channel
    return f"/channels/{where}/messages/{receipt.id}"
