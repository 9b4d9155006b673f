"""The servers themselves, one of each for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.bluesky import AppView, Pds, network, personal_server
from tests.servers.installed import python
from tests.servers.mastodon import Mastodon
from tests.servers.mastodon_variant import DOMAIN
from tests.servers.matrix import Homeserver, synapse
from tests.servers.process import free_ports, running
from tests.servers.wordpress import Blog, wordpress

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of each server waits until that is installed, which takes minutes."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(1200))


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    """A Bluesky PDS. It has no AppView: only repositories, blobs and identities."""
    with personal_server(tmp_path_factory.mktemp("pds")) as made:
        yield made


@pytest.fixture(scope="session")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pds, AppView]]:
    """A Bluesky PDS with the AppView that counts what is done there."""
    with network(tmp_path_factory.mktemp("bluesky")) as made:
        yield made


@pytest.fixture(scope="session")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mastodon]:
    """A Mastodon API server that knows idempotency keys."""
    interpreter, folder = python("mastodon"), tmp_path_factory.mktemp("mastodon")
    [port] = free_ports(1)
    command = [str(interpreter), "-m", "mastodon_mock", "serve", "--in-memory"]
    with running([*command, "--host", "127.0.0.1", "--port", str(port)], folder, port):
        yield Mastodon(f"http://127.0.0.1:{port}", f"localhost:{port}")


@pytest.fixture(scope="session")
def mastodon_variant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mastodon]:
    """One that does not, and has the other ways of servers out there."""
    interpreter, folder = python("mastodon"), tmp_path_factory.mktemp("mastodon-variant")
    [port] = free_ports(1)
    script = str(HERE / "mastodon_variant.py")
    with running([str(interpreter), script, str(port)], folder, port):
        yield Mastodon(f"http://127.0.0.1:{port}", DOMAIN)


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Matrix homeserver that talks to no other one."""
    with synapse(tmp_path_factory.mktemp("synapse")) as made:
        yield made


@pytest.fixture(scope="session")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A WordPress with an author, a contributor and a few categories."""
    with wordpress(tmp_path_factory.mktemp("blog")) as made:
        yield made
