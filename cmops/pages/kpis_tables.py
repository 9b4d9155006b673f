"""The tables that a KPI's SQL reads, for those who write one of their own."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.measure.tables import MORE, RESULT, TABLES
from cmops.pages import kpis_figures
from cmops.pages.kpis_figures import INDEX, heading
from cmops.pages.page import Page, Part
from cmops.pages.site import Site


def tables(site: Site) -> Page:
    """The page."""
    trail = ((INDEX, site.say("pages.kpis")),)
    return site.page(kpis_figures.TABLES, site.say("kpis.tables"), _parts(site), trail=trail)


def _parts(site: Site) -> Iterator[Part]:
    path = kpis_figures.TABLES
    yield site.html("kpis-tables.html", path, part="lead", result=RESULT, more=MORE)
    for name, columns in TABLES.items():
        yield heading(site, "kpi-table", f"table-{name}", 2, table=name)
        yield site.html("kpis-tables.html", path, part="table", name=name, columns=columns)
