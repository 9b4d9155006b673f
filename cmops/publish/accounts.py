"""Whether each channel still opens the account it names, asked often enough to be believed."""

from __future__ import annotations

from cmops.failures import Failure
from cmops.ledger.clock import Clock
from cmops.publish.outlets import Outlet

TRUSTED = 300.0
"""Seconds for which a platform's word on an account holds: a token may end or change hands."""


class Accounts:
    """What platforms said of a run's accounts, and when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._refused: dict[str, str] = {}

    def problem(self, outlet: Outlet) -> str | None:
        """A code for why nothing must be sent there, or None.

        Only asks the platform where it has not answered well lately.
        """
        channel, now = outlet.channel.id, self._clock.monotonic()
        if now - self._asked.get(channel, float("-inf")) < TRUSTED:
            return None
        found = _asked(outlet)
        if found is None:
            self._asked[channel] = now
            self._refused.pop(channel, None)
        else:
            self.doubt(channel)
            self._refused[channel] = found
        return found

    def refused(self, channel: str) -> str | None:
        """What ``problem`` found when it last asked, if that was something."""
        return self._refused.get(channel)

    def doubt(self, channel: str) -> None:
        """Something was refused there: whoever wants to send next asks first."""
        self._asked.pop(channel, None)


def _asked(outlet: Outlet) -> str | None:
    try:
        return next((each.code for each in outlet.sender.verify()), None)
    except Failure as failure:
        return failure.code
    except Exception as bug:  # noqa: BLE001 - one channel's bug must not stop the others
        return f"bug:{type(bug).__name__}"
