"""A Mastodon server as the tests use it: accounts are made there, and what is live is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests


@dataclass(frozen=True)
class Person:
    """An account of the test server."""

    id: str
    name: str
    token: str = field(repr=False)


class Mastodon:
    """The server's own API, spoken without any of cmops."""

    def __init__(self, url: str, domain: str) -> None:
        self.url = url
        self.domain = domain

    def person(self) -> Person:
        """A new account."""
        made = self.call("POST", "/api/v1/_mock/dev_user", json={})
        return Person(made["id"], made["username"], made["access_token"])

    def statuses(self, person: Person) -> list[dict[str, Any]]:
        """Everything that is live of an account, the newest first."""
        found: list[dict[str, Any]] = []
        while True:
            last = {"max_id": found[-1]["id"]} if found else {}
            page = self.get(person, f"/api/v1/accounts/{person.id}/statuses", **last)
            if not page:
                return found
            found += page

    def source(self, person: Person, id: str) -> str:
        """The text of a status as it was written."""
        return str(self.get(person, f"/api/v1/statuses/{id}/source")["text"])

    def get(self, person: Person, path: str, **params: str) -> Any:
        """What the account is answered."""
        return self.call("GET", path, params=params, headers=_signed(person))

    def post(self, person: Person, text: str, **values: Any) -> dict[str, Any]:
        """A status that somebody writes with another program."""
        body = {"status": text, **values}
        made: dict[str, Any] = self.call(
            "POST", "/api/v1/statuses", json=body, headers=_signed(person)
        )
        return made

    def edit(self, person: Person, id: str, text: str) -> None:
        """A status that somebody changes."""
        path = f"/api/v1/statuses/{id}"
        self.call("PUT", path, json={"status": text}, headers=_signed(person))

    def call(self, method: str, path: str, **request: Any) -> Any:
        """The server's answer; fails for anything but a yes."""
        answer = requests.request(method, f"{self.url}{path}", timeout=30, **request)
        assert answer.ok, (path, answer.status_code, answer.text[:300])
        return answer.json()

    def bytes(self, address: str) -> bytes:
        """A file of the server, whatever domain it says it has."""
        answer = requests.get(self.url + "/media" + address.partition("/media")[2], timeout=30)
        answer.raise_for_status()
        return answer.content


def _signed(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}
