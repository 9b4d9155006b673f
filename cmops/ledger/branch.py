"""The ledger on a branch: of a git server, or of this repository alone where there is no server.

The branch is written with plumbing. Every commit has the tip that was read as its parent and is
accepted only while the branch still points there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from cmops.git import Git, GitError, PushAnswer
from cmops.git.tips import Asking
from cmops.ledger.clock import Clock
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.remote import Answer, Snapshot, Swap, joined
from cmops.values import dataclass

BRANCH = "refs/heads/cmops-ledger"
SEEN = "refs/cmops/ledger"
"""Keeps what was fetched: git asks the server for the difference to it, and never prunes it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A branch of cmops's own, the folder of its files, and the ref that remembers what was seen.

    ``grows`` says that nothing is ever taken out of it: one that was rewound is not remembered.
    """

    branch: str
    seen: str
    folder: str
    grows: bool = True


LEDGER = Kept(BRANCH, SEEN, "ledger")

_FETCHES = 3
_EVERYTHING = 2**31 - 1
"""git's own number for a depth without end: https://git-scm.com/docs/shallow."""


class LocalBranch:
    """The branch of a repository without a remote."""

    def __init__(self, git: Git, clock: Clock, *, kept: Kept = LEDGER) -> None:
        self._git = git
        self._clock = clock
        self._kept = kept
        self._branch = kept.branch
        self._last = Snapshot()
        self._written: dict[str, tuple[str, bytes]] = {}

    @property
    def place(self) -> str:
        """The branch's short name."""
        return self._branch.removeprefix("refs/heads/")

    def look(self, within: float) -> Snapshot:
        """The branch as it is now."""
        try:
            return self._at(self._git.commit(self._branch))
        except GitError as error:
            raise LedgerUnreachable(error.reason) from error

    def known(self) -> Snapshot | None:
        """The same: nobody else is asked."""
        return self.look(0)

    def contents(self, snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The content of some files: what was written here from memory, the rest by one process."""
        wanted = {path: snapshot.files[path] for path in paths}
        blobs = dict(self._written[path] for path in wanted if path in self._written)
        try:
            blobs |= self._git.blobs(blob for blob in wanted.values() if blob not in blobs)
        except GitError as error:
            raise LedgerUnreachable(error.reason) from error
        return {path: blobs[blob] for path, blob in wanted.items()}

    def append(
        self, snapshot: Snapshot, added: Mapping[str, bytes], title: str, within: float
    ) -> Swap:
        """Add lines by moving the branch from the snapshot's tip to a new commit."""
        try:
            made = self._commit(snapshot, added, title)
            if made.tip is None or not self._git.update_ref(self._branch, made.tip, snapshot.tip):
                return Swap(Answer.MOVED)
            self._last = made
            return Swap(Answer.WON, made)
        except (GitError, LedgerUnreachable) as error:
            return Swap(Answer.REFUSED, reason=error.reason)

    def descends(self, tip: str, earlier: str) -> bool:
        """Whether the earlier tip is in the later one's history."""
        return tip == earlier or self._git.is_ancestor(earlier, tip) is True

    def _at(self, tip: str | None) -> Snapshot:
        if tip is None:
            return Snapshot()
        if tip != self._last.tip:
            self._last = Snapshot(tip, self._git.ls_tree(tip, self._kept.folder))
        return self._last

    def _commit(self, snapshot: Snapshot, added: Mapping[str, bytes], title: str) -> Snapshot:
        """What the branch would be with these lines; remembered, so that git is not asked again."""
        old = self.contents(snapshot, [path for path in added if path in snapshot.files])
        written = {path: joined(old.get(path, b""), lines) for path, lines in added.items()}
        blobs = {path: self._git.hash_object(content) for path, content in written.items()}
        tree = self._git.tree_with(snapshot.tip, blobs)
        made = self._git.commit_tree(
            tree, snapshot.tip, title, round(self._clock.now().timestamp())
        )
        self._written |= {path: (blobs[path], content) for path, content in written.items()}
        return Snapshot(made, {**snapshot.files, **blobs})


class RemoteBranch(LocalBranch):
    """The branch of a git server, read from and pushed to without touching one of our own."""

    def __init__(
        self,
        git: Git,
        clock: Clock,
        *,
        remote: str = "origin",
        kept: Kept = LEDGER,
        asking: Asking | None = None,
    ) -> None:
        super().__init__(git, clock, kept=kept)
        self._remote = remote
        self._asking = asking or Asking(git, remote, kept.branch, clock.monotonic)
        self._remembered: str | None = None

    @property
    def place(self) -> str:
        """The remote's name and the branch's; never its URL, which may hold a credential."""
        return f"{self._remote}/{super().place}"

    def look(self, within: float) -> Snapshot:
        """The branch as the server has it now; fetched only when it has moved."""
        try:
            for _ in range(_FETCHES):
                tip = self._asking.tips(within=within).other
                if tip is None:
                    return Snapshot()
                if tip == self._last.tip:
                    return self._last
                if self._git.commit(tip) is None:
                    self._fetch(within)
                if self._git.commit(tip) is not None:  # else it moved in between
                    return self._seen(tip)
        except GitError as error:
            raise LedgerUnreachable(error.reason) from error
        raise LedgerUnreachable(f"{self.place}: {_FETCHES} x fetch")

    def known(self) -> Snapshot | None:
        """The branch as it was fetched or pushed last, or as ``git fetch`` left it."""
        tracking = f"refs/remotes/{self._remote}/{super().place}"
        for ref in (self._kept.seen, tracking):
            if (tip := self._git.commit(ref)) is not None:
                return self._at(tip)
        return None

    def append(
        self, snapshot: Snapshot, added: Mapping[str, bytes], title: str, within: float
    ) -> Swap:
        """Add lines by pushing a commit on the snapshot's tip, if the server still has that."""
        try:
            made = self._commit(snapshot, added, title)
            tip = made.tip or ""
            push = self._git.push(self._remote, tip, self._branch, snapshot.tip, within)
            if push.answer is not PushAnswer.WON:
                return Swap(Answer(push.answer.value), reason=push.reason)
            self._last = made
            self._remember(tip, after=snapshot.tip)
            return Swap(Answer.WON, made)
        except (GitError, LedgerUnreachable) as error:
            return Swap(Answer.REFUSED, reason=error.reason)

    def descends(self, tip: str, earlier: str) -> bool:
        """Whether the earlier tip is in the later one's history, which may have to be fetched."""
        if super().descends(tip, earlier):
            return True
        if self._git.is_shallow():
            with suppress(GitError):
                self._git.fetch(self._remote, self._branch, depth=_EVERYTHING)
        return super().descends(tip, earlier)

    def _fetch(self, within: float) -> None:
        """Only the tip into a shallow checkout (as in CI), else what is new."""
        have = self._git.commit(self._kept.seen)
        depth = 1 if have is None and self._git.is_shallow() else None
        self._git.fetch(self._remote, self._branch, depth=depth, have=have, timeout=within)

    def _seen(self, tip: str) -> Snapshot:
        self._remember(tip)
        return self._at(tip)

    def _remember(self, tip: str, after: str | None = None) -> None:
        """Remember a tip that has all of the last one: a rewound branch is restored from here.

        ``after`` is the tip that it was made on.
        """
        git, ref = self._git, self._kept.seen
        with suppress(GitError):  # another run on this machine may be at it; one of us succeeds
            if after is not None and after == self._remembered and git.update_ref(ref, tip, after):
                self._remembered = tip
                return
            before = git.commit(ref)
            if before == tip or before is None or not self._kept.grows:
                done = before == tip or git.update_ref(ref, tip, before)
            else:
                done = bool(git.is_ancestor(before, tip)) and git.update_ref(ref, tip, before)
            self._remembered = tip if done else None
