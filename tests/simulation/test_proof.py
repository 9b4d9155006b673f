"""The publishing protocol against everything that can go wrong (LEDGER.md, "Proof by simulation").

The short form is part of every test run. ``CMOPS_PROOF=full`` (``make proof``) tries every pair
of faults on every kind of platform, and many more stories at random.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

import pytest

from tests.simulation.invariants import broken
from tests.simulation.networks import KINDS
from tests.simulation.scenario import Scenario
from tests.simulation.sweep import at_random, judge, pairs, singles, stalls
from tests.simulation.world import LATENCY, SLOW, Fault

FULL = os.environ.get("CMOPS_PROOF") == "full"
PAIRS_IN_SHORT = 200
"""The short form tries one pair in so many."""

AT_RANDOM = 4000 if FULL else 160

full_may_take_long = pytest.mark.timeout(3600 if FULL else 120)


def assert_fine(stories: Iterable[Scenario]) -> None:
    """Every invariant holds of each; the first that does not tells its whole story."""
    for story in stories:
        wrong = broken(story)
        assert not wrong, "\n".join(
            [*wrong, f"{story.kind}, seed {story.world.seed}: {story.world.faults}", *_told(story)]
        )


def _told(story: Scenario) -> list[str]:
    return story.world.story[:200]


@pytest.mark.parametrize("kind", KINDS)
def test_without_faults_everything_is_published_once(kind: str) -> None:
    story = Scenario(kind).run()
    assert not broken(story)
    assert len(story.network.items) == 3


@pytest.mark.parametrize(
    ("disks_survive", "latency"), [(False, LATENCY), (True, LATENCY), (False, SLOW)]
)
@pytest.mark.parametrize("kind", KINDS)
@full_may_take_long
def test_every_single_fault_is_survived(kind: str, disks_survive: bool, latency: float) -> None:
    assert_fine(
        judge(kind, faults, disks_survive=disks_survive, latency=latency)[0]
        for faults in singles(kind)
    )


@pytest.mark.parametrize("kind", KINDS)
@full_may_take_long
def test_every_pair_of_faults_is_survived(kind: str) -> None:
    every = 1 if FULL else PAIRS_IN_SHORT
    assert_fine(judge(kind, faults)[0] for faults in _pairs(kind, every))


def _pairs(kind: str, every: int) -> Iterable[tuple[Fault, ...]]:
    firsts = list(singles(kind))
    # One in so many of the first faults too: each of them must be run to know what comes after.
    for index, first in enumerate(firsts):
        if every > 1 and index % 10:
            continue
        story, _ = judge(kind, first)
        yield from islice(pairs(kind, first, story), index % every, None, max(every // 10, 1))


@pytest.mark.parametrize("kind", KINDS)
@full_may_take_long
def test_a_run_that_stalls_until_its_lease_ends_harms_nothing(kind: str) -> None:
    assert_fine(stalls(kind, coarse=not FULL))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_platform_has_forgotten_is_not_sent_again(kind: str) -> None:
    four_hours = 4 * 3600.0
    assert_fine(
        judge(kind, faults, every=four_hours)[0]
        for faults in singles(kind)
        if faults[0].kind in ("crash", "crash after", "lost after")
    )


@full_may_take_long
def test_stories_at_random_end_well() -> None:
    assert_fine(at_random(KINDS[seed % len(KINDS)], seed) for seed in range(AT_RANDOM))


def test_a_seed_always_tells_the_same_story() -> None:
    assert at_random("reads", 5).world.story == at_random("reads", 5).world.story
