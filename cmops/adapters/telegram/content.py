"""What a message says to Telegram, and by which method; pure.

Source: core.telegram.org/bots/api, "Available methods".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from cmops.adapters.contract import Media, Message
from cmops.failures import Rejected
from cmops.values import dataclass

Body = dict[str, Any]

_ADDRESS = re.compile(
    r"https://(?:t|telegram)\.me/(?:(?:s/)?(?P<name>[A-Za-z]\w{3,31})|c/(?P<id>\d{5,20}))"
    r"(?:/\d+)?/(?P<message>\d+)/?",
    re.ASCII,
)
_PRIVATE = "-100"
"""What stands before the number of a channel or of a large group, but not in its addresses."""


@dataclass(frozen=True, slots=True)
class Address:
    """A message as it was written down: its chat, by name or number, and its own number."""

    chat: str
    message: int


@dataclass(frozen=True, slots=True)
class Call:
    """A method, its parameters, and the files that go with them by the name that they are given."""

    method: str
    body: Mapping[str, Any]
    files: Mapping[str, Media]


def message_at(address: str) -> Address | None:
    """The message at an address of t.me; None for anything else."""
    found = _ADDRESS.fullmatch(address.partition("?")[0])
    if found is None:
        return None
    chat = f"@{found['name']}" if found["name"] else f"{_PRIVATE}{found['id']}"
    return Address(chat, int(found["message"]))


def web_address(chat: int, name: str | None, message: int) -> str | None:
    """Where people see a message; None in a small group, whose messages have no address."""
    if name:
        return f"https://t.me/{name}/{message}"
    number = str(chat)
    if not number.startswith(_PRIVATE):
        return None
    return f"https://t.me/c/{number.removeprefix(_PRIVATE)}/{message}"


def way(media: Media) -> str:
    """How Telegram calls a file of this type."""
    if media.type == "image/gif":
        return "animation"
    kind = media.type.partition("/")[0]
    return {"image": "photo", "video": "video"}.get(kind, "document")


def call(message: Message, chat: str, answered: Body | None) -> Call:
    """The request that makes the message live."""
    fields = message.fields
    common: Body = {"chat_id": chat}
    if fields.get("silent"):
        common["disable_notification"] = True
    if fields.get("repost"):
        return _forward(fields["repost"], common)
    if answered:
        common["reply_parameters"] = answered
    if fields.get("poll"):
        return Call("sendPoll", {**common, **_poll(message)}, {})
    if not message.media:
        return Call("sendMessage", {**common, **_text(message)}, {})
    caption: Body = {}
    if message.text:
        caption = {"caption": fields["html"], "parse_mode": "HTML"}
    if len(message.media) > 1:
        return _album(message, common, caption)
    [media] = message.media
    name = way(media)
    body = {**common, **caption, **_film(media)}
    return Call(f"send{name.capitalize()}", body, {name: media})


def correction(message: Message, chat: str, number: str) -> Call:
    """What a live message is changed to; raises Rejected for a poll, which stays as it is."""
    if message.fields.get("poll") or message.fields.get("repost"):
        raise Rejected("poll_fixed" if message.fields.get("poll") else "not_ours")
    where: Body = {"chat_id": chat, "message_id": int(number)}
    if not message.media:
        return Call("editMessageText", {**where, **_text(message)}, {})
    caption = {"caption": message.fields.get("html", ""), "parse_mode": "HTML"}
    return Call("editMessageCaption", {**where, **caption}, {})


def reply(address: Address | int) -> Body:
    """What is answered: a number in this chat, or an address."""
    if isinstance(address, int):
        return {"message_id": address}
    return {"message_id": address.message, "chat_id": address.chat}


def files_digest(message: Message) -> str:
    """A short word for the message's files, which cannot be exchanged afterwards."""
    return hashlib.sha256("".join(each.sha256 for each in message.media).encode()).hexdigest()[:16]


def _text(message: Message) -> Body:
    bare = bool(message.fields.get("bare"))
    made: Body = {"text": message.fields["html"], "parse_mode": "HTML"}
    return {**made, **({"link_preview_options": {"is_disabled": True}} if bare else {})}


def _poll(message: Message) -> Body:
    poll, question = message.fields["poll"], message.fields.get("question")
    above = {"description": message.fields["html"], "description_parse_mode": "HTML"}
    return {
        "question": question or message.text,
        **(above if question and message.text else {}),
        "options": [{"text": each} for each in poll["options"]],
        "is_anonymous": True,
        "allows_multiple_answers": poll["multiple"],
        "open_period": poll["duration_seconds"],
    }


def _forward(address: str, common: Body) -> Call:
    found = message_at(address)
    if found is None:
        raise Rejected("not_a_post")
    body = {**common, "from_chat_id": found.chat, "message_id": found.message}
    return Call("forwardMessage", body, {})


def _album(message: Message, common: Body, caption: Body) -> Call:
    """Pictures and films side by side, the text below the first as people see it below all.

    Below documents the text stands at the last, where readers end.
    """
    names = {f"file{index}": media for index, media in enumerate(message.media)}
    media: list[Body] = [
        {"type": way(each), "media": f"attach://{name}", **_film(each)}
        for name, each in names.items()
    ]
    bearer = media[-1] if media[0]["type"] == "document" else media[0]
    bearer.update(caption)
    return Call("sendMediaGroup", {**common, "media": media}, names)


def _film(media: Media) -> Body:
    """A film's size and length, by which readers see its frame before it has come."""
    if way(media) != "video":
        return {}
    duration = round(media.duration) if media.duration else None
    values = {"width": media.width, "height": media.height, "duration": duration}
    known = {name: value for name, value in values.items() if value}
    return {**known, "supports_streaming": True}


def as_form(body: Mapping[str, Any]) -> dict[str, str]:
    """The parameters as a form's fields: what is no text stands as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in body.items()
    }
