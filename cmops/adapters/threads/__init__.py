"""Threads: 500 characters, up to twenty files, a poll, replies to oneself as a thread.

Sources: developers.facebook.com/docs/threads, "Overview", "Posts", "Polls", "Reposts" and
"Publishing", read on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters import hosting, schemas
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
from cmops.media import FILMS
from cmops.text.counting import Limit, utf8_bytes
from cmops.text.entities import emoji
from cmops.workspace.model import Channel

URL = "https://graph.threads.com"
VERSION = "v1.0"

_CHECKED = "2026-11-22"
_POSTS = "developers.facebook.com, Threads Posts"
_POLLS = "developers.facebook.com, Threads Polls"
_SPECIFICATIONS = "developers.facebook.com, Threads Posts, Media Specifications"

_LIMITS = {
    "text": Limit(500, "code_points", _POSTS, _CHECKED),
    # The first tag of a text is the post's topic; what becomes of the others is not said.
    "hashtags": Limit(1, "hashtags", "developers.facebook.com, Topic Tags (?)", _CHECKED),
    "links": Limit(5, "links", "developers.facebook.com, Threads Posts, Links", _CHECKED),
    "media": Limit(20, "items", _POSTS, _CHECKED),
    "image_bytes": Limit(8_388_608, "bytes", _SPECIFICATIONS, _CHECKED),
    "video_bytes": Limit(1_073_741_824, "bytes", _SPECIFICATIONS, _CHECKED),
    "video_seconds": Limit(300, "seconds", _SPECIFICATIONS, _CHECKED),
    "alt": Limit(1000, "graphemes", "developers.facebook.com, Threads Publishing", _CHECKED),
    "poll_options": Limit(4, "items", _POLLS, _CHECKED, least=2),
    "poll_option": Limit(25, "graphemes", _POLLS, _CHECKED),
    # The API takes no duration: Threads decides, and its documentation does not say what.
    "poll_seconds": Limit(86_400, "seconds", "a day, as users see it (?)", _CHECKED, least=86_400),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.YES,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.YES,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.NO,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.YES,
    Capability.REPOST: Can.YES,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,  # words and pictures can be covered, but no warning be given
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # Threads reads the page and makes its own
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.NO,
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
    version=schemas.text(
        ("Version de l’API", "API version"),
        (
            f"La version de l’API Threads ; « {VERSION} » par défaut.",
            f'The version of the Threads API; "{VERSION}" by default.',
        ),
        pattern=r"^v\d+\.\d+$",
    ),
    media_host=hosting.setting(),
)

_OPTIONS = schemas.options(
    topic=schemas.text(
        ("Sujet", "Topic"),
        (
            "Le sujet du post, sans # : « artisanat d’art ».",
            'The post\'s topic without #: "woodworking".',
        ),
        maxLength=50,
        pattern=r"^[^.&]+$",
    ),
)


class Threads:
    """Posts, and replies below them. Several files are a carousel."""

    platform: ClassVar[Platform] = Platform(
        name="threads",
        title="Threads",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("token", "app_secret", hosting.SETTING),
        optional=frozenset({"app_secret", hosting.SETTING}),
        guarantee=Guarantee.READS_BACK,
        found_by_text=True,
        apart=(("poll", "media"),),
        media_types=FILMS | {"image/jpeg", "image/png"},
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The account that the channel names; opens no connection yet."""
        from cmops.adapters.threads.account import Account
        from cmops.http import session

        return Account(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The posts' contents; the first without files shows its link as a card."""
        head, *others = compose_messages(cls.platform, edition, language=False)
        extra: dict[str, Any] = {}
        if edition.link and not (edition.media or edition.poll or edition.repost):
            extra["link"] = edition.link
        if edition.options.get("topic"):
            extra["topic"] = edition.options["topic"]
        return (replace(head, fields={**head.fields, **extra}), *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Emoji that make a text too long, a carousel of one, files that nobody can fetch."""
        title = cls.platform.title
        yield from hosting.homeless(edition, title)
        if edition.format == "carousel" and len(edition.media) == 1:
            values = {"platform": title, "format": edition.format}
            yield Problem("CM562", edition.at("format"), values)
        most = edition.channel.limits.get("text", _LIMITS["text"].most)
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            length = _length(text)
            if len(text) <= most < length:
                yield Problem("CM518", at, {"platform": title, **_breach(length, most)})


def _breach(length: int, most: int) -> dict[str, object]:
    over = length - most
    return {"name": "text", "length": length, "limit": most, "over": over, "way": "bytes"}


def _length(text: str) -> int:
    """How Threads says that it counts: an emoji as its bytes, everything else as one."""
    return len(text) + sum(utf8_bytes(each) - len(each) for each, _ in emoji(text))
