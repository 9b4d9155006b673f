"""What ends a command: an error that a person can mend, and the exit code that says so."""

from __future__ import annotations


class CmopsError(Exception):
    """A situation that ends a command; shown in the reader's language, without a traceback.

    ``phrase`` names its words (``ledger.missing`` stands in ``wording/phrases/ledger.json``;
    ``ledger.missing.hint`` beside it, where there is one, says how to mend it) and ``values``
    fill them in. Values never hold a secret. ``exit_code`` follows the command line's contract:
    1 something that somebody must act on, 2 wrong usage.
    """

    exit_code = 1

    def __init__(self, phrase: str, **values: object) -> None:
        super().__init__(phrase, values)
        self.phrase = phrase
        self.values = values


class UsageError(CmopsError):
    """The command was given something it cannot use."""

    exit_code = 2
