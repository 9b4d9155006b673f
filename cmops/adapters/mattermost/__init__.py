"""Mattermost: posts of one channel, found again by the key that stands in their properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters import schemas
from cmops.adapters.contract import (
    Can,
    Capability,
    Edition,
    Guarantee,
    Look,
    Message,
    Platform,
    Problem,
    Sends,
)
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import elsewhere, misshown, no_posts
from cmops.text.counting import Limit
from cmops.text.flavours import unshown
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_FILES = "mattermost/mattermost, server/public/model/post.go, PostFileidsMaxRunes"
_SOURCE = "mattermost/mattermost, server/public/model/post.go, PostMessageMaxRunesV2"
ID = "[a-z0-9]{26}"

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.NO,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.NO,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.YES,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NO,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # Mattermost reads the page and makes its own
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "url",
    "channel",
    "account",
    url=schemas.server(
        ("L’adresse du serveur : « https://chat.example.org ».", "The server's address.")
    ),
    channel=schemas.text(
        ("Canal", "Channel"),
        (
            "Son identifiant, tout en bas de « Voir les informations » : 26 lettres et chiffres.",
            'Its identifier, at the very end of "View Info": 26 letters and digits.',
        ),
        pattern=f"^{ID}$",
    ),
    account=schemas.text(
        ("Compte", "Account"),
        ("Le nom d’utilisateur du bot, sans @.", "The bot's user name, without @."),
    ),
)


class Mattermost:
    """Posts of a bot; the Markdown is sent as it is written, since Mattermost reads it."""

    platform: ClassVar[Platform] = Platform(
        name="mattermost",
        title="Mattermost",
        limits={
            "text": Limit(16_383, "code_points", _SOURCE, _CHECKED),
            "media": Limit(10, "items", _FILES, _CHECKED),
        },
        can=_CAN,
        settings=_SETTINGS,
        options=schemas.options(),
        secrets=("token",),
        guarantee=Guarantee.READS_BACK,
        look=Look.CHAT,
        identity=("url", "channel"),
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The channel's bot; opens no connection yet."""
        from cmops.adapters.mattermost.bot import Bot
        from cmops.http import session

        return Bot(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The messages; of their language Mattermost knows nothing."""
        return compose_messages(cls.platform, edition, language=False)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """What Mattermost would show otherwise than it is meant, or refuse."""
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            tags = [each for each in unshown(text) if each.startswith("<")]
            yield from misshown(cls.platform, text, at, tags)  # tables and headings it has
        yield from no_posts(cls.platform, edition, post_at)
        yield from elsewhere(cls.platform, edition)


def post_at(address: str) -> str | None:
    """The identifier of the post at an address, whatever its team; None for anything else."""
    found = re.search(rf"^https?://[^/]+(?:/[\w.-]+)*/pl/({ID})/?$", address, re.ASCII)
    return found[1] if found else None
