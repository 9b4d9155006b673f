"""What ``calendar/`` refers to, and periods that end before they begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from cmops.check.names import Names
from cmops.check.rule import Scene
from cmops.findings import Finding, Pointer

if TYPE_CHECKING:
    from cmops.workspace.model import Campaign, Event, Objective, Scope, Windows


def programme(scene: Scene) -> Iterator[Finding]:
    """Campaigns, events, objectives, key dates and windows: their names and periods."""
    workspace, names = scene.workspace, Names(scene.workspace)
    for campaign in workspace.campaigns.values():
        yield from _campaign(campaign, names)
    for event in workspace.events.values():
        yield from _event(event, names)
    for objective in workspace.objectives.values():
        yield from _objective(objective, names)
    for key_date in workspace.key_dates:
        yield from names.all("brand", key_date.brands, key_date.path, (*key_date.pointer, "brands"))
        yield from _period(key_date.start, key_date.end, key_date.path, key_date.pointer)
    yield from _windows(workspace.windows, names)


def scope(scope: Scope, names: Names, path: str, at: Pointer) -> Iterator[Finding]:
    """The brands, channels and campaigns that a pause or a quiet period names."""
    yield from names.all("brand", scope.brands, path, (*at, "brands"))
    yield from names.all("channel", scope.channels, path, (*at, "channels"))
    yield from names.all("campaign", scope.campaigns, path, (*at, "campaigns"))


def _campaign(campaign: Campaign, names: Names) -> Iterator[Finding]:
    path = campaign.path
    yield from names.one("objective", campaign.objective, path, ("objective",))
    yield from names.one("brand", campaign.brand, path, ("brand",))
    yield from names.all("audience", campaign.audiences, path, ("audiences",))
    yield from names.all("channel", campaign.channels, path, ("channels",))
    yield from _period(campaign.start, campaign.end, path, ())


def _event(event: Event, names: Names) -> Iterator[Finding]:
    yield from names.one("brand", event.brand, event.path, ("brand",))
    yield from names.one("campaign", event.campaign, event.path, ("campaign",))
    yield from names.all("channel", event.channels, event.path, ("channels",))
    yield from _period(event.start, event.end, event.path, ())


def _objective(objective: Objective, names: Names) -> Iterator[Finding]:
    path, at = objective.path, objective.pointer
    yield from names.one("brand", objective.brand, path, (*at, "brand"))
    yield from names.one("channel", objective.channel, path, (*at, "channel"))
    yield from _period(objective.start, objective.end, path, at)


def _windows(windows: Windows, names: Names) -> Iterator[Finding]:
    path = windows.path
    for index, window in enumerate(windows.publishing):
        at: Pointer = ("publishing", index)
        yield from names.all("channel", window.channels, path, (*at, "channels"))
        yield from names.all("brand", window.brands, path, (*at, "brands"))
        if window.end <= window.start:
            values = {"start": window.start, "end": window.end}
            yield Finding("CM319", path, (*at, "end"), values)
    for index, quiet in enumerate(windows.quiet):
        at = ("quiet", index)
        yield from scope(quiet.scope, names, path, (*at, "scope"))
        yield from _period(quiet.start, quiet.end, path, at)


def _period(
    start: date | datetime | None, end: date | datetime | None, path: str, at: Pointer
) -> Iterator[Finding]:
    """Days are inclusive, so that one day is a period; moments must be apart."""
    if start is None or end is None:
        return
    if end < start or (end == start and isinstance(end, datetime)):
        yield Finding("CM319", path, (*at, "end"), {"start": start, "end": end})
