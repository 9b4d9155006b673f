"""The network half: containers of one account, filled and then published; and its reposts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
from cmops.adapters.counts import counted, one
from cmops.adapters.graph import insights, looking
from cmops.adapters.graph.api import Graph
from cmops.adapters.graph.containers import leave_room, wait_for
from cmops.adapters.hosting import Host
from cmops.adapters.ready import Ready
from cmops.adapters.threads import URL, VERSION, Threads, content
from cmops.adapters.verifying import lacking, other_account
from cmops.failures import NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

NEEDED = ("threads_basic", "threads_content_publish", "threads_manage_replies")
"""What a token must be allowed: to look back, to publish, and to go on with a thread."""

_ITEM = "id,text,timestamp,permalink,media_type,replied_to"
_REPOST = "id,timestamp,permalink,media_type,reposted_post"
_OF_OTHERS = "REPOST_FACADE"
_STATE = "status,error_message"
_ASKED = "views,likes,replies,reposts,quotes,shares"
_INSIGHTS = {
    "views": Metric.VIEWS,
    "likes": Metric.LIKES,
    "replies": Metric.COMMENTS,
    "quotes": Metric.QUOTES,
}
_SHARES = ("reposts", "shares")


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request: of a container that is ready, or of a repost, which has none."""

    path: str
    form: Mapping[str, str] = field(default_factory=dict)


class Account(Threads):
    """One account."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        own = channel.settings
        url, version = str(own.get("url") or URL), str(own.get("version") or VERSION)
        self._channel = channel
        self._http = http
        self._graph = Graph(http, url, version)
        self._host = Host(http, own, root)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is the account's, and may do what publishing takes."""
        self.__dict__.pop("_me", None)
        if not self._is_wanted:
            yield other_account(self._channel, self.platform, self._me["username"])
            return
        self._host.verify()
        missing = self._graph.missing(NEEDED)
        if missing:
            yield lacking(self._channel, self.platform, missing)

    def expires(self) -> datetime | None:
        """When the token ends: sixty days after it was made or refreshed."""
        return self._graph.expires()

    def refresh(self) -> Mapping[str, str]:
        """A token for sixty more days; one that is over cannot be refreshed. Raises a Failure."""
        return {"token": self._graph.refreshed("th_refresh_token")}

    def prepare(self, message: Message, sending: Sending) -> None:
        """Fills a container and waits until it can be published; nobody sees it yet.

        A repost needs none: the post that it shares is looked up.
        """
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes the container, or the repost."""
        request = self._ready.take(message, sending, self._request)
        id = self._graph.publish("POST", request.path, form=request.form).text("id")
        return self._receipt({**self._graph.link(id), "id": id})

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the post is there, everything of the account since the claim read."""
        shared = self._resolved(message.fields.get("repost"))
        if shared:
            return self._reposted(shared, sending)
        parent = self._parent(message, sending)
        # Replies stand in a list of their own.
        path = f"/{self._id}/{'replies' if parent else 'threads'}"
        found = looking.since(self._graph, path, _ITEM, "timestamp", sending)
        items = (
            each
            for each in found
            if (each.get("replied_to") or {}).get("id") == parent
            and each.get("media_type") != _OF_OTHERS
        )
        return looking.by_words(items, "text", message.text, sending, self._receipt)

    def delete(self, receipt: Receipt) -> None:
        """Deletes the post; Threads allows a hundred a day, to tokens with ``threads_delete``."""
        self._graph.delete(receipt.id)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What Threads counts of each post; reposts and shares are one number."""
        found: dict[str, Mapping[Metric, int]] = {}
        asked = {"metric": _ASKED}
        for receipt in receipts:
            try:
                said = self._graph.read("GET", f"/{receipt.id}/insights", params=asked)
            except Rejected:
                continue
            found[receipt.id] = _counts(insights.numbers(said))
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many people follow the account."""
        path, asked = f"/{self._id}/threads_insights", {"metric": "followers_count"}
        said = self._graph.read("GET", path, params=asked)
        return one(Metric.FOLLOWERS, said.look("data", 0, "total_value", "value"))

    @cached_property
    def _me(self) -> Mapping[str, str]:
        said = self._graph.read("GET", "/me", params={"fields": "id,username"})
        return {"id": said.text("id"), "username": said.text("username")}

    @property
    def _is_wanted(self) -> bool:
        wanted = self._channel.account.removeprefix("@").lower()
        return wanted in (self._me["username"].lower(), self._me["id"])

    @property
    def _id(self) -> str:
        """The account; raises NotSent when the token is another one's."""
        if not self._is_wanted:
            raise NotSent("wrong_account", self._me["username"])
        return self._me["id"]

    def _reposted(self, post: str, sending: Sending) -> Answer:
        """Whether the account has shared this post since the claim; it can do so once."""
        path = f"/{self._id}/threads"
        items = looking.since(self._graph, path, _REPOST, "timestamp", sending)
        ours = [each for each in items if (each.get("reposted_post") or {}).get("id") == post]
        if len(ours) == 1:
            return Found(self._receipt(ours[0]))
        return Unknown() if ours else Absent()

    def _request(self, message: Message, sending: Sending) -> _Request:
        shared = self._resolved(message.fields.get("repost"))
        if shared:
            return _Request(f"/{shared}/repost")
        container = self._container(message, sending)
        return _Request(f"/{self._id}/threads_publish", {"creation_id": container})

    def _container(self, message: Message, sending: Sending) -> str:
        parent = self._parent(message, sending)
        names = ("reply_quota_usage", "reply_config") if parent else ("quota_usage", "config")
        path, asked = f"/{self._id}/threads_publishing_limit", {"fields": ",".join(names)}
        leave_room(self._graph.read("GET", path, params=asked), *names)
        said = {
            "text": message.text,
            "reply_to_id": parent,
            "quote_post_id": self._resolved(message.fields.get("quote")),
            "link_attachment": message.fields.get("link"),
            "topic_tag": message.fields.get("topic"),
            "poll_attachment": content.poll(message.fields.get("poll")),
        }
        # Once the container is ready, Threads has the files: they need not be shown any longer.
        with self._host.shown(message.media) as addresses:
            form = {**self._kind(message.media, addresses), **said}
            container = self._make({name: value for name, value in form.items() if value})
            wait_for(self._graph, container, _STATE, self._http.sleep)
        return container

    def _kind(self, files: Sequence[Media], addresses: Sequence[str]) -> dict[str, str]:
        """What sort of container it is; those inside a carousel are made first."""
        if not files:
            return {"media_type": "TEXT"}
        if len(files) == 1:
            return content.file(files[0], addresses[0])
        children = [
            self._make({"is_carousel_item": "true", **content.file(media, address)})
            for media, address in zip(files, addresses, strict=True)
        ]
        for child in children:
            wait_for(self._graph, child, _STATE, self._http.sleep)
        return {"media_type": "CAROUSEL", "children": ",".join(children)}

    def _make(self, form: Mapping[str, Any]) -> str:
        """Another container; it is gone after a day unless it is published."""
        return self._graph.read("POST", f"/{self._id}/threads", form=form).text("id")

    def _parent(self, message: Message, sending: Sending) -> str | None:
        """The post that this one answers: our own before it, or the one at an address."""
        if sending.before:
            return sending.before[-1].id
        return self._resolved(message.fields.get("reply_to"))

    def _resolved(self, address: str | None) -> str | None:
        """The identifier of the post at an address, which only some lists tell.

        Those are the account's own posts and replies, and the posts that mention it. Raises
        Rejected when it is in none of them.
        """
        if not address or address.isdecimal():
            return address
        code = urlsplit(address).path.rstrip("/").rpartition("/")[2]
        for name in ("threads", "replies", "mentions"):
            try:
                for page in looking.pages(self._graph, f"/{self._id}/{name}", _LISTED):
                    for item in page:
                        if item.get("shortcode") == code:
                            return str(item["id"])
            except NotSent as failure:
                # Mentions take a permission that most tokens lack; few posts are beyond the pages.
                if failure.code not in {"graph_permission", "too_many_pages"}:
                    raise
        raise Rejected("post_not_found")

    def _receipt(self, item: Mapping[str, Any]) -> Receipt:
        return looking.receipt(item, self._http.now())


_LISTED = {"fields": "id,shortcode", "limit": "100"}


def _counts(said: Mapping[str, int]) -> dict[Metric, int]:
    found = counted(said, _INSIGHTS)
    shared = [said[name] for name in _SHARES if name in said]
    return {**found, Metric.SHARES: sum(shared)} if shared else found
