"""What a forum counts of a topic, of a post, and of itself."""

from __future__ import annotations

from cmops.adapters.contract import Metric
from cmops.adapters.counts import counted, one
from cmops.adapters.discourse import content
from cmops.adapters.discourse.api import Api
from cmops.ledger.entries import Receipt

_TOPIC = {"views": Metric.VIEWS, "like_count": Metric.LIKES}
_FORUM = {
    # Older forums, and newer ones.
    "user_count": Metric.MEMBERS,
    "users_count": Metric.MEMBERS,
    "post_count": Metric.POSTS,
    "posts_count": Metric.POSTS,
}


def of_post(api: Api, receipt: Receipt) -> dict[Metric, int] | None:
    """The topic's views, likes and replies, or the post's likes and replies; None if gone."""
    kept = dict(receipt.extra)
    if kept.get("number") == "1":
        return _of_topic(api, kept["topic"])
    answer = api.read(f"/posts/{receipt.id}.json", gone=True)
    if not answer.ok or answer.look("deleted_at") or answer.look("user_deleted"):
        return None
    replies = one(Metric.COMMENTS, answer.look("reply_count"))
    return {Metric.LIKES: content.likes(answer.data), **replies}


def of_forum(api: Api) -> dict[Metric, int]:
    """Members and posts; older forums call them otherwise."""
    answer = api.read("/about.json", gone=True)
    stats = answer.look("about", "stats") if answer.ok else None
    return counted(stats, _FORUM)


def _of_topic(api: Api, topic: str) -> dict[Metric, int] | None:
    answer = api.read(f"/t/{topic}.json", gone=True)
    if not answer.ok or answer.look("deleted_at"):
        return None
    posts = answer.look("posts_count")
    comments = one(Metric.COMMENTS, posts - 1) if isinstance(posts, int) else {}
    return {**counted(answer.data, _TOPIC), **comments}
