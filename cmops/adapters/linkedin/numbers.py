"""Numbers of a member's own posts, and how many people follow the member.

Sources: learn.microsoft.com, LinkedIn, "Member Post Statistics", "Member Follower Statistics" and
"Social Metadata API", read on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cmops.adapters.contract import Metric
from cmops.adapters.counts import added, counted
from cmops.adapters.linkedin.addresses import escaped
from cmops.adapters.linkedin.api import Api, elements
from cmops.failures import NotSent

_DENIED = "linkedin_permission"
_COUNTS = {
    "IMPRESSION": Metric.IMPRESSIONS,
    "MEMBERS_REACHED": Metric.REACH,
    "RESHARE": Metric.SHARES,
    "REACTION": Metric.LIKES,
    "COMMENT": Metric.COMMENTS,
}
"""What LinkedIn counts of a post; it is asked for one at a time."""


def of_posts(api: Api, posts: Sequence[str]) -> dict[str, Mapping[Metric, int]]:
    """What LinkedIn counts of each post; reactions and comments for tokens that may see no more.

    Raises NotSent for a token that may not even see those.
    """
    found: dict[str, Mapping[Metric, int]] = {}
    told = True
    for post in posts:
        try:
            told, numbers = _of_post(api, post) if told else (False, _of_others(api, post))
        except NotSent as failure:
            if failure.code != "http_404":
                raise
            continue
        found[post] = numbers
    return found


def followers(api: Api) -> int | None:
    """How many people follow the member; None for tokens that may not know."""
    try:
        said = elements(api.read("GET", "/rest/memberFollowersCount?q=me"))
    except NotSent as failure:
        if failure.code == _DENIED:
            return None
        raise
    count = said[0].get("memberFollowersCount") if said else None
    return count if isinstance(count, int) else None


def _of_post(api: Api, post: str) -> tuple[bool, dict[Metric, int]]:
    """Whether the token may know the post's numbers, and those that it may know."""
    kind = "ugc" if post.startswith("urn:li:ugcPost:") else "share"
    path = f"/rest/memberCreatorPostAnalytics?q=entity&entity=({kind}:{escaped(post)})"
    found: dict[Metric, int] = {}
    for name, metric in _COUNTS.items():
        try:
            said = api.read("GET", f"{path}&queryType={name}&aggregation=TOTAL")
        except NotSent as failure:
            if failure.code == _DENIED:
                return False, _of_others(api, post)
            raise
        count = next((each.get("count") for each in elements(said)), None)
        if isinstance(count, int):
            found[metric] = count
    return True, found


def _of_others(api: Api, post: str) -> dict[Metric, int]:
    """What anybody who may read the post can count of it."""
    return _summed(api.read("GET", f"/rest/socialMetadata/{escaped(post)}").data)


def _summed(said: Any) -> dict[Metric, int]:
    if not isinstance(said, Mapping):
        return {}
    found: dict[Metric, int] = {}
    reactions = said.get("reactionSummaries")
    if isinstance(reactions, Mapping):
        found[Metric.LIKES] = added(reactions.values())
    return found | counted(said.get("commentSummary"), {"count": Metric.COMMENTS})
