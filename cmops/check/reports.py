"""Monthly reports: one a month and brand, of a month that has begun, short enough to be printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from cmops.check.names import Names
from cmops.check.rule import Scene
from cmops.findings import Finding
from cmops.workspace.model import Report

TWICE = "CM260"
OTHER_MONTH = "CM261"
TOO_EARLY = "CM262"
TOO_LONG = "CM263"

MOST = 2400
"""Characters of comments that still print on two sides of A4 below a month's numbers."""

AHEAD = timedelta(days=183)
"""A report may be begun early; half a year ahead it is a slip."""

_MONTH = re.compile(r"(?<!\d)(20\d\d-(?:0[1-9]|1[0-2]))(?!-?\d)")


def reports(scene: Scene) -> Iterator[Finding]:
    """What is wrong with what managers wrote about months."""
    names = Names(scene.workspace)
    seen: dict[tuple[str, str | None], Report] = {}
    for each in scene.workspace.reports.values():
        first = seen.setdefault((each.month, each.brand), each)
        if first is not each:
            for one, other in ((each, first), (first, each)):
                values = {"month": each.month, "other": other.path}
                yield Finding(TWICE, one.path, ("month",), values)
        yield from names.one("brand", each.brand, each.path, ("brand",))
        yield from _month(each, scene)
        if len(each.body.strip()) > MOST:
            told = {"length": len(each.body.strip()), "most": MOST}
            yield Finding(TOO_LONG, each.path, values=told, place=(1, 1))


def _month(each: Report, scene: Scene) -> Iterator[Finding]:
    told = _MONTH.search(each.path)
    if told and told[1] != each.month:
        values = {"month": each.month, "told": told[1]}
        yield Finding(OTHER_MONTH, each.path, ("month",), values)
    if each.first > scene.now.date() + AHEAD:
        yield Finding(TOO_EARLY, each.path, ("month",), {"month": each.month})
