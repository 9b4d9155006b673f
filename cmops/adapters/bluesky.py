"""Bluesky: 300 graphemes, four pictures or a video, cards that the author writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from cmops.adapters import schemas
from cmops.adapters.contract import (
    Can,
    Capability,
    Edition,
    Guarantee,
    LinkPlace,
    Message,
    Platform,
    Problem,
)
from cmops.adapters.messages import compose_messages
from cmops.media import IMAGES
from cmops.text.counting import Limit

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
    # The lexicon counts a record's own tags; whether those in the text count is not written.
    "hashtags": Limit(8, "hashtags", f"{_POST}, tags (?)", _CHECKED),
}

_CAN = {
    Capability.PUBLISH: Can.NOT_BUILT,
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
    Capability.DELETE: Can.NOT_BUILT,
    Capability.METRICS: Can.NOT_BUILT,
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
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The records' contents."""
        return compose_messages(cls.platform, edition)

    @classmethod
    def problems(cls, edition: Edition) -> Iterable[Problem]:
        """Nothing beyond what is declared."""
        return ()
