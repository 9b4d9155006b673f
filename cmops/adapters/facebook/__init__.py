"""Facebook Pages: texts, links, photos and films of one Page; groups and profiles have no API.

Sources: developers.facebook.com, "Pages API: Posts", "Pages API: Comments", and of the Graph API's
reference "Page Feed", "Page Photos", "Page Videos" and "Page Insights", read on 2026-11-22.
"""

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

FILMS_URL = "https://graph-video.facebook.com"
"""Where films go; everything else goes to ``graph.URL``."""

_CHECKED = "2026-11-22"
_PHOTO = "developers.facebook.com, Page Photos, Photo Specifications"
_TAKEN = FILMS | {"image/jpeg", "image/png", "image/gif"}

_LIMITS = {
    "text": Limit(63_206, "code_points", "other tools' constants (?)", _CHECKED),
    "image_bytes": Limit(10_000_000, "bytes", _PHOTO, _CHECKED),
    "videos": Limit(1, "items", "developers.facebook.com, Page Videos", _CHECKED),
    "video_bytes": Limit(10_737_418_240, "bytes", "help pages, 10 GB (?)", _CHECKED),
    "video_seconds": Limit(14_400, "seconds", "help pages, 4 hours (?)", _CHECKED),
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
    Capability.CAROUSEL: Can.NOT_BUILT,  # many photos are an album; a carousel is made of links
    Capability.REEL: Can.NOT_BUILT,
    Capability.STORY: Can.NOT_BUILT,
    Capability.DOCUMENT: Can.NO,
    Capability.REPLY: Can.NOT_BUILT,  # addresses of today do not tell a post's id
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NOT_BUILT,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # Facebook reads the page and makes its own
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "account",
    account=schemas.text(
        ("Page", "Page"),
        (
            'L’identifiant de la Page, un nombre entre guillemets : « "1234567890" » (dans la '
            "Page : À propos, Transparence de la Page).",
            'The Page\'s identifier, a number in quotation marks: "1234567890" (on the Page: '
            "About, Page transparency).",
        ),
        pattern=r"^\d+$",
    ),
    url=schemas.api(URL),
    version=schemas.text(
        ("Version de l’API", "API version"),
        (
            f"La version de l’API Graph ; « {VERSION} » par défaut. Meta arrête chacune au bout "
            "de deux ans environ.",
            f'The version of the Graph API; "{VERSION}" by default. Meta switches each of them '
            "off after two years or so.",
        ),
        pattern=r"^v\d+\.\d+$",
    ),
)


class Facebook:
    """Posts of a Page.

    Photos are uploaded unseen and attached to the post that shows them; a film is a post itself.
    """

    platform: ClassVar[Platform] = Platform(
        name="facebook",
        title="Facebook",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=schemas.options(),
        secrets=("token", "app_secret"),
        optional=frozenset({"app_secret"}),
        guarantee=Guarantee.READS_BACK,
        found_by_text=True,
        apart=(("image", "video"),),
        media_types=_TAKEN,
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The Page that the channel names; opens no connection yet."""
        from cmops.adapters.facebook.page import Page
        from cmops.http import session

        return Page(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The post and its first comment. A post without files shows its link as a card."""
        head, *others = compose_messages(cls.platform, edition, language=False)
        if edition.link and not edition.media:
            head = replace(head, fields={**head.fields, "link": edition.link})
        return (head, *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Words for a film, which are shown to nobody."""
        for media in edition.media:
            if media.alt and kind(media) == "video":
                values = {"platform": cls.platform.title, "path": media.path}
                yield Problem("CM514", edition.media_at(media), values)
