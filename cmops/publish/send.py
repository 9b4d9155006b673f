"""Sends one delivery that is claimed: its messages in order, each outcome kept at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cmops.adapters.contract import Message, Prepares, Sending
from cmops.failures import Handed, NotSent, Rejected, Throttled, Unclear
from cmops.ledger.entries import Entry, Receipt
from cmops.ledger.errors import LedgerError
from cmops.ledger.history import History
from cmops.publish.accounts import Accounts
from cmops.publish.claims import Held
from cmops.publish.desk import Desk, code
from cmops.publish.guard import Guard
from cmops.publish.holds import OF_THE_POST
from cmops.publish.jobs import sending_to
from cmops.publish.outlets import Outlet
from cmops.publish.relations import addressed
from cmops.publish.results import Done, Outcome
from cmops.values import dataclass

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

    def __init__(
        self,
        outlet: Outlet,
        desk: Desk,
        guard: Guard,
        accounts: Accounts,
        now: Callable[[], datetime],
    ) -> None:
        self._outlet = outlet
        self._desk = desk
        self._scribe = desk.scribe
        self._guard = guard
        self._accounts = accounts
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
                end = self._message(held, told)
                if isinstance(end, Sent):
                    return end
                known = end
            receipts.append(known)
        return Sent(_done(held, Outcome.PUBLISHED, receipt=receipts[0]))

    def release(self, held: Held, why: str, until: datetime | None = None) -> Sent:
        """Gives a claim back of which nothing (more) will be sent now."""
        self._note(self._scribe.not_sent(held.claim, None, code(why), until))
        outcome = Outcome.HELD if why in HOLDS else Outcome.NOT_SENT
        return Sent(_done(held, outcome, error=why))

    def _message(self, held: Held, told: Sending) -> Receipt | Sent:
        begun = told.index > 0
        written = held.job.composition.messages[told.index]
        try:
            message = addressed(written, self._outlet.channel, self._desk.read())
        except LedgerError as error:
            self._desk.trouble = error
            return self.release(held, "ledger")
        if message is None:
            return self._failed(held, told.index, "parent_unpublished", Outcome.NOT_SENT)
        stopped = self._stopped(held, begun=begun)
        if stopped:
            return stopped
        if self._outlet.prepares is not None:
            failed = self._prepare(held, told, message, self._outlet.prepares)
            # Uploads take their time: what was true before them is looked at again.
            stopped = failed or self._stopped(held, begun=begun)
            if stopped:
                return stopped
        if self._outlet.pushes_intents and not self._outlet.by_hand:
            refused = self._intend(held, told.index)
            refused = refused or self._guard.refuses(held, self._outlet, begun=begun)
            if refused:
                return self._failed(held, told.index, refused, Outcome.NOT_SENT)
        return self._attempt(held, told, message)

    def _stopped(self, held: Held, *, begun: bool) -> Sent | None:
        """Why the next message must not go out, if so; a strange account ends the slice."""
        strange = self._accounts.problem(self._outlet)
        if strange:
            until = self._now() + RETRY
            return replace(self.release(held, strange, until), closes=until)
        # The ledger and the lease last, because asking a platform takes its time.
        refused = self._guard.refuses(held, self._outlet, begun=begun)
        return self.release(held, refused) if refused else None

    def _prepare(
        self, held: Held, told: Sending, message: Message, prepares: Prepares
    ) -> Sent | None:
        """Everything before the publishing request; whatever goes wrong, nothing is live."""
        try:
            prepares.prepare(message, told)
        except (Rejected, Throttled, NotSent) as failure:
            return self._refused(held, told.index, failure)
        except Unclear as failure:
            return self._refused(held, told.index, NotSent(failure.code))
        except Exception as bug:  # noqa: BLE001 - a bug before the request made nothing live
            return self._refused(held, told.index, NotSent(f"bug:{type(bug).__name__}"))
        return None

    def _intend(self, held: Held, index: int) -> str | None:
        """Pushes the intent alone; a code for why it did not land."""
        intent = self._scribe.intent(held.claim, index)

        def decide(history: History) -> list[Entry]:
            return [] if self._guard.contradicts(held, history) else [intent]

        pushed = self._desk.push(decide)
        if pushed is None:
            return "ledger"
        return None if intent in pushed.entries else "claim"

    def _attempt(self, held: Held, told: Sending, message: Message) -> Receipt | Sent:
        index = told.index
        try:
            receipt = self._outlet.sender.send(message, told)
        except (Rejected, Throttled, NotSent) as failure:
            return self._refused(held, index, failure)
        except Handed:
            self._note(self._scribe.handed(held.claim))
            return Sent(_done(held, Outcome.HANDED))
        except Unclear as failure:
            why = failure.code
        except Exception as bug:  # noqa: BLE001 - whatever it was, the message may be live
            why = f"bug:{type(bug).__name__}"
        else:
            return self._published(held, told, receipt)
        # Whoever lost one answer is likely to lose the next: no second doubt before a look.
        return self._failed(held, index, why, Outcome.UNCLEAR, self._now() + RETRY)

    def _refused(self, held: Held, index: int, failure: Rejected | Throttled | NotSent) -> Sent:
        """A failure that proves that the message is not live."""
        if isinstance(failure, Rejected):
            return self._failed(held, index, failure.code, Outcome.REJECTED)
        if isinstance(failure, Throttled):
            until = (failure.until or self._now() + WITHOUT_WORD).astimezone(UTC)
            return self._failed(held, index, failure.code, Outcome.THROTTLED, until)
        if failure.code in OF_THE_POST:
            return self._failed(held, index, failure.code, Outcome.HELD)
        self._accounts.doubt(self._outlet.channel.id)
        until = self._now() + _retry_after(held.job.record.attempts)
        return self._failed(held, index, failure.code, Outcome.NOT_SENT, until)

    def _published(self, held: Held, told: Sending, given: Receipt) -> Receipt:
        """Keeps a receipt in the form that the ledger takes: a success is never lost over that."""
        receipt = Receipt(
            str(given.id) or told.message_key,
            given.at.astimezone(UTC),
            given.url or None,
            tuple((str(name), str(value)) for name, value in given.extra),
        )
        digest = held.job.composition.digests[told.index]
        self._note(self._scribe.published(held.claim, told.index, receipt, digest))
        return receipt

    def _failed(
        self,
        held: Held,
        index: int,
        why: str,
        outcome: Outcome,
        until: datetime | None = None,
    ) -> Sent:
        """Keeps what is known of a message that is not, or not surely, live."""
        claim, scribe, word = held.claim, self._scribe, code(why)
        if outcome is Outcome.REJECTED:
            entry = scribe.rejected(claim, index, word)
        elif outcome is Outcome.THROTTLED and until is not None:
            entry = scribe.throttled(claim, index, until, word)
        elif outcome is Outcome.UNCLEAR:
            entry = scribe.unclear(claim, index, word)
        else:
            entry = scribe.not_sent(claim, index, word, until)
        self._note(entry)
        return Sent(_done(held, outcome, error=word), until)

    def _note(self, entry: Entry) -> None:
        self._desk.note(entry)
        if self._outlet.pushes_intents:
            self._desk.push()
        else:
            self._desk.settle()


HOLDS = frozenset({"paused", "held", "retracted", "unreadable"})
"""Reasons found at the last moment that hold a delivery; it is decided anew by the next plan."""


def _retry_after(attempts: int) -> timedelta:
    return min(RETRY * int(2 ** min(attempts, 10)), LONGEST_RETRY)


def _done(
    held: Held, outcome: Outcome, *, receipt: Receipt | None = None, error: str | None = None
) -> Done:
    subject = held.job.subject
    return Done(subject.key, subject.post, subject.channel, outcome, receipt, error)
