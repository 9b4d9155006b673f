"""Runs that are killed at any moment, with everything their machine knew, lose and double nothing.

The real command, through ``hurried.py``, which only shortens leases and time-outs; a real Bluesky
PDS and Matrix homeserver; a real git remote. ``CMOPS_PROOF=full`` does a hundred rounds.
"""

from __future__ import annotations

import os
import time
from random import Random

from tests.proofs.conftest import MakeWorld
from tests.proofs.world import World
from tests.servers.proxy import Proxy

ROUNDS = 100 if os.environ.get("CMOPS_PROOF") == "full" else 4
SENDS = {"bluesky": "putRecord", "matrix": "/send/m.room.message/"}
THREAD = 3
LONGEST = 2.5
"""Seconds within which a run that nobody disturbs has ended."""


def test_what_is_killed_at_any_moment_is_live_once_and_asks_nobody(
    make_world: MakeWorld, before: dict[str, Proxy]
) -> None:
    chance = Random(20261122)
    kills = runs = begun = 0
    for number in range(ROUNDS):
        world = make_world()
        singles = [[f"Un mot {number}.{each}"] for each in range(3)]
        world.want(*singles, [f"Fil {number}.{each}" for each in range(THREAD)])
        for _ in range(chance.choice((1, 1, 2))):
            kills += killed(world, before, chance)
        already = sum(sum(texts.values()) for texts in world.live().values())
        begun += 0 < already < 2 * (len(singles) + THREAD)
        runs += world.settle()
        world.check()
    print(f"{ROUNDS} rounds, {kills} killed, {begun} half way, {runs} runs to settle")  # noqa: T201
    assert kills >= ROUNDS // 2


def killed(world: World, before: dict[str, Proxy], chance: Random) -> bool:
    """Starts a run and kills it: after a while, or while its n-th send is on its way."""
    machine = world.machine()
    channel = chance.choice(sorted(SENDS))
    proxy, path = before[channel], SENDS[channel]
    target = proxy.count(path) + chance.randint(1, 6)
    by_send = chance.random() < 0.6
    process = machine.start("publish")
    end = time.monotonic() + (20 if by_send else chance.uniform(0, LONGEST))
    while process.poll() is None and time.monotonic() < end:
        if by_send and proxy.count(path) >= target:
            time.sleep(chance.uniform(0, 0.03))
            break
        time.sleep(0.002)
    found = process.poll() is None
    process.kill()
    process.communicate()
    machine.gone()
    return found
