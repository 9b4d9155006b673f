"""Publishing in the sandbox: at a time of one's choosing, or at every moment up to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cmops.ledger.clock import SystemClock
from cmops.mainline import Asked
from cmops.project import Project
from cmops.publish.deliver import deliver
from cmops.publish.plan import plan
from cmops.publish.ports import Wanted
from cmops.publish.results import Done, RunResult
from cmops.publish.stopping import Stop
from cmops.running import ports


@dataclass(slots=True)
class SetClock:
    """A clock that was set to another time and runs on from there."""

    shift: timedelta
    real: SystemClock

    @classmethod
    def to(cls, moment: datetime) -> SetClock:
        """A clock that shows this moment now."""
        return cls(moment - datetime.now(UTC), SystemClock())

    def now(self) -> datetime:
        """The time it shows."""
        return self.real.now() + self.shift

    def monotonic(self) -> float:
        """Real seconds."""
        return self.real.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits for real."""
        self.real.sleep(seconds)


def run(
    project: Project, since: datetime | None, named: frozenset[str], stop: Stop
) -> list[RunResult]:
    """One run at the project's time, after one at each earlier moment from ``since`` on."""
    results = []
    for moment in (*_moments(project, since), project.now):
        if stop.asked:
            break
        outside = ports(project, SetClock.to(moment), Asked(named), stop)
        results.append(deliver(outside, Wanted(named or None)))
        outside.ledger.close()
    return results


def _moments(project: Project, since: datetime | None) -> Sequence[datetime]:
    """When something is to go out between ``since`` and the project's time."""
    if since is None:
        return ()
    window = range(int((project.now - since) / timedelta(days=30)) + 1)
    looked = [since + timedelta(days=30 * each) for each in window] or [since]
    gates = project.gates
    found = {
        each.subject.at
        for moment in looked
        for each in plan(
            project.subjects_at(moment), project.history, gates, moment, project.rules()
        )
        if each.subject.at is not None and since <= each.subject.at < project.now
    }
    return sorted(found)


def merged(results: Iterable[RunResult]) -> RunResult:
    """All of it as one result: the last word on each delivery, in the order of the first."""
    found: dict[str, Done] = {}
    last = RunResult("", ())
    for result in results:
        last = result
        for done in result.deliveries:
            known = found.get(done.key)
            if known is None or known.receipt is None:
                found[done.key] = done
    return RunResult(last.run, tuple(found.values()), last.trouble, last.stopped)
