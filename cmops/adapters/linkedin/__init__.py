"""LinkedIn: posts of a member or of a page, with pictures, a film, a PDF, a card or a poll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

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
    Sends,
)
from cmops.adapters.messages import compose_messages, is_own
from cmops.adapters.wanted import kind
from cmops.text.counting import Limit
from cmops.workspace.model import Channel

URL = "https://api.linkedin.com"
VERSION = "202608"
PDF = "application/pdf"

QUESTION = 140
"""Characters of a poll's question (Poll API)."""

COMMENT = 1_250
"""Characters of a comment, by other tools' constants: more is worth a warning."""

DURATIONS = {1: "ONE_DAY", 3: "THREE_DAYS", 7: "SEVEN_DAYS", 14: "FOURTEEN_DAYS"}
"""How many days a poll may stay open."""

_CHECKED = "2026-11-22"
_DOCS = "learn.microsoft.com, LinkedIn, "
_VIDEOS = _DOCS + "Videos API: Video File Size Specifications"
_POLL = _DOCS + "Poll API"

_LIMITS = {
    "text": Limit(3_000, "utf16", "LinkedIn Help, Post character limits", _CHECKED),
    "images": Limit(20, "items", _DOCS + "MultiImage API", _CHECKED),
    "image_bytes": Limit(5_000_000, "bytes", "other tools' constants (?)", _CHECKED),
    "image_pixels": Limit(36_152_319, "pixels", _DOCS + "Images API", _CHECKED),
    "videos": Limit(1, "items", _DOCS + "Posts API", _CHECKED),
    "video_bytes": Limit(500_000_000, "bytes", _VIDEOS, _CHECKED),
    "document_bytes": Limit(100_000_000, "bytes", _DOCS + "Documents API", _CHECKED),
    "video_seconds": Limit(1_800, "seconds", _VIDEOS, _CHECKED, least=3),
    "alt": Limit(4_086, "code_points", _DOCS + "Images API and MultiImage API", _CHECKED),
    "poll_options": Limit(4, "items", _POLL, _CHECKED, least=2),
    "poll_option": Limit(30, "code_points", _POLL, _CHECKED),
    "poll_seconds": Limit(14 * 86_400, "seconds", _POLL, _CHECKED, least=86_400),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.NO,
    Capability.POLL: Can.YES,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.YES,  # a PDF, leafed through page by page
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.YES,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.YES,
    Capability.REPOST: Can.YES,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NOT_BUILT,
    Capability.LINK_CARD: Can.YES,
    Capability.FORMATTING: Can.NO,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "account",
    account=schemas.text(
        ("Auteur", "Author"),
        (
            'Qui publie : « "urn:li:organization:2414183" » pour une page (le nombre de son '
            'adresse d’administration), « "urn:li:person:…" » pour un membre (« cmops doctor » '
            "dit lequel).",
            'Who posts: "urn:li:organization:2414183" for a page (the number in the address of '
            'its administration), "urn:li:person:…" for a member (`cmops doctor` says which).',
        ),
        pattern=r"^urn:li:(?:person:[\w-]{1,60}|organization:\d{1,20})$",
    ),
    url=schemas.api(URL),
    version=schemas.text(
        ("Version de l’API", "API version"),
        (
            f"L’année et le mois de la version ; « {VERSION} » par défaut. LinkedIn arrête chacune "
            "au bout d’un an environ.",
            f'The version\'s year and month; "{VERSION}" by default. LinkedIn switches each of '
            "them off after a year or so.",
        ),
        pattern=r"^20\d{2}(?:0[1-9]|1[0-2])$",
    ),
    read_back=schemas.flag(
        ("Relire la page", "Read the page back"),
        (
            "D’une page seulement : après une réponse perdue, cmops la relit au lieu de "
            "demander à quelqu’un. Oui par défaut ; non si l’application n’a pas "
            "« r_organization_social ».",
            "Of pages only: after a lost answer cmops reads the page back instead of asking "
            'a person. Yes by default; no if the application lacks "r_organization_social".',
        ),
    ),
)

_OPTIONS = schemas.options(
    question=schemas.question(QUESTION),
    document_title=schemas.text(
        ("Titre du document", "Document title"),
        (
            "Ce que LinkedIn affiche sous le PDF ; sinon sa description, sinon son nom.",
            "What LinkedIn shows below the PDF; else its description, else its name.",
        ),
    ),
)


class LinkedIn:
    """Posts in little text. A lost answer is read back on pages, and stays in doubt elsewhere."""

    platform: ClassVar[Platform] = Platform(
        name="linkedin",
        title="LinkedIn",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("token", "refresh_token", "client_id", "client_secret"),
        optional=frozenset({"refresh_token", "client_id", "client_secret"}),
        guarantee=Guarantee.NONE,
        found_by_text=True,
        link=LinkPlace.CARD,
        apart=(
            ("image", "video"),
            *((one, "media") for one in ("poll", "card", "quote", "reply_to")),
            *((one, "poll") for one in ("card", "quote", "reply_to")),
            *((one, "card") for one in ("quote", "reply_to")),
            ("reply_to", "quote"),
        ),
        media_types=frozenset({"image/jpeg", "image/png", "image/gif", "video/mp4", PDF}),
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The member or the page that the channel names; opens no connection yet."""
        from cmops.adapters.linkedin.account import Account
        from cmops.adapters.linkedin.addresses import ORGANISATION
        from cmops.adapters.linkedin.page import Page, ReadPage
        from cmops.http import session

        made: type[Account] = Account
        if channel.account.startswith(ORGANISATION):
            made = ReadPage if channel.settings.get("read_back", True) else Page
        return made(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The post and its first comment, mentions shown by the name that LinkedIn knows."""
        from cmops.adapters.linkedin.content import shown

        head, *others = compose_messages(cls.platform, edition, language=False)
        return (shown(head, edition, first=True), *(shown(each, edition) for each in others))

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Addresses, files, polls and mentions that LinkedIn would refuse."""
        if edition.only_text and edition.format == "post" and not edition.mentions:
            return
        yield from _addresses(edition)
        yield from _files(edition)
        yield from _poll(edition)
        yield from _comments(edition)
        yield from _mentions(edition)


def _problem(code: str, edition: Edition, name: str, **values: object) -> Problem:
    return Problem(code, edition.at(name), {"platform": LinkedIn.platform.title, **values})


def _addresses(edition: Edition) -> Iterator[Problem]:
    from cmops.adapters.linkedin.addresses import is_activity, post_urn

    for name in ("reply_to", "quote", "repost"):
        url = getattr(edition, name)
        if not url or is_own(url):
            continue
        urn = post_urn(url)
        if urn is None:
            yield _problem("CM523", edition, name, url=url)
        elif name != "reply_to" and is_activity(urn):
            yield _problem("CM576", edition, name, url=url)


def _files(edition: Edition) -> Iterator[Problem]:
    documents = [each for each in edition.media if each.type == PDF]
    wanted = edition.format in ("carousel", "document")
    if (documents and len(edition.media) > 1) or (wanted and len(documents) != 1):
        name = "format" if wanted else "media"
        yield _problem("CM577", edition, name, format=edition.format)
    for media in edition.media:
        values = {"platform": LinkedIn.platform.title, "path": media.path}
        at = edition.media_at(media)
        if media.url is not None:
            yield Problem("CM524", at, values)
        if media.alt and kind(media) == "video":
            yield Problem("CM514", at, values)


def _poll(edition: Edition) -> Iterator[Problem]:
    if edition.poll is None:
        return
    duration = edition.poll.duration
    shortest, longest = (timedelta(days=days) for days in (1, 14))
    if duration not in map(timedelta, DURATIONS) and shortest <= duration <= longest:
        yield _problem("CM578", edition, "poll", days=tuple(map(str, DURATIONS)))
    text = "".join(edition.parts[:1])
    most = LinkedIn.platform.limits["text"].most
    if not edition.options.get("question") and QUESTION < len(text) <= most:
        at = edition.part_places[0]
        values = {"place": "question", "length": len(text), "limit": QUESTION}
        yield Problem("CM570", at, {"platform": LinkedIn.platform.title, **values})


def _comments(edition: Edition) -> Iterator[Problem]:
    texts = [(edition.first_comment or "", edition.at("first_comment"))]
    if edition.reply_to and edition.parts:
        texts.append((edition.parts[0], edition.part_places[0]))
    for text, at in texts:
        if len(text) > COMMENT:
            values = {"name": "text", "length": len(text), "limit": COMMENT}
            yield Problem("CM518", at, {"platform": LinkedIn.platform.title, **values})


def _mentions(edition: Edition) -> Iterator[Problem]:
    from cmops.adapters.linkedin.addresses import AUTHOR

    for index, text in enumerate(edition.parts):
        for name, identifier in edition.mentions.items():
            urn = identifier.partition(" ")[0]
            if name in text and not AUTHOR.fullmatch(urn):
                values = {"platform": LinkedIn.platform.title, "mention": name, "found": urn}
                yield Problem("CM579", edition.part_places[index], values)
