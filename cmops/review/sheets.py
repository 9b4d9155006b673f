"""What there is to see of a change: sheets by post, cards by what is shown, outlets by channel.

The model that every rendering draws; the words and the look are theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime

from cmops.adapters.contract import Media, Message
from cmops.findings import Diagnostic
from cmops.publish.prices import Money
from cmops.publish.reasons import Reason
from cmops.review.changes import Change, Kind
from cmops.values import dataclass

SHORT = slice(7, 19)
"""The part of a digest that people quote: twelve characters behind ``sha256:``."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Something else that the channel sends that day."""

    at: datetime
    title: str
    post: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """A channel that shows a card, and what is to be known of it there.

    ``cost`` is what its network will charge; None where it does not, or nothing is sent.
    """

    change: Change
    name: str
    counts: tuple[tuple[int, int | None], ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    reason: Reason | None = None
    cost: Money | None = None

    @property
    def version(self) -> str:
        """What to quote in an answer; empty where nothing is sent."""
        digest = self.change.after_digest
        return digest[SHORT] if digest else ""

    @property
    def called(self) -> str:
        """How people name the delivery."""
        subject = self.change.subject
        return f"{subject.post}@{subject.channel}"


@dataclass(frozen=True, slots=True)
class Card:
    """The same messages with the same fate, for one channel or more.

    ``formatted`` text is shown as Markdown. ``before`` is what was to be sent, or is live.
    """

    kind: Kind
    outlets: tuple[Outlet, ...]
    messages: tuple[Message, ...] = ()
    before: tuple[Message, ...] = ()
    formatted: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One post: its cards, and what is wrong with its file wherever it goes."""

    id: str
    title: str
    path: str
    cards: tuple[Card, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def media(self) -> Iterator[Media]:
        """Every file that it shows."""
        for card in self.cards:
            yield from (each for message in card.messages for each in message.media)


@dataclass(frozen=True, slots=True)
class Preview:
    """All that a change does. ``files`` are the other ones that it touches, and how.

    ``diagnostics`` are about those. ``batch`` is the name of what is shown instead of a change.
    """

    name: str
    sheets: tuple[Sheet, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    batch: str | None = None

    @property
    def counts(self) -> Mapping[Kind, int]:
        """Deliveries by what happens to them, in the order of ``Kind``."""
        found = Counter(
            card.kind for sheet in self.sheets for card in sheet.cards for _ in card.outlets
        )
        return {kind: found[kind] for kind in Kind if found[kind]}

    @property
    def every_diagnostic(self) -> tuple[Diagnostic, ...]:
        """All of them, each once."""
        found = [each for sheet in self.sheets for each in sheet.diagnostics]
        found += [
            each
            for sheet in self.sheets
            for card in sheet.cards
            for outlet in card.outlets
            for each in outlet.diagnostics
        ]
        return tuple(sorted({*found, *self.diagnostics}))
