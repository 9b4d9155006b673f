"""Telegram: messages of a channel or group by a bot, which cannot read back what it sent."""

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
    Media,
    Message,
    Platform,
    Problem,
    Sends,
)
from cmops.adapters.limits import limits
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import misshown, no_posts
from cmops.adapters.telegram.content import message_at, way
from cmops.text.counting import Limit, telegram, utf16
from cmops.text.flavours import telegram_html, unshown
from cmops.text.markdown import raw_markup
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_API = "core.telegram.org/bots/api (10.1)"

QUESTION = 300
DESCRIPTION = 1_024
"""Characters of a poll's question, and of the text above a poll."""

SIDES, SHAPE = 10_000, 20
"""A photo's width and height together at most, and one at most so many times the other."""

_LIMITS = {
    "text": Limit(4_096, "telegram", f"{_API}, sendMessage", _CHECKED),
    "caption": Limit(1_024, "telegram", f"{_API}, sendPhoto", _CHECKED),
    "media": Limit(10, "items", f"{_API}, sendMediaGroup", _CHECKED),
    "image_bytes": Limit(10_485_760, "bytes", f"{_API}, sendPhoto: 10 MB", _CHECKED),
    "video_bytes": Limit(52_428_800, "bytes", f"{_API}, sendVideo: 50 MB", _CHECKED),
    "document_bytes": Limit(52_428_800, "bytes", f"{_API}, sendDocument: 50 MB", _CHECKED),
    "poll_options": Limit(12, "items", f"{_API}, sendPoll", _CHECKED),
    "poll_option": Limit(100, "utf16", f"{_API}, InputPollOption", _CHECKED),
    "poll_seconds": Limit(2_628_000, "seconds", f"{_API}, sendPoll", _CHECKED, least=5),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.YES,
    Capability.POLL_MULTIPLE: Can.YES,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.NO,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.YES,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.YES,
    # A channel's comments are in a group of their own, under numbers that only an update tells.
    Capability.FIRST_COMMENT: Can.NOT_BUILT,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # Telegram reads the page and makes its own
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "chat",
    "account",
    chat=schemas.text(
        ("Canal ou groupe", "Channel or group"),
        (
            "Son nom public « @ateliers », ou son identifiant « -100… », entre guillemets.",
            'Its public name "@workshops", or its identifier "-100…", in quotation marks.',
        ),
        pattern=r"^(?:@[A-Za-z][A-Za-z0-9_]{3,31}|-\d{5,20})$",
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "Le nom d’utilisateur du bot : « ateliers_bot ».",
            'The bot\'s user name: "workshops_bot".',
        ),
    ),
)

_OPTIONS = schemas.options(
    silent=schemas.flag(
        ("Sans notification", "Silent"),
        ("Le message arrive sans son.", "The message comes without a sound."),
    ),
    preview=schemas.preview(),
    question=schemas.question(QUESTION),
)


class Telegram:
    """Messages of a bot. The Markdown is kept as the text, and sent as Telegram's own HTML."""

    platform: ClassVar[Platform] = Platform(
        name="telegram",
        title="Telegram",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("token",),
        guarantee=Guarantee.NONE,
        look=Look.CHAT,
        identity=("chat",),
        apart=(("poll", "media"),),
        media_types=frozenset(
            {"image/jpeg", "image/png", "image/gif", "video/mp4", "application/pdf"}
        ),
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The channel's bot; opens no connection yet."""
        from cmops.adapters.telegram.bot import Bot
        from cmops.http import session

        return Bot(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The messages' contents, formatted too; a message's language is not said on Telegram."""
        first, *others = compose_messages(cls.platform, edition, language=False)
        question = edition.options.get("question") if edition.poll else None
        return (_shown(first, edition, question), *(_shown(each, edition) for each in others))

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """What Telegram would show otherwise than it is meant, and what it would refuse."""
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            yield from misshown(cls.platform, text, at, unshown(text))
        yield from _first(cls.platform, edition)
        yield from _files(cls.platform, edition)
        yield from no_posts(cls.platform, edition, message_at, ("reply_to", "repost"))


def _shown(message: Message, edition: Edition, question: str | None = None) -> Message:
    values = {
        **message.fields,
        "html": telegram_html(message.text),
        "question": question,
        "silent": edition.options.get("silent") or None,
        "bare": True if edition.options.get("preview") is False else None,
    }
    return replace(message, fields={name: value for name, value in values.items() if value})


def _first(platform: Platform, edition: Edition) -> Iterator[Problem]:
    """A text that must be short because of what stands beside it."""
    text = "".join(edition.parts[:1])
    at = edition.part_places[0] if edition.parts else edition.at("media")
    question = edition.options.get("question")
    known = limits(platform, edition.channel)
    asked = question or text if edition.poll else ""
    places = {
        "caption": (telegram(text) if edition.media else 0, known["caption"].most),
        "question": (utf16(asked), QUESTION),
        "description": (telegram(text) if edition.poll and question else 0, DESCRIPTION),
    }
    # What is longer than any text may be is said to be so once.
    bound = known["text"].most
    for place, (length, most) in places.items():
        if most < length <= bound:
            values = {"platform": platform.title, "place": place, "limit": most, "length": length}
            yield Problem("CM570", at, {**values, "name": place, "over": length - most})
    for _, _, snippet in raw_markup(asked):
        yield Problem("CM567", at, {"platform": platform.title, "snippet": snippet})


def _files(platform: Platform, edition: Edition) -> Iterator[Problem]:
    ways = {way(each) for each in edition.media}
    for media in edition.media:
        values: dict[str, object] = {"platform": platform.title, "path": media.path}
        at = edition.media_at(media)
        if media.url is not None:
            yield Problem("CM524", at, values)
        elif len(edition.media) > 1 and way(media) == "animation":
            yield Problem("CM572", at, {**values, "reason": "animation"})
        elif len(ways) > 1 and way(media) == "document":
            yield Problem("CM572", at, {**values, "reason": "mixed"})
        elif way(media) == "photo" and _misshapen(media):
            yield Problem("CM572", at, {**values, "reason": "shape"})


def _misshapen(media: Media) -> bool:
    width, height = media.width or 1, media.height or 1
    return width + height > SIDES or max(width, height) > SHAPE * min(width, height)
