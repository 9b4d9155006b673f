"""Reading the account's own posts back, for channels whose owner pays for it.

X shortens every address and adds one for attached media, so texts are compared with their
addresses taken out; the addresses themselves are compared by their number only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from cmops.adapters.contract import Absent, Answer, Found, Sending, Unknown
from cmops.adapters.x.api import Api, Fields
from cmops.failures import NotSent
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt
from cmops.values import dataclass

PAGES = 10
"""Pages of a hundred posts that are read at most."""

_FIELDS: Fields = (
    {"tweet.fields": "created_at,referenced_tweets,note_tweet,entities"},
    {"post.fields": "created_at,note_post,entities", "expansions": "referenced_posts"},
)
_ADDRESS = re.compile(r"https?://\S+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

Post = Mapping[str, Any]
Keep = Callable[[str, datetime, str | None], Receipt]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a text below a parent, or the share of a post."""

    text: str
    parent: str | None
    shared: str | None


def found(api: Api, wanted: Wanted, sending: Sending, keep: Keep) -> Answer:
    """The post, if there is exactly one; two are Unknown."""
    earlier = {each.id for each in sending.before}
    posts = [each for each in _since(api, sending) if str(each["id"]) not in earlier]
    alike = [each for each in posts if _is(each, wanted)]
    if len(alike) > 1 or (not alike and any(_untold(each, wanted) for each in posts)):
        return Unknown()
    if not alike:
        return Absent()
    post = alike[0]
    return Found(keep(str(post["id"]), _made(post), wanted.shared))


def _is(post: Post, wanted: Wanted) -> bool:
    shared, parent = _reference(post, "retweeted"), _reference(post, "replied_to")
    if wanted.shared is not None:
        return shared == wanted.shared
    return shared is None and parent == wanted.parent and _bare(_text(post)) == _bare(wanted.text)


def _untold(post: Post, wanted: Wanted) -> bool:
    """Whether it may be the one, X having left out what it refers to."""
    if _references(post) or (wanted.parent is None and wanted.shared is None):
        return False
    if wanted.shared is not None:
        return _text(post).startswith("RT @")
    return _bare(_text(post)) == _bare(wanted.text)


def _references(post: Post) -> Sequence[Mapping[str, Any]]:
    return post.get("referenced_tweets") or post.get("referenced_posts") or ()


def _reference(post: Post, kind: str) -> str | None:
    for each in _references(post):
        if each.get("type") == kind:
            return str(each.get("id"))
    return None


def _text(post: Post) -> str:
    """The text as it was written, but for its addresses."""
    note = post.get("note_tweet") or post.get("note_post")
    text = str((note if isinstance(note, Mapping) else post).get("text") or "")
    media = [
        str(each.get("url"))
        for each in (post.get("entities") or {}).get("urls") or ()
        if each.get("media_key")
        or "/photo/" in str(each.get("expanded_url"))
        or "/video/" in str(each.get("expanded_url"))
    ]
    for address in media:
        text = text.replace(address, "")
    return unescape(text)


def _bare(text: str) -> str:
    return _SPACE.sub(" ", _ADDRESS.sub("\0", text)).strip()


def _made(post: Post) -> datetime:
    return datetime.fromisoformat(str(post["created_at"]))


def _since(api: Api, sending: Sending) -> Iterator[Post]:
    """The account's posts since the first moment at which the message may have been sent.

    Raises NotSent when the pages do not come to an end, or one cannot be understood.
    """
    start = (sending.since - MAX_SKEW).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"max_results": "100", "start_time": start}
    for _ in range(PAGES):
        answer = api.posts(f"/2/users/{api.id}/tweets", asked, _FIELDS)
        page = answer.look("data") or []
        if not isinstance(page, list):
            raise answer.rubbish()
        for place, post in enumerate(page):
            answer.text("data", place, "id")
            answer.text("data", place, "created_at")
            yield post
        token = answer.look("meta", "next_token")
        if not isinstance(token, str):
            return
        asked = {**asked, "pagination_token": token}
    raise NotSent("too_many_pages")
