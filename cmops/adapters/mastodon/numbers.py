"""What a server counts of a status and of its account. Views are counted by none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cmops.adapters.contract import Metric
from cmops.adapters.mastodon.api import Api
from cmops.ledger.entries import Receipt

# docs.joinmastodon.org, entities Status (``quotes_count`` since 4.5) and Account.
_OF_A_STATUS = {
    Metric.LIKES: "favourites_count",
    Metric.SHARES: "reblogs_count",
    Metric.COMMENTS: "replies_count",
    Metric.QUOTES: "quotes_count",
}
_OF_AN_ACCOUNT = {
    Metric.FOLLOWERS: "followers_count",
    Metric.FOLLOWING: "following_count",
    Metric.POSTS: "statuses_count",
}


def of_statuses(api: Api, receipts: Iterable[Receipt]) -> dict[str, dict[Metric, int]]:
    """The numbers of our own statuses; a boost's are somebody else's. Raises NotSent, Throttled."""
    found = {}
    for each in receipts:
        if "reblog" in dict(each.extra):
            continue
        answer = api.read("GET", f"/api/v1/statuses/{each.id}", accept={404, 410})
        if answer.ok:
            found[each.id] = _numbers(answer.data, _votes(answer.data))
    return found


def of_account(api: Api) -> dict[Metric, int]:
    """The account's own numbers. Raises NotSent, Throttled."""
    answer = api.read("GET", f"/api/v1/accounts/{api.id}")
    return _counted(answer.data, _OF_AN_ACCOUNT)


def _numbers(status: Mapping[str, Any], votes: int | None) -> dict[Metric, int]:
    found = _counted(status, _OF_A_STATUS)
    return found if votes is None else {**found, Metric.VOTES: votes}


def _votes(status: Any) -> int | None:
    poll = status.get("poll") if isinstance(status, dict) else None
    count = poll.get("votes_count") if isinstance(poll, dict) else None
    return count if isinstance(count, int) else None


def _counted(said: Any, names: Mapping[Metric, str]) -> dict[Metric, int]:
    """What is there and is a number: a server that does not tell says nothing, not zero."""
    values = said if isinstance(said, dict) else {}
    return {
        metric: value
        for metric, name in names.items()
        if type(value := values.get(name)) is int and value >= 0
    }
