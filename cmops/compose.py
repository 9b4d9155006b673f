"""A post and a channel -> exactly what that network will be sent.

Check, preview, plan and publish all call this, so what was reviewed is what is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cmops.adapters.contract import Edition, Message, Problem
from cmops.adapters.declared import declared_problems, text_limit
from cmops.adapters.registry import adapter
from cmops.media import Gallery
from cmops.shaping import edition
from cmops.text.counting import WAYS
from cmops.workspace.model import Channel, Post, Workspace

__all__ = ["Composition", "compose", "compose_post", "edition"]


@dataclass(frozen=True, slots=True)
class Composition:
    """The messages of an edition with their counts, problems and digest.

    ``counts`` holds (length, limit) of each message's text by the platform's own way of
    counting; a limit of None means that there is none. ``digest`` is ``sha256:`` and the hash of
    the messages and of the media's bytes: what an approval binds to. ``digests`` are the same
    for each message.
    """

    messages: tuple[Message, ...]
    counts: tuple[tuple[int, int | None], ...]
    problems: tuple[Problem, ...]
    digest: str
    digests: tuple[str, ...]


def compose_post(
    post: Post, channel: Channel, workspace: Workspace, gallery: Gallery
) -> Composition:
    """What ``channel`` gets of ``post``."""
    return compose(edition(post, channel, workspace, gallery))


def compose(edition: Edition) -> Composition:
    """What the edition's platform makes of it; pure."""
    kind = adapter(edition.channel.platform)
    messages = kind.compose(edition)
    limit = text_limit(kind.platform, edition.channel)
    count = WAYS[limit.count] if limit else len
    most = limit.most if limit else None
    problems = (*declared_problems(kind.platform, edition, messages), *kind.problems(edition))
    digests = tuple(_digest(message_data(message)) for message in messages)
    return Composition(
        messages,
        tuple((count(message.text), most) for message in messages),
        problems,
        "sha256:" + _digest([edition.channel.platform, *digests]),
        digests,
    )


def message_data(message: Message) -> dict[str, Any]:
    """The message as plain data: what is hashed, shown, and written to an outbox."""
    media = [_media_data(asdict(each)) for each in message.media]
    return {"text": message.text, "media": media, **message.fields}


def _media_data(media: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in media.items() if value is not None}


def _digest(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
