"""Numbers as platforms give them: what is there, and is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from cmops.adapters.contract import Metric


def counted(said: Any, names: Mapping[str, Metric]) -> dict[Metric, int]:
    """The metrics by the names that the platform has for them.

    What it does not tell is left out: nothing said is not zero.
    """
    values = said if isinstance(said, Mapping) else {}
    return {metric: values[name] for name, metric in names.items() if is_count(values.get(name))}


def one(metric: Metric, value: Any) -> dict[Metric, int]:
    """This one number, if it is one."""
    return {metric: value} if is_count(value) else {}


def added(rows: Any) -> int:
    """The ``count`` of every row, together: reactions are counted one emoji at a time."""
    each_row = rows if isinstance(rows, Iterable) else ()
    counts = (row.get("count") for row in each_row if isinstance(row, Mapping))
    return sum(count for count in counts if is_count(count))


def is_count(value: Any) -> TypeGuard[int]:
    """Whether something was counted: a whole number that is not negative."""
    return type(value) is int and value >= 0
