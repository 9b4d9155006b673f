"""Small documents for checks, and what a check of them gives.

In a file's text ``⟦`` marks the place at which a finding is expected.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cmops.findings import Diagnostic
from cmops.ledger.entries import Entry, Kind, Receipt
from tests.conftest import CMOPS_YML

MARK = "⟦"
NOW = "2026-12-01 12:00"
Files = Mapping[str, str | bytes]


def post(front: str = "", body: str = "Un texte pour tout le monde.\n") -> str:
    """A post that is fine, with these fields besides (they replace its own)."""
    fields = {"title": "Un post", "to": "[mastodon]"}
    own = {line.partition(":")[0].strip(f" {MARK}") for line in front.splitlines()}
    lines = [f"{key}: {value}" for key, value in fields.items() if key not in own]
    return "\n".join(["---", *lines, *([front.strip("\n")] if front else []), "---", body])


def settings(more: str) -> str:
    """The cmops.yml of every test, with more in it."""
    return f"{CMOPS_YML}{more}"


@dataclass(frozen=True)
class Checked:
    """What was found in one workspace."""

    diagnostics: tuple[Diagnostic, ...]
    english: tuple[Diagnostic, ...]

    def of(self, code: str) -> list[Diagnostic]:
        """The diagnostics of one code."""
        return [each for each in self.diagnostics if each.code == code]

    @property
    def codes(self) -> set[str]:
        """Every code that was found."""
        return {each.code for each in self.diagnostics}


class Check(Protocol):
    """How a test has a workspace checked."""

    def __call__(
        self,
        files: Files,
        *,
        at: str = NOW,
        entries: tuple[Entry, ...] = (),
        new: Callable[[str], bool] = ...,
    ) -> Checked: ...


Finds = Callable[..., list[Diagnostic]]


def delivered(key: str, at: datetime, channel: str = "mastodon") -> tuple[Entry, ...]:
    """What the ledger says of a delivery of one message that was planned and sent at a time."""
    run = f"{zlib.crc32(key.encode()):032x}"
    claim = Entry(
        Kind.CLAIM,
        f"{run}.1",
        at,
        key=key,
        channel=channel,
        digest="sha256:a",
        digests=("a",),
        until=at + timedelta(minutes=5),
        created=at,
        planned=at,
        attempt=1,
    )
    sent = Entry(
        Kind.PUBLISHED,
        f"{run}.2",
        at + timedelta(seconds=1),
        key=key,
        channel=channel,
        claim=claim.id,
        message=0,
        receipt=Receipt("1", at),
    )
    return claim, sent


def marks(name: str, text: str) -> list[tuple[str, int, int]]:
    """The places that a file's text marks: path, line, column."""
    return [
        (name, number, line.index(MARK) + 1)
        for number, line in enumerate(text.splitlines(), 1)
        if MARK in line
    ]
