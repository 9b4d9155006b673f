"""What is to be written into the ledger of a pull request, and how it gets there once.

Reviews are read, and then the entry is pushed; another run may do the same at the same time. The
entry is only pushed if nobody else has written of that pull request meanwhile; else GitHub is
asked again, so that an older answer never takes the place of a newer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from cmops.errors import CmopsError
from cmops.github.pulls import Pull
from cmops.ledger.entries import Covered, Entry, Kind
from cmops.ledger.fields import MOST_MESSAGES
from cmops.ledger.history import History
from cmops.publish.desk import Desk
from cmops.publish.subjects import Subject
from cmops.review.approval_voices import REVIEW, SOLO
from cmops.review.approvals import Book
from cmops.review.approvers import Heard, Refusal
from cmops.values import dataclass

_MOST = MOST_MESSAGES // 2
_TURNS = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What a pull request's approval says at this moment.

    ``unmatched`` are refusals of something that is not in it.
    """

    pull: int
    commit: str
    means: str
    heard: Heard
    covers: tuple[Covered, ...]
    refuses: tuple[Covered, ...]
    unmatched: tuple[Refusal, ...]

    @property
    def says_something(self) -> bool:
        """Whether anybody approved or refused anything."""
        spoken = bool(self.heard.voices) or self.means == SOLO
        return bool(self.refuses or (self.covers and spoken))

    def entry(self, order: int, at: datetime) -> Entry:
        """As if it were in the ledger already; for what only looks."""
        fields = _fields(self, self.covers, self.refuses)
        return Entry(Kind.APPROVED, "draft.0", at, attempt=order, means=self.means, **fields)


def draft(
    pull: Pull, heard: Heard, found: Iterable[tuple[Subject, Covered]], *, solo: bool
) -> Draft:
    """The approval of what a pull request changes. ``solo``: merging it is approving it."""
    pairs = tuple(found)
    refuses = {
        covered: None
        for subject, covered in pairs
        if any(each.means(subject) for each in heard.refusals)
    }
    covers = (covered for _, covered in pairs if covered not in refuses)
    return Draft(
        pull.number,
        pull.head_commit,
        SOLO if solo and pull.merged else REVIEW,
        heard,
        tuple(dict.fromkeys(covers)),
        tuple(refuses),
        tuple(r for r in heard.refusals if not any(r.means(subject) for subject, _ in pairs)),
    )


def record(desk: Desk, number: int, look: Callable[[], Draft]) -> tuple[Draft, bool]:
    """Writes what ``look`` finds, unless the ledger says so already; and whether it wrote.

    Raises LedgerError, GitHubError, and CmopsError when others keep writing at the same time.
    """
    for _ in range(_TURNS):
        seen = _ids(Book(desk.read(0.0).approvals).last(number))
        found = look()
        moved: list[bool] = []

        def decide(
            history: History,
            seen: tuple[str, ...] = seen,
            found: Draft = found,
            moved: list[bool] = moved,
        ) -> Sequence[Entry]:
            book = Book(history.approvals)
            last = book.last(number)
            # After a lost answer the entries may be this very run's own.
            moved[:] = [_ids(last) != seen and not _same(last, found)]
            if moved[0] or _same(last, found) or not (last or found.says_something):
                return ()
            return entries(desk, book.order, found)

        pushed = desk.decide(decide)
        if not any(moved):
            return found, bool(pushed.entries)
    raise CmopsError("approvals.busy", pull=number)


def entries(desk: Desk, order: int, found: Draft) -> Sequence[Entry]:
    """The draft as entries of the ledger, several where it covers very much."""
    parts = max(len(found.covers), len(found.refuses), 1)
    return [
        desk.scribe.approved(
            order,
            found.means,
            **_fields(found, found.covers[at : at + _MOST], found.refuses[at : at + _MOST]),
        )
        for at in range(0, parts, _MOST)
    ]


def _fields(
    found: Draft, covers: tuple[Covered, ...], refuses: tuple[Covered, ...]
) -> dict[str, Any]:
    return {
        "pull": found.pull,
        "commit": found.commit,
        "voices": dict(found.heard.voices) or None,
        "covers": covers,
        "refuses": refuses,
        "minor": found.heard.minor,
    }


def _ids(found: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(sorted(each.id for each in found))


def _same(last: Sequence[Entry], found: Draft) -> bool:
    """Whether the ledger's last word is what was found."""
    if not last:
        return False
    first = last[0]
    said = (first.commit, first.means, first.voices or {}, first.minor)
    wanted = (found.commit, found.means, dict(found.heard.voices), found.heard.minor)
    covers = {each for entry in last for each in entry.covers}
    refuses = {each for entry in last for each in entry.refuses}
    return said == wanted and covers == {*found.covers} and refuses == {*found.refuses}
