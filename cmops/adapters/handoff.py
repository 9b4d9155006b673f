"""Hand-off: what has no API, no token yet, or needs a thumb is published by a person.

Nothing is sent. Publishing hands the delivery to somebody, who says where it is live; this is also
what publishes for a channel of any other platform that is set to ``handoff``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Self

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
    Sending,
)
from cmops.adapters.messages import compose_messages
from cmops.failures import Handed
from cmops.workspace.model import Channel

_NEVER = (Capability.EDIT, Capability.DELETE, Capability.METRICS, Capability.INBOX)


class Handoff:
    """One destination that only people publish to: ``for`` says what it is."""

    platform: ClassVar[Platform] = Platform(
        name="handoff",
        title="Hand-off",
        limits={},
        can=dict.fromkeys(Capability, Can.YES)
        | dict.fromkeys(_NEVER, Can.NO)
        | {Capability.FORMATTING: Can.NO},
        settings=schemas.keys(
            "for",
            "account",
            **{
                "for": schemas.text(
                    ("Destination", "Destination"),
                    (
                        "Ce qu’une personne y publie : « instagram-story », « tiktok »…",
                        'What a person publishes there: "instagram-story", "tiktok"…',
                    ),
                )
            },
            account=schemas.text(
                ("Compte", "Account"),
                (
                    "Le compte, le groupe ou la page où elle publie.",
                    "The account, group or page where they publish.",
                ),
            ),
        ),
        guarantee=Guarantee.PERSON,
        identity=("for",),
        link=LinkPlace.FIELD,
    )

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Self:
        """What hands deliveries over; it talks to nobody."""
        return cls(channel)

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """One message for each part, all that goes with it beside: a link may be a sticker."""
        first, *others = compose_messages(cls.platform, edition)
        title = edition.title if edition.kind == "article" else None
        values = {"title": title, "link": edition.link}
        given = {name: value for name, value in values.items() if value}
        return (replace(first, fields={**first.fields, **given}), *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterable[Problem]:
        """A person sees for themselves what their network minds."""
        return ()

    def send(self, message: Message, sending: Sending) -> NoReturn:
        """Raises Handed: it is a person's turn."""
        raise Handed("handed")

    def verify(self) -> Iterable[Problem]:
        """There is no account that could be asked."""
        return ()
