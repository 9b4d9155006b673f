"""Corrections against everything that can go wrong; old texts never come back (LEDGER.md)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import pytest

from cmops.publish import deliver
from cmops.publish.jobs import Job
from cmops.publish.ports import Main
from tests.simulation.corrections import Correcting, at_random, broken, pairs, singles
from tests.simulation.networks import KINDS
from tests.simulation.scenario import Policies, Scenario

FULL = os.environ.get("CMOPS_PROOF") == "full"
AT_RANDOM = 3000 if FULL else 120
PAIRS_IN_SHORT = 60

may_take_long = pytest.mark.timeout(3600 if FULL else 120)


def assert_fine(stories: Iterable[Scenario]) -> None:
    """Every invariant holds of each; the first that does not tells its whole story."""
    for story in stories:
        wrong = broken(story)
        told = f"{story.kind}, seed {story.world.seed}: {story.world.faults}"
        assert not wrong, "\n".join([*wrong, told, *story.world.story[:200]])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_live_follows_main(kind: str) -> None:
    story = Correcting(kind).run()
    assert not broken(story)
    assert sorted(item.text for item in story.network.items) == ["A v1", "B1 v1", "B2 v1"]
    assert len(story.network.edits) == 3


@pytest.mark.parametrize("kind", KINDS)
@may_take_long
def test_every_single_fault_is_survived(kind: str) -> None:
    assert_fine(singles(kind))


@may_take_long
def test_pairs_of_faults_are_survived() -> None:
    for kind in KINDS if FULL else ("reads",):
        assert_fine(pairs(kind, 1 if FULL else PAIRS_IN_SHORT))


@may_take_long
def test_stories_at_random_end_well() -> None:
    assert_fine(at_random(KINDS[seed % len(KINDS)], seed) for seed in range(AT_RANDOM))


Plant = Callable[[pytest.MonkeyPatch], None]


def commits_are_not_compared(patch: pytest.MonkeyPatch) -> None:
    def outdated(job: Job, main: Main, *, named: bool) -> str | None:
        return None

    patch.setattr(deliver, "outdated", outdated)


def claims_of_others_are_not_seen(patch: pytest.MonkeyPatch) -> None:
    """Whoever is about to correct does not look whether the delivery is still theirs."""
    patch.setattr("cmops.publish.guard.Guard.contradicts", lambda self, held, history: None)
    patch.setattr("cmops.publish.claims.Held.enough", lambda self, clock, patience: True)


PLANTED: tuple[Plant, ...] = (
    commits_are_not_compared,
    claims_of_others_are_not_seen,
)


@pytest.mark.parametrize(
    "plant", PLANTED, ids=[each.__name__.replace("_", " ") for each in PLANTED]
)
@may_take_long
def test_the_simulation_notices(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    policies = Policies()
    assert any(broken(story) for story in singles("reads", policies)) or any(
        broken(at_random(KINDS[seed % len(KINDS)], seed, policies)) for seed in range(1500)
    )
