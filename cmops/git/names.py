"""Names that git is given: each can be what it says and nothing else, an option least of all."""

from __future__ import annotations

import re

from cmops.git.process import GitError, redact

OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def object_id(name: str) -> str:
    """A full id, in either kind of hash."""
    if not OBJECT.fullmatch(name):
        raise GitError(f"not an object id: {name!r}")
    return name


def full_ref(name: str) -> str:
    """A full ref that can be nothing else: https://git-scm.com/docs/git-check-ref-format."""
    bad = re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|[/.]$", name)
    if bad or not name.startswith("refs/"):
        raise GitError(f"not a full ref: {name!r}")
    return name


def plain_name(name: str) -> str:
    """The name of a remote or a commit."""
    if not name or name.startswith("-") or re.search(r"[\x00-\x20\x7f]", name):
        raise GitError(f"not a name: {redact(name)!r}")
    return name


def inner_path(path: str) -> str:
    """A path that stays in the tree."""
    if not path or path.startswith("/") or "\0" in path or ".." in path.split("/"):
        raise GitError(f"not a path in the repository: {path!r}")
    return path
