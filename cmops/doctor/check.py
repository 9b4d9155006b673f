"""One thing that was looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from cmops.errors import CmopsError
from cmops.findings import Severity
from cmops.values import dataclass
from cmops.wording import Wording, codes

LEDGER = "ledger"
CLOCK = "clock"


class Level(StrEnum):
    """How it is: ``note`` is worth knowing, ``wrong`` needs a person."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about ``about`` (a channel's id, ``LEDGER`` or ``CLOCK``).

    ``phrase`` and ``phrase.next`` say it and what to do; a phrase ``CMnnn`` is a diagnostic code.
    """

    about: str
    level: Level
    phrase: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, wording: Wording) -> tuple[str, str]:
        """What was found and what to do next, which is empty where there is nothing to do."""
        if self.phrase.startswith("CM"):
            return codes.code(self.phrase).said(self.values, wording)
        advice = next(
            (each for each in _advice(self.phrase) if wording.has(each)),
            None,
        )
        found = wording.say(self.phrase, **self.values)
        return found, wording.say(advice, **self.values) if advice else ""


def of_error(about: str, error: CmopsError, level: Level = Level.WRONG) -> Check:
    """What an error says, with its own advice."""
    return Check(about, level, error.phrase, error.values)


def of_code(about: str, code: str, values: Mapping[str, object]) -> Check:
    """What a diagnostic code says; its severity decides."""
    wrong = codes.code(code).severity is Severity.ERROR
    return Check(about, Level.WRONG if wrong else Level.NOTE, code, values)


def _advice(phrase: str) -> tuple[str, ...]:
    return f"{phrase}.next", f"{phrase}.hint"
