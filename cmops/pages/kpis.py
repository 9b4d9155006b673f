"""The page of figures: what the ledger alone can tell, and what nobody measures yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cmops.pages import tally
from cmops.pages.page import Page, Part
from cmops.pages.site import Site
from cmops.workspace.model import Campaign, Pillar

INDEX = "kpis/index.md"


def kpis(site: Site) -> Iterator[Page]:
    """The one page."""
    label = site.say("pages.kpis")
    yield site.page(INDEX, label, _parts(site), label=label)


def _parts(site: Site) -> Iterator[Part]:
    whole = tally.total(site)
    posts = {
        each.subject.post
        for each in site.deliveries
        if each.subject.action == "publish" and each.record.published
    }
    yield site.html("kpis.html", INDEX, part="total", total=whole, posts=len(posts))
    months = [
        (site.wording.month(date.fromisoformat(f"{each.name}-01")), each)
        for each in tally.by_month(site)
    ]
    tables = (
        ("by-month", months),
        ("by-channel", _named(tally.by(site, lambda each: site.channel(each.subject.channel)))),
        ("by-pillar", _named(tally.posts_by(site, "pillar", _names(site.settings.pillars)))),
        ("by-campaign", _named(tally.posts_by(site, "campaign", _names(site.workspace.campaigns)))),
    )
    for name, rows in tables:
        if rows:
            yield site.heading(name, name)
            most = max((each.planned for _, each in rows), default=0)
            yield site.html("kpis.html", INDEX, part="table", name=name, rows=rows, most=most)
    objectives = [tally.reached(site, each) for each in site.workspace.objectives.values()]
    if objectives:
        yield site.heading("objectives", "objectives")
        yield site.html("kpis.html", INDEX, part="objectives", objectives=objectives)
    yield site.heading("how-measured", "how")
    yield site.html("kpis.html", INDEX, part="how", on_time=tally.ON_TIME)


def _named(rows: tuple[tally.Count, ...]) -> list[tuple[str, tally.Count]]:
    return [(each.name, each) for each in rows]


def _names(known: Mapping[str, Pillar] | Mapping[str, Campaign]) -> dict[str, str]:
    return {id: each.name for id, each in known.items()}
