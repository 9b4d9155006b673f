"""Whether the time of each delivery suits the calendar: quiet periods, windows, campaigns, events.

Warnings tell what a colleague would say on seeing the week's plan; only a quiet period that is
meant firmly is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from cmops.check.rule import Scene
from cmops.check.slots import Slot, gathered, slots
from cmops.findings import Finding, Pointer
from cmops.workspace.model import Post, Workspace

if TYPE_CHECKING:
    from cmops.workspace.model import Window

Found = Iterator[tuple[Post, str, Finding]]
_QUIET = {"error": "CM311", "warning": "CM312"}


def agenda(scene: Scene) -> Iterator[Finding]:
    """What the calendar says against the time of a delivery; the past is left alone."""
    return gathered(_all(scene))


def _all(scene: Scene) -> Found:
    workspace = scene.workspace
    windows = _windows(workspace)
    calendar = workspace.windows
    for slot in slots(workspace, scene.now):
        if calendar.quiet:
            yield from _quiet(slot, workspace)
        if windows and (own := windows.get(slot.channel.id)):
            yield from _outside(slot, own)
        for field, check in _CHECKS.items():
            if getattr(slot.post, field) is not None:
                yield from check(slot, workspace)


def _windows(workspace: Workspace) -> Mapping[str, tuple[Window, ...]]:
    """The publishing windows of each channel that has any."""
    if not workspace.windows.publishing:
        return {}
    channels = workspace.settings.channels.values()
    return {each.id: workspace.windows.of(each.id, each.brand) for each in channels}


def _quiet(slot: Slot, workspace: Workspace) -> Found:
    post, channel = slot.post, slot.channel
    for period in workspace.windows.quiet:
        if period.covers(slot.when) and period.scope.covers(
            channel.id, channel.brand, post.campaign
        ):
            values = {"reason": period.reason, "until": period.end, "time": slot.when}
            yield _found(_QUIET[period.level], slot, values)


def _outside(slot: Slot, windows: tuple[Window, ...]) -> Found:
    if not any(window.covers(slot.when) for window in windows):
        spans = tuple(dict.fromkeys(f"{each.start}–{each.end}" for each in windows))
        yield _found("CM313", slot, {"time": slot.when, "windows": spans})


def _campaign(slot: Slot, workspace: Workspace) -> Found:
    campaign = workspace.campaigns.get(slot.post.campaign or "")
    if campaign is None:
        return
    if not campaign.start <= slot.when.date() <= campaign.end:
        values = {"name": campaign.id, "start": campaign.start, "end": campaign.end}
        yield _found("CM314", slot, {**values, "time": slot.when})
    if slot.channel.id not in campaign.channels:
        given = {"name": campaign.id, "known": campaign.channels}
        yield _found("CM315", slot, given, ("campaign",))


def _event(slot: Slot, workspace: Workspace) -> Found:
    event = workspace.events.get(slot.post.event or "")
    if event is None:
        return
    if event.status == "cancelled":
        yield _found("CM318", slot, {"name": event.name, "event": event.path}, ("event",))
        return
    # A release is talked about from its start on; it ends only when it says so.
    end = event.end or (None if event.type == "release" else event.start)
    if end is not None and slot.when >= end and event.id != slot.post.contest:
        yield _found("CM317", slot, {"time": slot.when, "name": event.name, "end": end})


def _contest(slot: Slot, workspace: Workspace) -> Found:
    event = workspace.events.get(slot.post.contest or "")
    if event is None or event.type != "contest" or not (event.start and event.end):
        return
    if not event.start <= slot.when < event.end:
        values = {"name": event.name, "start": event.start, "end": event.end}
        yield _found("CM712", slot, {**values, "time": slot.when})


_CHECKS: Mapping[str, Callable[[Slot, Workspace], Found]] = {
    "campaign": _campaign,
    "event": _event,
    "contest": _contest,
}


def _found(
    code: str, slot: Slot, values: Mapping[str, object], at: Pointer | None = None
) -> tuple[Post, str, Finding]:
    return slot.post, slot.channel.id, Finding(code, slot.post.path, at or slot.at, values)
