"""What the ledger alone can tell: how much went out, where, and how punctually."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from cmops.ledger.record import Record
from cmops.pages.periods import month
from cmops.pages.site import Site
from cmops.publish.plan import Delivery, State
from cmops.publish.subjects import Subject
from cmops.values import dataclass

ON_TIME = timedelta(minutes=15)
"""A delivery is punctual when it was live this soon after its time: the usual gap between runs."""

_LOST = frozenset((State.MISSED, State.EXPIRED, State.REJECTED))


@dataclass(frozen=True, slots=True)
class Count:
    """Deliveries of one kind: all that were due by now, those that went out, and how late.

    ``punctual`` is the percentage that was on time and ``typical`` the median delay, both of
    published ones whose planned time is known; None where there are none.
    """

    name: str
    planned: int
    published: int
    lost: int
    punctual: float | None
    typical: timedelta | None


class Outcome(NamedTuple):
    """What became of one delivery that was to be out by now, or is anyway; ``delay`` in seconds."""

    subject: Subject
    published: bool
    lost: bool
    delay: float | None


def outcomes(site: Site) -> tuple[Outcome, ...]:
    """Everything that was due by now, or went out."""
    return tuple([found for each in site.deliveries if (found := _outcome(each, site))])


def counted(name: str, found: Iterable[Outcome]) -> Count:
    """The figures of some deliveries."""
    planned = out = gone = 0
    delays: list[float] = []
    for _, published, lost, delay in found:
        planned += 1
        out += published
        gone += lost
        if delay is not None:
            delays.append(delay)
    if not delays:
        return Count(name, planned, out, gone, None, None)
    delays.sort()
    punctual = 100 * bisect_right(delays, ON_TIME.total_seconds()) / len(delays)
    return Count(name, planned, out, gone, punctual, timedelta(seconds=median(delays)))


def by(found: Iterable[Outcome], key: Callable[[Subject], str | None]) -> tuple[Count, ...]:
    """The figures for each value of ``key``, the largest first."""
    groups: defaultdict[str | None, list[Outcome]] = defaultdict(list)
    for each in found:
        groups[key(each[0])].append(each)
    counts = (counted(name, group) for name, group in groups.items() if name)
    return tuple(sorted(counts, key=lambda each: (-each.published, -each.planned, each.name)))


def by_month(found: Iterable[Outcome]) -> tuple[Count, ...]:
    """The figures of each month up to now, in order; names are ``2026-12``."""
    counts = by(found, lambda subject: month(subject.at) if subject.at else None)
    return tuple(sorted(counts, key=lambda each: each.name))


def posts_by(
    site: Site, found: Iterable[Outcome], field: str, names: Mapping[str, str]
) -> tuple[Count, ...]:
    """The figures by something that posts say of themselves (pillar, campaign)."""
    without = site.say(f"pages.without.{field}")
    own = {id: getattr(post, field) or None for id, post in site.workspace.posts.items()}

    def key(subject: Subject) -> str | None:
        value = own.get(subject.post)
        return names.get(value, value) if value else without

    return by(found, key)


def _outcome(each: Delivery, site: Site) -> Outcome | None:
    subject = each.subject
    if subject.action != "publish":
        return None
    record = each.record
    published = record.published
    if not published and (subject.at is None or subject.at > site.now):
        return None
    delay = _delay(subject, record) if published else None
    return Outcome(subject, published, each.state in _LOST, delay)


def _delay(subject: Subject, record: Record) -> float | None:
    """From the planned time to the first message's receipt; early counts as punctual."""
    claim = record.bound
    planned = (claim.planned if claim else None) or subject.at
    first = record.receipts.get(0)
    if planned is None or first is None:
        return None
    return max((first.at - planned).total_seconds(), 0.0)
