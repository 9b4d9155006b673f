"""Claims: a run's hold on what it is about to send, in one push for all channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cmops.ledger.clock import MAX_LEASE, MAX_SKEW, Clock
from cmops.ledger.entries import Entry
from cmops.ledger.history import History
from cmops.ledger.scribe import Content, Scribe
from cmops.publish.corrections import EDIT
from cmops.publish.desk import Desk
from cmops.publish.jobs import Job
from cmops.publish.outlets import Outlet
from cmops.publish.plan import over

SLICE = 20
"""Deliveries of a channel that one claim may cover: what fits into one lease."""


@dataclass(slots=True)
class Held:
    """A delivery that this run has claimed, and for how long.

    ``started`` is the monotonic time at which the claim was decided. ``main`` is what main said
    when the delivery was last found to be wanted.
    """

    job: Job
    claim: Entry
    started: float
    main: str

    def left(self, clock: Clock) -> float:
        """Seconds of the lease, by whichever clock says less.

        The wall clock may have been set back; the other one only knows this machine.
        """
        until = self.claim.until or self.claim.at
        by_wall = (until - clock.now()).total_seconds()
        by_monotonic = MAX_LEASE.total_seconds() - (clock.monotonic() - self.started)
        return min(by_wall, by_monotonic)

    def enough(self, clock: Clock, patience: timedelta) -> bool:
        """Whether a send that is begun now surely ends before anybody else may take over."""
        return self.left(clock) > (patience + MAX_SKEW).total_seconds()


def claim(
    jobs: Mapping[str, Sequence[Job]], outlets: Mapping[str, Outlet], desk: Desk, clock: Clock
) -> list[Held]:
    """Claims the first jobs of each channel as far as they are still what they were.

    What is not among the result was taken or changed by somebody else meanwhile, or could not be
    pushed (``desk.trouble``).
    """
    made: dict[str, Held] = {}

    def decide(history: History) -> list[Entry]:
        claims: list[Entry] = []
        now, started = clock.now(), clock.monotonic()
        taken = busy_channels(history, now)
        for channel, waiting in jobs.items():
            if channel in taken:
                continue
            for job in waiting[:SLICE]:
                if history.of(job.key).stamp == job.record.stamp:
                    entry = _claim(job, outlets[channel], desk.scribe)
                    # An earlier try may turn out to have landed, so none is forgotten.
                    made[entry.id] = Held(job, entry, started, job.main)
                    claims.append(entry)
        return claims

    pushed = desk.push(decide)
    if pushed is None:
        return []
    return [made[entry.id] for entry in pushed.entries if entry.id in made]


def busy_channels(history: History, now: datetime) -> dict[str, datetime]:
    """Channels on which somebody's lease runs, and until when."""
    found: dict[str, datetime] = {}
    for record in history.unsettled:
        if record.open is not None and not over(record.open, now):
            end = record.open.until + MAX_SKEW
            found[record.channel] = max(end, found.get(record.channel, end))
    return found


def _claim(job: Job, outlet: Outlet, scribe: Scribe) -> Entry:
    content = Content(
        job.composition.digest,
        job.composition.digests,
        commit=job.commit,
        planned=job.planned.astimezone(UTC) if job.planned else None,
        source=job.source,
    )
    intents = outlet.pushes_intents and job.subject.action != EDIT
    return scribe.claim(
        job.record, job.channel, content, action=job.subject.action, intents=intents
    )
