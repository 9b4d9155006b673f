"""Instagram and Threads publish in two steps: a container is filled, then made public.

A container may take a while to be ready, and nothing of it can be seen until it is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cmops.adapters.graph.api import Graph
from cmops.failures import NotSent, Rejected, Throttled
from cmops.http import Answer

WAITS = (1, 1, 2, 3, 5, 8, 10, 15, 15, 15, 15, 15)
"""Seconds between questions whether a container is ready: not quite two minutes in all."""

_SUBCODE = re.compile(r"22\d{5}")
# Instagram's subcodes that say nothing against the file: time-outs, and trouble of its own.
_PASSING = frozenset({"2207001", "2207003", "2207020", "2207032", "2207052", "2207053"})
_FETCHING = frozenset({"2207003", "2207052", "FAILED_DOWNLOADING_VIDEO"})


def wait_for(graph: Graph, container: str, fields: str, sleep: Callable[[float], None]) -> None:
    """Returns once the container can be published. ``fields`` are its state and its trouble.

    Raises Rejected when a file in it is refused, NotSent when it could not be made ready.
    """
    state, trouble = fields.split(",")
    for seconds in (*WAITS, None):
        answer = graph.read("GET", f"/{container}", params={"fields": fields})
        said = answer.text(state)
        if said == "FINISHED":
            return
        if said == "ERROR":
            raise _refused(str(answer.look(trouble) or ""))
        if said != "IN_PROGRESS" or seconds is None:
            break
        sleep(seconds)
    raise NotSent("media_not_ready")


def leave_room(answer: Answer, usage: str = "quota_usage", config: str = "config") -> None:
    """Raises Throttled when the account has published all that it may in a day."""
    used, most = (answer.look("data", 0, *way) for way in ((usage,), (config, "quota_total")))
    if isinstance(used, int) and isinstance(most, int) and used >= most:
        raise Throttled("graph_quota")


def _refused(trouble: str) -> Rejected | NotSent:
    found = _SUBCODE.search(trouble)
    word = found[0] if found else trouble
    if word in _FETCHING:
        return NotSent("graph_not_fetched")
    if word in _PASSING or word in {"", "UNKNOWN"}:
        return NotSent("media_not_ready")
    return Rejected("media_refused")
