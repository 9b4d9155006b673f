"""What goes wrong between a run and the platform: the next run settles it and asks nobody.

The real command (``hurried.py`` shortens its lease and time-outs) through proxies before a real
PDS and a real Matrix homeserver, which lose, delay and spoil answers to the very request that
publishes.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from cmops.ledger.waits import Pausing
from tests.proofs.world import World
from tests.servers.proxy import RETRY_AFTER, Fault

SENDS = {"bluesky": "putRecord", "matrix": "/send/m.room.message/"}
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

on_each = pytest.mark.parametrize("channel", SENDS)


@on_each
@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_lost_answer_is_a_doubt_that_the_next_run_clears_up(
    world: World, channel: str, fault: Fault
) -> None:
    world.want(["Un fil, début", "Un fil, fin"], to=[channel])
    before = world.before[channel]
    before.order(fault, SENDS[channel])
    machine = world.machine()
    said = machine.publish()
    assert said.code == 1
    assert f"post-0@{channel}" in said.outcomes
    assert before.count(SENDS[channel]) == 1, "after a lost answer nothing more is sent"
    assert world.live()[channel] == Counter(["Un fil, début"] if fault in KEPT else [])
    [record] = world.history().unsettled
    # The run looked at once: what it found is no doubt any more, and the rest waits for the next.
    assert [doubt.unclear for doubt in record.doubts] == [True] * (fault not in KEPT)
    machine.gone()
    assert world.settle() <= 2
    world.check()
    assert not before.strangers


@on_each
@pytest.mark.parametrize(
    ("fault", "why"),
    [(Fault.UNAUTHORISED, "unauthorised"), (Fault.ELSEWHERE, "redirected")],
)
def test_a_no_proves_that_it_was_not_sent_and_the_next_run_sends_it(
    world: World, channel: str, fault: Fault, why: str
) -> None:
    world.want(["Un mot"], ["Un autre"], to=[channel])
    before = world.before[channel]
    before.order(fault, SENDS[channel])
    said = world.machine().publish()
    assert said.code == 1
    assert said.outcomes == {f"post-0@{channel}": why, f"post-1@{channel}": "channel_rests"}
    assert not world.live()[channel]
    assert all(not record.doubts for record in world.history().unsettled)
    before.end_orders()
    assert world.settle() <= 2
    world.check()
    assert not before.strangers


@pytest.mark.parametrize(
    ("channel", "fault"),
    [
        ("bluesky", Fault.THROTTLED),
        ("matrix", Fault.THROTTLED),
        ("matrix", Fault.THROTTLED_IN_WORDS),
    ],
)
def test_what_is_throttled_waits_as_long_as_the_server_wants(
    world: World, channel: str, fault: Fault
) -> None:
    names = world.want(["Un mot"], ["Un autre"], to=[channel])
    before = world.before[channel]
    before.order(fault, SENDS[channel])
    first = world.machine().publish()
    assert (first.code, first.outcomes[names[0]]) == (1, "throttled")
    again = world.machine().publish()
    assert before.count(SENDS[channel]) == 1
    assert names[0] not in again.outcomes
    [pausing, _] = pauses(world)
    assert timedelta(seconds=RETRY_AFTER - 30) < pausing.until - datetime.now(UTC)
    assert pausing.until - datetime.now(UTC) < timedelta(seconds=RETRY_AFTER)
    assert not world.live()[channel]


def pauses(world: World) -> list[Pausing]:
    """Why deliveries wait, in the order of their posts."""
    history = world.history()
    records = [history.of(key) for key in sorted(set(history.keys()))]
    assert all(not record.doubts for record in records)
    return [record.pausing for record in records if record.pausing is not None]


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
