"""Why a message was not sent, typed by what the failure proves.

Anything else that comes out of a ``send`` counts as Unclear: it may be live.
"""

from __future__ import annotations

from datetime import datetime


class Failure(Exception):
    """``code`` is a short word for the ledger; never a raw answer, which may hold a secret."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Rejected(Failure):
    """The platform refused it for good: it is not live and will not be with this content."""


class Throttled(Failure):
    """Not live: the platform wants it later, at ``until`` if it says when."""

    def __init__(self, code: str, until: datetime | None = None, detail: str = "") -> None:
        super().__init__(code, detail)
        self.until = until


class NotSent(Failure):
    """Not live: the request never got there (unreachable, unauthorised, a file missing)."""


class Unclear(Failure):
    """It may be live; nobody can tell from the answer."""


class Handed(Failure):
    """Not live by cmops: a person publishes it, and says so."""
