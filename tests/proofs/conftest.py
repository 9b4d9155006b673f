"""The servers of ``tests/servers``, and worlds on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.world import World
from tests.servers.bluesky import Pds
from tests.servers.conftest import homeserver, pds
from tests.servers.matrix import Homeserver
from tests.servers.proxy import Proxy, proxy

__all__ = ["homeserver", "pds"]

HERE = Path(__file__).parent
MakeWorld = Callable[..., World]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits until the servers are installed, which takes minutes."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(1800))


@pytest.fixture
def before(pds: Pds, homeserver: Homeserver) -> Iterator[dict[str, Proxy]]:
    """A proxy before each server, by the channel's name."""
    with ExitStack() as stack:
        yield {
            "bluesky": stack.enter_context(proxy(pds.url)),
            "matrix": stack.enter_context(proxy(homeserver.url)),
        }


@pytest.fixture
def make_world(
    pds: Pds, homeserver: Homeserver, before: dict[str, Proxy], tmp_path: Path
) -> MakeWorld:
    """``make_world()``: a new one, with accounts of its own, behind the proxies."""
    numbers = count(1)

    def make(**options: Any) -> World:
        member = homeserver.member()
        return World(
            tmp_path / f"world{next(numbers)}",
            pds,
            homeserver,
            pds.person(),
            member,
            homeserver.room(member),
            {name: each.url for name, each in before.items()},
            **options,
        )

    return make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """A new one."""
    return make_world()
