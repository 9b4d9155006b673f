"""The network half: posts of a blog, made ready as drafts that only then become public.

What makes a post public can be repeated without harm, and a post is known by its mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

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
from cmops.adapters.messages import media_data
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account
from cmops.adapters.wordpress import WordPress, content, numbers
from cmops.adapters.wordpress.api import Api, Item
from cmops.adapters.wordpress.shelf import Shelf
from cmops.failures import NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

POSTS = "/wp/v2/posts"

_STATUSES = "publish,future,draft,pending,private,trash"
_NEEDED = ("publish_posts", "upload_files")
_GONE = frozenset({404, 410})

_Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A post that the blog has and no reader sees, and what it will say."""

    id: int
    body: _Body


class Blog(WordPress):
    """One blog, as one user."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._http = http
        self._api = Api(http, str(channel.settings.get("url", "")), channel.account)
        self._shelf = Shelf(self._api, root)
        self._ready: Ready[_Draft] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the password is the user's, and the blog lets them publish and upload."""
        self._api.forget()
        channel, me = self._channel, self._api.me
        if not self._api.is_wanted:
            yield other_account(channel, self.platform, str(me.get("username", "")))
            return
        allowed = me.get("capabilities") or {}
        missing = tuple(each for each in _NEEDED if not allowed.get(each))
        if missing:
            values = {"channel": channel.id, "platform": self.platform.title, "missing": missing}
            at = ("channels", channel.id, "account")
            yield Problem("CM551", at, {**values, "account": channel.account})

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads files, finds categories and tags, and saves a draft; makes nothing public."""
        self._ready.keep(message, sending, self._draft(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Makes the draft public, unless the post is there already."""
        there = self.find(message, sending)
        if isinstance(there, Found):
            return there.receipt
        if isinstance(there, Unknown):
            raise NotSent("twice_there")
        draft = self._ready.take(message, sending, self._draft)
        shown = content.marked(draft.body, content.key(sending.message_key), live=True)
        wanted = {**shown, "status": message.fields["status"]}
        answer = self._api.publish("POST", f"{POSTS}/{draft.id}", json=wanted, accept=_GONE)
        if not answer.ok:
            raise NotSent("draft_lost", answer.asked)
        return self._receipt(_post(answer))

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether a post with the message's mark was ever public; the blog searches all it has."""
        key = content.key(sending.message_key)
        live = [each for each in self._marked(key) if _mark(each).digest is not None]
        if len(live) > 1:
            return Unknown()
        return Found(self._receipt(live[0])) if live else Absent()

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the post what the message says, unless somebody has changed it on the blog."""
        live = self._live(receipt)
        mark = content.mark_in(_raw(live))
        body = self._body(message)
        if mark is not None and mark.digest == content.digest(body):
            return self._receipt(live)
        kept = dict(receipt.extra).get("content")
        known = kept is None or kept == content.stored(_raw(live))
        # One of ours whose answer was lost is not known by its receipt, but by its own mark.
        if mark is None or not (known or content.untouched(_raw(live))):
            raise Rejected("changed_there")
        if body["slug"] != live.get("slug"):
            self._refuse_taken(body["slug"], int(live["id"]))
        shown = content.marked(body, mark.key, live=True)
        answer = self._api.publish("POST", f"{POSTS}/{live['id']}", json=shown, accept=_GONE)
        if not answer.ok:
            raise Rejected("gone")
        return self._receipt(_post(answer))

    def delete(self, receipt: Receipt) -> None:
        """Puts the post into the blog's trash; where there is none, deletes it."""
        route = f"{POSTS}/{_number(receipt)}"
        answer = self._api.publish("DELETE", route, accept={*_GONE, 501})
        if answer.status == 501:
            self._api.publish("DELETE", route, params={"force": "true"}, accept=_GONE)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """Comments by post."""
        return numbers.of_posts(self._api, receipts)

    def measure_channel(self) -> Mapping[Metric, int]:
        """How many posts the blog has."""
        return numbers.of_blog(self._api)

    def _draft(self, message: Message, sending: Sending) -> _Draft:
        """The message as a draft of the blog's. Raises Rejected when its address is taken."""
        body = self._body(message)
        key = content.key(sending.message_key)
        drafts = [each for each in self._marked(key) if _mark(each).digest is None]
        route = f"{POSTS}/{drafts[0]['id']}" if drafts else POSTS
        # From a title alone the blog tells which address it would give: so it has the slug's.
        shown = {**content.marked(body, key, live=False), "title": body["slug"]}
        answer = self._api.put_aside(route, json={**shown, "status": "draft"}, accept=_GONE)
        id = answer.look("id")
        if not answer.ok or not isinstance(id, int):
            raise NotSent("draft_lost", answer.asked)
        if answer.look("generated_slug") != body["slug"]:
            self._api.publish("DELETE", f"{POSTS}/{id}", params={"force": "true"}, accept=_GONE)
            raise Rejected("slug_taken", body["slug"])
        return _Draft(id, body)

    def _body(self, message: Message) -> _Body:
        """The post without its mark; what it refers to is there. An empty list clears."""
        fields = message.fields
        files = [self._shelf.file(media_data(each)) for each in message.media]
        cover = fields.get("cover")
        return {
            # The blog takes both for HTML.
            "title": escape(fields["title"], quote=False),
            "excerpt": escape(fields.get("excerpt", ""), quote=False),
            "slug": fields["slug"],
            "content": fields.get("html", "") + content.figures(files),
            "categories": self._shelf.categories(fields.get("categories", [])),
            "tags": self._shelf.tags(fields.get("tags", [])),
            "featured_media": (self._shelf.file(cover).id if cover else None) or 0,
        }

    def _marked(self, key: str) -> list[Item]:
        """Every post that has this mark, whatever became of it. Raises NotSent without proof."""
        _ = self._api.user
        return [each for each in self._posts(search=key) if _mark(each).key == key]

    def _posts(self, **asked: str) -> Iterator[Item]:
        return self._api.items(POSTS, {**asked, "status": _STATUSES, "context": "edit"})

    def _live(self, receipt: Receipt) -> Item:
        route = f"{POSTS}/{_number(receipt)}"
        answer = self._api.read(route, params={"context": "edit"}, accept=_GONE)
        if not answer.ok or answer.look("status") == "trash":
            raise Rejected("gone")
        return _post(answer)

    def _refuse_taken(self, slug: str, id: int) -> None:
        """Raises Rejected when a post that readers or we can see has this address."""
        published = self._api.items(POSTS, {"slug": slug})
        for other in (*published, *self._posts(slug=slug)):
            if other["id"] != id:
                raise Rejected("slug_taken", slug)

    def _receipt(self, post: Item) -> Receipt:
        """What is kept of a post; nothing but its number can be missing from it."""
        url = post.get("link")
        kept = (("content", content.stored(_raw(post))),)
        return Receipt(
            str(post["id"]), self._moment(post), url if isinstance(url, str) else None, kept
        )

    def _moment(self, post: Item) -> datetime:
        try:
            return datetime.fromisoformat(str(post.get("date_gmt"))).replace(tzinfo=UTC)
        except ValueError:
            return self._http.now()


def _post(answer: Any) -> Item:
    if not isinstance(answer.look("id"), int):
        raise answer.rubbish()
    found: Item = answer.data
    return found


def _number(receipt: Receipt) -> str:
    if not receipt.id.isdecimal():
        raise Rejected("gone")
    return receipt.id


def _raw(post: Item) -> str:
    said = post.get("content")
    return str(said.get("raw", "")) if isinstance(said, dict) else ""


def _mark(post: Item) -> content.Mark:
    return content.mark_in(_raw(post)) or content.Mark("", None)
