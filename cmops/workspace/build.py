"""Data that matches its schema -> the frozen dataclass that code reads; one builder for all kinds.

What a field becomes follows from its type: tuples, mappings, nested dataclasses, datetimes in
the workspace's zone, dates, durations. A time that names no moment becomes None and a finding.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from cmops.findings import Finding, Pointer
from cmops.workspace import time

Convert = Callable[[Any, "Reader", Pointer], Any]


class Reader:
    """Builds the values of one document and collects what is wrong with its times."""

    def __init__(self, path: str, zone: tzinfo) -> None:
        self.path = path
        self.zone = zone
        self.findings: list[Finding] = []

    def build(self, cls: Any, data: Mapping[str, Any], at: Pointer = (), **known: Any) -> Any:
        """An instance of ``cls`` from data that matches its schema; ``known`` fields are given."""
        plan = _plan(cls)
        values = dict(known)
        for key, value in data.items():
            planned = plan.get(key)
            if planned is not None and key not in known and value is not None:
                name, convert = planned
                values[name] = value if convert is _same else convert(value, self, (*at, key))
        return cls(**values)

    def moment(self, text: str, at: Pointer) -> datetime | None:
        """The moment that a text names, or None and a finding."""
        try:
            return time.moment(text, self.zone)
        except time.NoSuchTime as no:
            codes = {"gap": "CM301", "fold": "CM302", "date": "CM303"}
            values = {"time": text, "choices": no.choices, "zone": str(self.zone)}
            self.findings.append(Finding(codes[no.reason], self.path, at, values))
            return None


@cache
def _plan(cls: Any) -> Mapping[str, tuple[str, Convert]]:
    """By key, the field and how its value is made; a key that Python reserves has ``key_``."""
    hints = get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls)]
    return {name.rstrip("_"): (name, _converter(hints[name])) for name in names}


def _converter(hint: Any) -> Convert:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _converter(next(each for each in inside if each is not type(None)))
    if origin is tuple:
        return _sequence(_converter(inside[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_converter(inside[1]))
    if dataclasses.is_dataclass(hint):
        return lambda value, reader, at: reader.build(hint, value, at)
    return _PLAIN.get(hint, _same)


def _sequence(item: Convert) -> Convert:
    if item is _same:
        # A list of one may be written without its brackets, where the schema says so.
        return lambda value, reader, at: (value,) if type(value) is str else tuple(value)
    return lambda value, reader, at: tuple(
        item(each, reader, (*at, index)) for index, each in enumerate(value)
    )


def _mapping(item: Convert) -> Convert:
    if item is _same:
        return _same
    return lambda value, reader, at: {
        key: item(each, reader, (*at, key)) for key, each in value.items()
    }


def _same(value: Any, _reader: Reader, _at: Pointer) -> Any:
    return value


def _moment(value: Any, reader: Reader, at: Pointer) -> datetime | None:
    return reader.moment(value, at)


def _duration(value: Any, _reader: Reader, _at: Pointer) -> timedelta:
    return time.duration(value)


def _day(value: Any, _reader: Reader, _at: Pointer) -> date:
    return time.day(value)


_PLAIN: Mapping[Any, Convert] = {datetime: _moment, timedelta: _duration, date: _day}
