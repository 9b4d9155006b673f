"""Short ways to write a delivery's story in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cmops.adapters.contract import Message
from cmops.compose import Composition
from cmops.ledger.clock import Run
from cmops.ledger.entries import Entry, Receipt
from cmops.ledger.history import History
from cmops.ledger.scribe import Content, Scribe
from cmops.publish.subjects import Subject

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
KEY = "a~network~account"


class Hand:
    """Writes entries at times it is told."""

    def __init__(self, run: str = "1") -> None:
        self.time = NOON
        self.scribe = Scribe(Run(id=run * 32), self)
        self.history = History.of_entries([])

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def write(self, *entries: Entry) -> None:
        self.history = self.history.knowing(entries)

    def claim(
        self, *texts: str, intents: bool = False, key: str = KEY, planned: datetime = NOON
    ) -> Entry:
        made = composition(*texts)
        content = Content(made.digest, made.digests, "commit", planned=NOON)
        entry = self.scribe.claim(self.history.of(key), "chan", content, intents=intents)
        self.write(entry)
        return entry

    def published(self, claim: Entry, message: int = 0, id: str = "") -> None:
        receipt = Receipt(id or f"r{message}", self.time)
        self.write(self.scribe.published(claim, message, receipt))


def composition(*texts: str) -> Composition:
    messages = tuple(Message(text) for text in texts)
    return Composition("network", messages)


def subject(
    *texts: str,
    at: datetime | None = NOON,
    key: str = KEY,
    action: str = "publish",
    expires: datetime | None = None,
    compose: Callable[[], Composition] | None = None,
) -> Subject:
    made = composition(*(texts or ("A",)))
    return Subject(
        key=key if action == "publish" else f"{key}~delete",
        target=key,
        action=action,
        post="a",
        path="content/posts/a.md",
        channel="chan",
        platform="network",
        brand="brand",
        campaign="hiver",
        at=at,
        expires=expires,
        compose=compose or (lambda: made),
    )
