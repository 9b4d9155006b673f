"""Discourse: topics of a forum and replies in them; the forum renders Markdown itself."""

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
from cmops.adapters.discourse.content import post_at
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import elsewhere, lost_links, no_posts
from cmops.text.counting import Limit
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_SETTING = "discourse/discourse, config/site_settings.yml, {} (a forum may differ)"

_POLLS = "discourse/discourse, plugins/poll, poll_maximum_options"

TITLE = 255
"""Characters of a topic's title (max_topic_title_length)."""

SHORTEST_TITLE, SHORTEST_TEXT = 15, 20
"""What a forum asks for unless it is set otherwise (min_topic_title_length, min_post_length)."""

_LIMITS = {
    "text": Limit(32_000, "code_points", _SETTING.format("max_post_length"), _CHECKED),
    "image_bytes": Limit(4_194_304, "bytes", _SETTING.format("max_image_size_kb"), _CHECKED),
    "video_bytes": Limit(4_194_304, "bytes", _SETTING.format("max_attachment_size_kb"), _CHECKED),
    "document_bytes": Limit(
        4_194_304, "bytes", _SETTING.format("max_attachment_size_kb"), _CHECKED
    ),
    # "At least two" is the validator's; the most is a setting, whose default has changed.
    "poll_options": Limit(20, "items", f"{_POLLS} (?)", _CHECKED, least=2),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.YES,
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
    Capability.QUOTE: Can.NOT_BUILT,
    Capability.REPOST: Can.NO,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NOT_BUILT,
    Capability.VISIBILITY: Can.NO,  # a category decides who reads it
    Capability.LINK_CARD: Can.NO,  # the forum reads the page and makes its own
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,
    Capability.INBOX: Can.NOT_BUILT,
}


def _category(title: schemas.Words, help: schemas.Words) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, **schemas.words(title, help)}


def _least(title: schemas.Words, most: int) -> dict[str, Any]:
    help = ("Ce que le forum demande au moins.", "What the forum asks for at least.")
    return {"type": "integer", "minimum": 1, "maximum": most, **schemas.words(title, help)}


_SETTINGS = schemas.keys(
    "url",
    "account",
    url=schemas.server(
        (
            "L’adresse du forum : « https://forum.example.org ».",
            'The forum\'s address: "https://forum.example.org".',
        )
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "Le nom d’utilisateur qui écrit sur le forum.",
            "The user name that writes on the forum.",
        ),
    ),
    category=_category(
        ("Catégorie", "Category"),
        (
            "Le nombre à la fin de son adresse ; celle où vont les sujets.",
            "The number at the end of its address; where topics go.",
        ),
    ),
    shortest_title=_least(
        ("Titre le plus court", "Shortest title"),
        TITLE,
    ),
    shortest_text=_least(
        ("Texte le plus court", "Shortest text"),
        10_000,
    ),
)

_OPTIONS = schemas.options(
    title=schemas.text(
        ("Titre du sujet", "Topic title"),
        ("S’il n’est pas celui du post.", "When it is not the post's."),
        maxLength=TITLE,
    ),
    category=_category(
        ("Catégorie", "Category"),
        (
            "Le nombre à la fin de son adresse, si ce n’est pas celle du compte.",
            "The number at the end of its address, when it is not the channel's.",
        ),
    ),
    tags={
        "type": "array",
        "uniqueItems": True,
        "maxItems": 50,
        "items": {"type": "string", "minLength": 1, "maxLength": 100},
        **schemas.words(
            ("Étiquettes", "Tags"),
            ("Elles s’ajoutent aux mots-dièse du post.", "Added to the post's hashtags."),
        ),
    },
)


class Discourse:
    """Topics and replies. A topic is known again by an id that we give it, a reply by its words."""

    platform: ClassVar[Platform] = Platform(
        name="discourse",
        title="Discourse",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("key",),
        guarantee=Guarantee.READS_BACK,
        look=Look.ARTICLE,
        identity=("url",),
        found_by_text=True,
        hashtags_in_text=False,
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The forum that the channel names, as its account; opens no connection yet."""
        from cmops.adapters.discourse.forum import Forum
        from cmops.http import session

        return Forum(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """A topic, or a reply to one, and what follows below it."""
        first, *others = compose_messages(cls.platform, edition, language=False)
        cover = (edition.cover,) if edition.cover else ()
        head = replace(first, media=(*cover, *first.media))
        return (replace(head, fields={**head.fields, **_topic(edition)}), *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Titles and texts that a forum refuses, and links that would lead nowhere."""
        title, settings = cls.platform.title, edition.channel.settings
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            yield from lost_links(cls.platform, text, at)
            least = settings.get("shortest_text", SHORTEST_TEXT)
            if text and not edition.media and len(text) < least:
                values = {"place": "text", "limit": least, "length": len(text)}
                yield Problem("CM571", at, {"platform": title, **values})
        yield from _title(title, edition)
        forum = str(settings.get("url", ""))
        yield from no_posts(cls.platform, edition, lambda url: post_at(url, forum))
        yield from elsewhere(cls.platform, edition)


def _topic(edition: Edition) -> dict[str, Any]:
    """What only a topic has."""
    if edition.reply_to:
        return {}
    options = edition.options
    values = {
        "title": options.get("title") or edition.title,
        "category": options.get("category") or edition.channel.settings.get("category"),
        "tags": list(dict.fromkeys((*options.get("tags", ()), *edition.hashtags))),
    }
    return {name: value for name, value in values.items() if value}


def _title(platform: str, edition: Edition) -> Iterator[Problem]:
    if edition.reply_to or edition.repost:
        return
    length = len(edition.options.get("title") or edition.title)
    at = edition.at("title")
    least = edition.channel.settings.get("shortest_title", SHORTEST_TITLE)
    values = {"platform": platform, "place": "title", "length": length}
    if length > TITLE:
        yield Problem("CM570", at, {**values, "limit": TITLE})
    elif length < least:
        yield Problem("CM571", at, {**values, "limit": least})
