"""What each delivery got, as far as anybody has counted it: how many saw it, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cmops.errors import CmopsError
from cmops.measure.definitions import Kpi
from cmops.measure.figures import Figures
from cmops.measure.rows import shown, unit
from cmops.wording import Wording

TOLD = ("impressions", "interactions", "link-clicks")
"""The KPIs in whose words a delivery's numbers are told, in this order."""

_ONE = """
SELECT 'delivery' AS dimension, key AS member, 'all' AS period, 'all' AS period_name,
       {value} AS value
FROM results
WHERE metric IN ({metrics})
GROUP BY key
"""
_SQL = {
    "impressions": _ONE.format(
        value="COALESCE(MAX(value) FILTER (WHERE metric = 'impressions'), MAX(value))",
        metrics="'impressions', 'views'",
    ),
    "interactions": _ONE.format(
        value="SUM(value)", metrics="'likes', 'comments', 'shares', 'quotes', 'saves'"
    ),
    "link-clicks": _ONE.format(value="SUM(value)", metrics="'clicks'"),
}


class Counted:
    """The newest numbers of every delivery; none where figures cannot be worked out."""

    def __init__(self, figures: Figures, wording: Wording) -> None:
        self._figures = figures
        self._wording = wording
        self._known: dict[str, Mapping[str, float]] = {}
        self._said: dict[tuple[str, float], str] = {}

    def by_delivery(self, name: str) -> Mapping[str, float]:
        """One of ``TOLD`` by the delivery's key."""
        if name not in self._known:
            self._known[name] = self._asked(name)
        return self._known[name]

    def words(self, key: str) -> tuple[str, ...]:
        """A delivery's numbers as people read them; nothing where nobody has counted."""
        found = []
        for name, numbers in self._named:
            value = numbers.get(key)
            if value is not None:
                found.append(self._said.get((name, value)) or self._say(name, value))
        return tuple(found)

    def told(self, key: str) -> str:
        """What changes when its numbers do."""
        return " ".join([str(numbers.get(key)) for _, numbers in self._named])

    @property
    def example(self) -> bool:
        """Whether some of the numbers are invented, which every page that has one must say."""
        return self._figures.example

    @cached_property
    def _named(self) -> tuple[tuple[str, Mapping[str, float]], ...]:
        return tuple((name, self.by_delivery(name)) for name in TOLD)

    def _say(self, name: str, value: float) -> str:
        kpi = self._figures.kpi(name)
        said = shown(value, self._wording, unit(kpi, value, self._wording) if kpi else "")
        return self._said.setdefault((name, value), said)

    def _asked(self, name: str) -> Mapping[str, float]:
        nothing: Mapping[str, str] = {}
        # The space keeps it apart from every KPI that a team can define.
        ask = Kpi(
            id=f" {name}", path="", title=nothing, meaning=nothing, unit=nothing, formula=nothing,
            better="higher", needs=(), adds=True, own=False, sql=_SQL[name],
        )  # fmt: skip
        try:
            return {row.member: row.value for row in self._figures.rows(ask)}
        except CmopsError:
            return {}
