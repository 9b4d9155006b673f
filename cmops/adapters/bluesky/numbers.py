"""What the AppView counts of a post and of its account; nobody counts views there.

It is asked through the account's own server (PDS), which passes ``app.bsky.*`` on to the AppView
it is set up with, as bsky.social does; none need be named (``atproto-proxy``):
docs.bsky.app, "API Hosts and Auth". A server that knows no AppView cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cmops.adapters.bluesky.references import POST, parts
from cmops.adapters.bluesky.session import Session
from cmops.adapters.contract import Metric
from cmops.adapters.counts import counted
from cmops.failures import NotSent
from cmops.http import Answer
from cmops.ledger.entries import Receipt

MOST = 25
"""Posts in one question: lexicon app.bsky.feed.getPosts."""

_NONE = "No service configured for"
"""How @atproto/pds says, with 400, that it knows no AppView; older ones answer 501."""

# Lexicons app.bsky.feed.defs#postView and app.bsky.actor.defs#profileViewDetailed.
_OF_A_POST = {
    "likeCount": Metric.LIKES,
    "repostCount": Metric.SHARES,
    "replyCount": Metric.COMMENTS,
    "quoteCount": Metric.QUOTES,
    "bookmarkCount": Metric.SAVES,
}
_OF_AN_ACCOUNT = {
    "followersCount": Metric.FOLLOWERS,
    "followsCount": Metric.FOLLOWING,
    "postsCount": Metric.POSTS,
}


def of_posts(session: Session, receipts: Iterable[Receipt]) -> dict[str, dict[Metric, int]]:
    """The numbers of our own posts; a repost's are somebody else's. Raises NotSent, Throttled."""
    uris = [each.id for each in receipts if (parts(each.id) or ("", "", ""))[1] == POST]
    found = {}
    for start in range(0, len(uris), MOST):
        answer = _asked(session, "app.bsky.feed.getPosts", uris=uris[start : start + MOST])
        posts = answer.look("posts")
        if not isinstance(posts, list):
            raise answer.rubbish()
        for each in posts:
            if isinstance(each, dict) and each.get("uri") in uris:
                found[str(each["uri"])] = counted(each, _OF_A_POST)
    return found


def of_account(session: Session) -> dict[Metric, int]:
    """The account's own numbers. Raises NotSent, Throttled."""
    answer = _asked(session, "app.bsky.actor.getProfile", actor=session.did)
    return counted(answer.data, _OF_AN_ACCOUNT)


def _asked(session: Session, name: str, **params: str | Sequence[str]) -> Answer:
    answer = session.read(name, {"InvalidRequest", "MethodNotImplemented"}, **params)
    if answer.ok:
        return answer
    if answer.word() == "MethodNotImplemented" or answer.look("message") == f"{_NONE} {name}":
        raise NotSent("no_appview", answer.asked)
    raise answer.failure()
