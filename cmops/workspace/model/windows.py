"""``calendar/windows.yml``: the times at which channels like to publish, and when they are silent.

A quiet period's moments are half-open.
"""

from __future__ import annotations

from datetime import datetime

from cmops.values import dataclass
from cmops.workspace.model.scope import Scope

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Window:
    """The times of day at which some channels like to publish; ``start`` and ``end`` are HH:MM.

    A window that names neither channels nor brands is for all that no other window names.
    """

    start: str
    end: str
    days: tuple[str, ...] = WEEKDAYS
    channels: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    why: str | None = None

    def covers(self, at: datetime) -> bool:
        """Whether a moment of the workspace's zone is inside it."""
        return WEEKDAYS[at.weekday()] in self.days and self.start <= f"{at:%H:%M}" < self.end


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time in which the channels of ``scope`` say nothing; ``level`` is how firmly."""

    reason: str
    scope: Scope
    start: datetime | None = None
    end: datetime | None = None
    level: str = "error"

    def covers(self, at: datetime) -> bool:
        """Whether a moment is inside it; never, when its start or end names no moment."""
        return self.start is not None and self.end is not None and self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Windows:
    """``calendar/windows.yml``: when channels publish, and when they are silent."""

    path: str = ""
    publishing: tuple[Window, ...] = ()
    quiet: tuple[Quiet, ...] = ()

    def of(self, channel: str, brand: str) -> tuple[Window, ...]:
        """The windows of a channel: its own, else its brand's, else those that name nobody.

        None at all means that it may publish at any time.
        """
        return (
            tuple(each for each in self.publishing if channel in each.channels)
            or tuple(each for each in self.publishing if brand in each.brands)
            or tuple(each for each in self.publishing if not each.channels and not each.brands)
        )
