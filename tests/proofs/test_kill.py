"""Runs that are killed at any moment, with everything their machine knew, lose and double nothing.

The real command, through ``hurried.py``, which only shortens leases and time-outs; a real Bluesky
PDS and Matrix homeserver; a real git remote. ``CMOPS_PROOF=full`` does a hundred rounds.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

from tests.proofs.conftest import MakeWorld
from tests.proofs.world import World

FULL = os.environ.get("CMOPS_PROOF") == "full"
ROUNDS, AT_ONCE = (100, 3) if FULL else (3, 1)
SEED = 20261122
SENDS = {"bluesky": "putRecord", "matrix": "/send/m.room.message/"}
SINGLES, THREAD = 3, 3
LONGEST = 2.5
"""Seconds within which a run that nobody disturbs has ended."""


def test_what_is_killed_at_any_moment_is_live_once_and_asks_nobody(make_world: MakeWorld) -> None:
    total: Counter[str] = Counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for found in pool.map(lambda number: one_round(make_world, number), range(ROUNDS)):
            total.update(found)
    print(f"{ROUNDS} rounds: {dict(total)}")  # noqa: T201
    assert total["killed"] >= ROUNDS // 2


def one_round(make_world: MakeWorld, number: int) -> Counter[str]:
    """One or two runs are killed, others finish; what happened, counted."""
    chance = Random(SEED + number)
    with make_world() as world:
        singles = [[f"Un mot {number}.{each}"] for each in range(SINGLES)]
        world.want(*singles, [f"Fil {number}.{each}" for each in range(THREAD)])
        kills = sum(killed(world, chance) for _ in range(chance.choice((1, 1, 2))))
        already = sum(sum(texts.values()) for texts in world.live().values())
        runs = world.settle()
        world.check()
        messages = 2 * (SINGLES + THREAD)
        half = 0 < already < messages
        return Counter(killed=kills, half_way=half, runs_to_settle=runs, messages=messages)


def killed(world: World, chance: Random) -> bool:
    """Starts a run and kills it: after a while, or while its n-th send is on its way."""
    machine = world.machine()
    channel = chance.choice(sorted(SENDS))
    proxy, path = world.before[channel], SENDS[channel]
    target = proxy.count(path) + chance.randint(1, SINGLES + THREAD)
    by_send = chance.random() < 0.6
    process = machine.start("publish")
    end = time.monotonic() + (20 if by_send else chance.uniform(0, LONGEST))
    while process.poll() is None and time.monotonic() < end:
        if by_send and proxy.count(path) >= target:
            time.sleep(chance.uniform(0, 0.03))
            break
        time.sleep(0.005)
    found = process.poll() is None
    process.kill()
    process.communicate()
    machine.gone()
    return found
