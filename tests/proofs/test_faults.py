"""What goes wrong between a run and the platform: the next run settles it and asks nobody.

The real command (``hurried.py`` shortens its lease and time-outs) through a proxy before a real
PDS, which loses, delays and spoils answers to the very request that publishes.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.proofs.world import World
from tests.servers.proxy import Fault

PUT = "putRecord"
UNCLEAR = [
    Fault.LOST,
    Fault.KEPT,
    Fault.HALF,
    Fault.LATE,
    Fault.BROKEN_AFTER,
    Fault.BROKEN_BEFORE,
    Fault.RUBBISH,
    Fault.SEE_OTHER,
]
KEPT = {Fault.KEPT, Fault.HALF, Fault.LATE, Fault.BROKEN_AFTER, Fault.RUBBISH, Fault.SEE_OTHER}


@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_lost_answer_is_a_doubt_that_the_next_run_clears_up(world: World, fault: Fault) -> None:
    world.want(["Un fil, début", "Un fil, fin"], to=["bluesky"])
    before = world.before["bluesky"]
    before.order(fault, PUT)
    machine = world.machine()
    said = machine.publish()
    assert said.code == 1
    assert "post-0@bluesky" in said.outcomes
    assert before.count(PUT) == 1, "after a lost answer nothing more is sent"
    assert world.live()["bluesky"] == Counter(["Un fil, début"] if fault in KEPT else [])
    [record] = world.history().unsettled
    # The run looked at once: what it found is no doubt any more, and the rest waits for the next.
    assert [doubt.unclear for doubt in record.doubts] == [True] * (fault not in KEPT)
    machine.gone()
    assert world.settle() <= 2
    world.check()
    assert not before.strangers


@pytest.mark.parametrize(
    ("fault", "why"),
    [(Fault.UNAUTHORISED, "unauthorised"), (Fault.ELSEWHERE, "redirected")],
)
def test_a_no_proves_that_it_was_not_sent_and_the_next_run_sends_it(
    world: World, fault: Fault, why: str
) -> None:
    world.want(["Un mot"], ["Un autre"], to=["bluesky"])
    before = world.before["bluesky"]
    before.order(fault, PUT)
    said = world.machine().publish()
    assert said.code == 1
    assert said.outcomes == {"post-0@bluesky": why, "post-1@bluesky": "channel_rests"}
    assert not world.live()["bluesky"]
    assert all(not record.doubts for record in world.history().unsettled)
    before.end_orders()
    assert world.settle() <= 2
    world.check()
    assert not before.strangers


def test_what_is_throttled_waits_as_long_as_the_server_wants(world: World) -> None:
    names = world.want(["Un mot"], ["Un autre"], to=["bluesky"])
    before = world.before["bluesky"]
    before.order(Fault.THROTTLED, PUT)
    first = world.machine().publish()
    assert (first.code, first.outcomes[names[0]]) == (1, "throttled")
    again = world.machine().publish()
    assert before.count(PUT) <= 2
    assert again.outcomes.get(names[0]) != "published"
    record = world.history().of("post-0~bluesky~" + world.person.handle)
    assert record.pausing is not None
    assert not record.doubts


def test_a_server_that_nobody_reaches_leaves_everything_to_the_next_run(world: World) -> None:
    world.want(["Un mot"])
    before = world.before["bluesky"]
    before.order(Fault.LOST, times=999)
    said = world.machine().publish()
    assert said.code == 1
    assert said.outcomes["post-0@matrix"] == "published"
    assert not world.live()["bluesky"]
    before.end_orders()
    assert world.settle() <= 2
    world.check()
