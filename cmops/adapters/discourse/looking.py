"""Looking for a topic by the id that we gave it, and for a reply among the topic's posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cmops.adapters.contract import Absent, Answer, Found, Message, Sending, Unknown
from cmops.adapters.discourse import content
from cmops.adapters.discourse.api import Api
from cmops.adapters.reading import moment
from cmops.failures import NotSent
from cmops.http import Answer as Said
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt

CHUNK, CHUNKS = 20, 100
"""Posts that are asked for at once, and how often at most."""

Post = Mapping[str, Any]


def for_topic(api: Api, url: str, message: Message, sending: Sending) -> Answer:
    """The topic with our id: forums give an id to one topic only. Staff see deleted ones too."""
    name = content.external_id(sending.message_key)
    answer = api.read(f"/t/external_id/{name}.json", gone=True)
    if not answer.ok:
        return Absent()
    posts = answer.look("post_stream", "posts")
    first = posts[0] if isinstance(posts, list) and posts else None
    if not isinstance(first, dict) or first.get("post_number") != 1:
        raise answer.rubbish()
    if str(first.get("username")).casefold() != api.me.casefold():
        return Unknown()
    ends = content.ends(message, sending.since)
    post = {"topic_slug": answer.look("slug"), **first}
    return Found(receipt(post, url, sending.since, ends))


def for_reply(api: Api, url: str, topic: int, message: Message, sending: Sending) -> Answer:
    """Our post in the topic that says this, if there is exactly one."""
    earlier = {each.id for each in sending.before}
    alike: list[Post] = []
    edited = False
    for post in _since(api, topic, sending.since - MAX_SKEW):
        ours = str(post.get("username")).casefold() == api.me.casefold()
        if not ours or str(post["id"]) in earlier:
            continue
        if content.same(str(post.get("raw") or ""), message, sending.since):
            alike.append(post)
        else:
            edited = edited or post.get("version", 1) != 1
    if len(alike) == 1:
        ends = content.ends(message, sending.since)
        return Found(receipt(alike[0], url, sending.since, ends))
    return Unknown() if alike or edited else Absent()


def receipt(post: Post, url: str, since: datetime, ends: datetime | None) -> Receipt:
    """What is kept of a post that is live; nothing but its id can be missing from it."""
    topic, number = post.get("topic_id"), post.get("post_number")
    slug = post.get("topic_slug") or "-"
    address = f"{url.rstrip('/')}/t/{slug}/{topic}/{number}" if topic and number else None
    extra = (("topic", str(topic)), ("number", str(number))) if topic and number else ()
    closes = (("poll", ends.astimezone(UTC).isoformat()),) if ends else ()
    at = moment(post.get("created_at")) or since
    return Receipt(str(post["id"]), at, address, extra + closes)


def _since(api: Api, topic: int, since: datetime) -> Iterator[Post]:
    """The topic's posts, newest first, until one is older than ``since``.

    Raises NotSent when there are too many: then nothing is proven.
    """
    answer = api.read(f"/t/{topic}.json")
    stream = answer.look("post_stream", "stream")
    if not isinstance(stream, list):
        raise answer.rubbish()
    for _ in range(CHUNKS):
        chunk, stream = stream[-CHUNK:], stream[:-CHUNK]
        if not chunk:
            return
        posts = _posts(api, topic, chunk)
        for post in posts:
            made = moment(post.get("created_at"))
            if made is None:
                raise NotSent("rubbish")
            if made < since:
                return
            yield post
    raise NotSent("too_many_pages")


def _posts(api: Api, topic: int, ids: list[int]) -> list[Post]:
    asked = {"post_ids[]": ids, "include_raw": "true"}
    answer: Said = api.read(f"/t/{topic}/posts.json", params=asked)
    posts = answer.look("post_stream", "posts")
    if not isinstance(posts, list) or not all(
        isinstance(each, dict) and isinstance(each.get("id"), int) and "raw" in each
        for each in posts
    ):
        raise answer.rubbish()
    return sorted(posts, key=lambda each: int(each["id"]), reverse=True)
