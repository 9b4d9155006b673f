"""The network half: posts of one channel and their threads, files uploaded beforehand.

Source: developers.mattermost.com, API reference (v4), read on 2026-11-22.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.adapters.contract import (
    Absent,
    Answer,
    Found,
    Media,
    Message,
    Metric,
    Problem,
    Sending,
    Unknown,
)
from cmops.adapters.counts import one
from cmops.adapters.files import reviewed
from cmops.adapters.mattermost import Mattermost, post_at
from cmops.adapters.mattermost.api import Api
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account, shut
from cmops.failures import NotSent, Rejected
from cmops.http import Answer as Said
from cmops.http import Http
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

PROPERTY = "cmops_key"
MOST = 1_000
"""Posts that Mattermost gives of a channel since a time; with as many there may be more."""

Live = Mapping[str, Any]


class Bot(Mattermost):
    """One channel, as one bot sees it."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        self._url = str(channel.settings.get("url", "")).rstrip("/")
        self._id = str(channel.settings.get("channel", ""))
        self._api = Api(http, self._url)
        self._ready: Ready[dict[str, Any]] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the bot's, and the bot is a member of the channel."""
        self.__dict__.pop("_me", None)
        if not self._is_wanted:
            yield other_account(self._channel, self.platform, self._me.look("username"))
            return
        reason = self._trouble()
        if reason:
            yield shut(self._channel, self.platform, "channel", reason)

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's files; nobody sees them until it is posted."""
        self._ready.keep(message, sending, self._body(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Posts the message, its key among its properties."""
        body = self._ready.take(message, sending, self._body)
        answer = self._api.publish("POST", "/posts", json=body)
        return self._receipt({"id": answer.text("id"), **answer.data})

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether a post with this key is there, everything since the claim read."""
        _ = self._checked
        since = int((sending.since - MAX_SKEW).timestamp() * 1000)
        answer = self._api.read(f"/channels/{self._id}/posts", params={"since": str(since)})
        posts = answer.look("posts")
        if not isinstance(posts, dict):
            raise answer.rubbish()
        wanted = _key(sending)
        found = [each for each in posts.values() if _is(each, wanted)]
        if len(found) > 1:
            return Unknown()
        if found:
            return Found(self._receipt(found[0]))
        if len(posts) >= MOST:
            raise NotSent("too_many_pages")
        return Absent()

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the post say this, with these files; its properties stay."""
        files = [self._upload(each) for each in message.media]
        body: dict[str, Any] = {"message": message.text, "file_ids": files}
        self._api.publish("PUT", f"/posts/{receipt.id}/patch", json=body)
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the post, and whatever was answered below it."""
        self._api.publish("DELETE", f"/posts/{receipt.id}", {404})

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Reactions and replies, by post; one that is gone is left out."""
        found = {}
        for each in receipts:
            live = self._api.read(f"/posts/{each.id}", {404})
            if live.ok and not live.look("delete_at"):
                reactions = self._api.read(f"/posts/{each.id}/reactions").data or ()
                replies = int(live.look("reply_count") or 0)
                found[each.id] = {Metric.LIKES: len(reactions), Metric.COMMENTS: replies}
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many members the channel has."""
        stats = self._api.read(f"/channels/{self._id}/stats")
        return one(Metric.MEMBERS, stats.look("member_count"))

    def _body(self, message: Message, sending: Sending) -> dict[str, Any]:
        _ = self._checked
        head = self._head(message, sending)
        body: dict[str, Any] = {
            "channel_id": self._id,
            "message": message.text,
            "props": {PROPERTY: _key(sending)},
        }
        if message.media:
            body["file_ids"] = [self._upload(each) for each in message.media]
        return {**body, **({"root_id": head} if head else {})}

    def _head(self, message: Message, sending: Sending) -> str | None:
        """The head of the thread that this one stands in: threads of threads there are none."""
        if sending.before:
            first = sending.before[0]
            return dict(first.extra).get("root") or first.id
        address = message.fields.get("reply_to")
        if not address:
            return None
        number = post_at(str(address))
        if number is None or not str(address).startswith(f"{self._url}/"):
            raise Rejected("not_a_post")
        live = self._api.read(f"/posts/{number}", {403, 404})
        if not live.ok or live.look("channel_id") != self._id:
            raise Rejected("post_not_found" if not live.ok else "other_room")
        return str(live.look("root_id") or number)

    def _upload(self, media: Media) -> str:
        """What Mattermost calls the file; it is shared with nobody yet."""
        content = reviewed(self._root, media.path, media.sha256)
        files = {"files": (PurePosixPath(media.path).name, content, media.type)}
        answer = self._api.put_aside("/files", form={"channel_id": self._id}, files=files)
        return answer.text("file_infos", 0, "id")

    def _receipt(self, live: Live) -> Receipt:
        number, root = str(live["id"]), str(live.get("root_id") or "")
        made = live.get("create_at")
        at = datetime.fromtimestamp(made / 1000, UTC) if isinstance(made, int) else None
        extra = (("root", root),) if root else ()
        return Receipt(number, at or self._http.now(), f"{self._url}/_redirect/pl/{number}", extra)

    @cached_property
    def _me(self) -> Said:
        me = self._api.read("/users/me")
        me.text("username")
        return me

    @property
    def _is_wanted(self) -> bool:
        wanted = self._channel.account.removeprefix("@").lower()
        return str(self._me.look("username")).lower() == wanted

    @property
    def _checked(self) -> bool:
        """Raises NotSent when the token is another account's."""
        if not self._is_wanted:
            raise NotSent("wrong_account", str(self._me.look("username")))
        return True

    def _trouble(self) -> str | None:
        """A word for why nothing can be written into the channel."""
        place = self._api.read(f"/channels/{self._id}", {403, 404})
        if not place.ok:
            return "no_channel"
        if place.look("delete_at"):
            return "channel_closed"
        member = self._api.read(f"/channels/{self._id}/members/me", {403, 404})
        return None if member.ok else "no_channel"


def _key(sending: Sending) -> str:
    return hashlib.sha256(sending.message_key.encode()).hexdigest()


def _is(live: object, key: str) -> bool:
    if not isinstance(live, dict) or live.get("delete_at"):
        return False
    return (live.get("props") or {}).get(PROPERTY) == key
