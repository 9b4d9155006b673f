"""Values that nobody may see: they are opened only where a request is put on the wire."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any


class Secret:
    """A secret value under a name that may be said; no way of printing it shows the value."""

    __slots__ = ("_value", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self._value = value

    def inside(self, template: str) -> Secret:
        """The secret in a longer text: ``token.inside("Bearer {}")``, ``"/bot{}/getMe"``."""
        return Secret(self.name, template.replace("{}", self._value, 1))

    def __repr__(self) -> str:
        return f"Secret({self.name})"

    def __reduce__(self) -> str:
        raise TypeError("a secret is never written down")


def basic(user: str, password: Secret) -> Secret:
    """The value of an ``Authorization`` header: user and password (RFC 7617)."""
    pair = f"{user}:{reveal(password)}"
    return Secret(password.name, "Basic " + base64.b64encode(pair.encode()).decode())


def reveal(value: Any) -> Any:
    """The same value with its secrets opened, however deep they lie in it."""
    if isinstance(value, Secret):
        return value._value
    if isinstance(value, Mapping):
        return {name: reveal(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [reveal(each) for each in value]
    return value
