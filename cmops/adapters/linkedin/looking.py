"""Reading an organisation's own posts and its comments back, and finding a message by its words.

LinkedIn gives little text back, perhaps written otherwise than it was sent: what people read of
it is compared. Source: learn.microsoft.com, LinkedIn, "Posts API: Find Posts by authors" and
"Comments API", read on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cmops.adapters.contract import Absent, Answer, Found, Sending, Unknown
from cmops.adapters.linkedin.addresses import escaped
from cmops.adapters.linkedin.api import Api, elements
from cmops.adapters.linkedin.little import plain
from cmops.adapters.reading import same
from cmops.failures import NotSent
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt
from cmops.values import dataclass

PAGES = 20
COUNT = 100
"""Posts on a page: the most that LinkedIn gives."""

Item = Mapping[str, Any]
Keep = Callable[[Item, datetime], Receipt]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words, and the post that is shared with them."""

    text: str
    parent: str | None = None


def posts(api: Api, author: str, wanted: Wanted, sending: Sending, keep: Keep) -> Answer:
    """The author's post that says and shares this, if there is exactly one."""
    earlier = {each.id for each in sending.before}
    path = f"/rest/posts?author={escaped(author)}&q=author&sortBy=LAST_MODIFIED"
    found = (
        (each, made)
        for each in _pages(api, path, {"X-RestLi-Method": "FINDER"})
        if (made := _made(each.get("createdAt") or each.get("publishedAt"), sending)) is not None
    )
    alike = [
        (each, made)
        for each, made in found
        if each["id"] not in earlier
        and _parent(each) == wanted.parent
        and same(plain(str(each.get("commentary") or "")), wanted.text)
    ]
    # Without words, one post of pictures looks like another.
    sure = bool(wanted.text.strip() or wanted.parent)
    return _answer(alike, keep, sure=sure)


def comments(api: Api, below: str, author: str, text: str, sending: Sending, keep: Keep) -> Answer:
    """The author's comment below a post that says this, if there is exactly one."""
    alike = []
    for each in _pages(api, f"/rest/socialActions/{escaped(below)}/comments"):
        created, said = each.get("created"), each.get("message")
        made = _made(created.get("time") if isinstance(created, dict) else None, sending)
        words = said.get("text") if isinstance(said, dict) else None
        if made is not None and each.get("actor") == author and same(str(words or ""), text):
            alike.append((each, made))
    return _answer(alike, keep, sure=True)


def _answer(alike: list[tuple[Item, datetime]], keep: Keep, *, sure: bool) -> Answer:
    if len(alike) == 1 and sure:
        return Found(keep(*alike[0]))
    return Unknown() if alike else Absent()


def _pages(api: Api, path: str, headers: Mapping[str, str] | None = None) -> Iterator[Item]:
    """All items of all pages: their order is LinkedIn's affair. Raises NotSent without an end."""
    sign = "&" if "?" in path else "?"
    for page in range(PAGES):
        whole = f"{path}{sign}start={page * COUNT}&count={COUNT}"
        answer = api.read("GET", whole, headers=headers or {})
        found = elements(answer)
        for number, each in enumerate(found):
            answer.text("elements", number, "id")
            yield each
        if len(found) < COUNT:
            return
    raise NotSent("too_many_pages")


def _made(moment: Any, sending: Sending) -> datetime | None:
    """When it was made, in milliseconds; None before the message may have been sent."""
    if not isinstance(moment, int):
        raise NotSent("rubbish")
    made = datetime.fromtimestamp(moment / 1_000, UTC)
    return made if made >= sending.since - MAX_SKEW else None


def _parent(item: Item) -> str | None:
    context = item.get("reshareContext")
    found = context.get("parent") if isinstance(context, dict) else None
    return found if isinstance(found, str) else None
