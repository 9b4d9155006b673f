"""Every single fault, every pair of faults, and stories at random."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from tests.simulation.invariants import broken
from tests.simulation.scenario import EVERY, Policies, Scenario
from tests.simulation.world import LATENCY, SLOW, Fault

_PEOPLE = ("another run", "edit", "pause", "retract", "refuse")
_AT: dict[str, tuple[str, ...]] = {
    "verify": ("crash", "shut"),
    "look": ("crash", "lost", "suspend", *_PEOPLE),
    "main": ("crash", "lost", "suspend", *_PEOPLE),
    "append": ("crash", "crash after", "lost", "lost after", "late", "suspend", *_PEOPLE),
    "send": ("crash", "crash after", "lost", "lost after", "late", "suspend", *_PEOPLE),
    "note": ("crash", "crash after", "lost", "suspend", "another run"),
    "find": ("crash", "suspend", *_PEOPLE),
    "recompose": ("crash", "suspend"),
    "delete": ("crash", "another run"),
}
"""What can happen at each kind of step."""


_READING = ("look", "main", "note")
"""Steps that change nothing outside: what people do there, they may as well do at the next step."""


def singles(kind: str) -> Iterator[tuple[Fault, ...]]:
    """One fault at each step of the first run."""
    first = Scenario(kind).run().world.processes[0]
    for step, what in first.seen:
        for fault in _AT[what]:
            yield (Fault(0, step, fault),)


def pairs(kind: str, first: tuple[Fault, ...], story: Scenario) -> Iterator[tuple[Fault, ...]]:
    """A second fault at each step that comes after the first one, in the three first runs."""
    for process in story.world.processes[:3]:
        for step, what in process.seen:
            if process.number == first[0].process and step <= first[0].step:
                continue
            for fault in _AT[what]:
                if fault not in _PEOPLE or what not in _READING:
                    yield (*first, Fault(process.number, step, fault))


_SKEWS = ((0.0, 0.0), (-55.0, 55.0))
"""By how much two machines' clocks are off: as far apart as both may be and still publish."""


def stalls(
    kind: str, policies: Policies | None = None, *, coarse: bool = False
) -> Iterator[Scenario]:
    """A first run that stalls until about its lease's end and then loses its next request.

    Another one begins soon after that.
    """
    times = (260, 320, 400) if coarse else range(200, 440, 20)
    gaps = (4,) if coarse else (4, 14)
    for step, what in Scenario(kind, policies=policies).run().world.processes[0].seen:
        if what == "send":
            continue
        for seconds in times:
            stall = Fault(0, step, f"suspend {seconds}")
            alone = Scenario(kind, (stall,), policies=policies).run()
            seen = alone.world.processes[0].seen
            send = next((later for later, what in seen if what == "send" and later > step), None)
            if send is None:
                break
            for gap, end, skews in product(gaps, ("crash after", "late"), _SKEWS):
                faults = (stall, Fault(0, send, end))
                story = Scenario(kind, faults, policies=policies)
                yield story.run((0.0, float(seconds + gap)), skews)


def at_random(kind: str, seed: int, policies: Policies | None = None) -> Scenario:
    """A story with up to six faults, three runs at once and clocks that differ."""
    random = Random(seed)
    # A step's kind is only known when it comes, so the faults are those that any step can have.
    stall = f"suspend {random.randrange(20, 900, 20)}"
    kinds = ("crash", "crash after", "lost", "lost after", "late", "shut", stall, *_PEOPLE)
    faults = tuple(
        Fault(random.randrange(6), random.randint(1, 30), random.choice(kinds))
        for _ in range(random.randint(1, 6))
    )
    return Scenario(
        kind,
        faults,
        seed=seed,
        fair=random.random() < 0.7,
        disks_survive=random.random() < 0.4,
        latency=random.choice((LATENCY, SLOW)),
        policies=policies,
    ).run(
        [random.choice((0.0, random.uniform(0, 600))) for _ in range(random.randint(1, 6))],
        [random.uniform(-55, 55) for _ in range(6)],
    )


def judge(
    kind: str,
    faults: tuple[Fault, ...],
    *,
    disks_survive: bool = False,
    every: float = EVERY,
    latency: float = LATENCY,
    policies: Policies | None = None,
) -> tuple[Scenario, list[str]]:
    """The story with these faults, and what does not hold of it."""
    story = Scenario(
        kind,
        faults,
        disks_survive=disks_survive,
        every=every,
        latency=latency,
        policies=policies,
    ).run()
    return story, broken(story)
