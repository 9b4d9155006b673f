"""The JSON Schemas: the one source of shape, help and forms; whether data matches, and why not.

jsonschema-rs says yes quickly; whatever it refuses goes to jsonschema, which has the last word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from cmops.workspace import time

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import ValidationError

KINDS = (
    "settings",
    "post",
    "article",
    "media",
    "reply",
    "report",
    "campaign",
    "event",
    "key-dates",
    "windows",
    "objectives",
    "editorial",
    "guidelines",
    "moderation",
    "crisis",
    "incident",
)
_COMMON = "common.json#"
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WEB = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)


def _parses(read: Callable[[str], object]) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, str):
            return True
        try:
            read(value)
        except ValueError:
            return False
        return True

    return check


def _matches(test: Callable[[str], object]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or bool(test(value))


FORMATS: Mapping[str, Callable[[object], bool]] = {
    "moment": _matches(time.is_moment),
    "day": _parses(time.day),
    "clock": _matches(_CLOCK.fullmatch),
    "duration-short": _parses(time.duration),
    "timezone": _parses(time.zone),
    "web-address": _matches(_WEB.fullmatch),
}


@cache
def schema(kind: str) -> dict[str, Any]:
    """The self-contained schema of a kind, its ``x-title`` and ``x-help`` in both languages."""
    inside: dict[str, Any] = _inlined(_load(kind))
    return inside


def localised(kind: str, language: str) -> dict[str, Any]:
    """The schema with ``title`` and ``description`` in one language, as editors show them."""
    said: dict[str, Any] = _say(schema(kind), language)
    return said


def mismatches(kind: str, data: Any) -> Iterator[ValidationError]:
    """Why data does not match its kind's schema; nothing when it does. The most telling first."""
    if _fast(kind).is_valid(data):
        return
    yield from sorted(_exact(kind).iter_errors(data), key=lambda error: list(map(str, error.path)))


def mismatches_of(own: Mapping[str, Any], data: Any) -> Iterator[ValidationError]:
    """The same against a schema that an adapter declares."""
    import jsonschema_rs

    quick = jsonschema_rs.Draft202012Validator(
        dict(own), formats=dict(FORMATS), validate_formats=True
    )
    if quick.is_valid(data):
        return
    from jsonschema import Draft202012Validator

    yield from Draft202012Validator(own, format_checker=_formats()).iter_errors(data)


@cache
def _load(name: str) -> dict[str, Any]:
    file = resources.files("cmops.workspace") / "schemas" / f"{name}.json"
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return loaded


def _inlined(part: Any) -> Any:
    """The part with shared definitions in their places; what stands beside a reference wins.

    So a mismatch is told in the words of the field, not in those of the definition it uses.
    """
    if isinstance(part, list):
        return [_inlined(each) for each in part]
    if not isinstance(part, dict):
        return part
    own = {key: _inlined(value) for key, value in part.items() if key != "$ref"}
    reference = part.get("$ref", "")
    if not reference.startswith(_COMMON):
        return {**own, "$ref": reference} if reference else own
    definition = _load("common")["$defs"][reference.rpartition("/")[2]]
    return {**_inlined(definition), **own}


def _say(part: Any, language: str) -> Any:
    if isinstance(part, list):
        return [_say(each, language) for each in part]
    if not isinstance(part, dict):
        return part
    said = {key: _say(value, language) for key, value in part.items() if key not in _SAID}
    for own, standard in _SAID.items():
        if isinstance(part.get(own), dict) and language in part[own]:
            said[standard] = part[own][language]
    return said


_SAID = {"x-title": "title", "x-help": "description"}


@cache
def _fast(kind: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        schema(kind), formats=dict(FORMATS), validate_formats=True
    )


@cache
def _exact(kind: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(kind), format_checker=_formats())


@cache
def _formats() -> FormatChecker:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(check)
    return checker
