"""When publishing runs: cron lines around the times at which posts go out, and the rest rarely.

A run stays for as long as something is due within ``STAY``, so that one that starts a little
early sends on the minute. GitHub starts scheduled runs late, and the more so around the full
hour: each time gets the quarter before it, the one after it, and neither is a full hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

STAY = timedelta(minutes=14)
"""How long a run waits for what is due soon: ``cmops publish --until 14m``."""

MOST_LINES = 8
_MINUTES = (7, 22, 37, 52)
_AHEAD = timedelta(minutes=3)
"""What a run needs before it can send anything."""

_SEASONS = ((1, 15), (7, 15))
"""Clocks change and cron lines are in UTC: a day of winter and one of summer, or the reverse."""

_QUARTER = timedelta(minutes=15)
_DAYS = 7
_HOURS = 24
_DAY_MINUTES = 1440
_WEEK = _DAYS * _DAY_MINUTES
_MOST_REST = 6
_GREATEST = (59, 23, 31, 12, 6)
"""The greatest number of each field of a cron line."""

Slot = tuple[int, int, int]
"""Weekday as cron counts it (Sunday is 0), hour and minute, in UTC."""


def schedule(times: Iterable[datetime], lateness: timedelta) -> tuple[str, ...]:
    """The cron lines for posts at these (aware) times of which none may be later than that.

    The first line comes every few hours, whatever is planned: for what was put off, what is to
    be deleted, and times that nobody had planned yet.
    """
    rest = _rest(lateness)
    always = f"{_MINUTES[0]} {'*' if rest == 1 else f'*/{rest}'} * * *"
    wanted = {slot for at in times for slot in _slots(at)} - set(slots([always]))
    lines = tuple(_lines(wanted))
    for coarser in (_every_day, _whole_hour):
        if len(lines) >= MOST_LINES:
            lines = tuple(_lines({each for slot in wanted for each in coarser(slot)}))
    return (always, *lines)


def runs(lines: Iterable[str]) -> int:
    """How many runs these lines start in a month of thirty days."""
    return round(len(set(slots(lines))) * 30 / _DAYS)


def delay(lines: Iterable[str], at: datetime) -> timedelta | None:
    """How late something planned for ``at`` is sent by a schedule that keeps its times.

    None for lines that start nothing.
    """
    starts = sorted(_position(slot) for slot in slots(lines))
    if not starts:
        return None
    wanted = _position(_slot(at.astimezone(UTC)))
    stay = STAY // timedelta(minutes=1)
    first = min((start - wanted + stay) % _WEEK for start in starts) - stay
    return timedelta(minutes=max(0, first))


def pause(lines: Iterable[str]) -> timedelta | None:
    """The longest time between two runs. None for lines that start nothing."""
    starts = sorted(_position(slot) for slot in slots(lines))
    if not starts:
        return None
    gaps = (after - before for before, after in pairwise([*starts, starts[0] + _WEEK]))
    return timedelta(minutes=max(gaps))


def slots(lines: Iterable[str]) -> Iterator[Slot]:
    """Every start in a week. Lines bound to days of a month are taken as if they were not."""
    for line in lines:
        fields = line.split()
        if len(fields) != len(_GREATEST):
            continue
        found = [set(_numbers(text, most)) for text, most in zip(fields, _GREATEST, strict=True)]
        minutes, hours, _, _, days = found
        yield from ((day % _DAYS, hour, m) for day in days for hour in hours for m in minutes)


def _numbers(text: str, most: int) -> Iterator[int]:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule."""
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            first, last = "0", str(most)
        elif not last:
            last = str(most) if step else first
        if first.isdecimal() and last.isdecimal() and (step or "1").isdecimal():
            yield from range(int(first), int(last) + 1, max(1, int(step or 1)))


def _rest(lateness: timedelta) -> int:
    """Every how many hours there is a run at least: three before anything is too late."""
    hours = min(_MOST_REST, max(1, lateness // timedelta(hours=3)))
    return next(each for each in (hours, hours - 1) if _HOURS % each == 0)


def _slots(at: datetime) -> Iterator[Slot]:
    """The quarters around a time of the week as clocks on the wall show it, in both seasons."""
    for month, day in _SEASONS:
        there = at.replace(month=month, day=day)
        there += timedelta(days=(at.weekday() - there.weekday()) % _DAYS)
        wanted = there.astimezone(UTC)
        before = _quarter(wanted - _AHEAD)
        # Where the run before leaves just too early, the next one sends it, and needs a second.
        for step in range(3 if wanted - before > STAY else 2):
            yield _slot(before + step * _QUARTER)


def _quarter(at: datetime) -> datetime:
    """The last start of a quarter that is not after ``at``."""
    back = (at.minute - _MINUTES[0]) % 15
    return (at - timedelta(minutes=back)).replace(second=0, microsecond=0)


def _slot(at: datetime) -> Slot:
    return at.isoweekday() % _DAYS, at.hour, at.minute


def _position(slot: Slot) -> int:
    day, hour, minute = slot
    return day * _DAY_MINUTES + hour * 60 + minute


def _every_day(slot: Slot) -> set[Slot]:
    return {(day, *slot[1:]) for day in range(_DAYS)}


def _whole_hour(slot: Slot) -> set[Slot]:
    return {(day, slot[1], minute) for day in range(_DAYS) for minute in _MINUTES}


def _lines(wanted: set[Slot]) -> Iterator[str]:
    """The slots as few lines: hours with the same minutes on the same days share one."""
    by_hour: dict[tuple[int, int], set[int]] = {}
    for day, hour, minute in wanted:
        by_hour.setdefault((day, hour), set()).add(minute)
    by_day: dict[tuple[int, tuple[int, ...]], set[int]] = {}
    for (day, hour), minutes in by_hour.items():
        by_day.setdefault((hour, tuple(sorted(minutes))), set()).add(day)
    lines: dict[tuple[tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for (hour, kept), days in sorted(by_day.items()):
        lines.setdefault((kept, tuple(sorted(days))), []).append(hour)
    for (kept, on), hours in lines.items():
        yield f"{_list(kept)} {_list(hours)} * * {'*' if len(on) == _DAYS else _list(on)}"


def _list(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))
