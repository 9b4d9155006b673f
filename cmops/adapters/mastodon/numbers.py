"""What a server counts of a status and of its account. Views are counted by none of them."""

from __future__ import annotations

from collections.abc import Iterable

from cmops.adapters.contract import Metric
from cmops.adapters.counts import counted, one
from cmops.adapters.mastodon.api import Api
from cmops.ledger.entries import Receipt

# docs.joinmastodon.org, entities Status (``quotes_count`` since 4.5) and Account.
_OF_A_STATUS = {
    "favourites_count": Metric.LIKES,
    "reblogs_count": Metric.SHARES,
    "replies_count": Metric.COMMENTS,
    "quotes_count": Metric.QUOTES,
}
_OF_AN_ACCOUNT = {
    "followers_count": Metric.FOLLOWERS,
    "following_count": Metric.FOLLOWING,
    "statuses_count": Metric.POSTS,
}


def of_statuses(api: Api, receipts: Iterable[Receipt]) -> dict[str, dict[Metric, int]]:
    """The numbers of our own statuses; a boost's are somebody else's. Raises NotSent, Throttled."""
    found = {}
    for each in receipts:
        if "reblog" in dict(each.extra):
            continue
        answer = api.read("GET", f"/api/v1/statuses/{each.id}", accept={404, 410})
        if answer.ok:
            votes = one(Metric.VOTES, answer.look("poll", "votes_count"))
            found[each.id] = {**counted(answer.data, _OF_A_STATUS), **votes}
    return found


def of_account(api: Api) -> dict[Metric, int]:
    """The account's own numbers. Raises NotSent, Throttled."""
    answer = api.read("GET", f"/api/v1/accounts/{api.id}")
    return counted(answer.data, _OF_AN_ACCOUNT)
