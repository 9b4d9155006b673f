"""The network half: records in the account's repository, under keys that we choose.

A key derives from the message's own, so that sending twice makes one record, for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cmops.adapters.bluesky import Bluesky, numbers, records
from cmops.adapters.bluesky.references import POST, REPOST, Strong, named, parts, web_address
from cmops.adapters.bluesky.session import Session
from cmops.adapters.contract import (
    Absent,
    Answer,
    Found,
    Message,
    Metric,
    Problem,
    Sending,
    Unknown,
)
from cmops.adapters.files import reviewed
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account
from cmops.failures import NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

_SURROGATE = re.compile("[\ud800-\udfff]")
_MISSING = frozenset({"RecordNotFound", "InvalidRequest", "HandleNotFound"})


class Account(Bluesky):
    """One account on its server (PDS)."""

    def __init__(self, channel: Channel, root: Path, http: Http, url: str) -> None:
        self._channel = channel
        self._root = root
        self._session = Session(http, url, channel.account)
        self._ready: Ready[records.Record] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the password is that of the account which the channel names."""
        login = self._session.checked()
        if not self._session.is_wanted(login):
            yield other_account(self._channel, self.platform, login.handle)

    def expires(self) -> None:
        """Never: app passwords last until somebody revokes them."""
        return

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's files and looks up what it refers to; makes nothing live."""
        self._ready.keep(message, sending, self._record(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Puts the record into the repository, unless it is there already."""
        record = self._ready.take(message, sending, self._record)
        place = self._place(message, sending)
        body = {**place, "record": record, "swapRecord": None, "validate": True}
        answer = self._session.publish("com.atproto.repo.putRecord", body, {"InvalidSwap"})
        if answer.ok:
            made = Strong(answer.text("uri"), answer.text("cid"))
            return _receipt(made, record, sending)
        there = self.find(message, sending)
        if isinstance(there, Found):
            return there.receipt
        if isinstance(there, Absent):
            raise NotSent("InvalidSwap")
        raise Rejected("different")

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the record is there: the repository itself is asked, so a no is a proof."""
        place = self._place(message, sending)
        answer = self._session.read("com.atproto.repo.getRecord", {"RecordNotFound"}, **place)
        if not answer.ok:
            return Absent()
        value = answer.look("value")
        if not isinstance(value, dict) or not records.same(value, message, sending):
            return Unknown()
        live = Strong(answer.text("uri"), answer.text("cid"))
        return Found(_receipt(live, value, sending))

    def delete(self, receipt: Receipt) -> None:
        """Takes the record out of the repository."""
        found = parts(receipt.id)
        if found is None or found[0] != self._session.did:
            raise Rejected("not_ours")
        repo, collection, key = found
        body = {"repo": repo, "collection": collection, "rkey": key}
        self._session.publish("com.atproto.repo.deleteRecord", body)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What the network counts of our posts."""
        return numbers.of_posts(self._session, receipts)

    def measure_channel(self) -> Mapping[Metric, int]:
        """What the network counts of the account."""
        return numbers.of_account(self._session)

    def _place(self, message: Message, sending: Sending) -> dict[str, str]:
        collection = REPOST if message.fields.get("repost") else POST
        key = records.record_key(sending)
        return {"repo": self._session.did, "collection": collection, "rkey": key}

    def _record(self, message: Message, sending: Sending) -> records.Record:
        reposted = message.fields.get("repost")
        if reposted:
            return records.repost(self._looked_up(reposted)[0], sending)
        if _SURROGATE.search(message.text):
            # The server would put another character in its place.
            raise Rejected("text")
        reply = self._reply(message, sending)
        return records.post(message, sending, self._embed(message), reply)

    def _reply(self, message: Message, sending: Sending) -> tuple[Strong, Strong] | None:
        """Root and parent: of the thread that we write, or of the conversation we join."""
        if sending.before:
            last = sending.before[-1]
            kept = dict(last.extra)
            if "cid" not in kept:
                raise NotSent("parent_unknown")
            parent = Strong(last.id, kept["cid"])
            root = Strong(kept["root_uri"], kept["root_cid"]) if "root_uri" in kept else parent
            return root, parent
        address = message.fields.get("reply_to")
        if not address:
            return None
        parent, value = self._looked_up(address)
        return _root(value) or parent, parent

    def _embed(self, message: Message) -> records.Record | None:
        media = self._media(message)
        quoted = message.fields.get("quote")
        return records.quote(self._looked_up(quoted)[0], media) if quoted else media

    def _media(self, message: Message) -> records.Record | None:
        """What is shown below the text; an embed has room for one kind of thing."""
        card = message.fields.get("card")
        if card:
            return records.card(card, self._blob(card["image"]) if "image" in card else None)
        uploaded = [
            (self._blob({"path": each.path, "sha256": each.sha256, "type": each.type}), each)
            for each in message.media
        ]
        if not uploaded:
            return None
        blob, first = uploaded[0]
        if first.type.startswith("video/"):
            return records.video(blob, first.alt)
        return records.images(
            [
                (blob, each.alt, (each.width, each.height) if each.width and each.height else None)
                for blob, each in uploaded
            ]
        )

    def _blob(self, file: Mapping[str, Any]) -> Any:
        content = reviewed(self._root, file["path"], file["sha256"])
        return self._session.upload(content, file["type"])

    def _looked_up(self, address: str) -> tuple[Strong, Mapping[str, Any]]:
        """The post at an address as it is now. Raises Rejected when it is certainly gone."""
        post = named(address)
        if post is None:
            raise Rejected("not_a_post")
        answer = self._session.read(
            "com.atproto.repo.getRecord", _MISSING, repo=post.actor, collection=POST, rkey=post.key
        )
        if answer.word() == "RecordNotFound":
            raise Rejected("post_not_found")
        if not answer.ok:
            raise NotSent("post_not_found", address)
        value = answer.look("value")
        found = Strong(answer.text("uri"), answer.text("cid"))
        return found, value if isinstance(value, dict) else {}


def _root(value: Mapping[str, Any]) -> Strong | None:
    """Where the conversation began that this post is part of; None when it began with it."""
    root = (value.get("reply") or {}).get("root") or {}
    uri, cid = root.get("uri"), root.get("cid")
    return Strong(uri, cid) if isinstance(uri, str) and isinstance(cid, str) else None


def _receipt(live: Strong, record: Mapping[str, Any], sending: Sending) -> Receipt:
    """With what a message below this one must know; nothing in it can fail once it is live."""
    extra = [("cid", live.cid)]
    root = _root(record)
    if root is not None:
        extra += [("root_cid", root.cid), ("root_uri", root.uri)]
    subject = str((record.get("subject") or {}).get("uri", ""))
    url = web_address(live.uri) or web_address(subject)
    return Receipt(live.uri, records.created(sending), url, tuple(sorted(extra)))
