"""The best time to post: the week as a map, with how sure each place in it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cmops.measure.definitions import Kpi
from cmops.measure.run import Row
from cmops.pages.kpis_figures import INDEX, Measured, heading, place
from cmops.pages.kpis_one import explained
from cmops.pages.page import Page, Part
from cmops.pages.site import Site
from cmops.values import dataclass

ORDINARY = 100
"""What an ordinary delivery of the same channel gets."""

_BEST = 3
_DAYS = range(1, 8)
_STRONGEST = 45
"""Percent of colour in the place that is farthest from the ordinary."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the week. ``tone`` is ``good``, ``bad`` or empty; ``heat`` percent of colour."""

    row: Row
    tone: str
    heat: int

    @property
    def certain(self) -> bool:
        """Whether chance alone would hardly put it on this side of the ordinary."""
        row = self.row
        return (row.low or 0) > ORDINARY or (row.high or ORDINARY) < ORDINARY


@dataclass(frozen=True, slots=True)
class Map:
    """A week: for each hour a cell for each day, Monday first, None where nothing went out.

    Seven columns fit a telephone; the hours of a day do not.
    """

    hours: tuple[tuple[int, tuple[Cell | None, ...]], ...]
    best: tuple[Cell, ...]
    counted: int

    @property
    def certain(self) -> bool:
        """Whether any place is better than the ordinary beyond what chance would do."""
        return any(cell.certain and cell.tone == "good" for cell in self.best)


def times(site: Site, measured: Measured, kpi: Kpi) -> Page:
    """The page."""
    trail = ((INDEX, site.say("pages.kpis")),)
    title = kpi.said("title", site.wording)
    return site.page(place(kpi.id), title, _parts(site, measured, kpi), trail=trail)


def _parts(site: Site, measured: Measured, kpi: Kpi) -> Iterator[Part]:
    path = place(kpi.id)
    whole = week(measured.figures.best_times()) if not measured.why else None
    values = {"kpi": kpi, "measured": measured}
    yield site.html("kpis-times.html", path, part="lead", found=whole, **values)
    if whole is None:
        yield from explained(site, measured, kpi)
        return
    yield heading(site, "best-of-all", "week")
    yield site.html("kpis-times.html", path, part="maps", maps=[("", whole)], **values)
    for by, members in _members(site).items():
        maps = ((each, week(measured.figures.best_times(each, by))) for each in members)
        shown = [(measured.name(by, each), found) for each, found in maps if found]
        if shown:
            yield heading(site, f"by-{by}", f"by-{by}")
            yield site.html("kpis-times.html", path, part="maps", maps=shown, **values)
    yield from explained(site, measured, kpi)


def _members(site: Site) -> Mapping[str, Sequence[str]]:
    brands = list(site.settings.brands)
    return {
        "brand": brands if len(brands) > 1 else [],
        "channel": list(site.settings.channels),
    }


def week(rows: Sequence[Row]) -> Map | None:
    """The map of a week out of its places, the best first; None where there are none."""
    known = [each for each in rows if each.weekday is not None and each.hour is not None]
    if not known:
        return None
    far = max(abs(each.value - ORDINARY) for each in known) or 1.0
    cells = {(each.weekday, each.hour): _cell(each, far) for each in known}
    hours = sorted({each.hour for each in known if each.hour is not None})
    span = range(hours[0], hours[-1] + 1)
    places = tuple((hour, tuple(cells.get((day, hour)) for day in _DAYS)) for hour in span)
    best = tuple(_cell(each, far) for each in known if each.value > ORDINARY)[:_BEST]
    return Map(places, best, sum(each.n or 0 for each in known))


def _cell(row: Row, far: float) -> Cell:
    away = row.value - ORDINARY
    heat = round(_STRONGEST * abs(away) / far)
    return Cell(row, "good" if away > 0 else "bad" if away < 0 else "", heat)
