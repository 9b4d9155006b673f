"""Why data does not match its schema, as findings: each keyword of JSON Schema has its code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from cmops.findings import Finding, Pointer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError

_CODES = {
    "type": "CM103",
    "enum": "CM104",
    "const": "CM104",
    "pattern": "CM105",
    "format": "CM106",
    "minimum": "CM107",
    "maximum": "CM107",
    "exclusiveMinimum": "CM107",
    "exclusiveMaximum": "CM107",
    "minLength": "CM108",
    "maxLength": "CM108",
    "minItems": "CM109",
    "maxItems": "CM109",
    "minProperties": "CM109",
    "uniqueItems": "CM110",
}
_OTHER = "CM199"
_NO_VARIABLE = "CM113"
_SHOWN = 80


def findings(path: str, errors: Iterable[ValidationError], prefix: Pointer = ()) -> list[Finding]:
    """One finding for each thing that somebody has to mend, in the order of the errors."""
    found: list[Finding] = []
    for error in errors:
        found += _findings(path, error, prefix)
    return found


def _findings(path: str, error: ValidationError, prefix: Pointer) -> Iterator[Finding]:
    at = (*prefix, *error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown(path, at, error)
    elif at[0:1] == ("channels",) and at[2:3] == ("secrets",):
        # What stands there may be a secret: it goes into no message.
        yield Finding(_NO_VARIABLE, path, at, {"name": str(at[-1])})
    elif error.validator == "required":
        # One error a missing key; its words only stand in the message, so the key is found here.
        yield from _missing(path, at, error)
    elif "propertyNames" in error.absolute_schema_path:
        yield Finding("CM111", path, (*at, str(error.instance)), _values(error), on_key=True)
    elif error.context:
        yield from findings(path, [_telling(error)], prefix)
    else:
        yield Finding(_CODES.get(str(error.validator), _OTHER), path, at, _values(error))


def _unknown(path: str, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            values = {"key": key, "suggestion": close[0] if close else "", "known": tuple(known)}
            yield Finding("CM101", path, (*at, key), values, on_key=True)


def _missing(path: str, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    missing = [key for key in error.validator_value if key not in error.instance]
    for key in missing:
        if error.message.startswith(repr(key)):
            named = error.schema.get("properties", {}).get(key, {})
            values = {"key": key, "title": named.get("x-title", key), "help": _help(named)}
            yield Finding("CM102", path, at, values)


def _telling(error: ValidationError) -> ValidationError:
    from jsonschema.exceptions import best_match

    best = best_match(error.context)
    return best if best is not None else error


def _values(error: ValidationError) -> Mapping[str, object]:
    said: Any = error.schema if isinstance(error.schema, Mapping) else {}
    shown = _shown(error.instance)
    limit = error.validator_value
    return {
        "value": shown,
        "limit": tuple(limit) if isinstance(limit, list) else limit,
        "rule": str(error.validator),
        "title": said.get("x-title", str(error.path[-1]) if error.path else ""),
        "help": _help(said),
        "count": len(error.instance) if hasattr(error.instance, "__len__") else error.instance,
    }


def _help(said: Mapping[str, Any]) -> object:
    return said.get("x-help", "")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
