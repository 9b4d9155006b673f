"""WordPress blogs: articles and short posts, Markdown as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters import schemas
from cmops.adapters.contract import (
    Can,
    Capability,
    Edition,
    Guarantee,
    LinkPlace,
    Look,
    Message,
    Platform,
    Problem,
    Sends,
)
from cmops.adapters.messages import compose_messages, media_data
from cmops.adapters.minding import lost_links
from cmops.media import IMAGES, VIDEOS
from cmops.text.markdown import render
from cmops.workspace.model import Channel

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.YES,
    Capability.THREAD: Can.NO,
    Capability.POLL: Can.NO,
    Capability.POLL_MULTIPLE: Can.NO,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.NOT_BUILT,
    Capability.REPLY: Can.NO,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NO,
    Capability.FIRST_COMMENT: Can.NOT_BUILT,
    Capability.SPOILER: Can.NO,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.YES,  # comments; views are not counted there
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "url",
    "account",
    url=schemas.server(
        (
            "L’adresse du blog : « https://blog.example.org ».",
            'The blog\'s address: "https://blog.example.org".',
        )
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "Le nom d’utilisateur qui publie sur le blog.",
            "The user name that publishes on the blog.",
        ),
    ),
)

_NAMES = {
    "type": "array",
    "uniqueItems": True,
    "maxItems": 50,
    "items": {"type": "string", "minLength": 1, "maxLength": 200},
}

_OPTIONS = schemas.options(
    categories={
        **_NAMES,
        **schemas.words(
            ("Catégories", "Categories"),
            (
                "Par leur nom ou leur identifiant d’URL ; elles existent déjà sur le blog.",
                "By their name or slug; they must exist on the blog already.",
            ),
        ),
    },
    tags={
        **_NAMES,
        **schemas.words(
            ("Étiquettes", "Tags"),
            (
                "Elles s’ajoutent aux mots-dièse du post ; les nouvelles sont créées.",
                "Added to the post's hashtags; new ones are created.",
            ),
        ),
    },
    slug=schemas.text(
        ("Identifiant d’URL", "Slug"),
        (
            "La fin de l’adresse ; l’identifiant du post si rien n’est dit.",
            "The end of the address; the post's id unless said otherwise.",
        ),
        pattern="^[a-z0-9]+(?:-[a-z0-9]+)*$",
    ),
    excerpt=schemas.text(
        ("Extrait", "Excerpt"),
        ("Le résumé que montrent les listes.", "The summary that lists show."),
        maxLength=1000,
    ),
    status={
        "enum": ["publish", "draft", "pending", "private"],
        **schemas.words(
            ("État sur le blog", "Status on the blog"),
            (
                "publish (publié) si rien n’est dit ; draft, pending ou private sinon.",
                "publish unless said otherwise; draft, pending or private.",
            ),
        ),
    },
)

# The blog would run what looks like one of its shortcodes; so written, it is shown.
_SHORTCODE = re.compile(r"\[(?=[\w/\[])")


class WordPress:
    """Posts of a blog: the Markdown is kept as the message's text, and sent as HTML."""

    platform: ClassVar[Platform] = Platform(
        name="wordpress",
        title="WordPress",
        limits={},
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("password",),
        guarantee=Guarantee.READS_BACK,
        look=Look.ARTICLE,
        identity=("url",),
        link=LinkPlace.FIELD,
        hashtags_in_text=False,
        media_types=IMAGES | VIDEOS,
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The blog that the channel names, as its account; opens no connection yet."""
        from cmops.adapters.wordpress.blog import Blog
        from cmops.http import session

        return Blog(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The post's contents; only an edition that has problems gives more than one message."""
        first, *others = compose_messages(cls.platform, edition, language=False)
        fields = {**first.fields, **_fields(edition)}
        return (Message(first.text, first.media, fields), *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Links and pictures of the text that would lead nowhere on the blog."""
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            yield from lost_links(cls.platform, text, at)


def _fields(edition: Edition) -> dict[str, Any]:
    options = edition.options
    values = {
        "title": edition.title,
        "html": _html(edition),
        "status": options.get("status", "publish"),
        "slug": options.get("slug") or edition.post.replace(".", "-"),
        "excerpt": options.get("excerpt"),
        "categories": list(options.get("categories", ())),
        "tags": list(dict.fromkeys((*options.get("tags", ()), *edition.hashtags))),
        "cover": media_data(edition.cover) if edition.cover else None,
        "link": edition.link,
    }
    return {name: value for name, value in values.items() if value}


def _html(edition: Edition) -> str:
    html = render(edition.parts[0]) if edition.parts else ""
    link = edition.link
    if link and not any(link in part for part in edition.parts):
        address = escape(link)
        html += f'<p><a href="{address}">{address}</a></p>\n'
    return _SHORTCODE.sub("&#91;", html)
