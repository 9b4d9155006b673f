"""What people, rooms and events are called on Matrix, and the addresses people pass on."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from cmops.values import dataclass

_USER = re.compile(r"(?<![\w/=.@-])@[a-z0-9._=/+-]+:[a-z0-9.-]*[a-z0-9](?::\d{1,5})?", re.ASCII)
_ROOM = re.compile(r"[!#][^\s/]+")
_EVENT = re.compile(r"\$[\w+/=:.-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A message as it was written down: its room (id or alias) and its event."""

    room: str
    event: str


def event_at(address: str) -> Address | None:
    """The message at an address of matrix.to; None for anything else."""
    parts = urlsplit(address)
    if (parts.scheme, parts.netloc, parts.path) != ("https", "matrix.to", "/"):
        return None
    room, slash, event = parts.fragment.partition("?")[0].removeprefix("/").partition("/")
    found = Address(unquote(room), unquote(event))
    good = slash and _ROOM.fullmatch(found.room) and _EVENT.fullmatch(found.event)
    return found if good else None


def web_address(room: str, event: str, user: str) -> str:
    """Where people see a message; the writer's server is where others can join the room."""
    via = quote(user.partition(":")[2], safe=":")
    return f"https://matrix.to/#/{quote(room, safe='')}/{quote(event, safe='')}?via={via}"


def people(text: str) -> list[str]:
    """Whom the text names by a full identifier, each once: they are told."""
    if "@" not in text:
        return []
    return list(dict.fromkeys(_USER.findall(text)))
