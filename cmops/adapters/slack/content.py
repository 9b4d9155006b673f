"""What a message says to Slack; pure. The key by which it is found again stands in its metadata.

Source: docs.slack.dev, "chat.postMessage", "Message metadata", "Image block".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cmops.adapters.contract import Message
from cmops.values import dataclass

Body = dict[str, Any]

EVENT = "cmops_message"
"""The type of the metadata that we put into our messages."""

EVERYONE = re.compile(r"<!(?:here|channel|everyone)>")

_HOST = re.compile(r"[\w.-]+\.slack\.com", re.ASCII)
_PLACE = re.compile(r"/archives/([CDG][A-Z0-9]+)/p(\d{10})(\d{6})/?")
_STAMP = re.compile(r"\d{10}\.\d{6}")


@dataclass(frozen=True, slots=True)
class Address:
    """A message as it was written down: its channel, and the head of the thread it stands in."""

    channel: str
    thread: str


def message_at(address: str) -> Address | None:
    """The message at an address of slack.com; None for anything else."""
    parts = urlsplit(address)
    found = _PLACE.fullmatch(parts.path)
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc) or found is None:
        return None
    thread = parse_qs(parts.query).get("thread_ts", [f"{found[2]}.{found[3]}"])[0]
    return Address(found[1], thread) if _STAMP.fullmatch(thread) else None


def web_address(workspace: str, channel: str, stamp: str, thread: str | None) -> str:
    """Where people see a message; ``workspace`` is its address with the slash at the end."""
    url = f"{workspace}archives/{channel}/p{stamp.replace('.', '')}"
    return f"{url}?thread_ts={thread}&cid={channel}" if thread and thread != stamp else url


def body(message: Message, pictures: Sequence[str]) -> Body:
    """The message with its pictures, by the numbers that they have on Slack."""
    text = shown(message)
    unfurled = not message.fields.get("bare")
    made: Body = {"text": text, "unfurl_links": unfurled, "unfurl_media": unfurled}
    return {**made, **({"blocks": _blocks(message, pictures)} if pictures else {})}


def correction(message: Message, pictures: Sequence[str]) -> Body:
    """What a live message is changed to."""
    blocks = _blocks(message, pictures) if pictures else []
    return {"text": shown(message), "blocks": blocks}


def metadata(message_key: str) -> Body:
    """The key, hashed: everybody in the workspace can read it."""
    key = hashlib.sha256(message_key.encode()).hexdigest()
    return {"event_type": EVENT, "event_payload": {"key": key}}


def is_this(live: Mapping[str, Any], message_key: str) -> bool:
    """Whether a live message bears this key."""
    return bool(live.get("metadata") == metadata(message_key))


def shown(message: Message) -> str:
    """The text as Slack formats it."""
    return str(message.fields.get("mrkdwn", message.text))


def moment(stamp: str) -> datetime | None:
    """When a message was made: its number says it."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _blocks(message: Message, pictures: Sequence[str]) -> list[Body]:
    text = shown(message)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    images = [
        {"type": "image", "slack_file": {"id": number}, "alt_text": media.alt or " "}
        for number, media in zip(pictures, message.media, strict=True)
    ]
    return [section, *images] if text else images


def titled(number: str, name: str) -> str:
    """The uploaded file and its title, as the form wants them."""
    return json.dumps([{"id": number, "title": name}], ensure_ascii=False)
