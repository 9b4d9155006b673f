"""The content of events; pure. The same message always makes the same content.

Source: spec.matrix.org, client-server API, "Instant messaging" and "Threading".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Any

from cmops.adapters.contract import Media, Message
from cmops.text.counting import utf8_bytes
from cmops.text.markdown import render

KEY = "org.cmops.key"
"""The field of ours by which an event is recognised; clients show nothing of it."""

MOST = 61_440
"""Bytes of content: an event has 65,536, and signatures, hashes and references take some."""

Content = dict[str, Any]

_PICTURE = re.compile(r'<img src="([^"]*)"')


def html(text: str) -> str | None:
    """The text formatted, a line's end being one; None where that adds nothing."""
    shown = render(text, breaks=True).strip("\n")
    plain = escape(text, quote=False).replace('"', "&quot;")
    return None if not text or shown == f"<p>{plain}</p>" else shown


def pictures(text: str) -> list[str]:
    """The addresses of pictures inside the text, which no client shows: only uploaded files are."""
    return [unescape(url) for url in _PICTURE.findall(render(text))] if "![" in text else []


def size(message: Message) -> int:
    """Bytes of the message's content as a server counts them."""
    return utf8_bytes(json.dumps(content(message), ensure_ascii=False, separators=(",", ":")))


def content(message: Message) -> Content:
    """What the event says, but for where its file is. Nobody is told who is not named."""
    made = _file(message.media[0]) if message.media else _text(message)
    return {**made, "m.mentions": _mentions(message)}


def key(message_key: str) -> str:
    """What stands in the event: the message's key hashed, since a key may name an account."""
    return hashlib.sha256(message_key.encode()).hexdigest()


def transaction(*parts: str) -> str:
    """The id that makes a repeated request the same request."""
    return "cmops-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()


def reply(event: str) -> Content:
    """The relation of an answer."""
    return {"m.in_reply_to": {"event_id": event}}


def thread(root: str, last: str) -> Content:
    """The relation of a message in a thread; clients without threads show an answer."""
    return {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, **reply(last)}


def replacing(event: str, new: Content) -> Content:
    """The content of a correction; clients without corrections show it marked with a star."""
    shown = {name: value for name, value in new.items() if name != KEY}
    shown["body"] = f"* {new['body']}"
    if "formatted_body" in new:
        shown["formatted_body"] = f"* {new['formatted_body']}"
    # Whoever was named was told when the message came.
    shown["m.mentions"] = {}
    relation = {"rel_type": "m.replace", "event_id": event}
    return {**shown, "m.new_content": new, "m.relates_to": relation}


def same(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an event says this; a file may lie anywhere, for it is uploaded for each attempt."""
    return {**live, "url": None} == {**wanted, "url": None}


def _text(message: Message) -> Content:
    made: Content = {"msgtype": "m.text", "body": message.text}
    if message.fields.get("html"):
        made |= {"format": "org.matrix.custom.html", "formatted_body": message.fields["html"]}
    return made


def _mentions(message: Message) -> Content:
    named = message.fields.get("mentions")
    return {"user_ids": list(named)} if named else {}


def _file(media: Media) -> Content:
    """A picture or film is described by its ``body``, a document has it as a caption."""
    name = PurePosixPath(media.path).name
    kind = media.type.partition("/")[0]
    shown = kind in {"image", "video"}
    values = {"mimetype": media.type, "size": media.size, "w": media.width, "h": media.height}
    return {
        "msgtype": f"m.{kind}" if shown else "m.file",
        "body": media.alt or name,
        **({} if shown else {"filename": name}),
        "info": {label: value for label, value in values.items() if value is not None},
    }
