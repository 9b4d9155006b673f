"""Looking for a message by the key in its metadata: in the channel, or in the thread it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cmops.adapters.contract import Absent, Answer, Found, Sending, Unknown
from cmops.adapters.slack import content
from cmops.adapters.slack.api import Api
from cmops.failures import NotSent
from cmops.ledger.clock import MAX_SKEW

PAGES = 100
"""Pages that are read at most; what is further back cannot be looked for."""

Live = Mapping[str, Any]


def for_message(api: Api, channel: str, thread: str | None, sending: Sending) -> tuple[str, ...]:
    """The numbers of the messages that bear this key; one, unless something went wrong."""
    found = _since(api, channel, thread, sending.since - MAX_SKEW)
    return tuple(str(each["ts"]) for each in found if content.is_this(each, sending.message_key))


def answer(stamps: tuple[str, ...], found: Found | None) -> Answer:
    """What the numbers prove; ``found`` is the receipt of the only one."""
    if len(stamps) > 1:
        return Unknown()
    return found if found is not None else Absent()


def _since(api: Api, channel: str, thread: str | None, since: datetime) -> Iterator[Live]:
    """Every message of the channel, or of the thread, since then.

    Raises NotSent when the pages do not come to an end: then nothing is proven.
    """
    method = "conversations.replies" if thread else "conversations.history"
    asked = {
        "channel": channel,
        "oldest": f"{since.timestamp():.6f}",
        "inclusive": "true",
        "include_all_metadata": "true",
        "limit": "200",
        **({"ts": thread} if thread else {}),
    }
    cursor = ""
    for _ in range(PAGES):
        page = api.ask(method, **asked, **({"cursor": cursor} if cursor else {}))
        messages = page.look("messages")
        if not isinstance(messages, list):
            raise page.rubbish()
        for position, live in enumerate(messages):
            page.text("messages", position, "ts")
            yield live
        following = page.look("response_metadata", "next_cursor")
        if not page.look("has_more"):
            return
        if not isinstance(following, str) or not following:
            raise page.rubbish()
        cursor = following
    raise NotSent("too_many_pages")
