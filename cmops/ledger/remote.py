"""The port to the place where everybody's ledger is: read its tip, and append by compare-and-swap.

The branch on a git server, a local branch, a folder, and a simulation's memory all stand behind
it; the store above neither knows nor asks which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The ledger at one moment: its version, and each file with a name for its exact content."""

    tip: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)


class Answer(StrEnum):
    """What became of an append."""

    WON = "won"
    MOVED = "moved"
    """Somebody else's came first; nothing of ours was written."""
    REFUSED = "refused"
    """The place said no; nothing was written."""
    UNKNOWN = "unknown"
    """No answer: it may have been written, now or later."""


@dataclass(frozen=True, slots=True)
class Swap:
    """The answer; the snapshot after it where it won, and the reason where it was refused."""

    answer: Answer
    snapshot: Snapshot | None = None
    reason: str = ""


class Remote(Protocol):
    """Where the ledger is kept. Implementations are used by one thread at a time."""

    @property
    def place(self) -> str:
        """What to call it before people; holds no credential."""

    def look(self, within: float) -> Snapshot:
        """The ledger as it is now; an empty snapshot where there is none.

        Raises LedgerUnreachable when it cannot be known, after at most ``within`` seconds.
        """

    def known(self) -> Snapshot | None:
        """The ledger as this machine saw it last, without asking anybody else."""

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The content of some files of a snapshot."""

    def append(
        self, snapshot: Snapshot, added: Mapping[str, bytes], title: str, within: float
    ) -> Swap:
        """Add whole lines to files, if the ledger is still what the snapshot says, else nothing."""

    def descends(self, tip: str, earlier: str) -> bool:
        """Whether everything that ``earlier`` held is still in ``tip``."""


def joined(before: bytes, added: bytes) -> bytes:
    """A file with lines added; a torn last line stays what it is, on a line of its own."""
    if before and not before.endswith(b"\n"):
        return before + b"\n" + added
    return before + added
