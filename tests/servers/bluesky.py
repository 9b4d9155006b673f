"""A PDS as the tests use it: accounts are made there, and what is live is read back.

Beside it an AppView where that is asked for: what counts, and what the PDS asks for numbers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.servers.installed import node_modules, unavailable
from tests.servers.postgres import DATABASE, USER, connected, postgres
from tests.servers.process import free_ports, running

_SCRIPT = Path(__file__).with_name("pds.js")


@dataclass(frozen=True)
class Person:
    """An account of the test server."""

    handle: str
    did: str
    password: str = field(repr=False)
    token: str = field(repr=False)


class Pds:
    """The server's own API, spoken without any of cmops."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)

    def person(self) -> Person:
        """A new account."""
        handle, password = f"person{next(self._numbers)}.test", "one-two-three-four"
        body = {"email": f"{handle}@mail.example", "handle": handle, "password": password}
        made = self.call("POST", "com.atproto.server.createAccount", json=body)
        return Person(handle, made["did"], password, made["accessJwt"])

    def app_password(self, person: Person) -> str:
        """A password as people make one for a program."""
        return str(
            self.call(
                "POST",
                "com.atproto.server.createAppPassword",
                json={"name": f"cmops{next(self._numbers)}"},
                headers=signed(person),
            )["password"]
        )

    def records(self, did: str, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """Everything that is live in a collection, the newest first."""
        params = {"repo": did, "collection": collection, "limit": 100}
        found: list[dict[str, Any]] = self.call(
            "GET", "com.atproto.repo.listRecords", params=params
        )["records"]
        return found

    def blob(self, did: str, blob: dict[str, Any]) -> bytes:
        """The bytes of a file that a record refers to."""
        params = {"did": did, "cid": blob["ref"]["$link"]}
        answer = requests.get(f"{self.url}/xrpc/com.atproto.sync.getBlob", params, timeout=30)
        answer.raise_for_status()
        return answer.content

    def post(self, person: Person, record: dict[str, Any]) -> dict[str, Any]:
        """A post that somebody writes with another program."""
        return self.does(person, "app.bsky.feed.post", **record)

    def does(self, person: Person, collection: str, **record: Any) -> dict[str, Any]:
        """A record that somebody makes with another program: a post, a like, a follow."""
        value = {"$type": collection, "createdAt": "2026-11-01T08:00:00.000Z", **record}
        body = {"repo": person.did, "collection": collection, "record": value}
        made: dict[str, Any] = self.call(
            "POST", "com.atproto.repo.createRecord", json=body, headers=signed(person)
        )
        return made

    def undoes(self, person: Person, made: Mapping[str, Any]) -> None:
        """Takes such a record away again."""
        _, _, repo, collection, key = made["uri"].split("/")
        body = {"repo": repo, "collection": collection, "rkey": key}
        self.call("POST", "com.atproto.repo.deleteRecord", json=body, headers=signed(person))

    def call(self, method: str, name: str, **request: Any) -> Any:
        """The server's answer; fails for anything but a yes."""
        return _call(self.url, method, name, **request)


class AppView:
    """What Bluesky shows to anybody, asked of it without a PDS and without any of cmops."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, uri: str, **wanted: int) -> dict[str, Any]:
        """A post, as soon as these are its counts."""
        return self._awaited("app.bsky.feed.getPosts", "posts", {"uris": [uri]}, wanted)

    def profile(self, did: str, **wanted: int) -> dict[str, Any]:
        """An account, as soon as these are its counts."""
        return self._awaited("app.bsky.actor.getProfiles", "profiles", {"actors": [did]}, wanted)

    def _awaited(
        self, name: str, where: str, params: dict[str, Any], wanted: Mapping[str, int]
    ) -> dict[str, Any]:
        """It reads and counts in its own time."""
        end = time.monotonic() + 120
        while True:
            told = _call(self.url, "GET", name, params=params)[where]
            if told and wanted.items() <= told[0].items():
                return dict(told[0])
            if time.monotonic() > end:
                pytest.fail(f"the AppView counts no {dict(wanted)}: {told}")
            time.sleep(0.2)


@contextmanager
def personal_server(folder: Path) -> Iterator[Pds]:
    """A PDS that knows no AppView: only repositories, blobs and identities."""
    with _running(folder, free_ports(2)) as [port, _]:
        yield Pds(f"http://127.0.0.1:{port}")


@contextmanager
def network(folder: Path) -> Iterator[tuple[Pds, AppView]]:
    """A PDS and the AppView that follows it and is asked through it, as Bluesky's own are."""
    with postgres() as place:
        _requires_trigrams(place)
        database = f"postgresql://{USER}@{quote(str(place), safe='')}/{DATABASE}"
        with _running(folder, free_ports(3), database) as [port, _, appview]:
            yield Pds(f"http://127.0.0.1:{port}"), AppView(f"http://127.0.0.1:{appview}")


@contextmanager
def _running(folder: Path, ports: list[int], *more: str) -> Iterator[list[int]]:
    modules = node_modules("pds", built=("better-sqlite3",))
    numbers = [str(each) for each in ports]
    command = ["node", str(_SCRIPT), str(modules), str(folder), *numbers, *more]
    with running(command, folder, ports[0]):
        yield ports


def _requires_trigrams(place: Path) -> None:
    """Some systems package PostgreSQL without its extensions."""
    asked = "SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'"
    with connected(place) as connection:
        if connection.execute(asked).rowcount == 0:
            unavailable("pg_trgm (an extension of PostgreSQL) not installed")


def signed(person: Person) -> dict[str, str]:
    """What shows a server who asks."""
    return {"Authorization": f"Bearer {person.token}"}


def _call(url: str, method: str, name: str, **request: Any) -> Any:
    answer = requests.request(method, f"{url}/xrpc/{name}", timeout=30, **request)
    assert answer.ok, (name, answer.status_code, answer.text[:300])
    return answer.json()
