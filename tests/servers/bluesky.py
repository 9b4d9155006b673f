"""A PDS as the tests use it: accounts are made there, and what is live is read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests


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
                headers={"Authorization": f"Bearer {person.token}"},
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
        value = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-01T08:00:00.000Z", **record}
        body = {"repo": person.did, "collection": value["$type"], "record": value}
        headers = {"Authorization": f"Bearer {person.token}"}
        made: dict[str, Any] = self.call(
            "POST", "com.atproto.repo.createRecord", json=body, headers=headers
        )
        return made

    def call(self, method: str, name: str, **request: Any) -> Any:
        """The server's answer; fails for anything but a yes."""
        answer = requests.request(method, f"{self.url}/xrpc/{name}", timeout=30, **request)
        assert answer.ok, (name, answer.status_code, answer.text[:300])
        return answer.json()
