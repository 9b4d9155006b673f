"""What a rule is given and what it gives back.

A document rule sees one post, the settings it depends on and its compositions; what it finds is
kept until one of them changes, and so is what a settings rule finds in ``cmops.yml``. A workspace
rule sees everything, the history and the time; it always runs and stays close to linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from cmops.composed import Compositions, Version
from cmops.findings import Finding
from cmops.ledger.history import History
from cmops.media import Gallery
from cmops.values import dataclass
from cmops.workspace.model import Post, Workspace


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One post with what every channel gets of it.

    Of ``workspace`` a document rule may use the settings, the editorial line and the sidecars of
    the post's own media: what it finds is cached by these.
    """

    post: Post
    workspace: Workspace
    versions: tuple[Version, ...]
    gallery: Gallery


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything: the workspace, what has been published, and when it is.

    ``is_new`` says whether a file has been added or changed since the last commit.
    ``compositions`` are for the few posts whose content a rule must compare.
    """

    workspace: Workspace
    history: History
    now: datetime
    is_new: Callable[[str], bool] = lambda path: True
    compositions: Compositions | None = None


__all__ = ["Case", "DocumentRule", "Scene", "SettingsRule", "Version", "WorkspaceRule"]

DocumentRule = Callable[[Case], Iterator[Finding]]
SettingsRule = Callable[[Workspace], Iterator[Finding]]
WorkspaceRule = Callable[[Scene], Iterator[Finding]]
