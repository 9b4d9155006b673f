"""The figures: an overview, and a page for each KPI."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cmops.errors import CmopsError
from cmops.measure.definitions import Kpi
from cmops.pages.charts import Drawn
from cmops.pages.kpis_figures import BEST_TIME, INDEX, PUBLICATION, Measured, heading, place
from cmops.pages.kpis_one import Compared, compared, one
from cmops.pages.kpis_publication import publication
from cmops.pages.kpis_tables import tables
from cmops.pages.kpis_times import Map, times, week
from cmops.pages.page import Page, Part
from cmops.pages.results import Goal, goal
from cmops.pages.site import Site
from cmops.values import dataclass

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("own", ()),
    ("audience", ("followers", "followers-growth", "members", "new-members", "retained-members")),
    (
        "echo",
        (
            *("reach", "impressions", "interactions", "engagement-rate", "engagement-followers"),
            *("interactions-per-post", "shares", "link-clicks"),
        ),
    ),
    ("talk", ("mentions", "reply-time", "sentiment")),
    ("publishing", ("published", "planned", "plan-kept", "punctuality")),
)
"""What stands together on the overview; a team's own, and whatever is not named, come first."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A KPI at a glance; ``goal`` is the objective whose period today is in."""

    kpi: Kpi
    place: str
    now: Compared
    spark: Drawn | None
    goal: Goal | None


def kpis(site: Site) -> Iterator[Page]:
    """The overview, a page for each KPI, what was published, and the tables for own SQL."""
    measured, label = Measured(site), site.say("pages.kpis")
    goals = _goals(site, measured)
    yield site.page(INDEX, label, _parts(site, measured, goals), label=label)
    for kpi in measured.kpis:
        if kpi.id == BEST_TIME:
            make = partial(times, site, measured, kpi)
        else:
            theirs = tuple(each for each in goals if each.progress.objective.kpi == kpi.id)
            make = partial(one, site, measured, kpi, theirs)
        yield site.kept.counted(place(kpi.id), (repr(kpi), repr(measured.why)), make)
    yield site.kept.counted(PUBLICATION, (), lambda: publication(site))
    yield tables(site)


def _goals(site: Site, measured: Measured) -> tuple[Goal, ...]:
    if measured.why:
        return ()
    return tuple(goal(site, each) for each in measured.figures.objectives())


def _parts(site: Site, measured: Measured, goals: tuple[Goal, ...]) -> Iterator[Part]:
    yield site.html(
        "kpis.html", INDEX, part="lead", measured=measured, notes=_notes(site, measured)
    )
    if goals:
        yield heading(site, "objectives", "objectives")
        today = site.today
        spans = [(each, each.progress.objective) for each in goals]
        now = [each for each, aim in spans if aim.start <= today <= aim.end]
        coming = [each for each, aim in spans if aim.start > today]
        past = [each for each, aim in spans if aim.end < today]
        groups = {"now": now, "coming": coming, "past": past}
        yield site.html("kpis.html", INDEX, part="objectives", groups=groups, place=place)
    for name, found in _groups(measured):
        tiles = [_tile(site, measured, kpi, goals) for kpi in found if kpi.id in measured.measured]
        shown = [tile for tile in tiles if tile]
        if shown:
            yield heading(site, f"group-{name}", f"group-{name}")
            yield site.html("kpis.html", INDEX, part="tiles", tiles=shown, measured=measured)
    best = _best(measured)
    if best:
        yield heading(site, "best-time", "best-time")
        yield site.html(
            "kpis.html", INDEX, part="best", found=best, place=place(BEST_TIME), measured=measured
        )
    lacking = [each for each in measured.kpis if each.id not in measured.measured]
    if lacking and not measured.why:
        yield heading(site, "not-measured-yet", "not-measured")
        places = [(each, place(each.id)) for each in lacking]
        yield site.html("kpis.html", INDEX, part="lacking", lacking=places)
    yield heading(site, "kpis-more", "more")
    yield site.html("kpis.html", INDEX, part="more")


def _notes(site: Site, measured: Measured) -> list[str]:
    """Why the numbers may be old: for the team, which can do something about it."""
    if site.view.lacks("tasks"):
        return []
    notes: list[CmopsError] = [*measured.figures.notes, *([measured.why] if measured.why else [])]
    return [site.wording.error(each) for each in notes]


def _groups(measured: Measured) -> Iterator[tuple[str, list[Kpi]]]:
    named = {id for _, ids in GROUPS for id in ids}
    known = {each.id: each for each in measured.kpis}
    for name, ids in GROUPS:
        if name == "own":
            yield name, [each for id, each in known.items() if id not in named and id != BEST_TIME]
        else:
            yield name, [known[id] for id in ids if id in known]


def _tile(site: Site, measured: Measured, kpi: Kpi, goals: tuple[Goal, ...]) -> Tile | None:
    latest = measured.latest(kpi)
    if latest is None:
        return None
    today = site.today
    current = (
        each
        for each in goals
        if each.progress.objective.kpi == kpi.id
        and each.progress.objective.start <= today <= each.progress.objective.end
    )
    now = compared(measured, kpi, latest)
    return Tile(kpi, place(kpi.id), now, measured.spark(kpi), next(current, None))


def _best(measured: Measured) -> Map | None:
    if measured.why or BEST_TIME not in measured.measured:
        return None
    return week(measured.figures.best_times())
