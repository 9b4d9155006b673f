"""Stories of corrections: what was published changes on main, and what is live must follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.simulation.invariants import not_settled, not_taken_back, twice, untrue
from tests.simulation.networks import Item
from tests.simulation.scenario import KEYS, Policies, Scenario, texts
from tests.simulation.world import LATENCY, SLOW, Fault

PEOPLE = ("another run", "edit", "pause", "retract", "refuse")
_LOST = ("crash", "crash after", "lost", "lost after", "late")
AT: dict[str, tuple[str, ...]] = {
    "look": ("crash", "lost", "suspend", *PEOPLE),
    "main": ("crash", "lost", "suspend", "stale", *PEOPLE),
    "append": (*_LOST, "suspend", *PEOPLE),
    "correct": (*_LOST, *PEOPLE),
    "verify": ("crash", "shut"),
    "note": ("crash", "crash after", "lost", "suspend"),
}


class Correcting(Scenario):
    """All is published by the first run; then main says something else."""

    def __init__(
        self,
        kind: str,
        faults: tuple[Fault, ...] = (),
        *,
        seed: int = 0,
        fair: bool = False,
        latency: float = LATENCY,
        policies: Policies | None = None,
    ) -> None:
        super().__init__(
            kind, faults, seed=seed, fair=fair, latency=latency, policies=policies, corrects=True
        )

    def run(self, starts: Sequence[float] = (0.0,), skews: Sequence[float] = ()) -> Correcting:
        self._spawn()
        self.world.run()
        self.repository.edit()
        # A platform that shows late what it has must not matter here.
        self.world.pass_time(self.every)
        super().run([self.world.time + each for each in starts], skews)
        return self


def broken(story: Scenario) -> list[str]:
    """Every invariant that does not hold, in words."""
    return [
        *twice(story),
        *untrue(story),
        *not_settled(story),
        *not_taken_back(story),
        *_backwards(story),
        *_behind_main(story),
        *_while_it_must_not(story),
    ]


def _version(item: Item, text: str) -> int:
    key, _, index = item.of.rpartition(".")
    return next(number for number in range(100) if texts(key, number)[int(index)] == text)


def _backwards(story: Scenario) -> Iterator[str]:
    """No reader ever sees an older text after a newer one."""
    for item in story.network.items:
        seen = [_version(item, text) for text in item.said]
        if seen != sorted(seen):
            yield f"{item.of} said {item.said}"


def _behind_main(story: Scenario) -> Iterator[str]:
    """In the end readers see what main says, and the ledger knows it."""
    live = story.network.live()
    for key in set(KEYS) - story.retracted.keys():
        for index, text in enumerate(texts(key, story.repository.version)):
            for item in live.get(f"{key}.{index}", ()):
                if item.text != text:
                    yield f"{item.of} says {item.text!r} in the end, main says {text!r}"


def _while_it_must_not(story: Scenario) -> Iterator[str]:
    """Nothing is corrected in a pause, or after it was refused or retracted."""
    for call in story.network.edits:
        landed = story.retracted.get(call.of.rpartition(".")[0])
        if landed is not None and call.at > landed + 10:
            yield f"{call.of} was corrected {call.at - landed:.0f} s after it was retracted"
        for begun, ended in (*story.pauses, *story.refusals):
            if begun + 10 < call.at < ended:
                yield f"{call.of} was corrected {call.at - begun:.0f} s into a pause or a refusal"


def singles(kind: str, policies: Policies | None = None) -> Iterator[Correcting]:
    """One fault at each step of the run that corrects, and one late look in the run after it."""
    processes = Correcting(kind, (Fault(2, 999, "none"),)).run().world.processes
    for number in (1, 2):
        for step, what in processes[number].seen:
            for fault in AT.get(what, ()) if number == 1 else ("stale",):
                yield Correcting(kind, (Fault(number, step, fault),), policies=policies).run()


def pairs(kind: str, every: int) -> Iterator[Correcting]:
    """Two faults in the runs that correct; one pair in so many."""
    count = 0
    for first in singles(kind):
        [fault] = first.world.faults
        for process in first.world.processes[1:4]:
            for step, what in process.seen:
                if process.number == fault.process and step <= fault.step:
                    continue
                for other in AT.get(what, ()):
                    count += 1
                    if count % every == 0:
                        second = Fault(process.number, step, other)
                        yield Correcting(kind, (fault, second)).run()


def at_random(kind: str, seed: int, policies: Policies | None = None) -> Correcting:
    """A story with up to seven faults, runs at once and clocks that differ."""
    random = Random(seed)
    stall = f"suspend {random.randrange(20, 900, 20)}"
    kinds = (*_LOST, "stale", "edit", "edit", stall, *PEOPLE)
    faults = tuple(
        Fault(random.randrange(1, 7), random.randint(1, 24), random.choice(kinds))
        for _ in range(random.randint(1, 7))
    )
    latency = random.choice((LATENCY, SLOW))
    story = Correcting(
        kind, faults, seed=seed, fair=random.random() < 0.7, latency=latency, policies=policies
    )
    starts = [random.choice((0.0, random.uniform(0, 600))) for _ in range(random.randint(1, 5))]
    return story.run(starts, [random.uniform(-55, 55) for _ in range(6)])
