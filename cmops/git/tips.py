"""Where a remote's branches point: its default branch and one other, asked for together."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from cmops.git.names import full_ref, object_id, plain_name
from cmops.git.plumbing import Git
from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Tips:
    """An answer. ``main`` is the default branch's full ref and commit, where there is one.

    ``other`` is the commit of the other branch. ``at`` is when it was asked for, in seconds.
    """

    main: tuple[str, str] | None
    other: str | None
    at: float


class Asking:
    """Asks a remote, and lets whoever comes soon after share the answer."""

    def __init__(self, git: Git, remote: str, other: str, monotonic: Callable[[], float]) -> None:
        self._git = git
        self.remote = plain_name(remote)
        self._other = full_ref(other)
        self._monotonic = monotonic
        self._last: Tips | None = None
        self._lock = Lock()

    def tips(
        self, max_age: float = 0.0, *, after: float = float("-inf"), within: float | None = None
    ) -> Tips:
        """An answer that was asked for less than ``max_age`` seconds ago, and after a moment.

        ``within`` are the seconds that asking may take. Raises GitError.
        """
        with self._lock:
            now, last = self._monotonic(), self._last
            if last is None or now - last.at >= max_age or last.at <= after:
                last = self._last = self._ask(now, within)
            return last

    def _ask(self, now: float, within: float | None) -> Tips:
        ref, found = None, dict[str, str]()
        args = ("ls-remote", "--quiet", "--symref", "--", self.remote, "HEAD", self._other)
        for line in self._git.text(*args, timeout=within).splitlines():
            first, _, name = line.partition("\t")
            if first.startswith("ref: "):
                ref = first.removeprefix("ref: ") if name == "HEAD" else ref
            elif name in ("HEAD", self._other):
                found[name] = object_id(first)
        main = (ref, found["HEAD"]) if ref and "HEAD" in found else None
        return Tips(main, found.get(self._other), now)
