"""Corrects one delivery that is claimed: each message that says something else than main.

The same correction twice is one, so that a lost one is simply made again, from main as it is by
then. What must never happen is that an older text replaces a newer one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from cmops.adapters.contract import Edits, Message
from cmops.failures import NotSent, Rejected, Throttled, Unclear
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt
from cmops.ledger.errors import LedgerError
from cmops.publish.claims import Held
from cmops.publish.desk import code
from cmops.publish.jobs import Job
from cmops.publish.ports import Main
from cmops.publish.relations import addressed
from cmops.publish.results import Done, Outcome
from cmops.publish.send import Sender, Sent


def outdated(job: Job, main: Main, *, named: bool) -> str | None:
    """A code for why what main says must not replace what is live; None where it comes after it.

    ``named`` says that a person asked for this delivery: then it is enough that main is not known
    to be older.
    """
    newest = job.record.newest
    if newest is None or newest.commit == job.commit or main.follows(job.commit, newest.commit):
        return None
    if main.follows(newest.commit, job.commit):
        return "older_commit"
    return None if named else "commit_unknown"


class Corrector(Sender):
    """Corrects what a run holds on one channel."""

    def send(self, held: Held) -> Sent:
        """Changes every message that must change, and stops at the first that cannot be."""
        edits = self._outlet.edits
        if edits is None:
            return self.release(held, "cannot_edit")
        job = held.job
        for index, (digest, shown) in enumerate(
            zip(job.composition.digests, job.record.shown, strict=True)
        ):
            failed = None
            if digest == shown:
                self._note(self._scribe.edit(held.claim, index))
            else:
                failed = self._correct(held, index, edits)
            if failed:
                return failed
        subject = job.subject
        receipt = job.record.receipts[0]
        return Sent(Done(subject.key, subject.post, subject.channel, Outcome.EDITED, receipt))

    def _correct(self, held: Held, index: int, edits: Edits) -> Sent | None:
        try:
            message = self._addressed(held.job.composition.messages[index])
        except LedgerError as error:
            self._desk.trouble = error
            return self.release(held, "ledger")
        stopped = self._stopped(held, begun=False)
        if stopped:
            return stopped
        live = held.job.record.receipts[index]
        try:
            given = edits.edit(live, message)
        except (Rejected, Throttled, NotSent) as failure:
            return self._refused(held, index, failure)
        except Unclear as failure:
            return self._lost(held, index, failure.code)
        except Exception as bug:  # noqa: BLE001 - whatever it was, the message may be changed
            return self._lost(held, index, f"bug:{type(bug).__name__}")
        self._note(self._scribe.edit(held.claim, index, _kept(live, given)))
        return None

    def _addressed(self, message: Message) -> Message:
        """With addresses for ids; what it answers may be gone by now, and it says the same."""
        return addressed(message, self._outlet.channel, self._desk.read()) or message

    def _lost(self, held: Held, index: int, why: str) -> Sent:
        """It may have been changed. Nothing more, until the request cannot arrive any more."""
        until = self._now() + self._outlet.patience + 2 * MAX_SKEW
        self._note(self._scribe.unclear(held.claim, index, code(why), until))
        subject = held.job.subject
        lost = Done(subject.key, subject.post, subject.channel, Outcome.NOT_SENT, error=code(why))
        return Sent(lost, until)


def _kept(live: Receipt, given: Receipt) -> Receipt:
    """What the platform calls it now, in the form that the ledger takes."""
    extra = tuple((str(name), str(value)) for name, value in given.extra)
    url = given.url or live.url
    return replace(given, id=live.id, at=given.at.astimezone(UTC), url=url, extra=extra)
