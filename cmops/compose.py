"""A post and a channel -> exactly what that network will be sent.

Check, preview, plan and publish all call this, so what was reviewed is what is sent.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property

from cmops.adapters.contract import Edition, Message, Problem
from cmops.adapters.declared import declared_problems
from cmops.adapters.limits import text_length, text_limit
from cmops.adapters.messages import message_data
from cmops.adapters.registry import adapter
from cmops.media import Gallery
from cmops.shaping import edition
from cmops.text.counting import Limit
from cmops.values import dataclass
from cmops.workspace.model import Channel, Post, Workspace

__all__ = ["Composition", "compose", "compose_post", "edition", "message_data"]


@dataclass(frozen=True)
class Composition:
    """The messages of an edition with their counts, problems and digest.

    What validating a post does not need, the counts and hashes, is worked out when asked for.
    """

    platform: str
    messages: tuple[Message, ...]
    limit: Limit | None = None
    problems: tuple[Problem, ...] = ()

    @cached_property
    def counts(self) -> tuple[tuple[int, int | None], ...]:
        """(length, limit) of each message's text by the platform's own way of counting.

        A limit of None means that there is none.
        """
        declared = adapter(self.platform).platform
        most = self.limit.most if self.limit else None
        return tuple((text_length(declared, self.limit, each), most) for each in self.messages)

    @cached_property
    def digests(self) -> tuple[str, ...]:
        """The hash of each message and of its media's bytes."""
        return tuple(_digest(message_data(message)) for message in self.messages)

    @cached_property
    def digest(self) -> str:
        """``sha256:`` and the hash of all of it: what an approval binds to."""
        return "sha256:" + _digest([self.platform, *self.digests])


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
    problems = (*declared_problems(kind.platform, edition, messages), *kind.problems(edition))
    return Composition(edition.channel.platform, messages, limit, problems)


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _digest(data: object) -> str:
    return hashlib.sha256(_canonical(data).encode("utf-8", "surrogatepass")).hexdigest()
