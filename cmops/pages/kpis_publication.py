"""What was planned and what went out: the ledger alone can tell, without any network's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cmops.pages import tally
from cmops.pages.kpis_figures import INDEX, PUBLICATION, heading
from cmops.pages.page import Page, Part
from cmops.pages.site import Site
from cmops.workspace.model import Brand, Campaign, Channel, Pillar


def publication(site: Site) -> Page:
    """The page."""
    trail = ((INDEX, site.say("pages.kpis")),)
    return site.page(PUBLICATION, site.say("kpis.publication"), _parts(site), trail=trail)


def _parts(site: Site) -> Iterator[Part]:
    found = tally.outcomes(site)
    whole = tally.counted("", found)
    posts = {each.subject.post for each in found if each.published}
    yield site.html(_TEMPLATE, PUBLICATION, part="total", total=whole, posts=len(posts))
    for name, rows in _tables(site, found):
        if rows:
            yield heading(site, name, name)
            most = max((each.planned for _, each in rows), default=0)
            yield site.html(_TEMPLATE, PUBLICATION, part="table", name=name, rows=rows, most=most)
    yield heading(site, "how-measured", "how")
    yield site.html(_TEMPLATE, PUBLICATION, part="how", on_time=tally.ON_TIME)


_TEMPLATE = "kpis-publication.html"


def _tables(
    site: Site, found: tuple[tally.Outcome, ...]
) -> Iterator[tuple[str, list[tuple[str, tally.Count]]]]:
    yield (
        "by-month",
        [
            (site.wording.month(date.fromisoformat(f"{each.name}-01")), each)
            for each in reversed(tally.by_month(found))
        ],
    )
    if len(site.settings.brands) > 1:
        names = _names(site.settings.brands)
        by_brand = tally.by(found, lambda subject: names.get(subject.brand, subject.brand))
        yield "by-brand", _named(by_brand)
    channels = _names(site.settings.channels)
    by_channel = tally.by(found, lambda subject: channels.get(subject.channel, subject.channel))
    yield "by-channel", _named(by_channel)
    yield "by-pillar", _named(tally.posts_by(site, found, "pillar", _names(site.settings.pillars)))
    yield (
        "by-campaign",
        _named(tally.posts_by(site, found, "campaign", _names(site.workspace.campaigns))),
    )


def _named(rows: tuple[tally.Count, ...]) -> list[tuple[str, tally.Count]]:
    return [(each.name, each) for each in rows]


def _names(known: Mapping[str, Pillar | Campaign | Brand | Channel]) -> dict[str, str]:
    return {id: each.name for id, each in known.items()}
