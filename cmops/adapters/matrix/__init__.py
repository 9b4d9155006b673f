"""Matrix: messages of one room, Markdown shown as formatted text, each file an event of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
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
from cmops.adapters.matrix.addresses import event_at, people
from cmops.adapters.matrix.content import MOST, html, pictures, size
from cmops.adapters.messages import compose_messages
from cmops.adapters.minding import elsewhere, lost_links, no_posts
from cmops.text.counting import Limit
from cmops.workspace.model import Channel

_CHECKED = "2026-11-22"
_UPLOAD = "Synapse, max_upload_size (a server may differ)"

_LIMITS = {
    # An event holds the text twice, as it was written and formatted.
    "text_bytes": Limit(30_000, "bytes", "spec.matrix.org, Size limits: 65,536 an event", _CHECKED),
    "image_bytes": Limit(52_428_800, "bytes", _UPLOAD, _CHECKED),
    "video_bytes": Limit(52_428_800, "bytes", _UPLOAD, _CHECKED),
}

_CAN = {
    Capability.PUBLISH: Can.YES,
    Capability.ARTICLE: Can.NO,
    Capability.THREAD: Can.YES,
    Capability.POLL: Can.NOT_BUILT,
    Capability.POLL_MULTIPLE: Can.NOT_BUILT,
    Capability.IMAGE: Can.YES,
    Capability.VIDEO: Can.YES,
    Capability.ALT_TEXT: Can.YES,
    Capability.CAROUSEL: Can.NO,
    Capability.REEL: Can.NO,
    Capability.STORY: Can.NO,
    Capability.DOCUMENT: Can.YES,
    Capability.REPLY: Can.YES,
    Capability.QUOTE: Can.NO,
    Capability.REPOST: Can.NO,
    Capability.FIRST_COMMENT: Can.YES,
    Capability.SPOILER: Can.NOT_BUILT,
    Capability.VISIBILITY: Can.NO,
    Capability.LINK_CARD: Can.NO,  # each reader's server reads the page and makes its own
    Capability.FORMATTING: Can.YES,
    Capability.EDIT: Can.YES,
    Capability.DELETE: Can.YES,
    Capability.METRICS: Can.NOT_BUILT,
    Capability.INBOX: Can.NOT_BUILT,
}

_SETTINGS = schemas.keys(
    "url",
    "room",
    "account",
    url=schemas.server(
        (
            "Le serveur du compte (homeserver) : « https://matrix.example.org ».",
            'The account\'s homeserver: "https://matrix.example.org".',
        )
    ),
    room=schemas.text(
        ("Salon", "Room"),
        (
            "Son adresse « #ateliers:example.org », ou son identifiant « !… », entre guillemets.",
            'Its address "#workshops:example.org", or its identifier "!…", in quotation marks.',
        ),
        maxLength=255,
        pattern=r"^(?:#[^:\s]*:\S+|![^\s/]+)$",
    ),
    account=schemas.text(
        ("Compte", "Account"),
        (
            "L’identifiant complet, entre guillemets : « @ateliers:example.org ».",
            'The full identifier, in quotation marks: "@workshops:example.org".',
        ),
        maxLength=255,
        pattern=r"^@[^:\s]+:\S+$",
    ),
)


class Matrix:
    """Messages of a room. The formatted text is composed too, so that it is what was reviewed."""

    platform: ClassVar[Platform] = Platform(
        name="matrix",
        title="Matrix",
        limits=_LIMITS,
        can=_CAN,
        settings=_SETTINGS,
        options=schemas.options(),
        secrets=("token",),
        guarantee=Guarantee.DEDUPLICATES,
        look=Look.CHAT,
        identity=("room",),
        # Synapse deletes a transaction's id a day after the event (storage/databases/main/
        # events_worker.py); the hour less is for clocks.
        remembers=timedelta(hours=23),
    )

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Sends:
        """The room that the channel names, on its account's server; opens no connection yet."""
        from cmops.adapters.matrix.room import Room
        from cmops.http import session

        return Room(channel, root, http or session(channel.secrets))

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The files, then the text, then what goes below it in a thread.

        What belongs to the first message stays with the first event.
        """
        head, *others = compose_messages(cls.platform, edition, language=False)
        files = [Message("", (each,)) for each in head.media]
        texts = [] if files and not head.text else [replace(head, media=(), fields={})]
        first, *rest = [*files, *texts]
        root = len(files) if texts else 0
        below = [replace(each, fields={**each.fields, "thread": root}) for each in others]
        first = replace(first, fields={**first.fields, **head.fields})
        return tuple(_shown(each) for each in (first, *rest, *below))

    @classmethod
    def problems(cls, edition: Edition) -> Iterator[Problem]:
        """Texts that would not be shown as they are meant, answers to nothing, absent films."""
        title = cls.platform.title
        for index, text in enumerate(edition.parts):
            at = edition.part_places[index]
            length = size(Message(text, fields=_formatted(text)))
            # A text that is too long by itself is said to be so once.
            if length > MOST and not _too_long(edition, text):
                yield Problem("CM501", at, _breach(edition, index, length))
            yield from lost_links(cls.platform, text, at)
            for url in pictures(text):
                yield Problem("CM552", at, {"platform": title, "url": url})
        yield from no_posts(cls.platform, edition, event_at)
        yield from elsewhere(cls.platform, edition)


def _shown(message: Message) -> Message:
    """With its formatted text and whom it mentions."""
    return replace(message, fields={**message.fields, **_formatted(message.text)})


def _formatted(text: str) -> dict[str, Any]:
    values = {"html": html(text), "mentions": people(text)}
    return {name: value for name, value in values.items() if value}


def _too_long(edition: Edition, text: str) -> bool:
    most = edition.channel.limits.get("text_bytes", _LIMITS["text_bytes"].most)
    return _LIMITS["text_bytes"].length(text) > most


def _breach(edition: Edition, index: int, length: int) -> dict[str, object]:
    return {
        "platform": Matrix.platform.title,
        "limit": MOST,
        "way": "bytes",
        "name": "event_bytes",
        "length": length,
        "over": length - MOST,
        "which": "part" if len(edition.parts) > 1 else "only",
        "message": index + 1,
        "messages": len(edition.parts),
    }
