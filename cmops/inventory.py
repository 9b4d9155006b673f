"""The media of a workspace, file by file: what each is, what is known of it, where it is used."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from cmops.check.media import SUFFIXES
from cmops.findings import Finding
from cmops.media import Gallery, MediaFile
from cmops.values import dataclass
from cmops.workspace.model import Post, Sidecar, Workspace

FOLDER = "media"
"""Below ``content/``."""

_SIDECAR = ".yml"


@dataclass(frozen=True, slots=True)
class Item:
    """One media file. ``path`` is from ``content/``; ``file`` is None where there is none here."""

    path: str
    file: MediaFile | None
    sidecar: Sidecar | None
    posts: tuple[Post, ...]
    findings: tuple[Finding, ...]


def inventory(
    workspace: Workspace, gallery: Gallery, only: Collection[str] | None = None
) -> Iterator[Item]:
    """Every file of ``content/media`` and every sidecar, by path, or only those named."""
    used = _uses(workspace)
    here = set(_files(Path(workspace.root) / "content"))
    paths = {*here, *workspace.sidecars} if only is None else set(only)
    for path in sorted(paths):
        file, sidecar = gallery.open(path), workspace.sidecars.get(path)
        found = tuple(_wrong(path, file, sidecar, workspace.settings.language))
        yield Item(path, file, sidecar, tuple(used.get(path, ())), found)


def _files(content: Path) -> Iterator[str]:
    for folder, names, files in os.walk(content / FOLDER):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and not name.endswith((_SIDECAR, ".yaml")):
                yield Path(folder, name).relative_to(content).as_posix()


def _uses(workspace: Workspace) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in workspace.posts.values():
        named: list[str | None] = [post.cover]
        for layer in (post, *post.variants.values()):
            named += [*(layer.media or ()), layer.card.image if layer.card else None]
        for path in dict.fromkeys(each for each in named if each):
            found.setdefault(path, []).append(post)
    return found


def _wrong(
    path: str, file: MediaFile | None, sidecar: Sidecar | None, language: str
) -> Iterator[Finding]:
    """What would keep the file from being used well, whether a post uses it yet or not."""
    where = f"content/{path}"
    if file is None and (sidecar is None or sidecar.url is None):
        yield Finding("CM413", where, (), {"media": path})
        return
    if file is not None and file.has_place:
        yield Finding("CM410", where, (), {"media": path})
    expected = SUFFIXES.get(PurePosixPath(path).suffix.lower())
    if file is not None and expected is not None and file.type != expected:
        values = {"media": path, "type": file.type, "expected": expected}
        yield Finding("CM411", where, (), values)
    if sidecar is None:
        yield Finding("CM401", where, (), {"media": path, "sidecar": f"{where}{_SIDECAR}"})
    elif not sidecar.decorative and not sidecar.alt_in(language).strip():
        values = {"media": path, "language": language, "sidecar": sidecar.path}
        yield Finding("CM402", where, (), values)
