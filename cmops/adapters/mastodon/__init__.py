"""Mastodon and servers that speak its API: 500 characters unless the server says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters import schemas
from cmops.adapters.contract import (
    Can,
    Capability,
    Edition,
    Guarantee,
    Message,
    Platform,
    Problem,
    Sends,
)
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import elsewhere
from cmops.media import IMAGES, VIDEOS
from cmops.text.counting import Limit
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_INSTANCE = "docs.joinmastodon.org, entity Instance (a server may differ)"
_MEDIA = "docs.joinmastodon.org, Posting to your profile"

_LIMITS = {
    "text": Limit(500, "mastodon", _INSTANCE, _CHECKED),
    "images": Limit(4, "items", _INSTANCE, _CHECKED),
    "image_bytes": Limit(16_777_216, "bytes", _MEDIA, _CHECKED),
    "image_pixels": Limit(33_177_600, "pixels", _INSTANCE, _CHECKED),
    "videos": Limit(1, "items", _MEDIA, _CHECKED),
    "video_bytes": Limit(103_809_024, "bytes", _MEDIA, _CHECKED),
    "alt": Limit(1500, "graphemes", _INSTANCE, _CHECKED),
    "poll_options": Limit(4, "items", _INSTANCE, _CHECKED, least=2),
    "poll_option": Limit(50, "graphemes", _INSTANCE, _CHECKED),
    "poll_seconds": Limit(2_629_746, "seconds", _INSTANCE, _CHECKED, least=300),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.YES,
    Capability.POLL_MULTIPLE: Can.YES,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.NO,
    Capability.REPLY: Can.YES,
    # Servers before 4.5 would publish without the quotation and say nothing.
    Capability.QUOTE: Can.NOT_BUILT,
    Capability.REPOST: Can.YES,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.YES,
    Capability.VISIBILITY: Can.YES,
    Capability.LINK_CARD: Can.NO,  # each server reads the page and makes its own
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "url",
    "account",
    url=schemas.server(
        (
            "L’adresse du serveur du compte : « https://mastodon.example ».",
            'The address of the account\'s server: "https://mastodon.example".',
        )
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "Le nom complet du compte : « ateliers@mastodon.example ».",
            'The account\'s full name: "workshops@mastodon.example".',
        ),
    ),
)


class Mastodon:
    """Statuses. Visibility and language are always said, because servers' defaults differ."""

    platform: ClassVar[Platform] = Platform(
        name="mastodon",
        title="Mastodon",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=schemas.options(),
        secrets=("token",),
        guarantee=Guarantee.READS_BACK,
        found_by_text=True,
        text_fields=("spoiler",),
        apart=(("image", "video"), ("poll", "media")),
        media_types=IMAGES | VIDEOS,
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The account that the channel names, on its server; opens no connection yet."""
        from cmops.adapters.mastodon.account import Account
        from cmops.http import session

        return Account(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The statuses' contents."""
        return compose_messages(cls.platform, edition, visibility="public")

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """A content warning that would not warn, and files that are not here to be sent."""
        bare = not any(edition.parts[:1]) and not edition.repost
        if edition.spoiler and bare:
            # The server would show the warning in the text's place (PostStatusService).
            yield Problem("CM531", edition.at("spoiler"), {"platform": cls.platform.title})
        yield from elsewhere(cls.platform, edition)
