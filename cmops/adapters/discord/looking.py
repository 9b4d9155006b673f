"""Looking for a message among the bot's own in its channel: its words, its files, its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cmops.adapters.contract import Absent, Answer, Found, Message, Sending, Unknown
from cmops.adapters.discord import content
from cmops.adapters.discord.api import Api
from cmops.failures import NotSent
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt

PAGES = 100
"""Pages of 100 that are read at most; what is further back cannot be looked for."""

Live = Mapping[str, Any]


def for_message(
    api: Api,
    place: Live,
    user: str,
    message: Message,
    answered: str | None,
    sending: Sending,
) -> Answer:
    """The bot's message that says this, if there is exactly one.

    Discord keeps the number that we gave it, or does not, so the words decide. One that was edited
    may have read otherwise. ``place`` is the channel as Discord describes it.
    """
    earlier = {each.id for each in sending.before}
    alike: list[Live] = []
    edited = False
    for live in _since(api, place, sending.since - MAX_SKEW):
        if (live.get("author") or {}).get("id") != user or live["id"] in earlier:
            continue
        if live.get("nonce") == content.nonce(sending.message_key):
            return Found(receipt(live, place, sending.since))
        if content.same(live, message, answered):
            alike.append(live)
        else:
            edited = edited or bool(live.get("edited_timestamp"))
    if len(alike) == 1:
        return Found(receipt(alike[0], place, sending.since))
    return Unknown() if alike or edited else Absent()


def receipt(live: Live, place: Live, since: datetime) -> Receipt:
    """What is kept of a message that is live; nothing but its number can be missing from it."""
    channel, guild = str(live.get("channel_id") or place.get("id") or ""), place.get("guild_id")
    number = str(live["id"])
    url = f"https://discord.com/channels/{guild}/{channel}/{number}" if guild else None
    return Receipt(number, _moment(live) or since, url, (("channel", channel),))


def _since(api: Api, place: Live, since: datetime) -> Iterator[Live]:
    """The channel's messages, newest first, page after page until one is older than ``since``.

    Raises NotSent when the pages do not come to an end, or when there are none where there should
    be: a bot that may not read the history is shown an empty one.
    """
    last = ""
    for _ in range(PAGES):
        asked = {"limit": "100", **({"before": last} if last else {})}
        answer = api.read(f"/channels/{place['id']}/messages", params=asked)
        page = answer.data
        if not isinstance(page, list):
            raise answer.rubbish()
        if not page and not last and place.get("last_message_id"):
            raise NotSent("cannot_read_back")
        for position, live in enumerate(page):
            answer.text(position, "id")
            made = _moment(live)
            if made is None:
                raise answer.rubbish()
            if made < since:
                return
            yield live
        if len(page) < 100:
            return
        last = page[-1]["id"]
    raise NotSent("too_many_pages")


def _moment(live: Live) -> datetime | None:
    """When the message was made: Discord's numbers say it."""
    try:
        milliseconds = (int(live["id"]) >> 22) + content.EPOCH
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
