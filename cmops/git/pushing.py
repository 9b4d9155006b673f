"""What a push with an expected old value came to, from ``git push --porcelain``."""

from __future__ import annotations

from enum import StrEnum

from cmops.git.process import Done, redact
from cmops.values import dataclass


class PushAnswer(StrEnum):
    """What became of a push with an expected old value."""

    WON = "won"
    MOVED = "moved"
    """The ref was not what was expected, or already what was pushed: this push changed nothing."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer came: it may have been done."""


@dataclass(frozen=True, slots=True)
class Push:
    """The answer, and why it was not a win."""

    answer: PushAnswer
    reason: str = ""


def push_answer(done: Done, ref: str) -> Push:
    """Read ``git push --porcelain``: flag, tab, from:to, tab, summary (reason).

    https://git-scm.com/docs/git-push#_output
    """
    for line in done.out.decode(errors="replace").splitlines():
        flag, _, rest = line.partition("\t")
        refs, _, summary = rest.partition("\t")
        if refs.rpartition(":")[2] != ref:
            continue
        if flag in (" ", "*", "+"):
            return Push(PushAnswer.WON) if done.code == 0 else Push(PushAnswer.UNKNOWN, done.err)
        if flag == "=":
            return Push(PushAnswer.MOVED, summary)
        if flag == "!":
            return _rejected(redact(summary), done.err)
    return Push(PushAnswer.UNKNOWN, done.err or f"git push: {done.code}")


def _rejected(summary: str, err: str) -> Push:
    """A reason that names the old value means that the ref moved; no report means not knowing."""
    moved = ("stale info", "fetch first", "non-fast-forward", "cannot lock ref", "incorrect old")
    if summary.startswith("[remote failure]"):
        return Push(PushAnswer.UNKNOWN, summary)
    if any(
        sign in summary for sign in (*moved, "failed to update ref", "reference already exists")
    ):
        return Push(PushAnswer.MOVED, summary)
    said = [line for line in err.splitlines() if line.startswith("remote:")]
    return Push(PushAnswer.REFUSED, "\n".join([summary, *said]))
