"""What marks a day besides posts: events, key dates, campaigns and quiet periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cmops.pages import filters
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import KeyDate


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on one day or more: ``event``, ``holiday``, ``key-date``, ``campaign``, ``quiet``.

    ``place`` is the page that says more; ``what`` a word on its kind, time or scope; ``told`` is
    what it is to the filters; ``id`` is the key date's.
    """

    kind: str
    name: str
    first: date
    last: date
    what: str = ""
    place: tuple[str, str] | None = None
    told: str = ""
    id: str = ""

    def on(self, day: date) -> bool:
        """Whether it lies on this day."""
        return self.first <= day <= self.last

    def begins(self, day: date, first: date) -> bool:
        """Whether a list that starts at ``first`` has it on this day: only where it begins."""
        return max(self.first, first) == day


def marks(site: Site, first: date, last: date) -> tuple[Mark, ...]:
    """Everything that lies between two days, campaigns first, each kind by its beginning."""
    kinds = (_campaigns(site), _quiet(site), _events(site), _key_dates(site, first, last))
    found = [mark for kind in kinds for mark in sorted(kind, key=lambda mark: mark.first)]
    return tuple(mark for mark in found if mark.first <= last and mark.last >= first)


def is_public_holiday(each: KeyDate) -> bool:
    """Whether work stops on it somewhere: a feast that is nobody's day off names no country."""
    return each.kind == "holiday" and bool(each.countries or each.regions)


def key_date_name(site: Site, each: KeyDate) -> str:
    """Its name in the site's language, else in the first there is."""
    return each.name.get(site.wording.language) or next(iter(each.name.values()))


def key_date_kind(site: Site, each: KeyDate) -> str:
    """What it is, and where."""
    feast = each.kind == "holiday" and not is_public_holiday(each)
    kind = site.say("calendar.feast") if feast else site.say(f"pages.key-date.{each.kind}")
    return ", ".join((kind, *(each.regions or each.countries)))


def _campaigns(site: Site) -> Iterator[Mark]:
    what = site.say("pages.campaign")
    for each in site.workspace.campaigns.values():
        place = (f"campaigns/{each.id}.md", "")
        brands = (each.brand,) if each.brand else filters.brands(site, each.channels)
        told = filters.of(brands, each.channels, (each.id,))
        yield Mark("campaign", each.name, each.start, each.end, what, place, told)


def _quiet(site: Site) -> Iterator[Mark]:
    what = site.say("pages.quiet")
    for each in site.workspace.windows.quiet:
        if each.start and each.end:
            told = filters.of_scope(site, each.scope)
            last = _last(each.end)
            yield Mark("quiet", each.reason, each.start.date(), last, what, None, told)


def _events(site: Site) -> Iterator[Mark]:
    for each in site.workspace.events.values():
        if each.start is None:
            continue
        last = _last(each.end) if each.end and each.end > each.start else each.start.date()
        what = f"{each.start:%H:%M}, {site.say(f'pages.event.{each.type}')}"
        place = (f"events/{each.id}.md", "")
        cancelled = each.status == "cancelled"
        name = site.say("pages.cancelled", name=each.name) if cancelled else each.name
        told = filters.of_event(site, each)
        yield Mark("event", name, each.start.date(), last, what, place, told)


def _key_dates(site: Site, first: date, last: date) -> Iterator[Mark]:
    for each in site.workspace.key_dates:
        name, what = key_date_name(site, each), key_date_kind(site, each)
        told = filters.of(each.brands)
        kind = "holiday" if is_public_holiday(each) else "key-date"
        for start, end in each.spans(first, last):
            yield Mark(kind, name, start, end, what, None, told, each.id)


def _last(end: datetime) -> date:
    """The last day of a span that ends at this moment, which is not part of it."""
    return (end - timedelta(microseconds=1)).date()
