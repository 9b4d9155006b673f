"""What a server is told to correct a status: whatever is not said again, it takes away.

The fields stand in docs.joinmastodon.org, methods/statuses, "Edit a status". The rest stands only
in Mastodon's code: app/controllers/api/v1/statuses_controller.rb (``update``) hands on a null for
what was not said, and for a null app/services/update_status_service.rb detaches files, deletes the
poll and empties the warning. There a poll keeps its votes while its answers and ``multiple`` stay,
its end is counted anew, and ``media_attributes`` reach only files that ``media_ids`` names as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cmops.adapters.contract import Media, Message
from cmops.adapters.mastodon.api import Status
from cmops.failures import Rejected
from cmops.ledger.entries import Receipt

SHORTEST = timedelta(minutes=6)
"""How long a poll must still be open: servers refuse an end within five minutes."""

_MARGIN = timedelta(minutes=10)

Attached = Sequence[tuple[Media, str]]
"""Files, with what the server calls them."""


def refuse(status: Status, message: Message, visibility: str, now: datetime) -> None:
    """Raises Rejected for what no correction changes, or only at the price of votes."""
    if message.fields.get("repost"):
        raise Rejected("not_editable")
    if status.get("visibility") not in (None, visibility):
        raise Rejected("visibility_fixed")
    live, wanted = status.get("poll"), message.fields.get("poll")
    if bool(live) != bool(wanted):
        raise Rejected("poll_fixed")
    if live and wanted:
        _refuse_poll(status, live, wanted)
        if _left(live, now) < SHORTEST:
            raise Rejected("poll_ended")


def body(status: Status, message: Message, files: Attached, now: datetime) -> dict[str, Any]:
    """The whole status as it is to be."""
    warning = message.fields.get("spoiler")
    said: dict[str, Any] = {
        "status": message.text,
        "spoiler_text": warning or "",
        "sensitive": warning is not None,
        "language": message.fields.get("language"),
        "media_ids": [id for _, id in files],
        "media_attributes": [{"id": id, "description": media.alt} for media, id in files],
    }
    if status.get("poll"):
        said["poll"] = _poll(status["poll"], now)
    return {name: value for name, value in said.items() if value not in (None, [])}


def named(files: Attached) -> tuple[tuple[str, str], ...]:
    """What a receipt keeps of the files, so that a correction need not upload them again."""
    words = " ".join(f"{media.sha256[:16]}:{id}" for media, id in files)
    return (("media", words),) if words else ()


def attached(receipt: Receipt, status: Status) -> Mapping[str, str]:
    """What the server calls files that are attached still, by the beginning of their hash."""
    there = {str(each.get("id")) for each in status.get("media_attachments") or ()}
    pairs = (each.partition(":") for each in dict(receipt.extra).get("media", "").split())
    return {sha: id for sha, _, id in pairs if id in there}


def _refuse_poll(status: Status, live: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    titles = [each.get("title") for each in live.get("options") or ()]
    same = titles == list(wanted["options"]) and bool(live.get("multiple")) == wanted["multiple"]
    made, ends = _time(status.get("created_at")), _time(live.get("expires_at"))
    length = timedelta(seconds=wanted["duration_seconds"])
    if not same or made is None or ends is None or abs(ends - made - length) > _MARGIN:
        raise Rejected("poll_fixed")


def _poll(live: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "options": [each["title"] for each in live["options"]],
        "multiple": bool(live.get("multiple")),
        "expires_in": round(_left(live, now).total_seconds()),
    }


def _left(live: Mapping[str, Any], now: datetime) -> timedelta:
    ends = _time(live.get("expires_at"))
    return ends - now if ends is not None and not live.get("expired") else timedelta()


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
