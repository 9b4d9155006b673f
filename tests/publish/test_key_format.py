"""A delivery's key is for ever: one that changed would send everything once more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cmops.adapters.registry import identity
from cmops.publish.keys import deletion_key, delivery_key, sending_key
from cmops.workspace.settings import read_settings


def channel_key(channel: dict[str, Any], day: date | None = None) -> str:
    settings = read_settings({"name": "Test", "channels": {"any-name": channel}}, "")
    [found] = settings.channels.values()
    return delivery_key("atelier-hiver", found.platform, identity(found), day)


@pytest.mark.parametrize(
    ("channel", "key"),
    [
        (
            {"platform": "bluesky", "url": "https://bsky.social", "account": "Ateliers.Example"},
            "atelier-hiver~bluesky~ateliers.example",
        ),
        (
            {"platform": "mastodon", "url": "https://m.example", "account": "ateliers@m.example"},
            "atelier-hiver~mastodon~ateliers@m.example",
        ),
        (
            {"platform": "matrix", "account": "@cmops:m.example", "room": "#info:m.example"},
            "atelier-hiver~matrix~@cmops%3Am.example@%23info%3Am.example",
        ),
        (
            {"platform": "wordpress", "url": "https://blog.example/", "account": "redaction"},
            "atelier-hiver~wordpress~redaction@blog.example",
        ),
        (
            {"platform": "email", "host": "smtp.example", "account": "lettre@liste.example"},
            "atelier-hiver~email~lettre@liste.example",
        ),
        ({"platform": "x", "account": "comptoir"}, "atelier-hiver~x~comptoir"),
        ({"platform": "outbox", "path": "outbox/a"}, "atelier-hiver~outbox~outbox%2Fa"),
    ],
)
def test_keys_never_change(channel: dict[str, Any], key: str) -> None:
    assert channel_key(channel) == key
    assert channel_key(channel, date(2026, 12, 7)) == f"{key}~2026-12-07"
    assert deletion_key(key) == f"{key}~delete"
    assert (sending_key(key, 0), sending_key(key, 1)) == (key, f"{key}~again1")
