"""What stood in the way of the last run: noted once, and told to whoever only looks.

It forbids nothing. The next run tries again, because a secret may be mended and a server may be
back; until then a delivery that is due would look as if nobody had tried.
"""

from __future__ import annotations

from cmops.ledger.record import Record
from cmops.publish.delivery import Delivery
from cmops.publish.desk import Desk, code
from cmops.publish.reasons import Reason, State
from cmops.publish.subjects import Subject
from cmops.wording import Wording
from cmops.wording.codes import UnknownCode
from cmops.wording.codes import code as code_of

OF_HERE = "secret_missing"
"""A reason that holds where one stands: elsewhere the variable may well be set."""

NO_SECRET = "no_secret"  # noqa: S105 - a code
"""The same as the ledger has it: of the place where things are sent from."""

LOCKED_OUT = frozenset({"unauthorised", "wrong_account", NO_SECRET, "CM521", "CM530"})
"""The channel's secret does not open it: no waiting mends that."""

OF_THE_POST = frozenset({"media_missing", "media_changed"})
"""What is wrong with one post's own files: its channel's other posts go on."""

_OF_THE_DELIVERY = frozenset(
    {
        "bytes_lost",
        "nothing_to_send",
        "older_commit",
        "commit_unknown",
        "parent_gone",
        "parent_unknown",
    }
)


class Holds:
    """Notes for one run what it could not even claim."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._noted: dict[str, str] = {}

    def note(self, delivery: Delivery, why: str) -> None:
        """Keeps the reason, unless it is the one that is known."""
        subject, word = delivery.subject, code(why)
        if self._noted.get(subject.target, _known(delivery.record)) != word:
            self._noted[subject.target] = word
            self._desk.note(self._desk.scribe.held(delivery.record, subject.channel, word))


def _known(record: Record) -> str | None:
    return record.hold.code if record.hold and record.hold.digest is None else None


def told(subject: Subject, record: Record) -> Reason | None:
    """What the last run found, as far as it still stands."""
    hold = record.hold
    if hold is None:
        return None
    if hold.code in LOCKED_OUT or (hold.digest is None and subject.action != "delete"):
        return _reason(hold.code)
    if hold.code not in OF_THE_POST or subject.action == "delete":
        return None
    composition = subject.composition
    changed = composition is not None and composition.digest != hold.digest
    return None if changed else _reason(hold.code)


def of_channel(delivery: Delivery) -> str | None:
    """The code of what keeps everything on the delivery's channel waiting, if a run found that."""
    reason = delivery.reason
    if delivery.state is not State.HELD or reason is None:
        return None  # nothing of years of others is decoded
    if reason != told(delivery.subject, delivery.record):
        return None
    hold = delivery.record.hold
    own = hold is None or hold.code in OF_THE_POST | _OF_THE_DELIVERY
    return None if hold is None or own else hold.code


def _reason(word: str) -> Reason:
    """In words of its own, where there are any that need nothing filled in."""
    wording = Wording()
    if wording.has(f"reason.{word}") and "{" not in wording.say(f"reason.{word}"):
        return Reason(word)
    try:
        titles = {language: said.title for language, said in code_of(word).words.items()}
    except UnknownCode:
        return Reason("last_run", {"code": word})
    return Reason("by_rule", {"code": word, "title": titles})
