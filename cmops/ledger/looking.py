"""What a workspace's ledger says to whoever only looks: an answer even where it cannot be asked."""

from __future__ import annotations

from pathlib import Path

from cmops.errors import CmopsError
from cmops.git import GitError
from cmops.ledger import opening
from cmops.ledger.errors import LedgerError, LedgerMissing, LedgerUnreachable
from cmops.ledger.history import History
from cmops.ledger.opening import Where


def latest(root: Path, genesis: str | None, place: Where, notes: list[CmopsError]) -> History:
    """What the remote says now; with a note, what was seen last where it does not answer.

    Raises LedgerError where a ledger is expected and is missing, or is another one, and GitError.
    """
    ledger = opening.open_ledger(root, genesis, place=place)
    try:
        return ledger.read()
    except LedgerMissing:
        if genesis is not None:
            raise
        return History.of_entries(())
    except LedgerUnreachable as error:
        notes.append(error)
        return ledger.known()


def known(
    root: Path, genesis: str | None, notes: list[CmopsError], earlier: History | None = None
) -> History:
    """What this machine saw last; with a note, nothing where that cannot be told.

    Of ``earlier``, what has not changed since need not be read again.
    """
    try:
        return opening.open_ledger(root, genesis).known(earlier)
    except (LedgerError, GitError) as error:
        notes.append(error)
        return History.of_entries(())
