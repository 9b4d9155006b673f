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


def flag(title: Words, help: Words) -> dict[str, Any]:
    """A key that is true or false."""
    return {"type": "boolean", **words(title, help)}


def question(most: int) -> dict[str, Any]:
    """A post's option for its poll's question, in at most so many characters."""
    title = ("Question du sondage", "Poll question")
    help = (
        "Si elle n’est pas le texte du post ; celui-ci s’affiche alors au-dessus.",
        "When it is not the post's text, which is then shown above it.",
    )
    return text(title, help, maxLength=most)


def preview() -> dict[str, Any]:
    """A post's option for whether the network shows what its links lead to."""
    title = ("Aperçu des liens", "Link previews")
    return flag(title, ("false : les liens restent nus.", "false: links stay bare."))


def api(url: str) -> dict[str, Any]:
    """A key for the address of a network's API, which is ``url`` where it is not said."""
    help = (
        f"L’adresse de l’API ; « {url} » par défaut.",
        f'The address of the API; "{url}" by default.',
    )
    return server(help)


def server(help: Words) -> dict[str, Any]:
    """A key that holds a server's address."""
    title = ("Serveur", "Server")
    return text(title, help, maxLength=2048, format="web-address")
