"""Sends one delivery that is claimed: its messages in order, each outcome kept at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cmops.adapters.contract import Sending
from cmops.adapters.failures import NotSent, Rejected, Throttled, Unclear
from cmops.ledger.entries import Entry, Kind, Receipt
from cmops.ledger.history import History
from cmops.publish.claims import Held
from cmops.publish.desk import Desk, code
from cmops.publish.guard import Guard
from cmops.publish.jobs import sending_to
from cmops.publish.outlets import Outlet
from cmops.publish.results import Done, Outcome

RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=30)
WITHOUT_WORD = timedelta(minutes=15)
"""How long a platform is left alone that wants less and does not say until when."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a delivery ended. ``closes`` says that the channel must rest, and until when."""

    done: Done
    closes: datetime | None = None


class Sender:
    """Sends what a run holds on one channel."""

    def __init__(self, outlet: Outlet, desk: Desk, guard: Guard, now: Callable[[], datetime]) -> None:
        self._outlet = outlet
        self._desk = desk
        self._guard = guard
        self._now = now

    def send(self, held: Held) -> Sent:
        """Sends every message that has no receipt yet, and stops at the first that fails."""
        job = held.job
        receipts = [job.record.receipts[index] for index in range(job.first)]
        for index in range(job.first, len(job.composition.messages)):
            known = job.record.receipts.get(index)
            if known is None:
                told = replace(
                    sending_to(job, held.claim, index, self._now()), before=tuple(receipts)
                )
                known_or_end = self._message(held, told)
                if isinstance(known_or_end, Sent):
                    return known_or_end
                known = known_or_end
            receipts.append(known)
        return Sent(_done(held, Outcome.PUBLISHED, receipt=receipts[0]))

    def release(self, held: Held, why: str, until: datetime | None = None) -> Sent:
        """Gives a claim back of which nothing (more) will be sent now."""
        self._note(held, Kind.NOT_SENT, None, code=why, not_before=until)
        outcome = Outcome.HELD if why in ("paused", "held", "retracted") else Outcome.NOT_SENT
        return Sent(_done(held, outcome, error=why))

    def _message(self, held: Held, told: Sending) -> Receipt | Sent:
        begun = told.index > 0
        refused = self._guard.refuses(held, self._outlet, begun=begun)
        if refused:
            return self.release(held, refused)
        if self._outlet.pushes_intents:
            refused = self._intend(held, told) or self._guard.refuses(
                held, self._outlet, begun=begun
            )
            if refused:
                self._note(held, Kind.NOT_SENT, told.index, code=refused)
                return Sent(_done(held, Outcome.NOT_SENT, error=refused))
        return self._attempt(held, told)

    def _intend(self, held: Held, told: Sending) -> str | None:
        """Pushes the intent alone; a code for why it did not land."""
        intent = self._desk.entry(Kind.INTENT, **self._about(held, told.index))

        def decide(history: History) -> list[Entry]:
            return [] if self._guard.contradicts(held, history) else [intent]

        pushed = self._desk.push(decide)
        if pushed is None:
            return "ledger"
        return None if intent in pushed.entries else "claim"

    def _attempt(self, held: Held, told: Sending) -> Receipt | Sent:
        index = told.index
        try:
            receipt = self._outlet.sender.send(held.job.composition.messages[index], told)
        except Rejected as failure:
            self._note(held, Kind.REJECTED, index, code=code(failure.code))
            return Sent(_done(held, Outcome.REJECTED, error=code(failure.code)))
        except Throttled as failure:
            until = (failure.until or self._now() + WITHOUT_WORD).astimezone(UTC)
            self._note(held, Kind.THROTTLED, index, code=code(failure.code), not_before=until)
            return Sent(_done(held, Outcome.THROTTLED, error=code(failure.code)), until)
        except NotSent as failure:
            until = self._now() + _retry_after(held.job.record.attempts)
            self._note(held, Kind.NOT_SENT, index, code=code(failure.code), not_before=until)
            return Sent(_done(held, Outcome.NOT_SENT, error=code(failure.code)), until)
        except Unclear as failure:
            return self._unclear(held, index, code(failure.code))
        except Exception as bug:  # noqa: BLE001 - whatever it was, the message may be live
            return self._unclear(held, index, code(f"bug:{type(bug).__name__}"))
        self._note(held, Kind.PUBLISHED, index, receipt=receipt)
        return receipt

    def _unclear(self, held: Held, index: int, why: str) -> Sent:
        self._note(held, Kind.UNCLEAR, index, code=why)
        # Whoever lost one answer is likely to lose the next: no second doubt before a look.
        return Sent(_done(held, Outcome.UNCLEAR, error=why), self._now() + RETRY)

    def _note(
        self,
        held: Held,
        kind: Kind,
        index: int | None,
        *,
        code: str | None = None,
        not_before: datetime | None = None,
        receipt: Receipt | None = None,
    ) -> None:
        about = self._about(held, index)
        self._desk.note(
            self._desk.entry(kind, **about, code=code, not_before=not_before, receipt=receipt)
        )
        if self._outlet.pushes_intents:
            self._desk.push()
        else:
            self._desk.settle()

    def _about(self, held: Held, index: int | None) -> dict[str, object]:
        job = held.job
        return {
            "key": job.key,
            "channel": job.channel,
            "round": job.record.round,
            "claim": held.claim.id,
            "message": index,
            "digest": None if index is None else job.composition.digests[index],
        }


def _retry_after(attempts: int) -> timedelta:
    return min(RETRY * 2 ** min(attempts, 10), LONGEST_RETRY)


def _done(
    held: Held, outcome: Outcome, *, receipt: Receipt | None = None, error: str | None = None
) -> Done:
    subject = held.job.subject
    return Done(subject.key, subject.post, subject.channel, outcome, receipt, error)
