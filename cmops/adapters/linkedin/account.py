"""The network half: posts and comments of one author, a member here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Media, Message, Metric, Problem, Sending
from cmops.adapters.linkedin import URL, VERSION, LinkedIn, content, numbers
from cmops.adapters.linkedin.addresses import (
    address_of,
    comment_address,
    escaped,
    is_activity,
    post_urn,
)
from cmops.adapters.linkedin.api import Api
from cmops.adapters.linkedin.uploads import Uploads
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account
from cmops.failures import Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

POSTS = "/rest/posts"
_UPDATE = {"X-RestLi-Method": "PARTIAL_UPDATE"}
_DELETE = {"X-RestLi-Method": "DELETE"}
_WITH_WORDS = ("card", "poll", "question", "document_title", "quote", "repost", "reply_to")


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request, all that it refers to being uploaded.

    ``below`` is the post that a comment stands under; None of a post.
    """

    path: str
    body: Mapping[str, Any]
    below: str | None = None


class Account(LinkedIn):
    """One member, written for with a token of their own."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        own = channel.settings
        self._channel = channel
        self._author = channel.account
        url, version = str(own.get("url") or URL), str(own.get("version") or VERSION)
        self._api = Api(http, url.rstrip("/"), version, channel.secrets)
        self._uploads = Uploads(self._api, root, self._author, http.sleep)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the member's own."""
        found = f"urn:li:person:{self._api.read('GET', '/v2/userinfo').text('sub')}"
        if found != self._author:
            yield other_account(self._channel, self.platform, found)

    def expires(self) -> datetime | None:
        """When the token ends: after two months, if the channel names the application's secrets."""
        return self._api.expires()

    def refresh(self) -> Mapping[str, str]:
        """New tokens, by the variables that hold them."""
        names = self._channel.secrets
        new = self._api.refreshed()
        return {names[name]: value for name, value in new.items() if name in names}

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's files; nobody sees them yet."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes the post or the comment."""
        request = self._ready.take(message, sending, self._request)
        answer = self._api.publish("POST", request.path, json=request.body)
        if request.below is not None:
            id = answer.headers.get("x-restli-id") or answer.word("id")
            if not id:
                raise answer.rubbish()
            urn = answer.word("commentUrn") or f"urn:li:comment:({request.below},{id})"
            return self._commented(urn, id, request.below, answer.at)
        urn = answer.headers.get("x-restli-id", "")
        if not urn.startswith("urn:li:"):
            raise answer.rubbish()
        return self._posted(urn, answer.at, message)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Gives the post or the comment other words; nothing else can be changed there.

        Raises Rejected.
        """
        extra = dict(receipt.extra)
        if "comment" in extra:
            patch: Any = {"message": {"$set": {"text": message.text}}}
            path = self._comment_path(extra)
        else:
            attached = extra.get("attached")
            if attached is not None and attached != _attached(message):
                raise Rejected("linkedin_words_only")
            patch = {"$set": {"commentary": content.commentary(message)}}
            path = f"{POSTS}/{escaped(receipt.id)}"
        self._api.publish("POST", path, json={"patch": patch}, headers=_UPDATE)
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the post or the comment; one that is gone already is no error."""
        extra = dict(receipt.extra)
        own = self._comment_path(extra) if "comment" in extra else f"{POSTS}/{escaped(receipt.id)}"
        try:
            self._api.publish("DELETE", own, headers=_DELETE)
        except Rejected as refused:
            if refused.code != "linkedin_gone":
                raise

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What LinkedIn counts of the member's posts, for tokens that may know it."""
        posts = [each.id for each in receipts if "comment" not in dict(each.extra)]
        return numbers.of_posts(self._api, posts)

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many people follow the member, for tokens that may know it."""
        count = numbers.followers(self._api)
        return {} if count is None else {Metric.FOLLOWERS: count}

    def _request(self, message: Message, sending: Sending) -> _Request:
        fields = message.fields
        if fields.get("role") == FIRST_COMMENT:
            head = sending.before[0]
            below = dict(head.extra).get("below")
            parent = head.id if below else None
            return self._comment(below or head.id, message.text, parent)
        if fields.get("reply_to"):
            return self._comment(urn_of(fields["reply_to"]), message.text)
        shared = fields.get("repost") or fields.get("quote")
        parent = urn_of(shared, shares=True) if shared else None
        return _Request(POSTS, content.post(self._author, message, self._content(message), parent))

    def _comment(self, below: str, text: str, parent: str | None = None) -> _Request:
        path = f"/rest/socialActions/{escaped(parent or below)}/comments"
        return _Request(path, content.comment(self._author, below, text, parent), below)

    def _content(self, message: Message) -> dict[str, Any] | None:
        fields = message.fields
        if message.media:
            return content.files(message, [self._uploads.put(each) for each in message.media])
        if fields.get("poll"):
            return content.poll(message)
        card = fields.get("card")
        if not card:
            return None
        image = card.get("image")
        return content.article(card, self._uploads.put(Media(**image)) if image else None)

    def _comment_path(self, extra: Mapping[str, str]) -> str:
        where = f"/rest/socialActions/{escaped(extra['below'])}/comments/{extra['comment']}"
        return f"{where}?actor={escaped(self._author)}"

    def _posted(self, urn: str, at: datetime, message: Message) -> Receipt:
        return Receipt(urn, at, address_of(urn), (("attached", _attached(message)),))

    def _commented(self, urn: str, id: str, below: str, at: datetime) -> Receipt:
        extra = (("below", below), ("comment", id))
        return Receipt(urn, at, comment_address(below, urn), extra)


def urn_of(address: str, *, shares: bool = False) -> str:
    """What the address names; raises Rejected where that is no post, or one to be shared."""
    found = post_urn(address)
    if found is None or (shares and is_activity(found)):
        raise Rejected("post_not_found", address)
    return found


def _attached(message: Message) -> str:
    """What goes with the words, in short: a correction must leave it as it is."""
    files = [[each.sha256, each.alt] for each in message.media]
    beside = {name: message.fields.get(name) for name in _WITH_WORDS}
    if message.fields.get("poll") and not message.fields.get("question"):
        beside["question"] = message.text
    told = json.dumps([files, beside], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
