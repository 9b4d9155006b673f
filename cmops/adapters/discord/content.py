"""What a message says to Discord; pure. Markdown is sent as it is written, for Discord shows it.

Source: discord.com/developers, "Create Message", "Poll Create Request Object".
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from cmops.adapters.contract import Message
from cmops.failures import Rejected
from cmops.values import dataclass

Body = dict[str, Any]

EPOCH = 1_420_070_400_000
"""Milliseconds since 1970 at which Discord's numbers for messages begin."""

_USER = re.compile(r"<@!?(\d{15,22})>")
_ROLE = re.compile(r"<@&(\d{15,22})>")
EVERYONE = re.compile(r"@(?:everyone|here)\b")
_ADDRESS = re.compile(
    r"https://(?:canary\.|ptb\.)?discord(?:app)?\.com/channels/(?:\d+|@me)/(\d+)/(\d+)/?"
)
_MOST_NAMED = 100
_QUIET, _NO_PREVIEW = 1 << 12, 1 << 2


@dataclass(frozen=True, slots=True)
class Address:
    """A message as it was written down: its channel and its own number."""

    channel: str
    message: str


def message_at(address: str) -> Address | None:
    """The message at an address of discord.com; None for anything else."""
    found = _ADDRESS.fullmatch(address.partition("?")[0])
    return Address(found[1], found[2]) if found else None


def body(message: Message) -> Body:
    """The message but for its files and for what it answers. Nobody is told who is not named."""
    fields = message.fields
    poll = fields.get("poll")
    text = question_and_text(message)[1]
    flags = (_QUIET if fields.get("silent") else 0) | (_NO_PREVIEW if fields.get("bare") else 0)
    made = {
        "content": text,
        "allowed_mentions": _told(text, everyone=bool(fields.get("everyone"))),
        "flags": flags or None,
        "poll": _poll(poll, question_and_text(message)[0]) if poll else None,
    }
    return {name: value for name, value in made.items() if value is not None}


def question_and_text(message: Message) -> tuple[str, str]:
    """A poll's question is the text, unless it has one of its own."""
    question = message.fields.get("question")
    if not message.fields.get("poll"):
        return "", message.text
    return (question, message.text) if question else (message.text, "")


def attachments(files: Sequence[tuple[str, str]]) -> list[Body]:
    """The files by name and alt text, as the form's ``files[n]`` are numbered."""
    return [
        {"id": str(number), "filename": name, **({"description": alt} if alt else {})}
        for number, (name, alt) in enumerate(files)
    ]


def reference(address: Address | str) -> Body:
    """The message that is answered: its address, or its number in this very channel."""
    if isinstance(address, str):
        return {"message_id": address, "fail_if_not_exists": True}
    place = {"channel_id": address.channel, "message_id": address.message}
    return {**place, "fail_if_not_exists": True}


def correction(message: Message) -> Body:
    """What a live message is changed to; raises Rejected for a poll, which stays as it is."""
    if message.fields.get("poll"):
        raise Rejected("poll_fixed")
    # Whoever was named was told when the message came.
    return {"content": message.text, "allowed_mentions": {"parse": []}}


def nonce(message_key: str) -> str:
    """What Discord knows a repeated message by, for some minutes: 25 characters at most."""
    return hashlib.sha256(message_key.encode()).hexdigest()[:25]


def same(live: Mapping[str, Any], message: Message, answered: str | None) -> bool:
    """Whether a live message says this, shows these files and stands below this one."""
    question, text = question_and_text(message)
    poll = live.get("poll") or {}
    options = [each.get("poll_media", {}).get("text") for each in poll.get("answers") or ()]
    wanted = (message.fields.get("poll") or {}).get("options", [])
    return (
        _bare(str(live.get("content") or "")) == _bare(text)
        and _bare(str((poll.get("question") or {}).get("text") or "")) == _bare(question)
        and options == wanted
        and _files(live) == [(each.size, _bare(each.alt)) for each in message.media]
        and (live.get("message_reference") or {}).get("message_id") == answered
    )


def _files(live: Mapping[str, Any]) -> list[tuple[int, str]]:
    found = live.get("attachments") or ()
    return [(each.get("size"), _bare(each.get("description") or "")) for each in found]


def _bare(text: str) -> str:
    """The text without what Discord may take out of it: spaces, controls, invisible joints."""
    return "".join(
        each
        for each in unicodedata.normalize("NFC", text)
        if unicodedata.category(each)[0] not in "CZ"
    )


def _told(text: str, *, everyone: bool) -> Body:
    users, roles = (list(dict.fromkeys(each.findall(text))) for each in (_USER, _ROLE))
    named = {"users": users[:_MOST_NAMED], "roles": roles[:_MOST_NAMED]}
    return {
        "parse": ["everyone"] if everyone else [],
        **{kind: ids for kind, ids in named.items() if ids},
        "replied_user": False,
    }


def _poll(poll: Mapping[str, Any], question: str) -> Body:
    return {
        "question": {"text": question},
        "answers": [{"poll_media": {"text": each}} for each in poll["options"]],
        "duration": poll["duration_seconds"] // 3600,
        "allow_multiselect": poll["multiple"],
        "layout_type": 1,
    }
