"""Discord: messages of one channel, by a bot that can read them back, or by a webhook."""

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
from cmops.adapters.discord.content import EVERYONE, message_at
from cmops.adapters.limits import limits
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import elsewhere, misshown, no_posts
from cmops.text.counting import Limit
from cmops.text.flavours import unshown
from cmops.text.markdown import raw_markup
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_MESSAGE = "discord.com/developers, Create Message"
_FILES = "discord.com/developers, Uploading Files (more on boosted servers)"
_POLLS = "discord.com/developers, Poll Resource"

QUESTION = 300
"""Characters that a poll's question may have (Poll Media Object)."""

WHOLE = 25 << 20
"""Bytes that a message may have with all its files (Create Message, Limitations)."""

_LIMITS = {
    "text": Limit(2_000, "code_points", _MESSAGE, _CHECKED),
    "media": Limit(10, "items", "discord.com/developers, MessageCreateRequest", _CHECKED),
    "image_bytes": Limit(10_485_760, "bytes", _FILES, _CHECKED),
    "video_bytes": Limit(10_485_760, "bytes", _FILES, _CHECKED),
    "document_bytes": Limit(10_485_760, "bytes", _FILES, _CHECKED),
    "alt": Limit(1_024, "code_points", "discord.com/developers, Attachment Object", _CHECKED),
    "poll_options": Limit(10, "items", _POLLS, _CHECKED),
    "poll_option": Limit(55, "code_points", _POLLS, _CHECKED),
    "poll_seconds": Limit(768 * 3_600, "seconds", _POLLS, _CHECKED, least=3_600),
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
    Capability.DOCUMENT: Can.YES,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NOT_BUILT,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # Discord reads the page and makes its own
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_NUMBER = r"^\d{15,22}$"

_SETTINGS = schemas.keys(
    "channel",
    "account",
    channel=schemas.text(
        ("Canal", "Channel"),
        (
            "Son identifiant, entre guillemets (clic droit, « Copier l’identifiant du salon »).",
            'Its identifier, in quotation marks (right click, "Copy Channel ID").',
        ),
        pattern=_NUMBER,
    ),
    account=schemas.text(
        ("Compte", "Account"),
        ("Le nom d’utilisateur du bot.", "The bot's user name."),
    ),
)

_HOOK_SETTINGS = schemas.keys(
    "account",
    account=schemas.text(
        ("Webhook", "Webhook"),
        (
            "Son identifiant, entre guillemets : le nombre dans son adresse ; ce qui suit est le "
            "jeton.",
            "Its identifier, in quotation marks: the number in its address; what follows is the "
            "token.",
        ),
        pattern=_NUMBER,
    ),
)

_OPTIONS = schemas.options(
    everyone=schemas.flag(
        ("Prévenir tout le monde", "Tell everyone"),
        (
            "« @everyone » et « @here » préviennent ; sinon ils ne sont que du texte.",
            '"@everyone" and "@here" notify; otherwise they are only text.',
        ),
    ),
    silent=schemas.flag(
        ("Sans notification", "Silent"),
        ("Le message arrive sans notification.", "The message comes without a notification."),
    ),
    preview=schemas.preview(),
    question=schemas.question(QUESTION),
)


class Discord:
    """Messages of a bot. Who is told of one is what its text says on purpose."""

    platform: ClassVar[Platform] = Platform(
        name="discord",
        title="Discord",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("token",),
        guarantee=Guarantee.READS_BACK,
        look=Look.CHAT,
        identity=("channel",),
        found_by_text=True,
        apart=(("poll", "media"),),
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The channel's bot; opens no connection yet."""
        from cmops.adapters.discord.bot import Bot
        from cmops.http import session

        return Bot(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The messages' contents; a message's language is not said on Discord."""
        options = edition.options
        common = {
            "everyone": options.get("everyone") or None,
            "silent": options.get("silent") or None,
            "bare": True if options.get("preview") is False else None,
        }
        first, *others = compose_messages(cls.platform, edition, language=False)
        question = options.get("question") if edition.poll else None
        return (_with(first, {**common, "question": question}), *(_with(o, common) for o in others))

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """What Discord would show otherwise than it is meant, and what it would refuse."""
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            yield from misshown(cls.platform, text, at, unshown(text, headings=3))
            yield from _called(cls.platform.title, edition, text, at)
        yield from _poll(cls.platform.title, edition)
        yield from _files(cls.platform, edition)
        yield from no_posts(cls.platform, edition, message_at)


class DiscordWebhook(Discord):
    """Messages of a webhook, which can neither be read back nor answer one another."""

    platform: ClassVar[Platform] = replace(
        Discord.platform,
        name="discord-webhook",
        title="Discord (webhook)",
        can={**_CAN, Capability.REPLY: Can.NO, Capability.FIRST_COMMENT: Can.NO},
        settings=_HOOK_SETTINGS,
        guarantee=Guarantee.NONE,
        identity=(),
        found_by_text=False,
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The webhook that the channel names; opens no connection yet."""
        from cmops.adapters.discord.webhook import Webhook
        from cmops.http import session

        return Webhook(channel, root, http or session(channel.secrets))


def _with(message: Message, values: dict[str, Any]) -> Message:
    given = {name: value for name, value in values.items() if value is not None}
    return replace(message, fields={**message.fields, **given})


def _called(title: str, edition: Edition, text: str, at: Any) -> Iterator[Problem]:
    called = EVERYONE.search(text)
    if called and not edition.options.get("everyone"):
        yield Problem("CM568", at, {"platform": title, "mention": called[0]})


def _poll(title: str, edition: Edition) -> Iterator[Problem]:
    if edition.poll is None:
        return
    seconds = int(edition.poll.duration.total_seconds())
    bounds = _LIMITS["poll_seconds"]
    if seconds % 3_600 and bounds.least <= seconds <= bounds.most:
        yield Problem("CM569", (*edition.at("poll"), "duration"), {"platform": title})
    question = edition.options.get("question") or "".join(edition.parts[:1])
    at = edition.part_places[0] if edition.parts else edition.at("poll")
    if len(question) > QUESTION:
        values = {"platform": title, "place": "question", "limit": QUESTION}
        yield Problem("CM570", at, {**values, "length": len(question)})
    for _, _, snippet in raw_markup(question):
        yield Problem("CM567", at, {"platform": title, "snippet": snippet})


def _files(platform: Platform, edition: Edition) -> Iterator[Problem]:
    yield from elsewhere(platform, edition)
    known = limits(platform, edition.channel)
    total = sum(media.size for media in edition.media)
    # A server that lets files be larger lets all of them be.
    most = max(WHOLE, known["video_bytes"].most)
    if len(edition.media) > 1 and total > most:
        last = edition.media[-1]
        values = {"platform": platform.title, "path": last.path, "reason": "together"}
        yield Problem("CM572", edition.media_at(last), {**values, "limit": most})
