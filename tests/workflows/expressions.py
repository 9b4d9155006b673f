"""GitHub's expressions, as far as our workflows use them.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_INSIDE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w.-]*)|(?P<mark>&&|\|\||==|!=|!|[(),]))"
)


class Expressions:
    """A step's surroundings. ``failed`` is whether an earlier step of its job did."""

    def __init__(self, contexts: Mapping[str, Any], *, failed: bool) -> None:
        self._contexts = contexts
        self._failed = failed

    def filled(self, text: object) -> str:
        """A text with its expressions replaced by their values."""
        return _INSIDE.sub(lambda found: _shown(self._value(found[1])), str(text))

    def holds(self, condition: object) -> bool:
        """Whether a step or a job is to be run."""
        text = str(condition)
        inside = _INSIDE.fullmatch(text.strip())
        found = inside[1] if inside else text
        asks = re.search(r"\b(?:success|failure|cancelled|always)\(\)", found)
        return bool(self._value(found)) and (asks is not None or not self._failed)

    def _value(self, text: str) -> Any:
        tokens, place = [], 0
        text = text.strip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            assert found, f"unknown expression: {text[place:]}"
            tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            place = found.end()
        value, rest = self._either(tokens)
        assert not rest, f"unread: {rest}"
        return value

    def _either(self, tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
        value, tokens = self._both(tokens)
        while tokens and tokens[0][1] == "||":
            other, tokens = self._both(tokens[1:])
            value = value or other
        return value, tokens

    def _both(self, tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
        value, tokens = self._compared(tokens)
        while tokens and tokens[0][1] == "&&":
            other, tokens = self._compared(tokens[1:])
            value = value and other
        return value, tokens

    def _compared(self, tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
        value, tokens = self._single(tokens)
        if tokens and tokens[0][1] in ("==", "!="):
            same = tokens[0][1] == "=="
            other, tokens = self._single(tokens[1:])
            # No value and an empty text are the same to GitHub.
            value = ((value or "") == (other or "")) is same
        return value, tokens

    def _single(self, tokens: list[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
        (kind, said), *rest = tokens
        if said == "!":
            value, rest = self._single(rest)
            return not value, rest
        if said == "(":
            value, rest = self._either(rest)
            return value, rest[1:]
        if kind == "text":
            return said[1:-1].replace("''", "'"), rest
        if rest and rest[0][1] == "(":
            arguments, rest = [], rest[1:]
            while rest[0][1] != ")":
                value, rest = self._either(rest)
                arguments.append(value)
                rest = rest[1:] if rest[0][1] == "," else rest
            return self._called(said, arguments), rest[1:]
        return self._looked_up(said), rest

    def _called(self, name: str, arguments: list[Any]) -> Any:
        known = {
            "success": lambda: not self._failed,
            "failure": lambda: self._failed,
            "cancelled": lambda: False,
            "always": lambda: True,
            "contains": lambda where, what: what in (where or ""),
            "fromJSON": json.loads,
        }
        return known[name](*arguments)  # type: ignore[operator]

    def _looked_up(self, name: str) -> Any:
        value: Any = self._contexts
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value


def _shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
