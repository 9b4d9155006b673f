"""What an edition may ask of a platform: for each thing, how to see it and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cmops.adapters.contract import Capability, Edition, Media


def kind(media: Media) -> str:
    """``image``, ``video`` or what else its type begins with."""
    return media.type.partition("/")[0]


def needs(media: Media) -> Capability:
    """What a platform must be able to do for this file."""
    return {"image": Capability.IMAGE, "video": Capability.VIDEO}.get(
        kind(media), Capability.DOCUMENT
    )


Wants = Callable[[Edition], Any]

WANTS: Mapping[Capability, tuple[Wants, str]] = {
    Capability.POLL: (lambda edition: edition.poll, "poll"),
    Capability.POLL_MULTIPLE: (lambda edition: edition.poll and edition.poll.multiple, "poll"),
    Capability.REPLY: (lambda edition: edition.reply_to, "reply_to"),
    Capability.QUOTE: (lambda edition: edition.quote, "quote"),
    Capability.REPOST: (lambda edition: edition.repost, "repost"),
    Capability.FIRST_COMMENT: (lambda edition: edition.first_comment, "first_comment"),
    Capability.SPOILER: (lambda edition: edition.spoiler, "spoiler"),
    Capability.VISIBILITY: (
        lambda edition: edition.visibility not in {None, "public"},
        "visibility",
    ),
}
"""The field that asks for a capability."""

THINGS: Mapping[str, Wants] = {
    "media": lambda edition: edition.media,
    "image": lambda edition: any(kind(each) == "image" for each in edition.media),
    "video": lambda edition: any(kind(each) == "video" for each in edition.media),
    "poll": lambda edition: edition.poll,
    "card": lambda edition: edition.card,
    "quote": lambda edition: edition.quote,
    "reply_to": lambda edition: edition.reply_to,
}
"""What a message may hold, by the names of ``Platform.apart``."""

BESIDE_REPOST: Mapping[str, Wants] = {
    "text": lambda edition: any(edition.parts),
    "media": lambda edition: edition.media,
    "poll": lambda edition: edition.poll,
    "card": lambda edition: edition.card,
    "quote": lambda edition: edition.quote,
    "reply_to": lambda edition: edition.reply_to,
    "first_comment": lambda edition: edition.first_comment,
    "spoiler": lambda edition: edition.spoiler,
}
"""What a repost has no place for."""
