"""Posts of one channel that follow each other too closely."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cmops.check.rule import Scene
from cmops.check.slots import Slot, gathered, slots
from cmops.findings import Finding
from cmops.workspace.model import Post


def spacing(scene: Scene) -> Iterator[Finding]:
    """The later of two posts that are closer than ``publishing.spacing`` asks for."""
    return gathered(_close(scene))


def _close(scene: Scene) -> Iterator[tuple[Post, str, Finding]]:
    wanted = scene.workspace.settings.publishing.spacing
    if not wanted:
        return
    by_channel: dict[str, list[Slot]] = {}
    for slot in slots(scene.workspace, scene.now):
        by_channel.setdefault(slot.channel.id, []).append(slot)
    for planned in by_channel.values():
        planned.sort(key=lambda slot: (slot.when, slot.post.path))
        for before, slot in pairwise(planned):
            if slot.when - before.when < wanted and slot.post is not before.post:
                values = {
                    "other": before.post.path,
                    "minutes": int((slot.when - before.when).total_seconds()) // 60,
                    "wanted": int(wanted.total_seconds()) // 60,
                    "time": slot.when,
                }
                finding = Finding("CM316", slot.post.path, slot.at, values)
                yield slot.post, slot.channel.id, finding
