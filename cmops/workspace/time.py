"""Local times that exist once, durations, and recurring days in the workspace's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))? ?(Z|[+-]\d{2}:\d{2})?"
)
_DURATION = re.compile(r"(\d{1,4})(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class NoSuchTime(ValueError):
    """The text has the form of a time and names none: it falls into spring's gap or autumn's fold.

    ``reason`` is ``gap``, ``fold`` or ``date`` (there is no such day or hour); ``choices`` are
    the moments that could be meant.
    """

    def __init__(self, reason: str, choices: tuple[datetime, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.choices = choices


def is_moment(text: str) -> bool:
    """Whether the text has the form of a date and time; it may still name none."""
    return _MOMENT.fullmatch(text) is not None


def moment(text: str, zone: tzinfo) -> datetime:
    """``2026-12-01 12:15``, in ``zone`` unless it carries an offset, as an aware datetime in it.

    Raises NoSuchTime for a time that does not exist or happens twice there, and for a date that
    the calendar lacks; ValueError for a text of another form.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, offset = match.groups()
    day, clock = (int(year), int(month), int(day)), (int(hour), int(minute), int(second or 0))
    try:
        naive = datetime(*day, *clock)  # noqa: DTZ001 - the zone comes below
        if offset:
            return datetime.fromisoformat(f"{naive.isoformat()}{offset}").astimezone(zone)
    except ValueError:
        raise NoSuchTime("date") from None
    return local(naive, zone)


def local(naive: datetime, zone: tzinfo) -> datetime:
    """The one moment at which clocks in ``zone`` show ``naive``; raises NoSuchTime otherwise."""
    first = naive.replace(tzinfo=zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise NoSuchTime("gap", (_across(first, zone), _across(second, zone)))
    raise NoSuchTime("fold", (first, second))


def _across(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(UTC).astimezone(zone)


def duration(text: str) -> timedelta:
    """``30m``, ``6h``, ``2d`` or ``1w``; raises ValueError for anything else."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def day(text: str) -> date:
    """``2026-12-01``; raises ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(name) from None


def occurrences(rule: str, start: datetime, until: datetime) -> Iterator[date]:
    """The local days of an RRULE from ``start`` to ``until``, each day once, in order.

    The rule repeats days, not moments: each occurrence happens at the start's time of day, so
    that daylight saving never moves it. Raises ValueError for a rule that is none.
    """
    from dateutil.rrule import rrule, rruleset, rrulestr

    naive = start.replace(tzinfo=None)
    parsed = rrulestr(rule, dtstart=naive)
    if not isinstance(parsed, (rrule, rruleset)):
        raise ValueError(rule)
    last: date | None = None
    for each in parsed.xafter(naive, inc=True):
        if each > until.astimezone(start.tzinfo).replace(tzinfo=None):
            return
        if each.date() != last:
            last = each.date()
            yield last
