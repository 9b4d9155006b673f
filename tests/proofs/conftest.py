"""The servers of ``tests/servers``, and worlds on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.world import World
from tests.servers.bluesky import Pds
from tests.servers.conftest import homeserver, pds
from tests.servers.matrix import Homeserver
from tests.servers.proxy import proxy

__all__ = ["homeserver", "pds"]

HERE = Path(__file__).parent
MakeWorld = Callable[..., AbstractContextManager[World]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits until the servers are installed, which takes minutes."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(1800))


@pytest.fixture
def make_world(pds: Pds, homeserver: Homeserver, tmp_path: Path) -> MakeWorld:
    """``with make_world() as world``: a new one, with accounts and proxies of its own."""
    numbers = count(1)

    @contextmanager
    def make(**options: Any) -> Iterator[World]:
        member = homeserver.member()
        with proxy(pds.url) as first, proxy(homeserver.url) as second:
            yield World(
                tmp_path / f"world{next(numbers)}",
                pds,
                homeserver,
                pds.person(),
                member,
                homeserver.room(member),
                {"bluesky": first, "matrix": second},
                **options,
            )

    return make


@pytest.fixture
def world(make_world: MakeWorld) -> Iterator[World]:
    """A new one."""
    with make_world() as made:
        yield made
