"""What a refusal proves on any platform, whatever words it has for it."""

from __future__ import annotations

from datetime import timedelta

from cmops.failures import Failure, NotSent, Rejected, Throttled
from cmops.http import Answer
from cmops.http.answer import until

_LONGEST_REST = timedelta(days=1)
"""What a body asks for beyond this is not believed."""


def in_between(answer: Answer) -> Failure:
    """What a no proves that is not in the platform's own words.

    What stands before the platform said it, which may pass: the message is not refused for good.
    """
    failure = answer.failure()
    return NotSent(failure.code, answer.asked) if isinstance(failure, Rejected) else failure


def throttled(answer: Answer, *way: str, unit: timedelta = timedelta(seconds=1)) -> Throttled:
    """Until the time that the headers tell, else the body: a number of ``unit`` at ``way``."""
    at = until(answer.headers, answer.at)
    if at is None:
        rest = _rest(answer, way, unit)
        at = None if rest is None else answer.at + rest
    return Throttled("throttled", at, answer.asked)


def _rest(answer: Answer, way: tuple[str, ...], unit: timedelta) -> timedelta | None:
    try:
        found = answer.look(*way)
    except Failure:
        return None
    if not isinstance(found, int | float):
        return None
    return min(max(0, found), _LONGEST_REST / unit) * unit
