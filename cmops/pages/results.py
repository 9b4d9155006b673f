"""How it went, as calendar, campaigns and home tell it: objectives, and figures by campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cmops.errors import CmopsError
from cmops.measure.definitions import Kpi
from cmops.measure.figures import Figures, Point
from cmops.measure.goals import Progress, Standing, progress
from cmops.measure.periods import Kind
from cmops.measure.rows import shown, unit
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import Objective

TOLD = (
    "published",
    "plan-kept",
    "punctuality",
    "reach",
    "impressions",
    "interactions",
    "engagement-rate",
    "shares",
    "link-clicks",
)
"""The KPIs that a campaign is told by, in this order."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective as a tile: ``value`` is empty where nothing is measured.

    ``share`` is how full its bar is, None where a smaller figure is the better one. ``about`` is
    the brand or the channel that alone counts, empty for all of them.
    """

    progress: Progress
    value: str
    target: str
    projected: str
    share: float | None
    about: str = ""

    @property
    def fine(self) -> bool:
        """Whether it is reached, or will be."""
        return self.progress.standing in (Standing.REACHED, Standing.ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI of a campaign; ``value`` is empty where it is not measured."""

    title: str
    value: str
    unit: str


def goals(site: Site) -> tuple[Goal, ...]:
    """The objectives whose period today is in, the worst first."""
    order = list(_ORDER)
    found = [
        goal(site, each)
        for each in _progress(site)
        if each.objective.start <= site.today <= each.objective.end
    ]
    return tuple(sorted(found, key=lambda goal: order.index(goal.progress.standing)))


_ORDER = (
    Standing.MISSED,
    Standing.BEHIND,
    Standing.ON_THE_WAY,
    Standing.REACHED,
    Standing.NOT_MEASURED,
    Standing.NOT_BEGUN,
)


def is_example(site: Site) -> bool:
    """Whether some of the numbers are invented, which every page with numbers must say."""
    return site.facts.figures.example


def campaigns(site: Site) -> Mapping[str, tuple[Figure, ...]]:
    """The figures of each campaign over the last 365 days."""
    figures = site.facts.figures
    told = {each.id: each for each in figures.kpis if each.id in TOLD}
    kpis = [told[id] for id in TOLD if id in told]
    points = {kpi.id: _by_campaign(figures, kpi) for kpi in kpis}
    return {
        id: tuple(_figure(site, kpi, points[kpi.id].get(id)) for kpi in kpis)
        for id in site.workspace.campaigns
    }


def _progress(site: Site) -> Iterator[Progress]:
    try:
        yield from site.facts.figures.objectives()
    except CmopsError:
        # Without the part that works figures out, nothing is measured; the check says so.
        for each in site.workspace.objectives.values():
            yield progress(each, None, None, site.today)


def goal(site: Site, each: Progress) -> Goal:
    """An objective in the site's words."""
    objective = each.objective
    target = shown(objective.target, site.wording, objective.unit or "")
    lower = objective.better == "lower"
    coming = each.projected if each.kpi and each.kpi.adds else None
    return Goal(
        each,
        shown(each.value, site.wording),
        f"≤\u00a0{target}" if lower else target,
        shown(coming, site.wording),
        None if lower else each.share,
        _about(site, objective),
    )


def _about(site: Site, objective: Objective) -> str:
    if objective.channel:
        return site.channel(objective.channel)
    brands = site.settings.brands
    known = brands.get(objective.brand or "")
    return known.name if known and len(brands) > 1 else ""


def _by_campaign(figures: Figures, kpi: Kpi) -> Mapping[str, Point]:
    try:
        return {each.member: each for each in figures.series(kpi, "campaign", Kind.ROLLING)}
    except CmopsError:
        return {}


def _figure(site: Site, kpi: Kpi, point: Point | None) -> Figure:
    value, wording = point.value if point else None, site.wording
    return Figure(kpi.said("title", wording), shown(value, wording), unit(kpi, value, wording))
