"""Email: a newsletter to one list address. Who reads it stays with the list's provider."""

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
    Media,
    Message,
    Platform,
    Problem,
    Sends,
)
from cmops.adapters.messages import compose_messages, media_data
from cmops.adapters.minding import elsewhere, lost_links
from cmops.media import IMAGES
from cmops.text.markdown import render
from cmops.workspace.model import Channel

_CAN = dict.fromkeys(Capability, Can.NO) | {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.YES,
    Capability.IMAGE: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.DOCUMENT: Can.YES,
    Capability.FORMATTING: Can.YES,
    Capability.METRICS: Can.NOT_BUILT,
    Capability.INBOX: Can.NOT_BUILT,
}

_ADDRESS = r"[^\s@<>(),:;\\\"\[\]\x00-\x1f\x7f]+@[^\s@<>(),:;\\\"\[\]\x00-\x1f\x7f]+"
_MAILBOX = rf"^(?:[^<>@\"\\\x00-\x1f\x7f]+ <{_ADDRESS}>|{_ADDRESS})$"

_SETTINGS = schemas.keys(
    "account",
    "host",
    "from",
    account=schemas.text(
        ("Liste", "List"),
        (
            "L’adresse de la liste de diffusion, la seule à qui cmops écrit : "
            "« lettre@listes.example.org ».",
            "The address of the mailing list, the only one that cmops writes to: "
            '"letter@lists.example.org".',
        ),
        pattern=f"^{_ADDRESS}$",
    ),
    host=schemas.text(
        ("Serveur d’envoi", "Mail server"),
        (
            "Le serveur SMTP, sans port : « smtp.example.org ».",
            'The SMTP server, without its port: "smtp.example.org".',
        ),
        pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$",
    ),
    port={
        "type": "integer",
        "minimum": 1,
        "maximum": 65535,
        **schemas.words(
            ("Port", "Port"),
            (
                "587 si rien n’est dit, ou 465 avec « security: tls ».",
                '587 unless said otherwise, or 465 with "security: tls".',
            ),
        ),
    },
    security={
        "enum": ["starttls", "tls"],
        **schemas.words(
            ("Chiffrement", "Encryption"),
            (
                "starttls (chiffré après l’accueil) si rien n’est dit, ou tls (dès le début). "
                "Rien ne part sans chiffrement.",
                "starttls (encrypted after the greeting) unless said otherwise, or tls (from the "
                "start). Nothing is sent without encryption.",
            ),
        ),
    },
    reply_to=schemas.text(
        ("Réponses à", "Replies to"),
        (
            "L’adresse où vont les réponses, si ce n’est pas celle de « from ».",
            'The address that replies go to, if not the one in "from".',
        ),
        pattern=_MAILBOX,
    ),
    list_id=schemas.text(
        ("Identifiant de la liste", "List id"),
        (
            "Seulement si le fournisseur ne le met pas : « lettre.listes.example.org ».",
            'Only if the provider does not set it: "letter.lists.example.org".',
        ),
        pattern=r"^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$",
    ),
    **{
        "from": schemas.text(
            ("Expéditeur", "Sender"),
            (
                "Qui écrit, comme on le lira : « Les Ateliers <lettre@example.org> ».",
                'Who writes, as it will be read: "The Workshops <letter@example.org>".',
            ),
            pattern=_MAILBOX,
        )
    },
)

_OPTIONS = schemas.options(
    subject=schemas.text(
        ("Objet", "Subject"),
        ("Le titre du post si rien n’est dit.", "The post's title unless said otherwise."),
        pattern=r"^[^\x00-\x1f\x7f]+$",
    )
)


class Newsletter:
    """One letter a post: what is written as Markdown, as plain text and as HTML."""

    platform: ClassVar[Platform] = Platform(
        name="email",
        title="E-mail",
        limits={},
        can=_CAN,
        settings=_SETTINGS,
        options=_OPTIONS,
        secrets=("user", "password"),
        guarantee=Guarantee.NONE,
        look=Look.LETTER,
        link=LinkPlace.FIELD,
        media_types=IMAGES | {"application/pdf"},
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The list that the channel names; opens no connection yet."""
        from cmops.adapters.newsletter.account import Account
        from cmops.http import session

        return Account(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The letter; only an edition that has problems gives more than one message."""
        first, *others = compose_messages(cls.platform, edition)
        settings = edition.channel.settings
        values = {
            "title": one_line(edition.options.get("subject") or edition.title),
            "from": settings.get("from"),
            "answers_to": settings.get("reply_to"),
            "html": _page(edition),
            "link": edition.link,
            "cover": media_data(edition.cover) if edition.cover else None,
        }
        fields = {**first.fields, **{name: value for name, value in values.items() if value}}
        return (Message(first.text, first.media, fields), *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Links and files that would lead nowhere in a mailbox."""
        for text, at in zip(edition.parts, edition.part_places, strict=True):
            yield from lost_links(cls.platform, text, at)
        yield from elsewhere(cls.platform, edition)


def content_id(sha256: str) -> str:
    """What the HTML calls a picture that comes with the letter."""
    return f"{sha256[:32]}@cmops"


_CONTROL = re.compile(r"[\s\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """A text as one line: a header has no other."""
    return _CONTROL.sub(" ", text).strip()


def _page(edition: Edition) -> str:
    """The HTML that is read: cover, text, link, pictures."""
    cover = _picture(edition.cover) if edition.cover else ""
    pictures = [_picture(each) for each in edition.media if each.type.startswith("image/")]
    return cover + _text(edition) + "".join(pictures)


def _text(edition: Edition) -> str:
    html = render(edition.parts[0]) if edition.parts else ""
    link = edition.link
    if link and not any(link in part for part in edition.parts):
        address = escape(link)
        html += f'<p><a href="{address}">{address}</a></p>\n'
    return html


def _picture(media: Media) -> str:
    alt = escape(one_line(media.alt))
    source = f"cid:{content_id(media.sha256)}"
    return f'<p><img src="{source}" alt="{alt}" style="max-width: 100%; height: auto"></p>\n'
