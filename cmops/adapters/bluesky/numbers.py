"""What the AppView counts of a post and of its account; nobody counts views there.

It is asked through the account's own server (PDS), which passes ``app.bsky.*`` on to it:
docs.bsky.app, "API Hosts and Auth". A server that knows no AppView cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cmops.adapters.bluesky.references import POST, parts
from cmops.adapters.bluesky.session import Session
from cmops.adapters.contract import Metric
from cmops.ledger.entries import Receipt

MOST = 25
"""Posts in one question: lexicon app.bsky.feed.getPosts."""

# Lexicons app.bsky.feed.defs#postView and app.bsky.actor.defs#profileViewDetailed.
_OF_A_POST = {
    Metric.LIKES: "likeCount",
    Metric.SHARES: "repostCount",
    Metric.COMMENTS: "replyCount",
    Metric.QUOTES: "quoteCount",
    Metric.SAVES: "bookmarkCount",
}
_OF_AN_ACCOUNT = {
    Metric.FOLLOWERS: "followersCount",
    Metric.FOLLOWING: "followsCount",
    Metric.POSTS: "postsCount",
}


def of_posts(session: Session, receipts: Iterable[Receipt]) -> dict[str, dict[Metric, int]]:
    """The numbers of our own posts; a repost's are somebody else's. Raises NotSent, Throttled."""
    uris = [each.id for each in receipts if (parts(each.id) or ("", "", ""))[1] == POST]
    found = {}
    for start in range(0, len(uris), MOST):
        answer = session.read("app.bsky.feed.getPosts", uris=uris[start : start + MOST])
        posts = answer.look("posts")
        if not isinstance(posts, list):
            raise answer.rubbish()
        for each in posts:
            if isinstance(each, dict) and each.get("uri") in uris:
                found[str(each["uri"])] = _counted(each, _OF_A_POST)
    return found


def of_account(session: Session) -> dict[Metric, int]:
    """The account's own numbers. Raises NotSent, Throttled."""
    answer = session.read("app.bsky.actor.getProfile", actor=session.did)
    return _counted(answer.data, _OF_AN_ACCOUNT)


def _counted(said: Any, names: Mapping[Metric, str]) -> dict[Metric, int]:
    """What is there and is a number: the lexicon makes every count optional."""
    values = said if isinstance(said, dict) else {}
    return {
        metric: value
        for metric, name in names.items()
        if type(value := values.get(name)) is int and value >= 0
    }
