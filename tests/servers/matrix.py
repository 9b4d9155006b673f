"""A Matrix homeserver as the tests use it: people, rooms, and what is in them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import yaml

from tests.servers.installed import ENVIRONMENT, python
from tests.servers.process import free_ports, running, tied

_PLENTY = {"per_second": 10_000, "burst_count": 10_000}
_SETTINGS = {
    "enable_registration": True,
    "enable_registration_without_verification": True,
    "suppress_key_server_warning": True,
    "trusted_key_servers": [],
    "report_stats": False,
    "rc_message": _PLENTY,
    "rc_registration": _PLENTY,
    "rc_login": {"address": _PLENTY, "account": _PLENTY, "failed_attempts": _PLENTY},
    "rc_joins": {"local": _PLENTY, "remote": _PLENTY},
}


@contextmanager
def synapse(folder: Path, settings: dict[str, Any] | None = None) -> Iterator[Homeserver]:
    """A Synapse of its own, on 127.0.0.1 only; ``settings`` override those for tests."""
    interpreter = str(python("synapse"))
    [port] = free_ports(1)
    config = folder / "homeserver.yaml"
    command = [interpreter, "-m", "synapse.app.homeserver", "--config-path", str(config)]
    if not config.exists():
        options = ["--server-name", "localhost", "--data-directory", str(folder)]
        subprocess.run(
            [*command, *options, "--generate-config", "--report-stats=no"],
            cwd=folder,
            env=ENVIRONMENT,
            check=True,
            capture_output=True,
        )
    made = yaml.safe_load(config.read_text()) | _SETTINGS | (settings or {})
    [listener] = made["listeners"]
    resources = [{"names": ["client"], "compress": False}]
    made["listeners"] = [
        {**listener, "port": port, "bind_addresses": ["127.0.0.1"], "resources": resources}
    ]
    config.write_text(yaml.safe_dump(made))
    with running(tied(command), folder, port, ENVIRONMENT):
        yield Homeserver(f"http://127.0.0.1:{port}")


@dataclass(frozen=True)
class Member:
    """Somebody on the test server, logged in once."""

    id: str
    token: str = field(repr=False)
    device: str = ""


class Homeserver:
    """The server's own API, spoken without any of cmops."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)

    def member(self) -> Member:
        """A new account."""
        body = {
            "username": f"person{next(self._numbers)}",
            "password": "one-two-three-four",
            "auth": {"type": "m.login.dummy"},
        }
        made = self.call("POST", "/register", json=body)
        return Member(made["user_id"], made["access_token"], made["device_id"])

    def room(self, member: Member, **options: Any) -> str:
        """A new room of this member's."""
        return str(self.call("POST", "/createRoom", member, json=options)["room_id"])

    def events(self, member: Member, room: str) -> list[dict[str, Any]]:
        """The room's messages, oldest first, as the server hands them out now."""
        asked = {"dir": "f", "limit": "1000"}
        chunk = self.call("GET", f"/rooms/{quote(room)}/messages", member, params=asked)["chunk"]
        return [each for each in chunk if each["type"] == "m.room.message"]

    def event(self, member: Member, room: str, event: str) -> dict[str, Any]:
        """One event."""
        found: dict[str, Any] = self.call("GET", f"/rooms/{quote(room)}/event/{event}", member)
        return found

    def say(self, member: Member, room: str, text: str, **content: Any) -> str:
        """A message that somebody writes with another program."""
        body = {"msgtype": "m.text", "body": text, **content}
        path = f"/rooms/{quote(room)}/send/m.room.message/{next(self._numbers)}"
        return str(self.call("PUT", path, member, json=body)["event_id"])

    def file(self, member: Member, address: str) -> bytes:
        """The bytes of an uploaded file."""
        path = f"/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
        answer = requests.get(
            self.url + path, headers={"Authorization": f"Bearer {member.token}"}, timeout=30
        )
        answer.raise_for_status()
        return answer.content

    def call(self, method: str, path: str, member: Member | None = None, **request: Any) -> Any:
        """The server's answer; fails for anything but a yes."""
        headers = {"Authorization": f"Bearer {member.token}"} if member else {}
        where = path if path.startswith("/_matrix") else f"/_matrix/client/v3{path}"
        answer = requests.request(method, self.url + where, headers=headers, timeout=30, **request)
        assert answer.ok, (path, answer.status_code, answer.text[:300])
        return answer.json()
