"""The network half: containers of one account, filled from addresses and then published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cmops.adapters.contract import (
    Absent,
    Answer,
    Media,
    Message,
    Metric,
    Problem,
    Sending,
    Unknown,
)
from cmops.adapters.counts import counted
from cmops.adapters.graph import URL, VERSION, insights, looking
from cmops.adapters.graph.api import Graph
from cmops.adapters.graph.containers import leave_room, wait_for
from cmops.adapters.hosting import Host
from cmops.adapters.instagram import Instagram
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import lacking, other_account
from cmops.adapters.wanted import kind
from cmops.failures import NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

NEEDED = ("instagram_basic", "instagram_content_publish", "instagram_manage_comments")
"""What a token must be allowed: to look back, to publish and to comment."""

_ITEM = "id,caption,timestamp,permalink"
_COMMENT = "id,text,timestamp,from,user"
_STATE = "status_code,status"
_INSIGHTS = {
    "views": Metric.VIEWS,
    "reach": Metric.REACH,
    "likes": Metric.LIKES,
    "comments": Metric.COMMENTS,
    "shares": Metric.SHARES,
    "saved": Metric.SAVES,
}
_OF_STORIES = ("views", "reach", "shares")


class Account(Instagram):
    """One professional account, by a token that was made by way of Facebook."""

    _needed: tuple[str, ...] = NEEDED

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        own = channel.settings
        self._channel = channel
        self._http = http
        self._graph = Graph(http, str(own.get("url") or URL), str(own.get("version") or VERSION))
        self._host = Host(http, own, root)
        self._ready: Ready[str] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token opens the account, and may do what publishing takes."""
        found = self._opened()
        if found != self._channel.account:
            yield other_account(self._channel, self.platform, found)
            return
        self._host.verify()
        missing = self._graph.missing(self._needed)
        if missing:
            yield lacking(self._channel, self.platform, missing)

    def expires(self) -> datetime | None:
        """When the token, or the app's access to the account's data, ends."""
        return self._graph.expires()

    def prepare(self, message: Message, sending: Sending) -> None:
        """Fills a container and waits until it can be published; nobody sees it yet."""
        self._ready.keep(message, sending, self._container(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes the container, or the comment."""
        container = self._ready.take(message, sending, self._container)
        if container:
            path = f"/{self._channel.account}/media_publish"
            id = self._graph.publish("POST", path, json={"creation_id": container}).text("id")
            return self._receipt({**self._graph.link(id), "id": id})
        path = f"/{sending.before[0].id}/comments"
        id = self._graph.publish("POST", path, json={"message": message.text}).text("id")
        return self._receipt({"id": id})

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the post is there, everything of the account since the claim read."""
        graph, account = self._graph, self._channel.account
        if message.fields.get("format") == "story":
            path, fields = f"/{account}/stories", "id,timestamp"
            stories = looking.since(graph, path, fields, "timestamp", sending)
            # A story has no words to be known by.
            return Unknown() if any(True for _ in stories) else Absent()
        if message.fields.get("role") == FIRST_COMMENT:
            post, keep = sending.before[0].id, self._receipt
            found = looking.below(graph, post, _COMMENT, "timestamp", sending)
            return looking.by_words(found, "text", message.text, sending, keep, author=account)
        path = f"/{account}/media"
        # Captions are given without their @ to apps that the account does not administer.
        items = (
            {**each, "caption": _nameless(each.get("caption"))}
            for each in looking.since(graph, path, _ITEM, "timestamp", sending)
        )
        words = _nameless(message.text)
        return looking.by_words(items, "caption", words, sending, self._receipt)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What Instagram counts of each post; stories have other numbers, for a day only.

        A story that few have seen has none.
        """
        found: dict[str, Mapping[Metric, int]] = {}
        for receipt in receipts:
            for names in (tuple(_INSIGHTS), _OF_STORIES):
                asked = {"metric": ",".join(names)}
                try:
                    said = self._graph.read("GET", f"/{receipt.id}/insights", params=asked)
                except Rejected:
                    continue
                found[receipt.id] = counted(insights.numbers(said), _INSIGHTS)
                break
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """Followers, accounts followed and posts."""
        names = {
            "followers_count": Metric.FOLLOWERS,
            "follows_count": Metric.FOLLOWING,
            "media_count": Metric.POSTS,
        }
        asked = {"fields": ",".join(names)}
        said = self._graph.read("GET", f"/{self._channel.account}", params=asked)
        return counted(said.data, names)

    def _opened(self) -> str:
        """The account that the token opens; it may open several, and is asked for the one."""
        path = f"/{self._channel.account}"
        try:
            return self._graph.read("GET", path, params={"fields": "id,username"}).text("id")
        except Rejected as failure:
            # Which others it opens, nobody says.
            raise NotSent("graph_no_account", self._channel.account) from failure

    def _container(self, message: Message, sending: Sending) -> str:
        """What is published; empty for a comment, which needs none."""
        if message.fields.get("role") == FIRST_COMMENT:
            return ""
        asked = {"fields": "quota_usage,config"}
        path = f"/{self._channel.account}/content_publishing_limit"
        leave_room(self._graph.read("GET", path, params=asked))
        # Once the container is ready, Instagram has the files: they need not be shown any longer.
        with self._host.shown(message.media) as addresses:
            container = self._filled(message, addresses)
            wait_for(self._graph, container, _STATE, self._http.sleep)
        return container

    def _filled(self, message: Message, addresses: Sequence[str]) -> str:
        if not addresses:
            raise NotSent("media_missing")
        caption = {"caption": message.text} if message.text else {}
        if len(addresses) == 1:
            [media] = message.media
            return self._make({**_single(media, addresses[0], message.fields), **caption})
        children = [
            self._make({"is_carousel_item": True, **_child(media, address)})
            for media, address in zip(message.media, addresses, strict=True)
        ]
        for child in children:
            wait_for(self._graph, child, _STATE, self._http.sleep)
        return self._make({"media_type": "CAROUSEL", "children": ",".join(children), **caption})

    def _make(self, body: Mapping[str, Any]) -> str:
        """Another container; it is gone after a day unless it is published."""
        return self._graph.read("POST", f"/{self._channel.account}/media", json=body).text("id")

    def _receipt(self, item: Mapping[str, Any]) -> Receipt:
        return looking.receipt(item, self._http.now())


class ByInstagram(Account):
    """The same, by a token that was made by way of Instagram: it ends, and can be refreshed."""

    _needed = ()  # such a token does not tell what it may do, nor when it ends

    def expires(self) -> datetime | None:
        """None: a token made by way of Instagram does not tell when it ends."""
        return None

    def refresh(self) -> Mapping[str, str]:
        """A token for sixty more days; one that is over cannot be refreshed. Raises a Failure."""
        return {"token": self._graph.refreshed("ig_refresh_token")}

    def _opened(self) -> str:
        asked = {"fields": "user_id,username"}
        return str(self._graph.read("GET", "/me", params=asked).look("user_id"))


def _single(media: Media, address: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """One file: a story, a reel or a picture."""
    film = kind(media) == "video"
    if fields.get("format") == "story":
        return {"media_type": "STORIES", "video_url" if film else "image_url": address}
    if film:
        feed = fields.get("share_to_feed", True)
        return {"media_type": "REELS", "video_url": address, "share_to_feed": feed}
    return _picture(media, address)


def _child(media: Media, address: str) -> dict[str, Any]:
    """One of several files."""
    if kind(media) == "video":
        return {"media_type": "VIDEO", "video_url": address}
    return _picture(media, address)


def _picture(media: Media, address: str) -> dict[str, Any]:
    return {"image_url": address, **({"alt_text": media.alt} if media.alt else {})}


def _nameless(text: object) -> str:
    return str(text or "").replace("@", "")
