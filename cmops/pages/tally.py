"""What the ledger alone can tell: how much went out, where, and how punctually."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from cmops.pages.site import Site
from cmops.publish.plan import Delivery, State

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


def counted(site: Site, name: str, deliveries: Iterable[Delivery]) -> Count:
    """The figures of some deliveries, as far as they were to be out by now."""
    due = [each for each in deliveries if _was_due(each, site)]
    out = [each for each in due if each.record.published]
    delays = tuple(delay for each in out if (delay := _delay(each)) is not None)
    lost = sum(each.state in _LOST for each in due)
    return Count(name, len(due), len(out), lost, delays)


def by(site: Site, key: Callable[[Delivery], str | None]) -> tuple[Count, ...]:
    """The figures for each value of ``key``, the largest first."""
    groups: dict[str, list[Delivery]] = {}
    for each in _publications(site):
        name = key(each)
        if name:
            groups.setdefault(name, []).append(each)
    found = (counted(site, name, deliveries) for name, deliveries in groups.items())
    return tuple(sorted(found, key=lambda each: (-each.published, -each.planned, each.name)))


def total(site: Site) -> Count:
    """The figures of everything."""
    return counted(site, "", _publications(site))


def by_month(site: Site) -> tuple[Count, ...]:
    """The figures of each month up to now, in order; names are ``2026-12``."""
    found = by(site, lambda each: f"{each.subject.at:%Y-%m}" if each.subject.at else None)
    return tuple(sorted((each for each in found if each.planned), key=lambda each: each.name))


def posts_by(site: Site, field: str, names: Mapping[str, str]) -> tuple[Count, ...]:
    """The figures by something that posts say of themselves (pillar, campaign)."""
    posts = site.workspace.posts

    def key(each: Delivery) -> str | None:
        post = posts.get(each.subject.post)
        value = getattr(post, field) if post else None
        return names.get(value, value) if value else site.say(f"pages.without.{field}")

    return by(site, key)


def _publications(site: Site) -> Iterator[Delivery]:
    return (each for each in site.deliveries if each.subject.action == "publish")


def _was_due(each: Delivery, site: Site) -> bool:
    """Whether it was to be out by now, or is anyway."""
    return each.record.published or (each.subject.at is not None and each.subject.at <= site.now)


def _delay(each: Delivery) -> timedelta | None:
    """From the planned time to the first message's receipt; early counts as punctual."""
    claim = each.record.bound
    planned = (claim.planned if claim else None) or each.subject.at
    first = each.record.receipts.get(0)
    if planned is None or first is None:
        return None
    return max(first.at - planned, timedelta())
