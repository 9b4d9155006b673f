"""How often a subject is asked about: often at first, when numbers move, and rarely later."""

from __future__ import annotations

from datetime import datetime, timedelta

from cmops.measure.snapshots import hour

_STEPS = (
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(days=9), timedelta(hours=6)),
    (timedelta(days=40), timedelta(days=1)),
    (timedelta(days=405), timedelta(days=7)),
)
"""Up to which age, how often: hourly for two days, then every six hours for a week, daily for a
month, weekly for a year."""


def is_due(published: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a delivery is to be asked about now; ``last`` is the hour of its last snapshot."""
    every = _every(now - published)
    return every is not None and (last is None or hour(now) - last >= every)


def channel_is_due(last: datetime | None, now: datetime) -> bool:
    """Whether a channel is to be asked about now: once a day, in UTC."""
    return last is None or hour(now).date() > last.date()


def _every(age: timedelta) -> timedelta | None:
    return next((every for until, every in _STEPS if age < until), None)
