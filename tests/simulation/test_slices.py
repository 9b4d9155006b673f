"""A run of several slices, which goes by one plan as long as that stands."""

from __future__ import annotations

import os

import pytest

from cmops.publish import claims, deliver
from cmops.publish.standing import Standing
from tests.simulation.invariants import broken
from tests.simulation.networks import KINDS
from tests.simulation.scenario import Scenario
from tests.simulation.sweep import at_random, singles
from tests.simulation.sweep import judge as story_of

STORIES = 1000 if os.environ.get("CMOPS_PROOF") == "full" else 40


@pytest.fixture(autouse=True)
def one_delivery_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "SLICE", 1)
    monkeypatch.setattr(deliver, "SLICE", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_slice_goes_by_the_first_ones_plan(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood = []
    real = Standing.judge

    def judge(self: Standing) -> object:
        stood.append(real(self) is not None)
        return real(self)

    monkeypatch.setattr(Standing, "judge", judge)
    story = Scenario(kind).run()
    assert not broken(story)
    assert len(story.network.items) == 3
    assert True in stood


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_fault_is_survived_between_slices_too(kind: str) -> None:
    for faults in singles(kind):
        story, wrong = story_of(kind, faults)
        assert not wrong, [*wrong, *story.world.story[:200]]


@pytest.mark.parametrize("kind", KINDS)
def test_stories_at_random_with_several_slices(kind: str) -> None:
    for seed in range(STORIES):
        story = at_random(kind, seed)
        assert not broken(story), [seed, *broken(story), *story.world.story[:200]]
