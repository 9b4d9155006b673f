"""The one place that puts the parts together, each made when it is first asked for.

Used by the command line and by the MkDocs plugin.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cmops import __version__
from cmops.errors import CmopsError, UsageError
from cmops.wording import Wording
from cmops.workspace import time
from cmops.workspace.cache import Cache
from cmops.workspace.load import SETTINGS, Loaded, load
from cmops.workspace.model import Workspace

if TYPE_CHECKING:
    from cmops.check.run import Examined
    from cmops.composed import Compositions
    from cmops.findings import Diagnostic
    from cmops.ledger.history import History
    from cmops.media import Gallery
    from cmops.publish.plan import Delivery

CLOCK = "CMOPS_AT"


class Project:
    """A workspace with everything that can be worked out from it.

    ``at`` sets the clock for what only looks: a local time of the workspace, else now.
    ``sandbox`` looks at the sandbox's ledger instead of the real one.
    """

    def __init__(self, root: Path, *, at: str | None = None, sandbox: bool = False) -> None:
        self.root = _found(root)
        self.sandbox = sandbox
        self._start = root
        self._at = at or os.environ.get(CLOCK)

    @cached_property
    def cache(self) -> Cache:
        """What earlier runs worked out."""
        return Cache(self.root, f"{__version__}-{_code_version()}")

    @cached_property
    def loaded(self) -> Loaded:
        """The workspace as it was read."""
        return load(self.root, self.cache)

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
            return datetime.now(zone)
        try:
            return time.moment(self._at, zone)
        except ValueError:
            raise UsageError("cli.not-a-time", time=self._at) from None

    @cached_property
    def gallery(self) -> Gallery:
        """The media files, each opened once."""
        from cmops.media import Gallery

        return Gallery(self.root, self.cache)

    @cached_property
    def compositions(self) -> Compositions:
        """What every channel gets of every post."""
        from cmops.composed import Compositions

        return Compositions(self.loaded, self.gallery, self.cache)

    @cached_property
    def examined(self) -> Examined:
        """What the rules that look at one post found."""
        from cmops.check.run import examine

        found = examine(self.loaded, self.compositions, self.gallery, self.cache)
        self.compositions.save()
        self.gallery.save()
        return found

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong."""
        from cmops.check.run import check

        return check(self.loaded, self.examined, self.history, self.now, self.is_new)

    def require(self) -> None:
        """Ends the command where there is no workspace, or one whose settings cannot be used."""
        if not (self.root / SETTINGS).is_file():
            raise UsageError("cli.no-workspace", folder=self.root)
        if not self.loaded.usable:
            raise CmopsError("cli.unusable")

    def relative(self, paths: Iterable[str]) -> Sequence[str]:
        """Paths as a person gives them (from where they stand), from the workspace's root."""
        given = [(Path.cwd() / path).resolve() for path in paths]
        outside = [path for path in given if not path.is_relative_to(self.root)]
        if outside:
            raise UsageError("cli.outside", path=outside[0])
        return [str(PurePosixPath(path.relative_to(self.root))) for path in given]


def _found(start: Path) -> Path:
    """The workspace that ``start`` is in: the nearest folder upwards with a cmops.yml."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return here


def _code_version() -> str:
    """Changes whenever cmops's own code does, so that a cache never outlives what wrote it."""
    newest, count = 0, 0
    for folder, _, names in os.walk(Path(__file__).parent):
        for name in names:
            if name.endswith((".py", ".json")):
                newest = max(newest, os.stat(os.path.join(folder, name)).st_mtime_ns)  # noqa: PTH116,PTH118
                count += 1
    return f"{newest}-{count}"
