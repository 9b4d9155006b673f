"""Budgets of ``cmops.yml``: each of something that costs, in the currency that it costs."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.adapters import registry
from cmops.check.rule import Scene
from cmops.findings import Finding

_PATH = "cmops.yml"


def budget(scene: Scene) -> Iterator[Finding]:
    """A budget that holds nothing, since it is of nothing, or in another currency."""
    settings = scene.workspace.settings
    channels = settings.channels
    for name, text in settings.publishing.budget.items():
        on = (each.platform for each in channels.values() if each.platform == name)
        platform = channels[name].platform if name in channels else next(on, None)
        currency = _currency(platform)
        if currency is None:
            known = [each.id for each in channels.values() if _currency(each.platform)]
            reason, values = "nothing", {"known": tuple(known) or "–"}
        elif f" {currency}/" not in text:
            reason, values = "currency", {"known": currency}
        else:
            continue
        at = ("publishing", "budget", name)
        told = {"budget": name, "reason": reason, **values}
        yield Finding("CM257", _PATH, at, told, on_key=currency is None)


def _currency(platform: str | None) -> str | None:
    try:
        cost = registry.adapter(platform).platform.cost if platform else None
    except registry.UnknownPlatform:
        return None
    return cost.currency if cost else None
