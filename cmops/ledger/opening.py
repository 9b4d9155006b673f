"""Which ledger a workspace has: a branch of its remote, a branch of its own, a folder."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import field
from pathlib import Path

from cmops.git import Git, GitMissing, NotARepository
from cmops.git.tips import Asking
from cmops.ledger.branch import BRANCH, LocalBranch, RemoteBranch
from cmops.ledger.cache import Cache
from cmops.ledger.clock import Clock, ClockCheck, Run, SystemClock
from cmops.ledger.disk import FolderDisk
from cmops.ledger.folder import Folder
from cmops.ledger.journal import Journal, LeftOver
from cmops.ledger.remote import Remote
from cmops.ledger.store import Store, Tools
from cmops.values import dataclass

ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a workspace's ledger is kept, and where its journal and cache are.

    ``own`` is a folder of this machine; ``remote`` the name of the git remote, if there is one,
    and ``asking`` what it is asked through by everybody who looks for its branches.
    """

    own: Path
    git: Git | None = None
    remote: str | None = None
    asking: Asking | None = field(default=None, compare=False)


def where(root: Path) -> Where:
    """The ledger of the workspace at ``root``: with its repository, or in the folder itself.

    Raises GitError where there is a repository that git cannot be asked about: to take its ledger
    for an empty one would publish everything again.
    """
    git = Git(root)
    try:
        folder = git.folder()
        remotes = git.remotes()
    except (NotARepository, GitMissing) as error:
        if isinstance(error, GitMissing) and _in_repository(root):
            raise
        return Where(root / ".cmops")
    chosen = ORIGIN if ORIGIN in remotes else next(iter(remotes), None)
    asking = Asking(git, chosen, BRANCH, SystemClock().monotonic) if chosen else None
    return Where(folder / "cmops", git, chosen, asking)


def open_ledger(
    root: Path,
    genesis: str | None,
    *,
    run: Run | None = None,
    clock: Clock | None = None,
    check: ClockCheck | None = None,
    place: Where | None = None,
) -> Store:
    """The workspace's ledger, with the genesis that cmops.yml names if it names one.

    ``place`` is for who knows already where it is kept.
    """
    place, time = place or where(root), clock or SystemClock()
    return Store(
        _remote(place, time),
        Tools(run or Run(), time, FolderDisk(place.own), Cache(place.own / "ledger-cache"), check),
        genesis=genesis,
    )


def left_over(root: Path) -> LeftOver:
    """What runs that died on this machine left in its journal, which keeps it for the next run.

    Raises JournalUnwritable where a run could not keep its outcomes, and GitError.
    """
    place = where(root)
    remote = _remote(place, SystemClock()).place
    journal = Journal(FolderDisk(place.own), Run().id, remote)
    try:
        journal.ready()
        return journal.take_left_over()
    finally:
        journal.close(finished=True)


def open_sandbox(root: Path, *, run: Run | None = None, clock: Clock | None = None) -> Store:
    """The sandbox's own ledger, beside what it writes; it is never pushed and has no genesis."""
    time = clock or SystemClock()
    folder = root / "outbox" / ".sandbox"
    tools = Tools(run or Run(), time, FolderDisk(folder / "own"))
    return Store(Folder(FolderDisk(folder), time), tools, rooted=False)


def _remote(place: Where, clock: Clock) -> Remote:
    if place.git is None:
        return Folder(FolderDisk(place.own / "kept"), clock)
    if place.remote is None:
        return LocalBranch(place.git, clock)
    return RemoteBranch(place.git, clock, remote=place.remote, asking=place.asking)


def scratch(root: Path, place: Where | None = None) -> Path:
    """A folder of this machine for what is made from the workspace and can be made again."""
    place = place or where(root)
    if place.git is not None:
        return place.own
    name = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"cmops-{name}"


def _in_repository(root: Path) -> bool:
    folder = root.absolute()
    return any((place / ".git").exists() for place in (folder, *folder.parents))
