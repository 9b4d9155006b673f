"""The network half: topics and replies of one user on one forum, files uploaded beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.adapters.contract import Answer, Found, Media, Message, Metric, Problem, Sending
from cmops.adapters.discourse import (
    SHORTEST_TEXT,
    SHORTEST_TITLE,
    Discourse,
    content,
    looking,
    numbers,
)
from cmops.adapters.discourse.api import Api
from cmops.adapters.files import reviewed
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account, shut
from cmops.failures import Failure, NotSent, Rejected, Unclear
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

_FULL = 1
"""The permission of those who may begin topics in a category."""


# What a forum calls the limits that adapters.limits has names for, and in what units.
_LIMITS = {
    "text": ("max_post_length", 1),
    "image_bytes": ("max_image_size_kb", 1024),
    "video_bytes": ("max_attachment_size_kb", 1024),
    "document_bytes": ("max_attachment_size_kb", 1024),
    "poll_options": ("poll_maximum_options", 1),
}


class Forum(Discourse):
    """One forum, as one user sees it."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._api = Api(http, self._url, channel.account)
        self._ready: Ready[content.Body] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the key may write as the user, into the category, texts as short as we think."""
        self._api.forget()
        channel = self._channel
        if not self._is_wanted:
            yield other_account(channel, self.platform, self._api.me)
            return
        category = channel.settings.get("category")
        reason = self._trouble(category) if category else None
        if reason:
            yield shut(channel, self.platform, "category", reason)
        yield from self._stricter()

    def limits(self) -> Mapping[str, int]:
        """What the forum says of itself, where it does."""
        said = {limit: (self._setting(name), size) for limit, (name, size) in _LIMITS.items()}
        return {limit: most * size for limit, (most, size) in said.items() if most}

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's files; nobody sees them until it is posted."""
        self._ready.keep(message, sending, self._body(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Begins the topic, or replies. A topic that is there already is not begun again."""
        body = self._ready.take(message, sending, self._body)
        try:
            answer = self._api.publish("POST", "/posts.json", json=body)
        except Rejected as failure:
            refused = failure.code == "text_refused"
            there = self._there_already(body, message, sending) if refused else None
            if there is None:
                raise
            return there
        if answer.look("action") == "enqueued":
            raise Unclear("awaiting_review", answer.asked)
        if not isinstance(answer.look("id"), int):
            raise answer.rubbish()
        ends = content.ends(message, sending.since)
        return looking.receipt(answer.data, self._url, sending.since, ends)

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the topic is there by its id, or the reply among the topic's posts."""
        self._check()
        place = self._place(message, sending)
        if place is None:
            return looking.for_topic(self._api, self._url, message, sending)
        return looking.for_reply(self._api, self._url, place.topic, message, sending)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the post say this, under this title if it begins a topic; its poll ends as it did.

        Raises Rejected for a poll that is no longer the one that was published.
        """
        closes = dict(receipt.extra).get("poll")
        if bool(closes) != bool(message.fields.get("poll")):
            raise Rejected("poll_fixed")
        ends = datetime.fromisoformat(closes) if closes else None
        raw = content.raw(message, [self._upload(each) for each in message.media], ends)
        title = message.fields.get("title")
        body = {"post": {"raw": raw}, **({"title": title} if title else {})}
        answer = self._api.publish("PUT", f"/posts/{receipt.id}.json", gone=True, json=body)
        if not answer.ok:
            raise Rejected("gone")
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the post, or the whole topic that it began."""
        kept = dict(receipt.extra)
        if kept.get("number") == "1":
            self._api.publish("DELETE", f"/t/{kept['topic']}.json", gone=True)
        else:
            self._api.publish("DELETE", f"/posts/{receipt.id}.json", gone=True)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Views, likes and replies of topics; likes and replies of posts."""
        found = {each.id: numbers.of_post(self._api, each) for each in receipts}
        return {id: counted for id, counted in found.items() if counted is not None}

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many members and posts the forum has."""
        return numbers.of_forum(self._api)

    def _body(self, message: Message, sending: Sending) -> content.Body:
        self._check()
        place = self._place(message, sending)
        if message.fields.get("poll") and self._api.settings.get("poll_enabled") is False:
            raise Rejected("poll_refused")
        ends = content.ends(message, sending.since)
        raw = content.raw(message, [self._upload(each) for each in message.media], ends)
        if place is None:
            known = content.external_id(sending.message_key)
            return {"raw": raw, **self._topic(message), "external_id": known}
        number = {"reply_to_post_number": place.number} if place.number > 1 else {}
        return {"raw": raw, "topic_id": place.topic, **number}

    def _topic(self, message: Message) -> content.Body:
        if not message.fields.get("tags"):
            return content.topic(message, tags_as_objects=False)
        site = self._api.site
        if site.get("can_tag_topics") is False:
            raise Rejected("may_not_tag")
        known = site.get("top_tags") or ()
        objects = any(isinstance(each, dict) for each in known)
        return content.topic(message, tags_as_objects=objects)

    def _place(self, message: Message, sending: Sending) -> content.Address | None:
        """What this post stands below; None for one that begins a topic."""
        if sending.before:
            topic = dict(sending.before[0].extra).get("topic")
            if not topic:
                raise NotSent("out_of_order")
            return content.Address(int(topic), 1)
        address = message.fields.get("reply_to")
        if not address:
            return None
        found = content.post_at(address, self._url)
        if found is None:
            raise Rejected("not_a_post")
        return found

    def _there_already(
        self, body: content.Body, message: Message, sending: Sending
    ) -> Receipt | None:
        """The topic that the forum refused to begin a second time, if that was why."""
        if "external_id" not in body:
            return None
        try:
            found = looking.for_topic(self._api, self._url, message, sending)
        except Failure:
            return None
        return found.receipt if isinstance(found, Found) else None

    def _upload(self, media: Media) -> content.Upload:
        body = reviewed(self._root, media.path, media.sha256)
        name = PurePosixPath(media.path).name
        try:
            answer = self._api.put_aside(
                "/uploads.json",
                form={"upload_type": "composer", "synchronous": "true"},
                files={"file": (name, body, media.type)},
            )
        except Rejected as failure:
            raise Rejected(
                "media_refused" if failure.code == "text_refused" else failure.code, failure.detail
            ) from None
        sides = (answer.look(name) for name in ("width", "height"))
        width, height = (each if isinstance(each, int) else None for each in sides)
        return content.Upload(answer.text("short_url"), width, height)

    @property
    def _url(self) -> str:
        return str(self._channel.settings.get("url", ""))

    @property
    def _is_wanted(self) -> bool:
        return self._channel.account.casefold() == self._api.me.casefold()

    def _check(self) -> None:
        """Raises NotSent when the key writes in another name."""
        if not self._is_wanted:
            raise NotSent("wrong_account", self._api.me)

    def _trouble(self, category: Any) -> str | None:
        """A word for why no topic can be begun in the category."""
        known = {each.get("id"): each for each in self._api.site.get("categories") or ()}
        if category not in known:
            return "no_category"
        return None if known[category].get("permission") == _FULL else "may_not_post"

    def _stricter(self) -> Iterator[Problem]:
        """Where the forum asks for longer titles and texts than ``cmops.yml`` knows of."""
        asked = {
            "shortest_title": (self._setting("min_topic_title_length"), SHORTEST_TITLE),
            "shortest_text": (self._setting("min_first_post_length"), SHORTEST_TEXT),
        }
        for name, (least, usual) in asked.items():
            ours = self._channel.settings.get(name, usual)
            if least and least > ours:
                channel = self._channel.id
                values = {"channel": channel, "platform": self.platform.title, "name": name}
                at = ("channels", channel, name)
                yield Problem("CM574", at, {**values, "limit": least, "ours": ours})

    def _setting(self, name: str) -> int | None:
        found = self._api.settings.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None
