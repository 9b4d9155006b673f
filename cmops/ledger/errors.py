"""Why the ledger cannot be used; each ends the command before anything is sent."""

from __future__ import annotations

from datetime import timedelta

from cmops.errors import CmopsError


class LedgerError(CmopsError):
    """The ledger cannot be trusted or reached; nothing may be published."""


class LedgerUnreachable(LedgerError):
    """The place where the ledger is kept did not answer. ``reason`` holds no credential."""

    def __init__(self, reason: str) -> None:
        super().__init__("ledger.unreachable", reason=reason)
        self.reason = reason


class LedgerMissing(LedgerError):
    """``cmops.yml`` names a ledger, and there is none; or none was made yet."""

    def __init__(self, place: str, genesis: str | None) -> None:
        phrase = "ledger.missing" if genesis else "ledger.not-made"
        super().__init__(phrase, place=place, genesis=genesis or "")


class WrongLedger(LedgerError):
    """The ledger that was found does not begin as ``cmops.yml`` says."""

    def __init__(self, place: str, expected: str, found: str) -> None:
        phrase = "ledger.wrong" if found else "ledger.no-genesis"
        super().__init__(phrase, place=place, expected=expected, found=found)


class LedgerRewound(LedgerError):
    """The ledger no longer contains what was read before: deleted, rewound or replaced."""

    def __init__(self, place: str, seen: str, tip: str | None) -> None:
        phrase = "ledger.rewound" if tip else "ledger.deleted"
        super().__init__(phrase, place=place, seen=seen[:12], tip=(tip or "")[:12])


class JournalUnwritable(LedgerError):
    """The local journal cannot be written: outcomes could be lost."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__("ledger.journal", folder=folder, reason=reason)


class ClockSkewed(LedgerError):
    """This machine's clock is too far from a server's."""

    def __init__(self, source: str, skew: timedelta) -> None:
        super().__init__("ledger.clock", source=source, seconds=round(skew.total_seconds()))
