"""The git commands that cmops needs, each one process."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from cmops.git.names import OBJECT, full_ref, inner_path, object_id, plain_name
from cmops.git.process import GitError, GitTimeout, NotARepository, Process, redact
from cmops.git.pushing import Push, PushAnswer, push_answer
from cmops.git.trees import Made, changed

_ROOMY = ("-c", "core.deltaBaseCacheLimit=512m")
"""Months of a hundred megabytes are each told by what differs from another one."""

_MANY = 16
"""Blobs from which on they come through a file: what a pipe brings is in memory twice."""


class Git:
    """One repository. ``timeout`` is in seconds, for each call that names none."""

    def __init__(self, root: Path, *, timeout: float = 60.0, program: str = "git") -> None:
        self.root = root
        self._process = Process(root, timeout, program)
        self._made: Made | None = None
        self._last: tuple[str, Made | None] = ("", None)

    # Looking.

    def folder(self) -> Path:
        """The repository's own folder (``.git``), shared by its work trees.

        Raises NotARepository; GitMissing; GitError for a repository that git will not touch (one
        that belongs to somebody else), which must not be taken for none.
        """
        done = self._process.attempt("rev-parse", "--path-format=absolute", "--git-common-dir")
        if done.code != 0 and "not a git repository" in done.err:
            raise NotARepository(self.root)
        if done.code != 0:
            raise GitError(done.err)
        return Path(os.fsdecode(done.out.rstrip(b"\r\n")))

    def remotes(self) -> tuple[str, ...]:
        """The names of the remotes."""
        return tuple(self._process.run("remote").decode().split())

    def is_shallow(self) -> bool:
        """Whether history is cut off, as in most CI checkouts."""
        return self._process.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def commit(self, name: str) -> str | None:
        """The commit that a ref or an id names; None where there is none (here)."""
        spec = f"{plain_name(name)}^{{commit}}"
        done = self._process.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", spec)
        found = done.out.decode().strip()
        return found if done.code == 0 and OBJECT.fullmatch(found) else None

    def ls_remote(self, remote: str, ref: str, timeout: float | None = None) -> str | None:
        """The object that a remote's full ref points at; None where it has no such ref."""
        args = ("ls-remote", "--refs", "--quiet", "--", plain_name(remote), full_ref(ref))
        for line in self._process.run(*args, timeout=timeout).decode(errors="replace").splitlines():
            found, _, name = line.partition("\t")
            if name == ref:
                return object_id(found)
        return None

    def ls_tree(self, commit: str, folder: str) -> Mapping[str, str]:
        """The files below a folder (all of them) with their blob ids; none where it is missing."""
        out = self._process.run(
            "ls-tree", "-r", "-z", "--full-tree", object_id(commit), "--", inner_path(folder)
        )
        files = {}
        for record in out.split(b"\0"):
            about, _, path = record.partition(b"\t")
            if about[:3] == b"100":  # a file, not a link or a submodule
                files[path.decode(errors="surrogateescape")] = about.split()[2].decode()
        return files

    def blobs(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """The contents of many blobs, by one process. Raises GitError for one that is missing."""
        wanted = [object_id(name) for name in dict.fromkeys(ids)]
        if not wanted:
            return {}
        asked = "".join(f"{name}\n" for name in wanted).encode()
        read = partial(self._process.run, *_ROOMY, "cat-file", "--batch", stdin=asked)
        if len(wanted) > _MANY:
            # A disk that is full keeps nobody from reading.
            with suppress(OSError, GitError), tempfile.TemporaryFile() as printed:
                read(into=printed)
                printed.seek(0)
                return {name: _blob(printed) for name in wanted}
        told = io.BytesIO(read())
        return {name: _blob(told) for name in wanted}

    def show(self, commit: str, path: str) -> bytes | None:
        """A file as it was at a commit; None where it was not."""
        blob = self.ls_tree(commit, path).get(path)
        return self.blobs([blob])[blob] if blob is not None else None

    def is_ancestor(self, earlier: str, later: str) -> bool | None:
        """Whether a commit is part of another's history; None when it cannot be told from here."""
        done = self._process.attempt(
            "merge-base", "--is-ancestor", object_id(earlier), object_id(later)
        )
        if done.code == 0:
            return True
        known = done.code == 1 and not self.is_shallow()
        return False if known else None

    def text(
        self, *args: str, extra: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> str:
        """What a git command of a neighbouring module prints. Raises GitError."""
        out = self._process.run(*args, extra=extra, timeout=timeout)
        return out.decode(errors="surrogateescape")

    # Fetching and pushing.

    def fetch(
        self,
        remote: str,
        ref: str,
        *,
        depth: int | None = None,
        have: str | None = None,
        timeout: float | None = None,
    ) -> None:
        """Fetch one full ref's objects; no ref and no FETCH_HEAD is written.

        ``depth`` cuts the history that comes (and makes the repository shallow); ``have`` is the
        commit to ask for the difference to.
        """
        args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap="]
        args += ["--no-recurse-submodules", "--no-auto-maintenance"]
        args += [f"--depth={depth}"] if depth else []
        args += [f"--negotiation-tip={object_id(have)}"] if have else []
        self._process.run(*args, "--", plain_name(remote), full_ref(ref), timeout=timeout)

    def push(
        self, remote: str, commit: str, ref: str, old: str | None, timeout: float | None = None
    ) -> Push:
        """Make a remote's ref point at a commit if it points at ``old`` (None: does not exist)."""
        lease = f"--force-with-lease={full_ref(ref)}:{object_id(old) if old else ''}"
        spec = f"{object_id(commit)}:{ref}"
        # Deltas of long files are kept from counting to writing, instead of being made twice.
        keep = ("-c", "pack.deltaCacheLimit=1m")
        args = ("push", "--porcelain", "--no-verify", lease, "--", plain_name(remote), spec)
        try:
            done = self._process.attempt(*keep, *args, timeout=timeout)
        except GitTimeout as error:
            return Push(PushAnswer.UNKNOWN, error.reason)
        return push_answer(done, ref)

    # Writing objects and local refs.

    def hash_object(self, content: bytes) -> str:
        """Store a blob; its id."""
        return self._process.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def tree_with(self, base: str | None, files: Mapping[str, str]) -> str:
        """A tree like that of the commit ``base`` with some paths replaced by blobs; its id."""
        commit, known = self._last
        self._made = changed(
            self._process.run, base, known if base and base == commit else None, files
        )
        return self._made.id

    def commit_tree(self, tree: str, parent: str | None, message: str, at: int) -> str:
        """A commit by cmops itself, never by a person, at a Unix time; its id."""
        parents = ("-p", object_id(parent)) if parent else ()
        who = {"NAME": "cmops", "EMAIL": "cmops@localhost", "DATE": f"@{at} +0000"}
        extra = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}
        args = ("commit-tree", *parents, "-F", "-", object_id(tree))
        made = self._process.run(*args, stdin=message.encode(), extra=extra).decode().strip()
        if self._made is not None and self._made.id == tree:
            self._last = (made, self._made)
        return made

    def update_ref(self, ref: str, new: str, old: str | None) -> bool:
        """Make a local ref point at ``new`` if it points at ``old`` (None: does not exist).

        False when it does not. Raises GitError where the ref cannot be written.
        """
        zero = "0" * len(new)
        done = self._process.attempt(
            "update-ref", full_ref(ref), object_id(new), object_id(old) if old else zero
        )
        if done.code == 0:
            return True
        if self.commit(ref) != old:
            return False
        raise GitError(redact(done.err))


def _blob(printed: IO[bytes]) -> bytes:
    """The next of what ``cat-file --batch`` printed."""
    line = printed.readline()
    header = line.split()
    if len(header) != 3:
        raise GitError(redact(line.decode(errors="replace").strip()))
    content = printed.read(int(header[2]))
    printed.read(1)
    return content
