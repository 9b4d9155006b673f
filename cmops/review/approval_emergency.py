"""Emergencies: several people, each under their own name on GitHub, send something unapproved.

Each writes the same line into one thread; GitHub vouches for who wrote it. The line names the
delivery, its version and its time, so that nobody's word is taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC

from cmops.github.comments import Comment
from cmops.ledger.entries import Covered, Entry
from cmops.ledger.history import History
from cmops.publish.desk import Desk
from cmops.review.approval_voices import EMERGENCY, emergency, enough, together
from cmops.review.approvals import Book
from cmops.review.approvers import Roster, spoken
from cmops.review.sheets import SHORT
from cmops.review.visible import on_one_line
from cmops.values import dataclass
from cmops.workspace.model import Approvals, Emergency

_LINE = re.compile(
    r"^/cmops emergency (?P<what>\S+@\S+) (?P<version>[0-9a-f]{12}) (?P<at>\S+) (?P<why>\S.*)$",
    re.MULTILINE,
)
MOST_REASON = 300
"""Characters of a reason that the ledger takes."""


@dataclass(frozen=True, slots=True)
class Plea:
    """One delivery that is to go out without its approvals, as the people who agree call it."""

    name: str
    covered: Covered

    def line(self, reason: str) -> str:
        """What each of them writes."""
        return f"/cmops emergency {self.name} {' '.join(self._bound)} {reason}"

    @property
    def _bound(self) -> tuple[str, str]:
        at = self.covered.planned.astimezone(UTC)
        return self.covered.digest[SHORT], f"{at:%Y-%m-%dT%H:%M:%SZ}"

    def is_meant(self, found: re.Match[str]) -> bool:
        """Whether a line is about exactly this."""
        return (found["what"], found["version"], found["at"]) == (self.name, *self._bound)


@dataclass(frozen=True, slots=True)
class Declared:
    """How far an emergency has come: who has declared it, by role, and how many it still takes."""

    plea: Plea
    voices: Mapping[str, int]
    reason: str
    lacking: int


def names(thread: Iterable[Comment]) -> tuple[str, ...]:
    """Every delivery that a thread's lines name."""
    return tuple(dict.fromkeys(found["what"] for _, found in _lines(thread)))


def declared(
    pleas: Iterable[Plea], thread: Sequence[Comment], roster: Roster, wanted: Emergency
) -> tuple[Declared, ...]:
    """How far each emergency has come in a thread."""
    lines = tuple(_lines(thread))
    return tuple(_declared(each, lines, roster, wanted) for each in pleas)


def _lines(thread: Iterable[Comment]) -> Iterator[tuple[Comment, re.Match[str]]]:
    for comment in thread:
        for found in _LINE.finditer(spoken(comment.body)):
            yield comment, found


def _declared(
    plea: Plea,
    lines: Iterable[tuple[Comment, re.Match[str]]],
    roster: Roster,
    wanted: Emergency,
) -> Declared:
    people: dict[str, frozenset[str]] = {}
    reason = ""
    for comment, found in lines:
        if comment.login and plea.is_meant(found):
            roles = roster.roles_of(comment.login) & frozenset(wanted.of)
            if roles:
                people[comment.login.lower()] = roles
                reason = on_one_line(found["why"])
    voices = together(people.values())
    short = reason if len(reason) <= MOST_REASON else f"{reason[: MOST_REASON - 1]}…"
    return Declared(plea, voices, short, max(wanted.at_least - len(people), 0))


def record(desk: Desk, found: Iterable[Declared], policy: Approvals) -> tuple[Entry, ...]:
    """Writes those that enough people declared, each once; what was written now.

    Raises LedgerError.
    """
    wanted = policy.emergency
    complete = [
        each
        for each in found
        if wanted and not each.lacking and enough(each.voices, wanted.of, wanted.at_least)
    ]

    def decide(history: History) -> Sequence[Entry]:
        book = Book(history.approvals)
        fresh = [each for each in complete if not _known(book, each.plea.covered, policy)]
        return [
            desk.scribe.approved(
                book.order,
                EMERGENCY,
                voices=dict(each.voices),
                covers=(each.plea.covered,),
                reason=each.reason,
            )
            for each in fresh
        ]

    return desk.decide(decide).entries if complete else ()


def _known(book: Book, covered: Covered, policy: Approvals) -> bool:
    return any(emergency(each, policy) for each in book.of(covered))
