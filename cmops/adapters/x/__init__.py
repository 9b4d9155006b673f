"""X: 280 weighted characters, four pictures or a video, polls without either."""

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
from cmops.adapters.declaration import Cost
from cmops.adapters.messages import compose_messages, is_own
from cmops.adapters.x.addresses import post_id
from cmops.media import IMAGES
from cmops.text.counting import Limit
from cmops.workspace.model import Channel

URL = "https://api.x.com"

_CHECKED = "2026-11-22"
_COUNTING = "docs.x.com, Counting characters"
_POST = "docs.x.com, Create Post"
_MEDIA = "docs.x.com, Media best practices"

_LIMITS = {
    "text": Limit(280, "x_weighted", _COUNTING, _CHECKED),
    "images": Limit(4, "items", _MEDIA, _CHECKED),
    "image_bytes": Limit(5_242_880, "bytes", _MEDIA, _CHECKED),
    "videos": Limit(1, "items", _MEDIA, _CHECKED),
    "video_bytes": Limit(536_870_912, "bytes", _MEDIA, _CHECKED),
    "video_seconds": Limit(140, "seconds", _MEDIA, _CHECKED),  # Premium accounts may have more
    "alt": Limit(1000, "graphemes", "docs.x.com, Media metadata", _CHECKED),
    "poll_options": Limit(4, "items", _POST, _CHECKED, least=2),
    "poll_option": Limit(25, "graphemes", _POST, _CHECKED),
    "poll_seconds": Limit(10_080 * 60, "seconds", _POST, _CHECKED, least=5 * 60),
}

_COST = Cost(
    currency="USD",
    message=15_000,
    link=200_000,
    share=15_000,
    alt=5_000,
    # "Interaction: Delete" 0.010, "Content: Manage" 0.005: which of them is not said.
    delete=10_000,
    read=5_000,
    account=10_000,
    source="docs.x.com, X API pay-per-usage pricing and credits",
    checked=_CHECKED,
)

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.YES,
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
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # X reads the page and makes its own
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.NO,  # an edit is a new post with an id of its own
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "account",
    account=schemas.text(
        ("Compte", "Account"),
        ("Le nom du compte, sans @.", "The account's name without @."),
    ),
    url=schemas.api(URL),
    read_back=schemas.flag(
        ("Relire le compte", "Read the account back"),
        (
            "Après une réponse perdue, relit le compte au lieu de demander à quelqu’un. "
            "Chaque lecture est facturée par X. Non par défaut.",
            "After a lost answer, reads the account back instead of asking a person. X "
            "charges for each read. No by default.",
        ),
    ),
)


class X:
    """Posts. X counts by weight and charges for reading, so a lost answer stays in doubt."""

    platform: ClassVar[Platform] = Platform(
        name="x",
        title="X",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=schemas.options(),
        secrets=(
            "api_key",
            "api_secret",
            "access_token",
            "access_secret",
            "client_id",
            "client_secret",
            "refresh_token",
        ),
        optional=frozenset({"client_id", "client_secret", "refresh_token"}),
        guarantee=Guarantee.NONE,
        apart=(("image", "video"), ("poll", "media"), ("quote", "poll"), ("quote", "media")),
        media_types=IMAGES | {"video/mp4", "video/quicktime"},
        cost=_COST,
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The account that the channel names; opens no connection yet."""
        from cmops.adapters.x.account import Account, ReadAccount
        from cmops.http import session

        kind = ReadAccount if channel.settings.get("read_back") else Account
        return kind(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The posts' contents."""
        return compose_messages(cls.platform, edition)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Addresses that name no post of X."""
        for name in ("reply_to", "quote", "repost"):
            address = getattr(edition, name)
            if address and not is_own(address) and post_id(address) is None:
                yield Problem("CM575", edition.at(name), {"url": address})
