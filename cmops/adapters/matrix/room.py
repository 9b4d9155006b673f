"""The network half: events of one room, sent under transaction ids that we choose.

The server gives the same event to the same id, for a while; what came before is read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Answer, Found, Media, Message, Problem, Sending
from cmops.adapters.files import reviewed
from cmops.adapters.matrix import Matrix, content, looking
from cmops.adapters.matrix.addresses import event_at, web_address
from cmops.adapters.matrix.api import CLIENT, MEDIA, Api, quoted
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account
from cmops.failures import Failure, NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

TRUSTED = timedelta(minutes=10)
"""How long any server is trusted to know a transaction's id; later it is looked for first."""


class Room(Matrix):
    """One room, as one account sees it."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        self._api = Api(http, str(channel.settings.get("url", "")))
        self._ready: Ready[content.Content] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the account's, and the account may write into the room."""
        self._api.forget()
        self.__dict__.pop("_room", None)
        channel = self._channel
        if self._api.user != channel.account:
            yield other_account(channel, self.platform, self._api.user)
            return
        reason = self._trouble()
        if reason:
            values = {"channel": channel.id, "platform": self.platform.title}
            names = {"room": self._wanted, "account": channel.account, "reason": reason}
            yield Problem("CM550", ("channels", channel.id, "room"), {**values, **names})

    def limits(self) -> Mapping[str, int]:
        """What the server says of itself."""
        most = self._most
        return {} if most is None else dict.fromkeys(("image_bytes", "video_bytes"), most)

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's file and finds what it answers; makes nothing live."""
        self._ready.keep(message, sending, self._content(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Puts the event into the room, unless it is there already."""
        if self._http.now() - sending.since > TRUSTED:
            there = self.find(message, sending)
            if isinstance(there, Found):
                return there.receipt
        made = self._ready.take(message, sending, self._content)
        path = self._path("send", "m.room.message", content.transaction(sending.message_key))
        answer = self._api.publish("PUT", path, json=made)
        return self._receipt(answer.text("event_id"), self._http.now())

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the event is in the room, everything of ours since the claim read."""
        wanted = {**content.content(message), **self._own(message, sending)}
        return looking.for_event(self._api, self._room, wanted, sending, self._receipt)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Replaces what the event says; the same correction twice is one. Raises Rejected."""
        event = self._event(receipt)
        if event.get("sender") != self._account:
            raise Rejected("not_ours")
        old = event.get("content") or {}
        if content.KEY not in old:
            raise Rejected("gone")
        new = {**content.content(message), content.KEY: old[content.KEY]}
        room = _room_of(receipt) or self._room
        last, said = looking.last_correction(self._api, room, receipt.id) or ("", old)
        if content.same({**said, "m.relates_to": None}, {**new, "m.relates_to": None}):
            return receipt
        # What was corrected before tells a text that comes back from a request made twice.
        transaction = content.transaction("edit", receipt.id, last, repr(sorted(new.items())))
        uploaded = {**new, **self._upload(message.media)}
        path = self._path("send", "m.room.message", transaction, room=room)
        self._api.publish("PUT", path, json=content.replacing(receipt.id, uploaded))
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Takes the event's content back, and that of its corrections first."""
        room = _room_of(receipt) or self._room
        for event in (*looking.corrections(self._api, room, receipt.id), receipt.id):
            path = self._path("redact", event, content.transaction("redact", event), room=room)
            self._api.publish("PUT", path, json={}, accept={404})

    def _content(self, message: Message, sending: Sending) -> content.Content:
        own = self._own(message, sending)
        return {**content.content(message), **own, **self._upload(message.media)}

    def _own(self, message: Message, sending: Sending) -> content.Content:
        """What the event says besides its message: whose it is, and what it stands below."""
        found: content.Content = {content.KEY: content.key(sending.message_key)}
        relation = self._relation(message, sending)
        return found | ({"m.relates_to": relation} if relation else {})

    def _relation(self, message: Message, sending: Sending) -> content.Content | None:
        root = message.fields.get("thread")
        if root is not None and sending.before:
            return content.thread(sending.before[root].id, sending.before[-1].id)
        address = message.fields.get("reply_to")
        if not address:
            return None
        answered = event_at(address)
        if answered is None:
            raise Rejected("not_a_post")
        if self._api.room(answered.room) != self._room:
            raise Rejected("other_room")
        return content.reply(answered.event)

    def _upload(self, files: tuple[Media, ...]) -> content.Content:
        """Where the file is once the server has it; nobody is told of it until then."""
        if not files:
            return {}
        [media] = files
        # Some servers hang up instead of saying so.
        if self._most is not None and media.size > self._most:
            raise Rejected("media_too_large")
        body = reviewed(self._root, media.path, media.sha256)
        headers = {"Content-Type": media.type}
        asked = {"filename": Path(media.path).name}
        answer = self._api.read(
            "POST", f"{MEDIA}/upload", params=asked, headers=headers, content=body
        )
        return {"url": answer.text("content_uri")}

    def _event(self, receipt: Receipt) -> Mapping[str, Any]:
        room = quoted(_room_of(receipt) or self._room)
        path = f"{CLIENT}/rooms/{room}/event/{quoted(receipt.id)}"
        answer = self._api.read("GET", path, accept={404})
        if not answer.ok:
            raise Rejected("gone")
        found = answer.data
        if not isinstance(found, dict):
            raise answer.rubbish()
        return found

    def _path(self, what: str, *names: str, room: str | None = None) -> str:
        steps = "/".join(quoted(each) for each in names)
        return f"{CLIENT}/rooms/{quoted(room or self._room)}/{what}/{steps}"

    def _receipt(self, event: str, at: datetime) -> Receipt:
        url = web_address(self._room, event, self._channel.account)
        return Receipt(event, at.astimezone(UTC), url, (("room", self._room),))

    @cached_property
    def _most(self) -> int | None:
        """Bytes that an uploaded file may have; None where the server does not say."""
        answer = self._api.read("GET", "/_matrix/client/v1/media/config", accept={404})
        if not answer.ok:
            answer = self._api.read("GET", f"{MEDIA}/config")
        most = answer.look("m.upload.size")
        return most if isinstance(most, int) else None

    @property
    def _wanted(self) -> str:
        return str(self._channel.settings.get("room", ""))

    @property
    def _account(self) -> str:
        """The account; raises NotSent when the token is another one's."""
        if self._api.user != self._channel.account:
            raise NotSent("wrong_account", self._api.user)
        return self._api.user

    @cached_property
    def _room(self) -> str:
        """The room's identifier; raises NotSent for one that a plain message must not go to."""
        _ = self._account
        try:
            room = self._api.room(self._wanted)
        except Rejected as failure:
            raise NotSent("no_room", self._wanted) from failure
        if self._api.state(room, "m.room.encryption") is not None:
            raise NotSent("encrypted_room")
        return room

    def _trouble(self) -> str | None:
        """A word for why nothing can be written into the room."""
        try:
            room = self._room
            power = self._api.state(room, "m.room.power_levels")
            created = self._api.state(room, "m.room.create", whole=True)
        except Failure as failure:
            if failure.code in {"no_room", "encrypted_room"}:
                return failure.code
            if failure.code == "unauthorised":
                return "not_joined"
            raise
        return None if looking.may_write(self._account, power, created) else "no_power"


def _room_of(receipt: Receipt) -> str | None:
    return dict(receipt.extra).get("room")
