"""A delivery as its file holds it: its messages, each in its place."""

from __future__ import annotations

import json
from typing import Any

from cmops.failures import Rejected, Unclear

Delivery = dict[str, Any]


def parse(raw: bytes | None) -> Delivery | None:
    """The delivery in a file; what cannot be read may hold the message or not."""
    if raw is None:
        return None
    try:
        delivery = json.loads(raw)
        if isinstance(delivery["messages"], list) and isinstance(delivery["at"], str):
            return dict(delivery)
    except (ValueError, KeyError, TypeError):
        pass
    raise Unclear("unreadable")


def dump(delivery: Delivery) -> bytes:
    """The delivery as a file's bytes."""
    text = json.dumps(delivery, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def add(messages: list[Any], index: int, data: dict[str, Any]) -> bool:
    """Puts the message in its place; whether anything changed."""
    there = at(messages, index)
    if there is not None:
        if plain(there) != plain(data):
            raise Rejected("different")
        return False
    if index > len(messages):
        raise Rejected("out_of_order")
    messages[index : index + 1] = [data]
    return True


def take(messages: list[Any], index: int) -> None:
    """Takes the message out of its place; what follows keeps its own."""
    messages[index] = None
    while messages and messages[-1] is None:
        messages.pop()


def at(messages: list[Any], index: int) -> Any:
    """The message in this place, or None."""
    return messages[index] if 0 <= index < len(messages) else None


def plain(data: Any) -> str:
    """What two messages have in common that are the same."""
    return json.dumps(data, sort_keys=True)
