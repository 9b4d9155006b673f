"""Pieces of JSON Schemas: how adapters describe a channel's settings and a post's options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Words = tuple[str, str]
"""The same words in French and in English."""


def keys(*required: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object: its keys, and which of them must be there.

    A channel has keys of its own besides these (name, brand, limits and so on).
    """
    return {"type": "object", "required": list(required), "properties": properties}


def options(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a post's options on one platform, which knows no others."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


def words(title: Words, help: Words) -> dict[str, Any]:
    """Title and help of one key, in both languages."""
    return {
        "x-title": {"fr": title[0], "en": title[1]},
        "x-help": {"fr": help[0], "en": help[1]},
    }


def text(title: Words, help: Words, **rules: Any) -> dict[str, Any]:
    """A key that holds a text."""
    return {"type": "string", "minLength": 1, "maxLength": 200, **words(title, help), **rules}


def server(help: Words) -> dict[str, Any]:
    """A key that holds a server's address."""
    title = ("Serveur", "Server")
    return text(title, help, maxLength=2048, format="web-address")
