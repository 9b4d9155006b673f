"""Runs that get in each other's way publish everything once, and none of them ends in error.

Real servers and a real git remote. Four at once have the product's own times; where one is stopped
beyond its lease, ``hurried.py`` shortens that lease and nothing else.
"""

from __future__ import annotations

import signal
import time

import pytest

from tests.proofs.conftest import MakeWorld
from tests.proofs.world import SHORT, World, ended

PUT = "putRecord"


def test_four_runs_at_once_publish_fifty_deliveries_once_each(make_world: MakeWorld) -> None:
    with make_world(times={}) as world:
        names = world.want(*([f"Un mot {number}"] for number in range(25)))
        machines = [world.machine() for _ in range(4)]
        said = [ended(each) for each in [m.start("publish", "--format", "json") for m in machines]]
        # A run that finds a channel taken has nothing to do there, and nothing to complain about.
        assert [each.code for each in said] == [0, 0, 0, 0], said
        done = [(name, each) for run in said for name, each in run.outcomes.items()]
        assert sorted(done) == sorted((name, "published") for name in names)
        world.check()


def test_a_run_that_waits_ends_when_the_other_one_is_done_and_not_with_its_lease(
    make_world: MakeWorld,
) -> None:
    with make_world(times={}) as world:
        names = world.want(*([f"Un mot {number}"] for number in range(4)), to=["bluesky"])
        # The first send takes its time, so that the second run finds the channel taken.
        world.before["bluesky"].when(PUT, lambda: time.sleep(8))
        first = world.machine().start("publish", "--format", "json")
        sends(world, 1)
        # A lease lasts five minutes, and nobody waits that long for a program to end here.
        second = ended(world.machine().start("publish", "--format", "json", "--until", "14m"))
        assert ended(first).outcomes == dict.fromkeys(names, "published")
        assert (second.code, second.outcomes) == (0, {})
        world.check()


@pytest.mark.parametrize("back", ["while the other sends", "after the other"])
def test_a_run_that_slept_beyond_its_lease_sends_nothing_more(world: World, back: str) -> None:
    world.want(*([f"Un mot {number}"] for number in range(8)), [f"Fil {each}" for each in range(4)])
    sleeper = world.machine().start("publish", "--format", "json")
    sends(world, 3)
    sleeper.send_signal(signal.SIGSTOP)
    seen = world.before["bluesky"].count(PUT)
    time.sleep(SHORT["lease"] + SHORT["skew"])
    other = world.machine().start("publish", "--format", "json", "--until", "1m")
    if back == "while the other sends":
        sends(world, seen + 2)
    else:
        other.wait(60)
    sleeper.send_signal(signal.SIGCONT)
    late, other_said = ended(sleeper), ended(other)
    assert other_said.code == 0, other_said
    # What it held was taken over: it says that it did not send it, and that is all that it says.
    assert set(late.outcomes.values()) <= {"published", "lease", "claim"}, late
    assert late.code == int(set(late.outcomes.values()) != {"published"})
    world.settle()
    world.check()


def sends(world: World, number: int) -> None:
    """Waits until so many records were sent to Bluesky."""
    end = time.monotonic() + 60
    while world.before["bluesky"].count(PUT) < number:
        assert time.monotonic() < end, "nothing is sent"
        time.sleep(0.005)
