"""The network half: messages of one chat, none of which a bot can read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.adapters.contract import Message, Metric, Problem, Sending
from cmops.adapters.counts import one
from cmops.adapters.files import reviewed
from cmops.adapters.ready import Ready
from cmops.adapters.telegram import Telegram, content
from cmops.adapters.telegram.api import Api, Files
from cmops.adapters.verifying import other_account, shut
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request, its files read."""

    call: content.Call
    files: Files


class Bot(Telegram):
    """One chat, as one bot sees it."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._api = Api(http)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the bot's, and the bot may write into the chat."""
        self.__dict__.pop("_me", None)
        if not self._is_wanted:
            yield other_account(self._channel, self.platform, self._me.get("username"))
            return
        reason = self._trouble()
        if reason:
            yield shut(self._channel, self.platform, "chat", reason)

    def prepare(self, message: Message, sending: Sending) -> None:
        """Reads the files; makes nothing live."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Sends the message; an album is several that Telegram shows as one."""
        request = self._ready.take(message, sending, self._request)
        call = request.call
        answer = self._api.publish(call.method, call.body, request.files)
        found = answer.look("result")
        messages = found if isinstance(found, list) else [found]
        if not all(isinstance(each, dict) and "message_id" in each for each in messages):
            raise answer.rubbish()
        return _receipt(messages, message, sending)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the message say this. Raises Rejected where other files would have to be shown."""
        kept = dict(receipt.extra)
        if kept.get("files", "") != (content.files_digest(message) if message.media else ""):
            raise Rejected("media_fixed")
        bearer = kept.get("caption") or receipt.id
        call = content.correction(message, kept.get("chat") or self._chat, bearer)
        self._api.publish(call.method, call.body, known="message is not modified")
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the message, the whole album if it is one; Telegram allows it for 48 hours."""
        kept = dict(receipt.extra)
        numbers = [int(each) for each in kept.get("messages", receipt.id).split(",")]
        body = {"chat_id": kept.get("chat") or self._chat, "message_ids": numbers}
        self._api.publish("deleteMessages", body, known="message to delete not found")

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Nothing: Telegram tells a bot neither views nor reactions of a message."""
        return {}

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many people are in the chat."""
        said = self._api.read("getChatMemberCount", chat_id=self._chat)
        return one(Metric.MEMBERS, said.look("result"))

    def _request(self, message: Message, sending: Sending) -> _Request:
        self._check()
        call = content.call(message, self._chat, self._answered(message, sending))
        files = {
            name: (
                PurePosixPath(media.path).name,
                reviewed(self._root, media.path, media.sha256),
                media.type,
            )
            for name, media in call.files.items()
        }
        return _Request(call, files)

    def _answered(self, message: Message, sending: Sending) -> content.Body | None:
        """What this message answers: our own before it, or somebody's."""
        if sending.before:
            return content.reply(int(sending.before[-1].id))
        address = message.fields.get("reply_to")
        if not address:
            return None
        found = content.message_at(address)
        if found is None:
            raise Rejected("not_a_post")
        return content.reply(found)

    @property
    def _chat(self) -> str:
        return str(self._channel.settings.get("chat", ""))

    @cached_property
    def _me(self) -> Mapping[str, Any]:
        answer = self._api.read("getMe")
        answer.text("result", "username")
        me: Mapping[str, Any] = answer.look("result")
        return me

    @property
    def _is_wanted(self) -> bool:
        wanted = self._channel.account.removeprefix("@").casefold()
        return wanted == str(self._me.get("username")).casefold()

    def _check(self) -> None:
        """Raises NotSent when the token is another bot's."""
        if not self._is_wanted:
            raise NotSent("wrong_account", str(self._me.get("username")))

    def _trouble(self) -> str | None:
        """A word for why nothing can be written into the chat."""
        try:
            chat = self._api.read("getChat", chat_id=self._chat).look("result", "type")
            me = {"chat_id": self._chat, "user_id": self._me.get("id")}
            member = self._api.read("getChatMember", **me).look("result")
        except Failure as failure:
            if failure.code in {"no_channel", "may_not_post"}:
                return failure.code
            raise
        rights = member if isinstance(member, dict) else {}
        status = rights.get("status")
        if status in {"left", "kicked"}:
            return "no_channel"
        if chat == "channel":
            may = rights.get("can_post_messages")
        else:
            may = status != "restricted" or rights.get("can_send_messages")
        return None if may or status == "creator" else "may_not_post"


def _receipt(messages: list[dict[str, Any]], message: Message, sending: Sending) -> Receipt:
    """What is kept of messages that are live; only their numbers cannot be missing."""
    numbers = [each["message_id"] for each in messages]
    chat = messages[0].get("chat") or {}
    bearer = next((each["message_id"] for each in messages if each.get("caption")), numbers[0])
    extra = {
        "chat": str(chat["id"]) if "id" in chat else "",
        "messages": ",".join(map(str, numbers)) if len(numbers) > 1 else "",
        "caption": str(bearer) if len(numbers) > 1 else "",
        "files": content.files_digest(message) if message.media else "",
    }
    url = content.web_address(chat.get("id", 0), chat.get("username"), numbers[0])
    kept = tuple((name, value) for name, value in extra.items() if value)
    return Receipt(str(numbers[0]), _moment(messages[0].get("date")) or sending.since, url, kept)


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
