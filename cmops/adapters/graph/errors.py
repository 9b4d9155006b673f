"""What a Graph API's error codes prove.

Sources: developers.facebook.com, "Graph API: Handling Errors" and "Rate Limits", "Facebook Pages
API Error Codes", "Page Videos", "Instagram Platform: Error Codes" and "Instagram Media Insights",
and "Threads API: Troubleshooting", read on 2026-11-22. A code that is not
listed there is a no for good when it answers a publishing request, and not when it answers another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from cmops.adapters.refusals import in_between
from cmops.failures import Failure, NotSent, Rejected, Throttled
from cmops.http import Answer
from cmops.http.answer import lost, until

BLOCKED_FOR = timedelta(hours=1)
"""How long an account is left alone that Meta has blocked; it does not say for how long."""


class _Says(Enum):
    NOT_NOW = auto()  # nothing was done, and somebody may have to act
    LATER = auto()
    BLOCKED = auto()
    NEVER = auto()
    WHO_KNOWS = auto()


_Key = int | tuple[int, int]

_MEANS: Mapping[_Key, tuple[_Says, str]] = {
    190: (_Says.NOT_NOW, "graph_token"),
    102: (_Says.NOT_NOW, "graph_token"),
    (190, 458): (_Says.NOT_NOW, "graph_app_removed"),
    (190, 459): (_Says.NOT_NOW, "graph_checkpoint"),
    (190, 460): (_Says.NOT_NOW, "graph_token"),
    (190, 463): (_Says.NOT_NOW, "graph_token_over"),
    (190, 464): (_Says.NOT_NOW, "graph_checkpoint"),
    (190, 467): (_Says.NOT_NOW, "graph_token"),
    (190, 492): (_Says.NOT_NOW, "graph_no_role"),
    3: (_Says.NOT_NOW, "graph_permission"),
    10: (_Says.NOT_NOW, "graph_permission"),
    12: (_Says.NOT_NOW, "graph_version"),
    2635: (_Says.NOT_NOW, "graph_version"),
    (25, 2207050): (_Says.NOT_NOW, "graph_checkpoint"),
    (1, 2853006): (_Says.NOT_NOW, "graph_permission"),
    4: (_Says.LATER, "throttled"),
    17: (_Says.LATER, "throttled"),
    32: (_Says.LATER, "throttled"),
    341: (_Says.LATER, "throttled"),
    613: (_Says.LATER, "throttled"),
    80001: (_Says.LATER, "throttled"),
    80002: (_Says.LATER, "throttled"),
    (9, 2207042): (_Says.LATER, "graph_quota"),
    368: (_Says.BLOCKED, "graph_blocked"),
    (4, 2207051): (_Says.BLOCKED, "graph_blocked"),
    506: (_Says.NEVER, "graph_duplicate"),
    100: (_Says.NEVER, "graph_invalid"),
    (100, 33): (_Says.NEVER, "graph_gone"),
    (100, 2207028): (_Says.NEVER, "media_refused"),
    1609005: (_Says.NEVER, "graph_link"),
    352: (_Says.NEVER, "media_refused"),
    382: (_Says.NEVER, "media_refused"),
    6000: (_Says.NEVER, "media_refused"),
    6001: (_Says.NOT_NOW, "media_not_ready"),
    36000: (_Says.NEVER, "media_refused"),
    36001: (_Says.NEVER, "media_refused"),
    36003: (_Says.NEVER, "media_refused"),
    36004: (_Says.NEVER, "graph_invalid"),
    389: (_Says.NOT_NOW, "graph_not_fetched"),
    9004: (_Says.NOT_NOW, "graph_not_fetched"),
    (-2, 2207003): (_Says.NOT_NOW, "graph_not_fetched"),
    (-2, 2207020): (_Says.NOT_NOW, "media_not_ready"),
    9007: (_Says.NOT_NOW, "media_not_ready"),
    (24, 2207006): (_Says.NOT_NOW, "media_not_ready"),
    (24, 2207008): (_Says.NOT_NOW, "media_not_ready"),
    (24, 4279009): (_Says.NOT_NOW, "media_not_ready"),
    -2: (_Says.WHO_KNOWS, "graph_trouble"),
    -1: (_Says.WHO_KNOWS, "graph_trouble"),
    1: (_Says.WHO_KNOWS, "graph_trouble"),
    2: (_Says.WHO_KNOWS, "graph_trouble"),
}
_PERMISSIONS = range(200, 300)
_DENIED, _FEW = 10, "not enough viewers"
"""A story that few have seen has no numbers yet, which is said with the code of a permission."""


def failure(answer: Answer) -> Failure:
    """What an answer that is no yes proves."""
    error = _error(answer)
    code = error.get("code")
    if not isinstance(code, int):
        return in_between(answer)
    says, word = _meaning(code, error)
    if says is _Says.WHO_KNOWS or (says is _Says.NEVER and answer.status >= 500):
        return lost(answer.publishes, word, answer.asked)
    if says is _Says.LATER:
        return Throttled(word, _rested(answer), answer.asked)
    if says is _Says.BLOCKED:
        return Throttled(word, answer.at + BLOCKED_FOR, answer.asked)
    known = word != f"graph_{code}"
    if says is _Says.NEVER and (answer.publishes or known):
        return Rejected(word, answer.asked)
    return NotSent(word, answer.asked)


def _meaning(code: int, error: Mapping[str, Any]) -> tuple[_Says, str]:
    if code == _DENIED and _FEW in str(error.get("message")).lower():
        return _Says.NEVER, "graph_few"
    subcode = error.get("error_subcode")
    keys: tuple[_Key, ...] = ((code, subcode), code) if isinstance(subcode, int) else (code,)
    for key in keys:
        if key in _MEANS:
            return _MEANS[key]
    if code in _PERMISSIONS:
        return _Says.NOT_NOW, "graph_permission"
    if error.get("is_transient") is True:
        return _Says.WHO_KNOWS, "graph_trouble"
    return _Says.NEVER, f"graph_{code}"


def _error(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.look("error")
    except Failure:
        return {}
    return found if isinstance(found, dict) else {}


def _rested(answer: Answer) -> datetime | None:
    """When an app or account may ask again: minutes in a header of Meta's own, where it says so."""
    try:
        said = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
    except ValueError:
        said = {}
    minutes = max(_minutes(said), default=0)
    if minutes > 0:
        return answer.at + timedelta(minutes=min(minutes, 31 * 24 * 60))
    return until(answer.headers, answer.at)


def _minutes(said: Any) -> Iterator[int]:
    for uses in said.values() if isinstance(said, dict) else ():
        for use in uses if isinstance(uses, list) else ():
            wait = use.get("estimated_time_to_regain_access") if isinstance(use, dict) else None
            if isinstance(wait, int):
                yield wait
