"""What a blog counts: approved comments, and its posts. It does not count readers."""

from __future__ import annotations

from collections.abc import Iterable

from cmops.adapters.contract import Metric
from cmops.adapters.wordpress.api import Api
from cmops.http import Answer
from cmops.ledger.entries import Receipt

_TOTAL = "x-wp-total"
"""Where the blog says how many there are: developer.wordpress.org, REST API, Pagination."""

_GONE = frozenset({401, 403, 404, 410})


def of_posts(api: Api, receipts: Iterable[Receipt]) -> dict[str, dict[Metric, int]]:
    """Comments by post; one that no reader can see is left out. Raises NotSent, Throttled."""
    found = {}
    for each in receipts:
        if not each.id.isdecimal():
            continue
        post = api.read(f"/wp/v2/posts/{each.id}", params={"_fields": "id"}, accept=_GONE)
        if not post.ok:
            continue
        answer = api.read("/wp/v2/comments", params={"post": each.id, "per_page": 1})
        found[each.id] = {Metric.COMMENTS: _total(answer)}
    return found


def of_blog(api: Api) -> dict[Metric, int]:
    """How many posts the blog has that readers see. Raises NotSent, Throttled."""
    answer = api.read("/wp/v2/posts", params={"per_page": 1, "_fields": "id"})
    return {Metric.POSTS: _total(answer)}


def _total(answer: Answer) -> int:
    said = answer.headers.get(_TOTAL, "")
    if not said.isdecimal():
        raise answer.rubbish()
    return int(said)
