from __future__ import annotations

from datetime import timedelta

import pytest

from cmops.adapters.contract import Guarantee
from cmops.publish.claims import Held, busy_channels
from cmops.publish.jobs import Job
from cmops.publish.outlets import LONGEST_GAP, Outlet
from cmops.workspace.model import Channel
from tests.publish.records import KEY, NOON, Hand, composition, subject
from tests.publish.scene import SetClock
from tests.simulation.networks import Network, Speaks, SpeaksAndReads
from tests.simulation.world import Process, World

CHANNEL = Channel("chan", "network", "account", "brand", "name", "fr")
PATIENCE = timedelta(seconds=30)


def held(clock: SetClock) -> Held:
    hand = Hand()
    entry = hand.claim("A")
    job = Job(subject(), hand.history.of(KEY), composition("A"), None, "v0", None)
    return Held(job, entry, clock.monotonic(), "v0")


def test_a_lease_ends_before_anybody_else_may_take_over() -> None:
    clock = SetClock(NOON)
    mine = held(clock)
    clock.sleep(209)
    assert mine.enough(clock, PATIENCE)
    clock.sleep(2)
    assert not mine.enough(clock, PATIENCE)


def test_a_wall_clock_that_is_set_back_does_not_make_a_lease_longer() -> None:
    clock = SetClock(NOON)
    mine = held(clock)
    clock.sleep(290)
    clock.time = NOON
    assert not mine.enough(clock, PATIENCE)


def test_a_wall_clock_that_jumps_ahead_ends_a_lease() -> None:
    clock = SetClock(NOON)
    mine = held(clock)
    clock.time = NOON + timedelta(minutes=4)
    assert not mine.enough(clock, PATIENCE)


def test_a_channel_is_busy_until_the_lease_and_the_clocks_difference_are_over() -> None:
    hand = Hand()
    hand.claim("A")
    assert set(busy_channels(hand.history, NOON + timedelta(seconds=359))) == {"chan"}
    assert busy_channels(hand.history, NOON + timedelta(seconds=360)) == {}


@pytest.mark.parametrize(
    ("guarantee", "reads", "remembers", "pushes"),
    [
        (Guarantee.DEDUPLICATES, False, None, False),
        (Guarantee.DEDUPLICATES, False, LONGEST_GAP + timedelta(hours=1), False),
        (Guarantee.DEDUPLICATES, False, timedelta(minutes=10), True),
        (Guarantee.DEDUPLICATES, True, timedelta(minutes=10), False),
        (Guarantee.READS_BACK, True, None, False),
        (Guarantee.READS_BACK, False, None, True),
        (Guarantee.NONE, False, None, True),
    ],
)
def test_intents_are_pushed_where_nothing_else_could_tell(
    guarantee: Guarantee, reads: bool, remembers: timedelta | None, pushes: bool
) -> None:
    world = World()
    process = Process(world, 0, lambda process: None, 0.0)
    sender = (SpeaksAndReads if reads else Speaks)(Network(world, "reads"), process)
    assert Outlet(CHANNEL, sender, guarantee, remembers).pushes_intents == pushes


def test_what_a_platform_has_forgotten_may_not_be_sent_again() -> None:
    world = World()
    sender = Speaks(Network(world, "deduplicates"), Process(world, 0, lambda process: None, 0.0))
    memory = Outlet(CHANNEL, sender, Guarantee.DEDUPLICATES, timedelta(hours=3))
    assert memory.deduplicates(NOON, NOON + timedelta(hours=2, minutes=59))
    assert not memory.deduplicates(NOON, NOON + timedelta(hours=3) - PATIENCE)
    assert Outlet(CHANNEL, sender, Guarantee.DEDUPLICATES).deduplicates(
        NOON, NOON + timedelta(days=900)
    )
