"""A workspace as it stands: its documents, what is wrong with them, what the ledger says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cmops import __version__
from cmops.errors import CmopsError, UsageError
from cmops.values import dataclass
from cmops.wording import Wording
from cmops.workspace import time
from cmops.workspace.cache import Cache, code_version
from cmops.workspace.files import walk
from cmops.workspace.load import SETTINGS, Loaded, load
from cmops.workspace.model import Workspace
from cmops.workspace.place import inside, workspace_at

if TYPE_CHECKING:
    from cmops.check.diagnosis import Diagnosis
    from cmops.composed import Compositions
    from cmops.findings import Diagnostic, Finding
    from cmops.ledger.history import History
    from cmops.ledger.opening import Where
    from cmops.media import Gallery

CLOCK = "CMOPS_AT"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A workspace as it stood, and what the ledger said then."""

    loaded: Loaded
    history: History


class Known:
    """A workspace and what is known of it, each part read when it is first asked for.

    ``at`` sets the clock for what only looks: a local time of the workspace, else now.
    ``sandbox`` looks at the sandbox's ledger instead of the real one. ``fresh`` asks the ledger's
    remote; otherwise what this machine saw last is good enough.
    """

    def __init__(
        self, root: Path, *, at: str | None = None, sandbox: bool = False, fresh: bool = False
    ) -> None:
        self.root = workspace_at(root)
        self.sandbox = sandbox
        self.fresh = fresh
        self._at = at or os.environ.get(CLOCK)
        self._earlier: Earlier | None = None

    def after(self, earlier: Earlier) -> None:
        """Reads no file and no entry again that stands as it stood then."""
        self._earlier = earlier

    @property
    def for_later(self) -> Earlier:
        """What another look at the same workspace can begin with."""
        return Earlier(self.loaded, self.history)

    def again(self, root: Path) -> Self:
        """The same workspace read anew, from where it stands now."""
        return type(self)(root, at=self._at, sandbox=self.sandbox, fresh=self.fresh)

    @cached_property
    def cache(self) -> Cache | None:
        """What earlier runs worked out; none where an adapter that is not ours had a part in it.

        Nobody tells us when that changes.
        """
        from cmops.adapters.registry import BUILT_IN

        channels = self.workspace.settings.channels.values()
        return self._shelves if all(each.platform in BUILT_IN for each in channels) else None

    @cached_property
    def _shelves(self) -> Cache:
        return Cache(self.root, f"{__version__}-{code_version()}")

    @cached_property
    def loaded(self) -> Loaded:
        """The workspace as it was read."""
        return load(self.root, self._shelves, self._earlier.loaded if self._earlier else None)

    @property
    def surroundings(self) -> str:
        """What changes when any document does that is no post."""
        return self.loaded.surroundings

    def stands(self) -> bool:
        """Whether the files are still those that were read."""
        found, _ = walk(self.root)
        return {file.path: file for file in found} == self.loaded.files

    @property
    def workspace(self) -> Workspace:
        """What the documents say."""
        return self.loaded.workspace

    @cached_property
    def wording(self) -> Wording:
        """The words of the workspace's language."""
        return Wording(self.workspace.settings.language)

    @cached_property
    def now(self) -> datetime:
        """The time that everything is looked at, in the workspace's zone."""
        zone = self.workspace.zone
        if self._at is None:
            return datetime.now(zone).replace(microsecond=0)
        try:
            return time.moment(self._at, zone)
        except ValueError:
            raise UsageError("cli.not-a-time", time=self._at) from None

    @cached_property
    def gallery(self) -> Gallery:
        """The media files, each opened once."""
        from cmops.media import Gallery

        return Gallery(self.root, self._shelves)

    @cached_property
    def compositions(self) -> Compositions:
        """What every channel gets of every post."""
        from cmops.composed import Compositions

        return Compositions(self.loaded, self.gallery, self.cache)

    @cached_property
    def examined(self) -> tuple[Finding, ...]:
        """What the rules that look at one post found."""
        from cmops.check.run import examine

        found = examine(self.loaded, self.compositions, self.gallery, self.cache)
        self.gallery.save()
        return found

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong."""
        return self._diagnosis.all

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What is wrong and holds something; cheaper than to sort out all that is wrong."""
        if "diagnostics" in self.__dict__:
            return tuple(each for each in self.diagnostics if each.severity == "error")
        return self._diagnosis.errors

    @cached_property
    def _diagnosis(self) -> Diagnosis:
        from cmops.check.diagnosis import Diagnosis
        from cmops.check.run import found

        scene = (self.history, self.now, self.is_new, self.compositions)
        return Diagnosis(self.loaded, found(self.loaded, self.examined, *scene))

    @cached_property
    def place(self) -> Where:
        """Where the ledger is kept. Raises GitError."""
        from cmops.ledger import opening

        return opening.where(self.root)

    def known_by(self, history: History) -> None:
        """Goes by a history that somebody has just read, unless one was read already."""
        self.__dict__.setdefault("history", history)

    @cached_property
    def history(self) -> History:
        """What the ledger says; empty where there is none yet.

        Raises LedgerError where a ledger is expected and is missing, or is another one, and
        GitError where git cannot be asked; without ``fresh`` both are only noted.
        """
        from cmops.ledger import looking, opening

        genesis = self.workspace.settings.genesis
        if self.sandbox:
            return opening.open_sandbox(self.root).read()
        if self.fresh:
            return looking.latest(self.root, genesis, self.place, self.notes)
        earlier = self._earlier.history if self._earlier else None
        return looking.known(self.root, genesis, self.notes, earlier)

    @cached_property
    def notes(self) -> list[CmopsError]:
        """What went wrong without ending anything; commands say it at the end."""
        return []

    def is_new(self, path: str) -> bool:
        """Whether a file is new or changed since the last commit; outside git everything is."""
        return self._changed is None or path in self._changed

    @cached_property
    def _changed(self) -> frozenset[str] | None:
        from cmops.git import Git
        from cmops.git.worktree import changed

        return changed(Git(self.root))

    def require(self, *, usable: bool = True) -> None:
        """Ends the command where there is no workspace, or one whose settings cannot be used."""
        if not (self.root / SETTINGS).exists():
            raise UsageError("cli.no-workspace", folder=self.root)
        if usable and not self.loaded.usable:
            wrong = [str(each) for each in self.diagnostics if each.path == SETTINGS]
            raise CmopsError("cli.unusable", wrong="\n  ".join(wrong))

    def relative(self, paths: Iterable[str]) -> Sequence[str]:
        """Paths as a person gives them (from where they stand), from the workspace's root."""
        found = []
        for path in paths:
            place = inside(self.root, path)
            if place is None:
                raise UsageError("cli.outside", path=path)
            found.append(place)
        return found
