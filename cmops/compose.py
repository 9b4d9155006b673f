"""A post and a channel -> exactly what that network will be sent.

Check, preview, plan and publish all call this, so what was reviewed is what is sent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from cmops.adapters.contract import Edition, Message, Problem
from cmops.adapters.declared import declared_problems
from cmops.adapters.limits import text_length, text_limit
from cmops.adapters.messages import message_data
from cmops.adapters.registry import adapter
from cmops.media import Gallery
from cmops.shaping import edition
from cmops.workspace.model import Channel, Post, Workspace

__all__ = ["Composition", "compose", "compose_post", "edition", "message_data"]


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
    most = limit.most if limit else None
    problems = (*declared_problems(kind.platform, edition, messages), *kind.problems(edition))
    digests = tuple(_digest(message_data(message)) for message in messages)
    return Composition(
        messages,
        tuple((text_length(kind.platform, limit, message), most) for message in messages),
        problems,
        "sha256:" + _digest([edition.channel.platform, *digests]),
        digests,
    )


def _digest(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
