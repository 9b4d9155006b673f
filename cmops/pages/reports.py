"""Monthly reports, one a brand and month: two sides of paper that a manager brings to a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cmops.measure.periods import DAY, Kind, Period, of
from cmops.pages.kpis_figures import Measured, heading, place
from cmops.pages.page import Page, Part
from cmops.pages.reports_month import Month, Months
from cmops.pages.site import Site

INDEX = "reports/index.md"
MOST = 24
"""Months that a brand's reports go back, besides those that somebody wrote about."""

_TEMPLATE = "report.html"


def reports(site: Site) -> Iterator[Page]:
    """The list of them, and each."""
    months = Months(site, Measured(site))
    label = site.say("kpis.reports")
    shown = {brand: _shown(site, months, brand) for brand in months.brands}
    yield site.page(INDEX, label, _index(site, months, shown), label=label)
    for brand, periods in shown.items():
        for period in periods:
            sources = _sources(site, months, period)
            make = partial(report, site, months, brand, period)
            yield site.kept.counted(address(brand, period), sources, make)


def _sources(site: Site, months: Months, period: Period) -> Iterator[str]:
    """What a report is made of besides figures: its month's posts, and those that come next."""
    yield repr(months.measured.why)
    following = of(Kind.MONTH, period.end + DAY)
    for days in range((following.end - period.start).days + 1):
        yield site.kept.day(period.start + days * DAY)


def address(brand: str | None, period: Period) -> str:
    """The page of a report."""
    return f"reports/{brand}-{period.name}.md" if brand else f"reports/{period.name}.md"


def name(site: Site, brand: str | None) -> str:
    """Whose report it is."""
    known = site.settings.brands.get(brand or "")
    return known.name if known else site.settings.name


def report(site: Site, months: Months, brand: str | None, period: Period) -> Page:
    """One report."""
    month, title = months.month(brand, period), titled(site, months, brand, period)
    trail = ((INDEX, site.say("kpis.reports")),)
    return site.page(address(brand, period), title, _parts(site, months, month), trail=trail)


def titled(site: Site, months: Months, brand: str | None, period: Period) -> str:
    """What a report is called."""
    month = months.measured.title(period)
    return site.say("kpis.report-title", brand=_whose(site, months, brand), month=month)


def _whose(site: Site, months: Months, brand: str | None) -> str:
    several = len(months.brands) > 1
    return site.say("kpis.everybody") if several and brand is None else name(site, brand)


def _shown(site: Site, months: Months, brand: str | None) -> tuple[Period, ...]:
    written = {each.month for each in site.workspace.reports.values()}
    found = months.of(brand)
    return (*found[:MOST], *(each for each in found[MOST:] if each.name in written))


def _index(
    site: Site, months: Months, shown: dict[str | None, tuple[Period, ...]]
) -> Iterator[Part]:
    measured = months.measured
    yield site.html(_TEMPLATE, INDEX, part="lead", measured=measured, any=any(shown.values()))
    for brand, periods in shown.items():
        if not periods:
            continue
        if len(shown) > 1:
            yield heading(
                site, "reports-of", f"of-{brand or 'all'}", of=_whose(site, months, brand)
            )
        rows = [
            (each, address(brand, each), _written(site, months, brand, each)) for each in periods
        ]
        yield site.html(_TEMPLATE, INDEX, part="index", rows=rows, measured=measured)


def _written(site: Site, months: Months, brand: str | None, period: Period) -> bool:
    found = site.workspace.reports.values()
    alone = len(months.brands) == 1
    return any(each.month == period.name and (alone or each.brand == brand) for each in found)


def _parts(site: Site, months: Months, month: Month) -> Iterator[Part]:
    path, measured = address(month.brand, month.period), months.measured
    values = {"month": month, "measured": measured, "place": place}
    several = len(months.brands) > 1
    yield site.html(_TEMPLATE, path, part="top", **values)
    if month.written:
        yield heading(site, "report-written", "written")
        for each in month.written:
            yield from site.draw.prose(each.body, level=3)
    elif not site.view.lacks("tasks"):
        yield site.html(_TEMPLATE, path, part="unwritten", several=several, **values)
    for part, there in (
        ("figures", month.figures),
        ("ranked", month.tops),
        ("channels", len(month.channels) > 1),
        ("goals", month.goals),
        ("coming", month.ahead),
    ):
        if there:
            yield heading(site, f"report-{part}", part)
            yield site.html(_TEMPLATE, path, part=part, **values)
