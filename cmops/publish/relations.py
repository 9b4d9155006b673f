"""Posts that answer, quote or share one of our own: by its id, since its address comes later.

The message keeps the id, so that what was approved does not change when the address is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cmops.adapters.contract import Message
from cmops.adapters.messages import is_own
from cmops.adapters.registry import identity
from cmops.ledger.history import History
from cmops.publish.keys import delivery_key
from cmops.publish.plan import Gate
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from cmops.shaping import resolved
from cmops.workspace.model import Channel, Post

RELATIONS = ("reply_to", "quote", "repost")


def addressed(message: Message, channel: Channel, history: History) -> Message | None:
    """The message with addresses in place of ids; None while one of those is not live there."""
    known: dict[str, str] = {}
    for name in RELATIONS:
        wanted = message.fields.get(name)
        if wanted and is_own(wanted):
            address = _address(wanted, channel, history)
            if address is None:
                return None
            known[name] = address
    return replace(message, fields={**message.fields, **known}) if known else message


def parents_published(
    posts: Mapping[str, Post], channels: Mapping[str, Channel], history: History
) -> Gate:
    """Holds what answers, quotes or shares a post of ours that is not live on that channel."""
    concerned = related(posts)
    if not concerned:
        return lambda subject: None

    def gate(subject: Subject) -> Reason | None:
        channel, post = channels.get(subject.channel), concerned.get(subject.post)
        if post is None or channel is None or subject.action != "publish":
            return None
        named = (post.repost, *(resolved(post, channel, name) for name in RELATIONS[:2]))
        for parent in named:
            if parent and is_own(parent) and _address(parent, channel, history) is None:
                return Reason("parent_unpublished", {"parent": f"{parent}@{channel.id}"})
        return None

    return gate


def related(posts: Mapping[str, Post]) -> Mapping[str, Post]:
    """Those that answer, quote or share one of ours, by id."""
    return {id: post for id, post in posts.items() if any(_wanted(post))}


def _wanted(post: Post) -> Iterator[str]:
    layers = (post, *post.variants.values())
    named = [getattr(layer, name) for layer in layers for name in RELATIONS[:2]]
    yield from (each for each in (post.repost, *named) if each and is_own(each))


def _address(post: str, channel: Channel, history: History) -> str | None:
    """Where the post's first message is live on the channel."""
    record = history.of(delivery_key(post, channel.platform, identity(channel)))
    first = [item for item in record.live if item.message == 0]
    if not first:
        return None
    receipt = max(first, key=lambda item: item.at).receipt
    return receipt.url or receipt.id
