"""Looking for an event among the account's own in a room, and for what belongs to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmops.adapters.contract import Absent, Answer, Found, Sending, Unknown
from cmops.adapters.matrix import content
from cmops.adapters.matrix.api import CLIENT, Api, quoted
from cmops.failures import NotSent
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt

PAGES = 200
"""Pages of 100 that are read at most; what is further back cannot be looked for."""

Event = Mapping[str, Any]
Keep = Callable[[str, datetime], Receipt]

_MARGIN = MAX_SKEW + timedelta(minutes=1)


def for_event(
    api: Api, room: str, wanted: Mapping[str, Any], sending: Sending, keep: Keep
) -> Answer:
    """The event with this key, if it says this and stands below what it should.

    One that was taken down has lost its key, but most servers tell us what request made it: then
    it was live, and must not come again. Where they do not, it may be this one.
    """
    doubtful = False
    for event in _own(api, room, sending.since - _MARGIN):
        said = event.get("content") or {}
        known = (event.get("unsigned") or {}).get("transaction_id")
        taken_down = not said
        if known == content.transaction(sending.message_key):
            same = taken_down or content.same(said, wanted)
        elif taken_down:
            doubtful = doubtful or known is None
            continue
        elif said.get(content.KEY) == wanted[content.KEY]:
            same = content.same(said, wanted)
        else:
            continue
        return Found(keep(str(event["event_id"]), _moment(event))) if same else Unknown()
    return Unknown() if doubtful else Absent()


def corrections(api: Api, room: str, event: str) -> Iterator[str]:
    """The account's corrections of an event; gone once the event itself is taken back."""
    return (str(each["event_id"]) for each in _corrections(api, room, event))


def last_correction(api: Api, room: str, event: str) -> tuple[str, Mapping[str, Any]] | None:
    """The newest of them, and what it made the event say."""
    for each in _corrections(api, room, event):
        new = (each.get("content") or {}).get("m.new_content")
        if isinstance(new, dict):
            return str(each["event_id"]), new
    return None


def _corrections(api: Api, room: str, event: str) -> Iterator[Event]:
    path = f"/_matrix/client/v1/rooms/{quoted(room)}/relations/{quoted(event)}/m.replace"
    following = ""
    for _ in range(PAGES):
        asked = {"limit": "100", **({"from": following} if following else {})}
        answer = api.read("GET", path, params=asked, accept={404})
        if not answer.ok:
            return
        for each in answer.look("chunk") or ():
            if each.get("sender") == api.user:
                yield each
        following = answer.look("next_batch")
        if not following:
            return
    raise NotSent("too_many_pages")


def may_write(user: str, power: Event | None, created: Event | None) -> bool:
    """Whether the room lets this account send messages. A room's creators may do anything."""
    made = created or {}
    if user in (made.get("sender"), *((made.get("content") or {}).get("additional_creators", ()))):
        return True
    levels = power or {}
    needed = _level(levels.get("events"), "m.room.message", levels.get("events_default"))
    return _level(levels.get("users"), user, levels.get("users_default")) >= needed


def _level(named: Any, name: str, others: Any) -> int:
    """A level as the room gives it to this name, or to all others."""
    found = named.get(name, others) if isinstance(named, dict) else others
    return found if isinstance(found, int) else 0


def _own(api: Api, room: str, since: datetime) -> Iterator[Event]:
    """The account's messages in the room, newest first, until one is older than ``since``.

    Raises NotSent when the pages do not come to an end: then nothing is proven.
    """
    wanted = json.dumps({"senders": [api.user], "types": ["m.room.message"]})
    asked = {"dir": "b", "limit": "100", "filter": wanted}
    following = ""
    for _ in range(PAGES):
        page = {**asked, **({"from": following} if following else {})}
        answer = api.read("GET", f"{CLIENT}/rooms/{quoted(room)}/messages", params=page)
        events = answer.look("chunk")
        if not isinstance(events, list):
            raise answer.rubbish()
        for position, event in enumerate(events):
            answer.text("chunk", position, "event_id")
            if not isinstance(event.get("origin_server_ts"), int):
                raise answer.rubbish()
            if event.get("sender") != api.user or event.get("type") != "m.room.message":
                continue
            if _moment(event) < since:
                return
            yield event
        # A page may be empty and not be the last one.
        following = answer.look("end")
        if not following:
            return
    raise NotSent("too_many_pages")


def _moment(event: Event) -> datetime:
    return datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)
