"""Where snapshots are kept: a branch of the remote, a branch of this repository, a folder.

The branch may be squashed by whoever looks after the repository: only its newest files count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

from cmops.errors import CmopsError
from cmops.ledger.branch import Kept, LocalBranch, RemoteBranch
from cmops.ledger.clock import Clock
from cmops.ledger.disk import FolderDisk
from cmops.ledger.folder import Folder
from cmops.ledger.opening import where
from cmops.ledger.remote import Answer, Remote, Snapshot

METRICS = Kept("refs/heads/cmops-metrics", "refs/cmops/metrics", "metrics", grows=False)

PATIENCE = 60.0
"""Seconds that a look or an append may take."""

_REFUSALS = 4
_FIRST_WAIT = 0.2
_LONGEST_WAIT = 4.0

Decide = Callable[[Snapshot], Mapping[str, bytes]]
"""Lines to add by file, given what is there; asked anew for every tip that is tried."""


class NotKept(CmopsError):
    """What was counted could not be added to the branch; it is lost, and the next run counts."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__("measure.not-kept", place=place, reason=reason)


def open_place(root: Path, clock: Clock) -> Remote:
    """The workspace's snapshots, beside its ledger. Raises GitError."""
    place = where(root)
    if place.git is None:
        return Folder(FolderDisk(place.own / "kept-metrics"), clock, folder=METRICS.folder)
    if place.remote is None:
        return LocalBranch(place.git, clock, kept=METRICS)
    return RemoteBranch(place.git, clock, remote=place.remote, kept=METRICS)


def add(remote: Remote, clock: Clock, decide: Decide, jitter: Random | None = None) -> int:
    """Adds what ``decide`` says to whatever is there then; how many lines.

    After an append without an answer the place is read again: lines that landed are there, and
    ``decide`` finds nothing left to add. Raises LedgerUnreachable and NotKept.
    """
    chance = jitter or Random()  # noqa: S311 - it only spreads retries
    end, refused, turn, reason = clock.monotonic() + PATIENCE, 0, 0, ""
    while refused < _REFUSALS and clock.monotonic() < end:
        snapshot = remote.look(PATIENCE / 2)
        added = decide(snapshot)
        lines = sum(content.count(b"\n") for content in added.values())
        if not lines:
            return 0
        swap = remote.append(snapshot, added, _title(lines), PATIENCE / 2)
        if swap.answer is Answer.WON:
            return lines
        refused = refused + 1 if swap.answer is Answer.REFUSED else 0
        reason, turn = swap.reason, turn + 1
        clock.sleep(chance.uniform(0.0, min(_FIRST_WAIT * 2**turn, _LONGEST_WAIT)))
    raise NotKept(remote.place, reason)


def contents(remote: Remote, snapshot: Snapshot, paths: Sequence[str]) -> Mapping[str, bytes]:
    """The content of those of the files that are there."""
    there = [path for path in paths if path in snapshot.files]
    return remote.contents(snapshot, there) if there else {}


def _title(lines: int) -> str:
    return f"cmops metrics: {lines} added [skip ci]\n"
