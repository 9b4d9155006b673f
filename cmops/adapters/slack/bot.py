"""The network half: messages of one channel and their threads, pictures uploaded beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from cmops.adapters.contract import Answer, Found, Media, Message, Metric, Problem, Sending
from cmops.adapters.files import reviewed
from cmops.adapters.ready import Ready
from cmops.adapters.slack import Slack, content, looking, numbers
from cmops.adapters.slack.api import Api
from cmops.adapters.verifying import lacking, other_account, shut
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Answer as Said
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

NEEDED = ("chat:write", "files:read", "files:write")
"""What the token must be allowed, besides reading its channel's history."""

HISTORY = {"C": ("channels:history", "groups:history"), "G": ("groups:history",)}
"""What reading back takes, by the kind of channel: one of these."""

WAITS = (0.5, 0.5, 1, 1, 2, 2, 3, 5, 5, 10)
"""Seconds between questions whether an uploaded picture is ready."""


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request, all that it refers to being there."""

    body: content.Body
    thread: str | None


class Bot(Slack):
    """One channel, as one bot sees it."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        self._api = Api(http)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the bot's, and the bot may write and read in the channel."""
        self.__dict__.pop("_me", None)
        if not self._is_wanted:
            yield other_account(self._channel, self.platform, self._me.look("user"))
            return
        missing = self._lacking()
        if missing:
            yield lacking(self._channel, self.platform, missing)
        reason = self._trouble()
        if reason:
            yield shut(self._channel, self.platform, "channel", reason)

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's pictures; nobody sees them until it is posted."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Posts the message, its key in its metadata."""
        request = self._ready.take(message, sending, self._request)
        answer = self._api.say("chat.postMessage", request.body)
        return self._receipt(answer.text("ts"), request.thread, sending)

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether a message with this key is there, everything since the claim read."""
        _ = self._workspace
        thread = self._thread(message, sending)
        stamps = looking.for_message(self._api, self._id, thread, sending)
        found = Found(self._receipt(stamps[0], thread, sending)) if stamps else None
        return looking.answer(stamps, found)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the message say this, with these pictures; its metadata stays."""
        body = content.correction(message, [self._upload(each) for each in message.media])
        where = {"channel": _channel(receipt, self._id), "ts": receipt.id}
        self._api.say("chat.update", {**where, **body})
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the message."""
        where = {"channel": _channel(receipt, self._id), "ts": receipt.id}
        self._api.say("chat.delete", where, known={"message_not_found"})

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Reactions and replies, by message."""
        found = {each.id: numbers.of_message(self._api, self._id, each) for each in receipts}
        return {id: counted for id, counted in found.items() if counted is not None}

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many members the channel has."""
        return numbers.of_channel(self._api, self._id)

    def _request(self, message: Message, sending: Sending) -> _Request:
        _ = self._workspace
        thread = self._thread(message, sending)
        body = {
            "channel": self._id,
            **content.body(message, [self._upload(each) for each in message.media]),
            "metadata": content.metadata(sending.message_key),
            **({"thread_ts": thread} if thread else {}),
        }
        return _Request(body, thread)

    def _thread(self, message: Message, sending: Sending) -> str | None:
        """The head of the thread that this one stands in: threads of threads there are none."""
        if sending.before:
            head = sending.before[0]
            return dict(head.extra).get("thread") or head.id
        address = message.fields.get("reply_to")
        if not address:
            return None
        found = content.message_at(address)
        if found is None:
            raise Rejected("not_a_post")
        if found.channel != self._id:
            raise Rejected("other_room")
        return found.thread

    def _upload(self, media: Media) -> str:
        """What Slack calls the picture once it can be shown; it is shared with nobody yet."""
        body = reviewed(self._root, media.path, media.sha256)
        name = PurePosixPath(media.path).name
        asked = {"filename": name, "length": str(len(body))}
        described = {"alt_txt": media.alt} if media.alt else {}
        place = self._api.ask("files.getUploadURLExternal", **asked, **described)
        number = place.text("file_id")
        self._api.upload(place.text("upload_url"), body)
        self._api.ask("files.completeUploadExternal", files=content.titled(number, name))
        for seconds in WAITS:
            # Until Slack has looked at it, a message cannot show it.
            if self._api.ask("files.info", file=number).look("file", "mimetype"):
                return number
            self._http.sleep(seconds)
        raise NotSent("media_not_ready")

    def _receipt(self, stamp: str, thread: str | None, sending: Sending) -> Receipt:
        url = content.web_address(self._workspace, self._id, stamp, thread)
        extra = (("channel", self._id), *((("thread", thread),) if thread else ()))
        return Receipt(stamp, content.moment(stamp) or sending.since, url, extra)

    @property
    def _id(self) -> str:
        return str(self._channel.settings.get("channel", ""))

    @cached_property
    def _me(self) -> Said:
        me = self._api.ask("auth.test")
        me.text("url")
        return me

    @property
    def _is_wanted(self) -> bool:
        wanted = self._channel.account.removeprefix("@").casefold()
        return wanted in {str(self._me.look(name)).casefold() for name in ("user", "user_id")}

    @property
    def _workspace(self) -> str:
        """The workspace's address; raises NotSent when the token is another account's."""
        if not self._is_wanted:
            raise NotSent("wrong_account", str(self._me.look("user")))
        return self._me.text("url").rstrip("/") + "/"

    def _lacking(self) -> tuple[str, ...]:
        """What the token was not allowed; empty where Slack does not say."""
        said = self._me.headers.get("x-oauth-scopes", "")
        granted = {each.strip() for each in said.split(",") if each.strip()}
        lacking = [each for each in NEEDED if each not in granted]
        history = HISTORY.get(self._id[:1], HISTORY["C"])
        if not granted & set(history):
            lacking.append(history[0])
        return tuple(lacking) if granted else ()

    def _trouble(self) -> str | None:
        """A word for why nothing can be written into the channel."""
        try:
            self._api.ask("conversations.history", channel=self._id, limit="1")
            info = self._api.ask("conversations.info", known={"missing_scope"}, channel=self._id)
        except Failure as failure:
            if failure.code in {"no_channel", "channel_closed", "may_not_post"}:
                return failure.code
            raise
        if info.look("channel", "is_archived") is True:
            return "channel_closed"
        return "no_channel" if info.look("channel", "is_member") is False else None


def _channel(receipt: Receipt, otherwise: str) -> str:
    return dict(receipt.extra).get("channel") or otherwise
