"""What a forum counts of a topic, of a post, and of itself."""

from __future__ import annotations

from cmops.adapters.contract import Metric
from cmops.adapters.discourse import content
from cmops.adapters.discourse.api import Api
from cmops.ledger.entries import Receipt

_TOPIC = {Metric.VIEWS: "views", Metric.LIKES: "like_count"}
_FORUM = {
    Metric.MEMBERS: ("users_count", "user_count"),
    Metric.POSTS: ("posts_count", "post_count"),
}


def of_post(api: Api, receipt: Receipt) -> dict[Metric, int] | None:
    """The topic's views, likes and replies, or the post's likes and replies; None if gone."""
    kept = dict(receipt.extra)
    if kept.get("number") == "1":
        return _of_topic(api, kept["topic"])
    answer = api.read(f"/posts/{receipt.id}.json", gone=True)
    if not answer.ok or answer.look("deleted_at") or answer.look("user_deleted"):
        return None
    replies = answer.look("reply_count")
    return {
        Metric.LIKES: content.likes(answer.data),
        **({Metric.COMMENTS: replies} if isinstance(replies, int) else {}),
    }


def of_forum(api: Api) -> dict[Metric, int]:
    """Members and posts; older forums call them otherwise."""
    answer = api.read("/about.json", gone=True)
    stats = answer.look("about", "stats") if answer.ok else None
    known = stats if isinstance(stats, dict) else {}
    found = {
        metric: next((known[name] for name in names if isinstance(known.get(name), int)), None)
        for metric, names in _FORUM.items()
    }
    return {metric: count for metric, count in found.items() if count is not None}


def _of_topic(api: Api, topic: str) -> dict[Metric, int] | None:
    answer = api.read(f"/t/{topic}.json", gone=True)
    if not answer.ok or answer.look("deleted_at"):
        return None
    found = {metric: answer.look(name) for metric, name in _TOPIC.items()}
    posts = answer.look("posts_count")
    found[Metric.COMMENTS] = posts - 1 if isinstance(posts, int) else None
    return {metric: count for metric, count in found.items() if isinstance(count, int)}
