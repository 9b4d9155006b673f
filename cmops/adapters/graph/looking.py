"""Reading an account's own posts or comments back, and finding a message by its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cmops.adapters.contract import Absent, Answer, Found, Sending, Unknown
from cmops.adapters.graph.api import Graph
from cmops.adapters.reading import moment, same
from cmops.failures import NotSent
from cmops.http import Answer as Page
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt

PAGES = 50
"""Pages of 100 that are read at most; what is further back cannot be looked for."""

Item = Mapping[str, Any]
Keep = Callable[[Item], Receipt]

# What leads to the next page. The whole address would bring the token along.
_CURSORS = frozenset({"after", "until", "__paging_token", "pagination_key", "offset"})


def since(graph: Graph, path: str, fields: str, at: str, sending: Sending) -> Iterator[Item]:
    """What was made since the first moment at which the message may have been sent, newest first.

    ``at`` is the field that says when. A page is the last one when nothing on it is recent: one
    old item proves nothing, since some are pinned on top. Raises NotSent when there is no end.
    """
    earliest = sending.since - MAX_SKEW
    asked = {"fields": fields, "limit": "100", "since": str(int(earliest.timestamp()))}
    for page in pages(graph, path, asked):
        recent = [each for each in page if _made(each, at) >= earliest]
        yield from recent
        if page and not recent:
            return


def below(graph: Graph, post: str, fields: str, at: str, sending: Sending) -> Iterator[Item]:
    """The comments of a post since then. All are read: their order is the platform's affair."""
    earliest = sending.since - MAX_SKEW
    for page in pages(graph, f"/{post}/comments", {"fields": fields, "limit": "100"}):
        yield from (each for each in page if _made(each, at) >= earliest)


def pages(graph: Graph, path: str, asked: Mapping[str, str]) -> Iterator[list[Item]]:
    """Page after page of a list; raises NotSent when it does not come to an end."""
    following: Mapping[str, str] = {}
    for _ in range(PAGES):
        answer = graph.read("GET", path, params={**asked, **following})
        page = answer.look("data")
        if not isinstance(page, list):
            raise answer.rubbish()
        for position, _item in enumerate(page):
            answer.text("data", position, "id")
        yield page
        following = _following(answer)
        if not following:
            return
    raise NotSent("too_many_pages")


def by_words(
    items: Iterable[Item],
    field: str,
    text: str,
    sending: Sending,
    keep: Keep,
    *,
    author: str | None = None,
) -> Answer:
    """The item that says this, if there is exactly one; without words nothing can be told apart.

    ``author`` is whose it must be, where others write as well. Who wrote an item is not always
    told: then it may be ours.
    """
    earlier = {each.id for each in sending.before}
    alike = [
        item
        for item in items
        if item["id"] not in earlier and same(str(item.get(field) or ""), text)
    ]
    ours = [item for item in alike if author is None or author in _authors(item)]
    if len(ours) == 1 and text.strip():
        return Found(keep(ours[0]))
    return Unknown() if alike else Absent()


def _authors(item: Item) -> set[object]:
    told = (item.get("from"), item.get("user"))
    return {each["id"] for each in told if isinstance(each, dict) and "id" in each}


def receipt(item: Item, now: datetime) -> Receipt:
    """What is kept of a post: its id, and its address and time as far as they are told."""
    address = item.get("permalink")
    at = moment(item.get("timestamp")) or now
    return Receipt(str(item["id"]), at, address if isinstance(address, str) else None)


def _made(item: Item, at: str) -> datetime:
    made = moment(item.get(at))
    if made is None:
        raise NotSent("rubbish")
    return made


def _following(answer: Page) -> dict[str, str]:
    address = answer.look("paging", "next")
    if not isinstance(address, str) or not address:
        return {}
    asked = dict(parse_qsl(urlsplit(address).query))
    found = {name: value for name, value in asked.items() if name in _CURSORS}
    if not found:
        raise answer.rubbish()
    return found
