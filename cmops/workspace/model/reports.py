"""What a manager writes below the numbers of a month."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from cmops.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Comments and recommendations for one month (``2026-11``), in ``content/reports/``.

    Without a brand they are about the whole organisation.
    """

    path: str
    month: str
    brand: str | None = None
    body: str = field(default="", repr=False)

    @property
    def first(self) -> date:
        """The month's first day."""
        return date.fromisoformat(f"{self.month}-01")
