"""Trees like those of a commit with some files replaced; no index and no work tree are touched.

A run adds to the same few files again and again, so the trees that were made last are remembered:
then one git process writes all of the next ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Protocol

from cmops.git.names import inner_path, object_id
from cmops.values import dataclass

Folder = Mapping[bytes, tuple[bytes, str]]
"""What a tree holds: the mode and the id of each name."""

_TREE = b"40000"
_KINDS = {_TREE: b"tree", b"160000": b"commit"}
_ROOT = PurePosixPath()


class Run(Protocol):
    """Runs git; see Process."""

    def __call__(self, *args: str, stdin: bytes = b"") -> bytes:
        """What git printed. Raises GitError."""


@dataclass(frozen=True, slots=True)
class Made:
    """A tree's id, and what some of its folders hold; the root has the empty path."""

    id: str
    folders: Mapping[PurePosixPath, Folder]


def changed(run: Run, base: str | None, known: Made | None, files: Mapping[str, str]) -> Made:
    """The tree of the commit ``base`` (None: empty) with the blobs of ``files`` by their paths.

    ``known`` is that commit's tree as far as it is known. Raises GitError.
    """
    paths = {PurePosixPath(inner_path(path)): object_id(blob) for path, blob in files.items()}
    folders = dict(known.folders) if known else {}
    for folder in sorted({above for path in paths for above in path.parents}):
        if folder not in folders:
            folders[folder] = _read(run, base, folder, folders)
    for path, blob in paths.items():
        folders[path.parent] = {**folders[path.parent], path.name.encode(): (b"100644", blob)}
    touched = sorted({above for path in paths for above in path.parents}, reverse=True)
    for folder in touched:
        if folder != _ROOT:
            id = _id(folders[folder], like=next(iter(paths.values())))
            above = folders[folder.parent]
            folders[folder.parent] = {**above, folder.name.encode(): (_TREE, id)}
    written = run("mktree", "--batch", "-z", stdin=_listed(folders[each] for each in touched))
    return Made(written.decode().split()[-1], folders)


def _read(
    run: Run, base: str | None, folder: PurePosixPath, above: Mapping[PurePosixPath, Folder]
) -> Folder:
    tree = object_id(base) if base else None
    if folder != _ROOT:
        mode, tree = above[folder.parent].get(folder.name.encode(), (b"", None))
        tree = tree if mode == _TREE else None
    if tree is None:
        return {}
    found = {}
    for line in run("ls-tree", "-z", "--full-tree", tree).split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        mode, _, id = about.split()
        found[name] = (mode.lstrip(b"0"), id.decode())
    return found


def _listed(folders: Iterable[Folder]) -> bytes:
    """Trees as ``git mktree`` reads them: https://git-scm.com/docs/git-mktree."""
    lines = (
        b"".join(
            b"%s %s %s\t%s\0" % (mode, _KINDS.get(mode, b"blob"), id.encode(), name)
            for name, (mode, id) in folder.items()
        )
        for folder in folders
    )
    return b"\0".join(lines)


def _id(folder: Folder, like: str) -> str:
    """Git's name for a tree, in the repository's kind of hash, before git has made it."""
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    entries = sorted(folder.items(), key=lambda item: item[0] + b"/" * (item[1][0] == _TREE))
    content = b"".join(b"%s %s\0%s" % (m, n, bytes.fromhex(id)) for n, (m, id) in entries)
    return algorithm(b"tree %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
