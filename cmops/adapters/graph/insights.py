"""Numbers of a post as "insights" give them: one row a metric, its values inside."""

from __future__ import annotations

from cmops.adapters.counts import is_count
from cmops.http import Answer


def numbers(answer: Answer) -> dict[str, int]:
    """The first value of each metric by Meta's name for it; what has none is left out."""
    found = {}
    for each in answer.look("data") or ():
        try:
            name, value = each["name"], each["values"][0]["value"]
        except (TypeError, LookupError):
            continue
        if is_count(value):
            found[str(name)] = value
    return found
