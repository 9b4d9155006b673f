"""What there is to say of a pull request's approvals: a status, its details, a reminder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cmops.github.statuses import MOST_DESCRIPTION, Status, Verdict
from cmops.ledger.entries import Covered
from cmops.publish.subjects import Subject
from cmops.review.approvals import Given, Standing, Why
from cmops.review.quoting import code, inline
from cmops.review.sheets import SHORT
from cmops.values import dataclass
from cmops.wording import Wording

NAME = "cmops/approvals"
"""The status that a branch's rules can require."""

_ROWS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery of a pull request and where it stands; None where nobody is asked."""

    subject: Subject
    covered: Covered
    standing: Standing | None

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{self.subject.post}@{self.subject.channel}"

    @property
    def refused(self) -> bool:
        """Whether somebody with a role refused exactly this."""
        return self.standing is not None and self.standing.why is Why.REFUSED

    @property
    def waits(self) -> bool:
        """Whether somebody's word is missing; what was refused waits for nobody."""
        return self.standing is not None and self.standing.why is not None and not self.refused


def status(rows: Sequence[Row], wording: Wording, url: str | None = None) -> Status:
    """The pull request's status: whose word is missing, or that nobody's is.

    What was refused is decided: it stays held, and does not keep the others from going out.
    """
    asked = [each for each in rows if each.standing is not None]
    waiting = [each for each in asked if each.waits]
    refused = [each for each in asked if each.refused]
    if waiting:
        verdict, text = Verdict.PENDING, wording.say("approvals.status.missing", who=_who(waiting))
    elif asked and len(refused) == len(asked):
        verdict, text = Verdict.FAILURE, wording.say("approvals.status.refused", count=len(refused))
    elif asked:
        verdict = Verdict.SUCCESS
        text = wording.say("approvals.status.approved", count=len(asked) - len(refused))
    else:
        verdict, text = Verdict.SUCCESS, wording.say("approvals.status.nobody")
    if refused and verdict is not Verdict.FAILURE:
        text = f"{text}, {wording.say('approvals.status.and-refused', count=len(refused))}"
    short = text if len(text) <= MOST_DESCRIPTION else f"{text[: MOST_DESCRIPTION - 1]}…"
    return Status(NAME, verdict, short, url)


def _who(rows: Iterable[Row]) -> str:
    counts: dict[str, int] = {}
    for each in rows:
        for name in each.standing.missing if each.standing else ():
            counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def details(rows: Sequence[Row], wording: Wording, notes: Sequence[str] = ()) -> str:
    """The same post by post, as Markdown that only shows what it says."""
    say = wording.say
    lines = [f"### {say('approvals.title')}", "", *(f"- {inline(each)}" for each in notes)]
    if not rows:
        return "\n".join([*lines, "", say("approvals.status.nobody"), ""])
    head = [say(f"approvals.table.{name}") for name in ("post", "when", "version", "state")]
    lines += ["", f"| {' | '.join(head)} |", "| --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(_cells(each, wording))} |" for each in rows[:_ROWS]]
    if len(rows) > _ROWS:
        lines += ["", say("review.more-rows", count=len(rows) - _ROWS)]
    return "\n".join([*lines, "", say("approvals.how-to-refuse"), ""])


def _cells(row: Row, wording: Wording) -> Iterator[str]:
    at = row.subject.at
    yield code(row.name)
    yield inline(wording.day_and_time(at)) if at else "–"
    yield code(row.covered.digest[SHORT])
    yield inline(state(row.standing, wording))


def state(standing: Standing | None, wording: Wording) -> str:
    """Where a delivery stands, in a sentence."""
    if standing is None:
        return wording.say("approvals.state.nobody")
    if standing.why is Why.REFUSED:
        return wording.say("approvals.state.refused")
    parts = [given(each, wording) for each in standing.given]
    if standing.missing:
        parts.append(wording.say("approvals.state.missing", missing=standing.missing))
    return " ; ".join(dict.fromkeys(parts)) or wording.say("approvals.state.approved")


def given(approval: Given, wording: Wording) -> str:
    """One approval in words; by e-mail it is called that wherever it is shown."""
    who = ", ".join(approval.roles)
    phrase = f"approvals.by.{approval.means}"
    if not wording.has(phrase):
        phrase = "approvals.by.unknown"
    return wording.say(phrase, who=who, pull=approval.pull or "–", why=approval.reason or "–")


def reminder(
    rows: Sequence[Row], names: Sequence[str], wording: Wording, at: datetime, *, deputy: bool
) -> str:
    """The comment that calls people: ``names`` are logins and teams of the policy."""
    called = " ".join(f"@{each.removeprefix('@')}" for each in names)
    phrase = "approvals.remind.deputy" if deputy else "approvals.remind"
    lines = [wording.say(phrase, who=called, count=len(rows), when=wording.day_and_time(at)), ""]
    lines += [f"- {code(each.name)}" for each in rows[:_ROWS]]
    return "\n".join([*lines, ""])
