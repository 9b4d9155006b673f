"""The network half: posts and films of one Page, their first comments and their numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Answer, Media, Message, Metric, Problem, Sending
from cmops.adapters.counts import counted, one
from cmops.adapters.facebook import FILMS_URL, Facebook
from cmops.adapters.files import reviewed
from cmops.adapters.graph import URL, VERSION, insights, looking
from cmops.adapters.graph.api import Graph
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.reading import moment
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import lacking, other_account
from cmops.adapters.wanted import kind
from cmops.failures import NotSent, Rejected
from cmops.http import Answer as Said
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

NEEDED = ("pages_manage_engagement", "pages_manage_posts", "pages_read_engagement")
"""What a token must be allowed: to comment, to publish and to look back."""

_POST = "id,message,created_time,permalink_url"
_COMMENT = "id,message,created_time,permalink_url,from"
_COUNTS = "reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0),shares"
_INSIGHTS = {
    "post_media_view": Metric.VIEWS,
    "post_total_media_view_unique": Metric.REACH,
    "post_clicks": Metric.CLICKS,
}
"""What replaced ``post_impressions`` (Page Insights: "Page Post Media View", v26.0)."""

_PIECES = 200
"""Pieces of a film that are sent at most; Facebook says how large each may be."""


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request, all that it refers to being uploaded.

    ``id`` is the post's where it is known before the answer; films go to a server of their own.
    """

    path: str
    body: Mapping[str, Any]
    id: str | None = None
    film: bool = False


class Page(Facebook):
    """One Page, written to with a Page access token."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        own = channel.settings
        self._channel = channel
        self._root = root
        self._http = http
        url, version = str(own.get("url") or URL), str(own.get("version") or VERSION)
        self._graph = Graph(http, url, version)
        self._films = Graph(http, FILMS_URL if url.rstrip("/") == URL else url, version)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is that of the Page, and may do what publishing takes."""
        me = self._graph.read("GET", "/me", params={"fields": "id,name"})
        if me.text("id") != self._channel.account:
            yield other_account(self._channel, self.platform, me.text("id"))
            return
        missing = self._graph.missing(NEEDED)
        if missing:
            yield lacking(self._channel, self.platform, missing)

    def expires(self) -> datetime | None:
        """When the token, or the app's access to the Page's data, ends."""
        return self._graph.expires()

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's photos, or its film but for the end; nobody sees them yet."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes the post or the comment."""
        request = self._ready.take(message, sending, self._request)
        graph = self._films if request.film else self._graph
        answer = graph.publish("POST", request.path, json=request.body)
        id = request.id or answer.text("id")
        return self._receipt({**self._graph.link(id, "permalink_url"), "id": id}, message)

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the post is on the Page, everything of the Page since the claim read.

        A post that somebody has edited meanwhile is not recognised by its words any more.
        """
        graph, page, at = self._graph, self._channel.account, "created_time"
        keep = partial(self._receipt, message=message)
        if message.fields.get("role") == FIRST_COMMENT:
            items = looking.below(graph, sending.before[0].id, _COMMENT, at, sending)
            return looking.by_words(items, "message", message.text, sending, keep, author=page)
        items = looking.since(graph, f"/{page}/published_posts", _POST, at, sending)
        return looking.by_words(items, "message", message.text, sending, keep)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Gives the post other words; Facebook lets nothing else be changed. Raises Rejected."""
        attached = dict(receipt.extra).get("attached")
        if attached is not None and attached != _attached(message):
            raise Rejected("graph_words_only")
        # Posts and comments are called after what they belong to, films are not.
        name = "message" if "_" in receipt.id else "description"
        self._graph.publish("POST", f"/{receipt.id}", json={name: message.text})
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Deletes the post or the comment."""
        self._graph.delete(receipt.id)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Reactions, comments and shares; views, reach and clicks where Facebook gives them."""
        found: dict[str, Mapping[Metric, int]] = {}
        for receipt in receipts:
            try:
                id = self._post_of(receipt.id)
                said = self._graph.read("GET", f"/{id}", params={"fields": _COUNTS})
            except Rejected:
                continue
            found[receipt.id] = {**_counts(said), **self._insights(id)}
        return found

    def _post_of(self, id: str) -> str:
        """The post that shows a film, which alone is counted; anything else is a post itself."""
        if "_" in id:
            return id
        post = self._graph.read("GET", f"/{id}", params={"fields": "post_id"}).look("post_id")
        if not isinstance(post, str) or not post:
            return id
        return post if "_" in post else f"{self._channel.account}_{post}"

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many people follow the Page."""
        path, asked = f"/{self._channel.account}", {"fields": "followers_count"}
        said = self._graph.read("GET", path, params=asked)
        return one(Metric.FOLLOWERS, said.look("followers_count"))

    def _insights(self, id: str) -> dict[Metric, int]:
        asked = {"metric": ",".join(_INSIGHTS), "period": "lifetime"}
        try:
            said = self._graph.read("GET", f"/{id}/insights", params=asked)
        except (Rejected, NotSent):
            # Comments have none, small Pages neither, and names of metrics come and go.
            return {}
        return counted(insights.numbers(said), _INSIGHTS)

    def _request(self, message: Message, sending: Sending) -> _Request:
        page = self._channel.account
        if message.fields.get("role") == FIRST_COMMENT:
            return _Request(f"/{sending.before[0].id}/comments", {"message": message.text})
        if message.media and kind(message.media[0]) == "video":
            return self._film(message.media[0], message.text)
        body: dict[str, Any] = {"published": True}
        if message.text:
            body["message"] = message.text
        if message.fields.get("link"):
            body["link"] = message.fields["link"]
        if message.media:
            body["attached_media"] = [{"media_fbid": self._photo(each)} for each in message.media]
        return _Request(f"/{page}/feed", body)

    def _photo(self, media: Media) -> str:
        """What Facebook calls the photo once it can be attached."""
        content = reviewed(self._root, media.path, media.sha256)
        form = {"published": "false", **({"alt_text_custom": media.alt} if media.alt else {})}
        files = {"source": (_name(media), content, media.type)}
        path = f"/{self._channel.account}/photos"
        return self._graph.read("POST", path, form=form, files=files).text("id")

    def _film(self, media: Media, text: str) -> _Request:
        """Uploads a film piece by piece; it is published by the last request of the upload.

        The guide's other way, by an upload of the app, takes a token that is no Page's.
        """
        path = f"/{self._channel.account}/videos"
        if media.url:
            return _Request(path, {"file_url": media.url, "description": text}, film=True)
        content = reviewed(self._root, media.path, media.sha256)
        start = {"upload_phase": "start", "file_size": str(len(content))}
        said = self._films.read("POST", path, form=start)
        session, id = said.text("upload_session_id"), said.text("video_id")
        for _ in range(_PIECES):
            begin, end = _offset(said, "start_offset"), _offset(said, "end_offset")
            if begin >= end:
                finish = {"upload_phase": "finish", "upload_session_id": session}
                return _Request(path, {**finish, "description": text}, id, film=True)
            form = {
                "upload_phase": "transfer",
                "upload_session_id": session,
                "start_offset": str(begin),
            }
            piece = {"video_file_chunk": (_name(media), content[begin:end], media.type)}
            said = self._films.read("POST", path, form=form, files=piece)
        raise NotSent("media_not_ready")

    def _receipt(self, item: Mapping[str, Any], message: Message) -> Receipt:
        address = item.get("permalink_url")
        if isinstance(address, str) and address.startswith("/"):
            address = f"https://www.facebook.com{address}"
        at = moment(item.get("created_time")) or self._http.now()
        url = address if isinstance(address, str) else None
        return Receipt(str(item["id"]), at, url, (("attached", _attached(message)),))


def _name(media: Media) -> str:
    """A file's name that says nothing of where it lies."""
    return f"{media.sha256[:16]}{Path(media.path).suffix}"


def _attached(message: Message) -> str:
    """What goes with the words, in short: a correction must leave it as it is."""
    parts = [part for each in message.media for part in (each.sha256, each.alt)]
    told = "\0".join((*parts, message.fields.get("link", "")))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _offset(said: Said, name: str) -> int:
    text = str(said.look(name))
    if not text.isdecimal():
        raise said.rubbish()
    return int(text)


def _counts(said: Said) -> dict[Metric, int]:
    return {
        **one(Metric.LIKES, said.look("reactions", "summary", "total_count")),
        **one(Metric.COMMENTS, said.look("comments", "summary", "total_count")),
        **one(Metric.SHARES, said.look("shares", "count")),
    }
