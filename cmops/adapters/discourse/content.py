"""What a topic or a reply says to the forum; pure.

Sources: docs.discourse.org, "Creates a new topic, a new post, or a private message"; of polls,
discourse/discourse, plugins/poll (its markup and its validator).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from cmops.adapters.contract import Media, Message
from cmops.values import dataclass

Body = dict[str, Any]

_POST = re.compile(r"/t/(?:[^/\d][^/]*/|-/)?(\d+)(?:/(\d+))?/?")
_UPLOAD = re.compile(r"\(upload://[^)\s]*\)")
_SPECIAL = re.compile(r"([\\\[\]])")


@dataclass(frozen=True, slots=True)
class Address:
    """A post as it was written down: its topic, and its number in it (1 for the topic itself)."""

    topic: int
    number: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the forum has it: its short address, and its size where it is a picture."""

    url: str
    width: int | None = None
    height: int | None = None


def post_at(address: str, forum: str) -> Address | None:
    """The post at an address of this forum; None for anything else."""
    base = forum.rstrip("/")
    plain = re.split(r"[?#]", address, maxsplit=1)[0]
    if not base or not plain.startswith(f"{base}/"):
        return None
    found = _POST.fullmatch(plain[len(base) :])
    return Address(int(found[1]), int(found[2] or 1)) if found else None


def external_id(message_key: str) -> str:
    """What a topic is known again by: at most 50 letters, digits, dashes."""
    return "cmops-" + hashlib.sha256(message_key.encode()).hexdigest()[:40]


def raw(message: Message, uploads: Sequence[Upload], ends: datetime | None) -> str:
    """The Markdown, the poll below it, and then its files. ``ends`` is when the poll does."""
    poll = message.fields.get("poll")
    asked = _poll(poll, ends) if poll and ends else ""
    files = [_file(media, upload) for media, upload in zip(message.media, uploads, strict=True)]
    return "\n\n".join(each for each in (message.text, asked, *files) if each)


def ends(message: Message, since: datetime) -> datetime | None:
    """When the message's poll ends, to the second; None without one."""
    poll = message.fields.get("poll")
    if not poll:
        return None
    return since.replace(microsecond=0) + timedelta(seconds=poll["duration_seconds"])


def same(live: str, message: Message, since: datetime) -> bool:
    """Whether a live post's Markdown is this message's, wherever its files were put."""
    wanted = raw(message, [Upload("upload://")] * len(message.media), ends(message, since))
    return _bare(live) == _bare(wanted)


def topic(message: Message, *, tags_as_objects: bool) -> Body:
    """What only a topic has; newer forums know tags as objects."""
    fields = message.fields
    names = fields.get("tags", ())
    tags = [{"name": each} for each in names] if tags_as_objects else list(names)
    values = {"title": fields.get("title"), "category": fields.get("category"), "tags": tags}
    return {name: value for name, value in values.items() if value}


def _poll(poll: Mapping[str, Any], ends: datetime) -> str:
    """The poll as the forum's Markdown has it; answers are words, not Markdown."""
    kind = f"multiple min=1 max={len(poll['options'])}" if poll["multiple"] else "regular"
    close = ends.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    answers = (f"* {_MARK.sub(_ESCAPED, each)}" for each in poll["options"])
    opening = f"[poll type={kind} results=always chartType=bar close={close}]"
    return "\n".join((opening, *answers, "[/poll]"))


_MARK = re.compile(r"[\\`*_\[\]<>#|~&]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|^[-+=]")
_ESCAPED = r"\\\g<0>"


def _file(media: Media, upload: Upload) -> str:
    kind, name = media.type.partition("/")[0], PurePosixPath(media.path).name
    if kind == "image":
        size = f"|{upload.width}x{upload.height}" if upload.width and upload.height else ""
        return f"![{_words(media.alt)}{size}]({upload.url})"
    if kind == "video":
        return f"![{_words(media.alt or name)}|video]({upload.url})"
    return f"[{_words(media.alt or name)}|attachment]({upload.url})"


def _words(text: str) -> str:
    """Words between brackets; a bar there would begin a size."""
    return _SPECIAL.sub(r"\\\1", text).replace("|", "\uff5c").replace("\n", " ")


def _bare(text: str) -> str:
    """Without what the forum decides: the files' addresses, pictures' sizes, spaces at the ends."""
    plain = re.sub(r"\|\d+x\d+\]", "]", _UPLOAD.sub("(upload://)", text))
    return plain.replace("\r\n", "\n").strip()


def likes(post: Mapping[str, Any]) -> int:
    """How many people like a post: the forum leaves out what nobody did."""
    for each in post.get("actions_summary") or ():
        if isinstance(each, dict) and each.get("id") == _LIKE:
            return int(each.get("count") or 0)
    return 0


_LIKE = 2
