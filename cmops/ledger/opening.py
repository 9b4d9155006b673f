"""Which ledger a workspace has: a branch on its server, a branch of its own, or a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cmops.git import Git, GitMissing, NotARepository
from cmops.ledger.branch import LocalBranch, RemoteBranch
from cmops.ledger.cache import Cache
from cmops.ledger.clock import Clock, ClockCheck
from cmops.ledger.disk import FolderDisk
from cmops.ledger.folder import Folder
from cmops.ledger.scribe import Run
from cmops.ledger.store import Store, Tools

_FOLDER = ".cmops"
"""In a workspace outside git: the ledger and the journal. Inside git it is for caches only."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What every ledger of a process shares. ``cache`` is a folder that may be deleted."""

    run: Run
    clock: Clock
    cache: Path | None = None
    check: ClockCheck | None = None

    def workspace(self, root: Path, *, genesis: str | None = None) -> Store:
        """The ledger of the workspace at ``root``; ``genesis`` is what ``cmops.yml`` names.

        Raises GitMissing in a repository on a machine without git.
        """
        git = Git(root)
        try:
            home = git.folder()
        except (NotARepository, GitMissing) as error:
            if isinstance(error, GitMissing) and _in_repository(root):
                raise
            disk = FolderDisk(root / _FOLDER)
            return Store(Folder(disk, self.clock), self._tools(disk), genesis=genesis)
        tools = self._tools(FolderDisk(home / "cmops"))
        if (server := _server(git.remotes())) is None:
            return Store(LocalBranch(git, self.clock), tools, genesis=genesis)
        return Store(RemoteBranch(git, self.clock, remote=server), tools, genesis=genesis)

    def sandbox(self, folder: Path) -> Store:
        """The sandbox's ledger in a folder of its own, without a genesis and never pushed."""
        disk = FolderDisk(folder)
        return Store(Folder(disk, self.clock), self._tools(disk, cached=False), rooted=False)

    def _tools(self, disk: FolderDisk, *, cached: bool = True) -> Tools:
        cache = Cache(self.cache) if self.cache is not None and cached else None
        return Tools(self.run, self.clock, disk, cache=cache, check=self.check)


def _server(remotes: tuple[str, ...]) -> str | None:
    """``origin``, or the first there is."""
    return "origin" if "origin" in remotes else next(iter(remotes), None)


def _in_repository(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root.absolute(), *root.absolute().parents))
