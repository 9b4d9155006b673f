"""Instagram: pictures, carousels, reels and stories of a professional account.

Instagram takes no files, only addresses: they are shown to it while it fetches them.
Sources: developers.facebook.com/docs/instagram-platform, "Content Publishing", "IG User Media",
"Instagram Media Insights" and "Error Codes", read on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from cmops.adapters import hosting, schemas
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
from cmops.adapters.graph import URL, VERSION
from cmops.adapters.messages import compose_messages
from cmops.adapters.wanted import kind
from cmops.media import FILMS
from cmops.text.counting import Limit
from cmops.workspace.model import Channel

STORY_SECONDS = 60
STORY_BYTES = 104_857_600
"""What a film of a story may weigh; one in the feed may weigh three times as much."""

WIDEST, TALLEST = 1.91, 0.8
"""Width by height of a picture in the feed: from 4:5 to 1.91:1."""

_CHECKED = "2026-11-22"
_MEDIA = "developers.facebook.com, IG User Media"
_GUIDE = "developers.facebook.com, Instagram Content Publishing"

_LIMITS = {
    "text": Limit(2200, "code_points", _MEDIA, _CHECKED),
    "hashtags": Limit(30, "hashtags", _MEDIA, _CHECKED),
    "mentions": Limit(20, "mentions", _MEDIA, _CHECKED),
    "media": Limit(10, "items", _GUIDE, _CHECKED, least=1),
    "image_bytes": Limit(8_388_608, "bytes", _MEDIA, _CHECKED),
    "video_bytes": Limit(314_572_800, "bytes", _MEDIA, _CHECKED),
    "video_seconds": Limit(900, "seconds", _MEDIA, _CHECKED, least=3),
    "alt": Limit(1000, "graphemes", _MEDIA, _CHECKED),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.NO,
    Capability.POLL: Can.NO,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.YES,
    Capability.REEL: Can.YES,
    Capability.STORY: Can.YES,
    Capability.DOCUMENT: Can.NO,
    Capability.REPLY: Can.NO,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NO,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.NO,
    Capability.DELETE: Can.NOT_BUILT,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "account",
    account=schemas.text(
        ("Compte", "Account"),
        (
            "L’identifiant du compte professionnel, un nombre entre guillemets : "
            '« "17841400008460056" ».',
            "The professional account's identifier, a number in quotation marks: "
            '"17841400008460056".',
        ),
        pattern=r"^\d+$",
    ),
    url=schemas.server(
        (
            f"L’adresse de l’API : « {URL} » (par défaut) pour un jeton obtenu par Facebook, "
            "« https://graph.instagram.com » pour un jeton obtenu par Instagram.",
            f'The address of the API: "{URL}" (the default) for a token made by way of Facebook, '
            '"https://graph.instagram.com" for one made by way of Instagram.',
        )
    ),
    version=schemas.text(
        ("Version de l’API", "API version"),
        (
            f"La version de l’API Graph ; « {VERSION} » par défaut.",
            f'The version of the Graph API; "{VERSION}" by default.',
        ),
        pattern=r"^v\d+\.\d+$",
    ),
    media_host=hosting.setting(),
)

_OPTIONS = schemas.options(
    share_to_feed=schemas.flag(
        ("Reel aussi dans le fil", "Reel in the feed too"),
        (
            "false : le reel ne paraît que dans l’onglet Reels ; true par défaut.",
            "false: the reel is shown in the Reels tab only; true by default.",
        ),
    ),
)


class Instagram:
    """Posts of one account. Several files are a carousel, a film alone is a reel."""

    platform: ClassVar[Platform] = Platform(
        name="instagram",
        title="Instagram",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("token", "app_secret", hosting.SETTING),
        optional=frozenset({"app_secret", hosting.SETTING}),
        guarantee=Guarantee.READS_BACK,
        look=Look.PHOTO,
        found_by_text=True,
        media_types=FILMS | {"image/jpeg"},
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The account that the channel names; opens no connection yet."""
        from cmops.adapters.instagram.account import Account, ByInstagram
        from cmops.http import session

        host = urlsplit(str(channel.settings.get("url") or URL)).hostname or ""
        kind = ByInstagram if host.endswith("instagram.com") else Account
        return kind(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The post with its caption, and its first comment."""
        head, *others = compose_messages(cls.platform, edition, language=False)
        if _is_reel(edition) and edition.options.get("share_to_feed") is False:
            head = replace(head, fields={**head.fields, "share_to_feed": False})
        return (head, *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Formats that lack what they need, shapes that are refused, words shown to nobody."""
        title = cls.platform.title
        yield from hosting.homeless(edition, title)
        yield from _format(edition, title)
        for media in edition.media:
            at, values = edition.media_at(media), {"platform": title, "path": media.path}
            if media.alt and (edition.format == "story" or kind(media) == "video"):
                yield Problem("CM514", at, values)
            if edition.format != "story" and not _has_shape(media):
                yield Problem("CM561", at, {**values, "width": media.width, "height": media.height})


def _format(edition: Edition, title: str) -> Iterator[Problem]:
    """What each format needs."""
    kinds, format = [kind(each) for each in edition.media], edition.format
    fits = {
        "carousel": len(kinds) != 1,
        "reel": kinds == ["video"] or not kinds,
        "story": len(kinds) <= 1,
    }
    if not fits.get(format, True):
        yield Problem("CM562", edition.at("format"), {"platform": title, "format": format})
    if format == "story":
        if any(edition.parts):
            yield Problem("CM563", edition.part_places[0], {"platform": title})
        if edition.first_comment:
            yield Problem("CM563", edition.at("first_comment"), {"platform": title})
    if format == "story":
        yield from _too_heavy(edition, title)
    if format != "reel" and (format == "story" or len(kinds) > 1):
        yield from _too_long(edition, title)


def _too_heavy(edition: Edition, title: str) -> Iterator[Problem]:
    """Films that weigh more than a story takes."""
    for media in edition.media:
        if kind(media) == "video" and STORY_BYTES < media.size <= _LIMITS["video_bytes"].most:
            values = {"platform": title, "path": media.path, "limit": STORY_BYTES}
            yield Problem("CM511", edition.media_at(media), {**values, "length": media.size})


def _too_long(edition: Edition, title: str) -> Iterator[Problem]:
    """Films that are longer than a story, or a carousel, shows."""
    for media in edition.media:
        seconds = media.duration or 0
        if STORY_SECONDS < seconds <= _LIMITS["video_seconds"].most:
            values = {
                "platform": title,
                "path": media.path,
                "length": f"{seconds:.0f}s",
                "limit": f"{STORY_SECONDS}s",
            }
            yield Problem("CM540", edition.media_at(media), values)


def _has_shape(media: Media) -> bool:
    """Whether a picture is neither too wide nor too tall for the feed; true where nobody knows."""
    if kind(media) != "image" or not media.width or not media.height:
        return True
    return TALLEST - 0.01 <= media.width / media.height <= WIDEST + 0.01


def _is_reel(edition: Edition) -> bool:
    return len(edition.media) == 1 and kind(edition.media[0]) == "video"
