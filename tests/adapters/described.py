"""Whether a request is one that a platform's own description of its API knows.

A description is a file ``<platform>_api.json`` beside this one: what those parts of the published
description say that concern the requests that cmops makes, each call by its method and path. What
is not there is not asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit


class Asked(Protocol):
    """A request as it was put on the wire."""

    @property
    def line(self) -> str: ...
    @property
    def query(self) -> Mapping[str, str]: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def json(self) -> Any: ...
    @property
    def form(self) -> Mapping[str, str]: ...
    @property
    def parts(self) -> Mapping[str, tuple[str | None, bytes]]: ...


@dataclass(frozen=True)
class Described:
    """One platform's description."""

    source: str
    calls: Mapping[str, Mapping[str, Any]]
    schemas: Mapping[str, Any]
    headers: Mapping[str, str]

    def check(self, requests: Iterable[Asked]) -> None:
        """Raises AssertionError for the first request that is not as it is described."""
        for each in requests:
            self._check(each)

    def _check(self, asked: Asked) -> None:
        method, _, address = asked.line.partition(" ")
        path = unquote(urlsplit(address).path)
        names = [name for name in self.calls if _names(name, method, path)]
        assert names, f"no such call is described: {method} {path}"
        call = self.calls[min(names, key=lambda name: name.count("{"))]
        for name, form in {**self.headers, **call.get("headers", {})}.items():
            value = asked.headers.get(name, "")
            assert re.fullmatch(form, value), f"{method} {path}: {name} is {value!r}"
        schema = {"type": "object", "additionalProperties": False, **call.get("query", {})}
        self._valid(_typed(asked.query, schema), schema, f"{method} {path}?")
        self._body(asked, call, f"{method} {path}")

    def _body(self, asked: Asked, call: Mapping[str, Any], line: str) -> None:
        kind = asked.headers.get("content-type", "").partition(";")[0]
        known = call.get("body", {})
        if not asked.body:
            assert not call.get("needs_body"), f"{line}: no body"
            return
        assert kind in known, f"{line}: a body of type {kind!r}, described are {sorted(known)}"
        schema = known[kind]
        if schema is not True:
            self._valid(_content(asked, kind, schema), schema, line)

    def _valid(self, value: Any, schema: Mapping[str, Any], line: str) -> None:
        from jsonschema import Draft202012Validator

        whole = {**schema, "schemas": self.schemas, "components": {"schemas": self.schemas}}
        found = [
            f"{'/'.join(map(str, each.absolute_path))}: {each.message}"
            for each in Draft202012Validator(whole).iter_errors(value)
        ]
        assert not found, f"{line}: {found}"


@lru_cache
def described(platform: str) -> Described:
    """The description of a platform's API."""
    file = Path(__file__).with_name(f"{platform}_api.json")
    data = json.loads(file.read_text("utf-8"))
    schemas = data.get("schemas") or data.get("components", {}).get("schemas", {})
    return Described(data["source"], data["calls"], schemas, data.get("headers", {}))


def _names(name: str, method: str, path: str) -> bool:
    verb, _, template = name.partition(" ")
    form = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
    return verb == method and re.fullmatch(form, path) is not None


def _content(asked: Asked, kind: str, schema: Mapping[str, Any]) -> Any:
    if kind == "application/json":
        return asked.json
    if kind == "multipart/form-data":
        # A file stands as the text that its bytes are; its schema only says that it is one.
        parts = {name: content.decode("latin-1") for name, (_, content) in asked.parts.items()}
        return _typed(parts, schema)
    return _typed(asked.form, schema)


def _typed(values: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A form's values, which are all texts, as what they are said to be."""
    known = schema.get("properties", {})
    return {name: _value(text, known.get(name, {})) for name, text in values.items()}


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "array" and schema.get("separator"):
        return [_value(each, schema.get("items", {})) for each in text.split(schema["separator"])]
    if kind in ("integer", "number", "boolean", "array", "object"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
