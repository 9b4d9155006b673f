"""Bluesky: 300 graphemes, four pictures or a video, cards that the author writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters import schemas
from cmops.adapters.bluesky.references import is_did, named
from cmops.adapters.contract import (
    Can,
    Capability,
    Edition,
    Guarantee,
    LinkPlace,
    Message,
    Platform,
    Problem,
    Sends,
)
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import elsewhere, no_posts
from cmops.media import IMAGES
from cmops.text.counting import Limit
from cmops.text.entities import mentions
from cmops.workspace.model import Channel

_SERVER = "https://bsky.social"
_CHECKED = "2026-11-22"
_POST = "atproto lexicon app.bsky.feed.post"
_IMAGES = "atproto lexicon app.bsky.embed.images"
_VIDEO = "atproto lexicon app.bsky.embed.video"

_LIMITS = {
    "text": Limit(300, "graphemes", _POST, _CHECKED),
    "text_bytes": Limit(3000, "bytes", _POST, _CHECKED),
    "images": Limit(4, "items", _IMAGES, _CHECKED),
    "image_bytes": Limit(1_000_000, "bytes", _IMAGES, _CHECKED),
    "videos": Limit(1, "items", _VIDEO, _CHECKED),
    "video_bytes": Limit(100_000_000, "bytes", _VIDEO, _CHECKED),
    # The lexicon does not say it: its video service refuses longer ones, as users report.
    "video_seconds": Limit(
        180, "seconds", "bluesky-social, release notes of March 2025 (?)", _CHECKED
    ),
    # The lexicon counts a record's own tags; whether those in the text count is not written.
    "hashtags": Limit(8, "hashtags", f"{_POST}, tags (?)", _CHECKED),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.NO,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.NO,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.YES,
    Capability.REPOST: Can.YES,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,  # its labels are a fixed list, not an author's own words
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.YES,
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.NO,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "account",
    url=schemas.server(
        (
            "Le serveur du compte (PDS) ; https://bsky.social si rien n’est dit.",
            "The account's server (PDS); https://bsky.social unless said otherwise.",
        )
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "Le nom du compte, sans @ : « ateliers.example », ou son identifiant « did:plc:… ».",
            'The account\'s handle without @: "workshops.example", or its "did:plc:…".',
        ),
    ),
)


class Bluesky:
    """Posts as records of the account's repository; the card holds what its author wrote."""

    platform: ClassVar[Platform] = Platform(
        name="bluesky",
        title="Bluesky",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=schemas.options(),
        secrets=("password",),
        guarantee=Guarantee.DEDUPLICATES,
        link=LinkPlace.CARD,
        # A record has one embed: pictures, a video or a card, with or without a quotation.
        apart=(("image", "video"), ("card", "media")),
        media_types=IMAGES | {"video/mp4"},
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The account that the channel names, on its server; opens no connection yet."""
        from cmops.adapters.bluesky.account import Account
        from cmops.http import session

        url = str(channel.settings.get("url", _SERVER))
        return Account(channel, root, http or session(channel.secrets), url)

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The records' contents; a mention of known identity says whom it leads to."""
        made = compose_messages(cls.platform, edition)
        return tuple(_mentioning(each, edition) for each in made) if edition.mentions else made

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Mentions that lead nowhere, references to what is no post, films that are elsewhere."""
        for text, place in zip(edition.parts, edition.part_places, strict=True):
            for mention, _ in mentions(text):
                if "." in mention and not is_did(edition.mentions.get(mention, "")):
                    yield Problem("CM522", place, {"platform": "Bluesky", "mention": mention})
        yield from no_posts(cls.platform, edition, named, ("reply_to", "quote", "repost"))
        yield from elsewhere(cls.platform, edition)


def _mentioning(message: Message, edition: Edition) -> Message:
    known = {
        mention: edition.mentions[mention]
        for mention, _ in mentions(message.text)
        if is_did(edition.mentions.get(mention, ""))
    }
    if not known:
        return message
    return replace(message, fields={**message.fields, "mentions": known})
