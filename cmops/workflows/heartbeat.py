"""Whether publishing still runs: pure, from the last runs, the schedule, and what should be out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from cmops.github.runs import Run
from cmops.publish.plan import Delivery
from cmops.publish.reasons import State
from cmops.values import dataclass
from cmops.workflows import schedule

KEY = "heartbeat"
"""The key of the one alert."""

PATIENCE = timedelta(hours=2)
"""How late GitHub may start a scheduled run before it counts as skipped."""

_FAILURES = 5
_NOT_RUN = frozenset({"startup_failure", "cancelled", "skipped", "stale", "action_required"})
_BEGUN_BY_ITSELF = "schedule"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that says that publishing stopped: a phrase and its values."""

    phrase: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at: publishing's workflow (None: there is none), its runs and cron lines."""

    state: str | None
    runs: Sequence[Run]
    crons: Sequence[str]


def signs(seen: Seen, deliveries: Iterable[Delivery], now: datetime) -> tuple[Sign, ...]:
    """Everything that says that publishing does not run; nothing while it does."""
    found: list[Sign] = []
    if seen.state is None:
        found.append(Sign("workflows.heartbeat.missing"))
    elif seen.state != "active":
        found.append(Sign("workflows.heartbeat.disabled", {"state": seen.state}))
    elif stopped := _stopped(seen, now):
        found.append(stopped)
    elif failing := _failing(seen.runs):
        found.append(failing)
    return (*found, *_waiting(deliveries, seen, now))


def _stopped(seen: Seen, now: datetime) -> Sign | None:
    """No run began by itself for longer than the schedule leaves between two."""
    most = schedule.pause(seen.crons)
    if most is None:
        return Sign("workflows.heartbeat.unscheduled")
    began = [
        each.at
        for each in seen.runs
        if each.event == _BEGUN_BY_ITSELF and each.conclusion not in _NOT_RUN
    ]
    if not began:
        # Freshly set up: GitHub needs a while, and other runs show that there is a repository.
        first = min((each.at for each in seen.runs), default=None)
        late = first is None or now - first > most + PATIENCE
        return Sign("workflows.heartbeat.never") if late else None
    last = max(began)
    if now - last <= most + PATIENCE:
        return None
    values: dict[str, object] = {"last": last.astimezone(now.tzinfo), "hours": _hours(most)}
    return Sign("workflows.heartbeat.stopped", values)


def _failing(runs: Sequence[Run]) -> Sign | None:
    """Many runs failed, one after the other: each of them tells, and nobody listens any more."""
    ended = [each for each in runs if each.conclusion is not None][:_FAILURES]
    if len(ended) == _FAILURES and all(each.conclusion == "failure" for each in ended):
        return Sign("workflows.heartbeat.failing", {"count": _FAILURES, "url": ended[0].url})
    return None


def _waiting(deliveries: Iterable[Delivery], seen: Seen, now: datetime) -> Iterator[Sign]:
    """What should be out and was not even tried."""
    wait = (schedule.pause(seen.crons) or timedelta(hours=2)) + PATIENCE
    for each in deliveries:
        at = each.subject.at
        if _untried(each) and at is not None and now - at > wait:
            name = f"{each.subject.post}@{each.subject.channel}"
            yield Sign("workflows.heartbeat.waiting", {"delivery": name, "when": at})


def _untried(delivery: Delivery) -> bool:
    """Whether the next run would send it. Whoever listens has no secrets, and needs none."""
    reason = delivery.reason
    return delivery.state is State.DUE or (reason is not None and reason.code == "secret_missing")


def _hours(span: timedelta) -> int:
    return max(1, round(span / timedelta(hours=1)))
