"""What the ledger alone can tell: how much went out, where, and how punctually."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from cmops.ledger.record import Record
from cmops.pages.site import Site
from cmops.publish.plan import Delivery, State
from cmops.publish.subjects import Subject
from cmops.values import dataclass

ON_TIME = timedelta(minutes=15)
"""A delivery is punctual when it was live this soon after its time: the usual gap between runs."""

_LOST = (State.MISSED, State.EXPIRED, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Count:
    """Deliveries of one kind: all that were due by now, those that went out, and how late.

    ``delays`` are of published ones whose planned time is known.
    """

    name: str
    planned: int
    published: int
    lost: int
    delays: tuple[timedelta, ...]

    @property
    def punctual(self) -> float | None:
        """The percentage that was on time; None where nothing went out."""
        if not self.delays:
            return None
        return 100 * sum(each <= ON_TIME for each in self.delays) / len(self.delays)

    @property
    def typical(self) -> timedelta | None:
        """The median delay."""
        if not self.delays:
            return None
        return timedelta(seconds=median(each.total_seconds() for each in self.delays))


class Outcome(NamedTuple):
    """What became of one delivery that was to be out by now, or is anyway."""

    subject: Subject
    published: bool
    lost: bool
    delay: timedelta | None


def outcomes(site: Site) -> tuple[Outcome, ...]:
    """Everything that was due by now, or went out."""
    return tuple(filter(None, (_outcome(each, site) for each in site.deliveries)))


def counted(name: str, found: Iterable[Outcome]) -> Count:
    """The figures of some deliveries."""
    due = list(found)
    delays = tuple(each.delay for each in due if each.delay is not None)
    published = sum(each.published for each in due)
    return Count(name, len(due), published, sum(each.lost for each in due), delays)


def by(found: Iterable[Outcome], key: Callable[[Subject], str | None]) -> tuple[Count, ...]:
    """The figures for each value of ``key``, the largest first."""
    groups: dict[str, list[Outcome]] = {}
    for each in found:
        name = key(each.subject)
        if name:
            groups.setdefault(name, []).append(each)
    counts = (counted(name, group) for name, group in groups.items())
    return tuple(sorted(counts, key=lambda each: (-each.published, -each.planned, each.name)))


def by_month(found: Iterable[Outcome]) -> tuple[Count, ...]:
    """The figures of each month up to now, in order; names are ``2026-12``."""
    counts = by(found, lambda subject: f"{subject.at:%Y-%m}" if subject.at else None)
    return tuple(sorted(counts, key=lambda each: each.name))


def posts_by(
    site: Site, found: Iterable[Outcome], field: str, names: Mapping[str, str]
) -> tuple[Count, ...]:
    """The figures by something that posts say of themselves (pillar, campaign)."""
    posts = site.workspace.posts

    def key(subject: Subject) -> str | None:
        post = posts.get(subject.post)
        value = getattr(post, field) if post else None
        return names.get(value, value) if value else site.say(f"pages.without.{field}")

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


def _delay(subject: Subject, record: Record) -> timedelta | None:
    """From the planned time to the first message's receipt; early counts as punctual."""
    claim = record.bound
    planned = (claim.planned if claim else None) or subject.at
    first = record.receipts.get(0)
    if planned is None or first is None:
        return None
    return max(first.at - planned, timedelta())
