"""Slack: messages of one channel, found again by the key that stands in their metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
from cmops.adapters.slack.content import EVERYONE, message_at
from cmops.text.counting import Limit
from cmops.text.flavours import mrkdwn, unshown
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_POST = "docs.slack.dev, chat.postMessage, Truncating content"
_BLOCKS = "docs.slack.dev, Blocks: 50 a message, the text being one"

MOST = 40_000
"""Characters of a message once it is formatted; Slack cuts what comes after."""

SECTION = 3_000
"""Characters of a text that stands above pictures (docs.slack.dev, Section block)."""

_LIMITS = {
    "text": Limit(MOST, "code_points", _POST, _CHECKED),
    "images": Limit(49, "items", _BLOCKS, _CHECKED),
    "alt": Limit(1_000, "code_points", "docs.slack.dev, files.getUploadURLExternal", _CHECKED),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.NO,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    # Slack shares other files by a request that takes no metadata and gives no message back.
    Capability.VIDEO: Can.NOT_BUILT,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.NOT_BUILT,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NO,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # Slack reads the page and makes its own
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "channel",
    "account",
    channel=schemas.text(
        ("Canal", "Channel"),
        (
            "Son identifiant, tout en bas de « À propos du canal » : « C0123ABCD ».",
            'Its identifier, at the very end of "About this channel": "C0123ABCD".',
        ),
        pattern="^[CG][A-Z0-9]{6,}$",
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "Le nom d’utilisateur du bot, ou son identifiant « U… ».",
            'The bot\'s user name, or its identifier "U…".',
        ),
    ),
)

_OPTIONS = schemas.options(
    everyone=schemas.flag(
        ("Prévenir tout le monde", "Tell everyone"),
        (
            "« <!here> » et « <!channel> » préviennent ; sinon ils ne sont que du texte.",
            '"<!here>" and "<!channel>" notify; otherwise they are only text.',
        ),
    ),
    preview=schemas.preview(),
)


class Slack:
    """Messages of a bot. The Markdown is kept as the text, and sent as Slack's own marks."""

    platform: ClassVar[Platform] = Platform(
        name="slack",
        title="Slack",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("token",),
        guarantee=Guarantee.READS_BACK,
        look=Look.CHAT,
        identity=("channel",),
        media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The channel's bot; opens no connection yet."""
        from cmops.adapters.slack.bot import Bot
        from cmops.http import session

        return Bot(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The messages' contents, formatted too; a message's language is not said on Slack."""
        return tuple(
            _shown(each, edition)
            for each in compose_messages(cls.platform, edition, language=False)
        )

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """What Slack would show otherwise than it is meant, and what it would cut or refuse."""
        for index, (text, at) in enumerate(zip(edition.parts, edition.part_places, strict=True)):
            yield from misshown(cls.platform, text, at, unshown(text))
            yield from _called(cls.platform.title, edition, text, at)
            above = bool(edition.media) and index == 0
            yield from _lengths(cls.platform.title, edition, text, at, above=above)
        yield from no_posts(cls.platform, edition, message_at)
        yield from elsewhere(cls.platform, edition)


def _shown(message: Message, edition: Edition) -> Message:
    kept = dict(message.fields)
    formatted = mrkdwn(message.text, everyone=bool(edition.options.get("everyone")))
    if formatted != message.text:
        kept["mrkdwn"] = formatted
    if edition.options.get("preview") is False:
        kept["bare"] = True
    return replace(message, fields=kept)


def _called(title: str, edition: Edition, text: str, at: Any) -> Iterator[Problem]:
    called = EVERYONE.search(text)
    if called and not edition.options.get("everyone"):
        yield Problem("CM568", at, {"platform": title, "mention": called[0]})


def _lengths(title: str, edition: Edition, text: str, at: Any, *, above: bool) -> Iterator[Problem]:
    """Texts that grow too long by their formatting, or are too long to stand above pictures."""
    most = edition.channel.limits.get("text", MOST)
    length = len(mrkdwn(text, everyone=bool(edition.options.get("everyone"))))
    if len(text) > most:
        return
    values = {"platform": title, "length": length}
    if above and length > SECTION:
        yield Problem("CM570", at, {**values, "place": "section", "limit": SECTION})
    elif length > most:
        yield Problem("CM570", at, {**values, "place": "formatted", "limit": most})
