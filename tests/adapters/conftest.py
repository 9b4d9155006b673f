"""Editions and media as adapters get them, without a workspace around them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from cmops.adapters.contract import Edition, Media
from cmops.findings import BODY
from cmops.workspace.model import Channel

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]


@pytest.fixture
def edition() -> MakeEdition:
    """``edition("x", "Bonjour", "suite", poll=…)``: these parts for a channel of that platform."""

    def make(
        platform: str, *parts: str, limits: dict[str, int] | None = None, **fields: Any
    ) -> Edition:
        channel = Channel(
            platform,
            platform,
            "ateliers.example",
            "ateliers",
            "Ateliers",
            "fr",
            settings={
                "url": "https://forum.example.org",
                "media_host": {"url": "https://files.example.org/cmops"},
                # A forum that takes short posts.
                "shortest_title": 1,
                "shortest_text": 1,
            },
            limits=limits or {},
        )
        places = tuple((BODY, 100 * index) for index in range(len(parts)))
        values = {"language": "fr", "title": "Ouverture", **fields}
        return Edition("ouverture", channel, tuple(parts), places, **values)

    return make


@pytest.fixture
def media() -> MakeMedia:
    """``media(type="video/mp4", size=10)``: a file that looks like this."""

    def make(
        path: str = "media/atelier.jpg",
        alt: str = "Un établi",
        type: str = "image/jpeg",
        size: int = 1000,
    ) -> Media:
        return Media(path, alt, type, size, hashlib.sha256(path.encode()).hexdigest(), 800, 600)

    return make
