"""Phrases in the reader's language, read when first needed from ``phrases/<room>.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from cmops.errors import CmopsError

LANGUAGES = ("fr", "en")

_THOUSANDS = {"fr": "\u202f", "en": ","}


@cache
def _room(room: str) -> Mapping[str, Mapping[str, str]]:
    file = resources.files("cmops.wording") / "phrases" / f"{room}.json"
    loaded: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return loaded


class Wording:
    """Says phrases in one language; what it has no language for is said in English."""

    def __init__(self, language: str = "en") -> None:
        base = language.partition("-")[0].lower()
        self.language = base if base in LANGUAGES else "en"

    def say(self, phrase: str, /, **values: object) -> str:
        """The words of ``room.phrase`` with its values filled in.

        A number named ``count`` chooses between ``phrase.one`` and ``phrase.other`` where the
        catalogue has them (French says zero in the singular). Raises KeyError for a phrase that
        the catalogue lacks, which is a bug.
        """
        entries = _room(phrase.partition(".")[0])
        if phrase not in entries:
            phrase = f"{phrase}.{self.plural(values.get('count'))}"
        return fill(entries[phrase][self.language], values, self)

    def has(self, phrase: str) -> bool:
        """Whether the catalogue has this phrase."""
        return phrase in _room(phrase.partition(".")[0])

    def error(self, error: CmopsError) -> str:
        """What an error says to a person: what happened and, in brackets, how to mend it."""
        said = self.say(error.phrase, **error.values)
        hint = f"{error.phrase}.hint"
        return f"{said} ({self.say(hint, **error.values)})" if self.has(hint) else said

    def day_and_time(self, at: datetime) -> str:
        """A moment with its weekday, in its own zone: ``mardi 1 décembre 2026, 12:15``."""
        return f"{self.day(at)}, {at:%H:%M}"

    def day(self, at: date) -> str:
        """A day with its weekday: ``mardi 1 décembre 2026``, ``Tuesday 1 December 2026``."""
        weekday = self.say(f"dates.weekday.{at.isoweekday()}")
        number = "1er" if at.day == 1 and self.language == "fr" else str(at.day)
        return f"{weekday} {number} {self.month(at)}"

    def month(self, at: date) -> str:
        """A month of a year: ``décembre 2026``."""
        return f"{self.say(f'dates.month.{at.month}')} {at.year}"

    def field(self, name: str) -> str:
        """What a field of a message is called."""
        phrase = f"fields.{name}"
        return self.say(phrase) if self.has(phrase) else name

    def number(self, value: int) -> str:
        """A whole number with its thousands set apart: ``1\N{NARROW NO-BREAK SPACE}000``."""
        if -1_000 < value < 1_000:
            return str(value)
        return f"{value:,}".replace(",", _THOUSANDS[self.language])

    def plural(self, count: object) -> str:
        """``one`` or ``other``: the form that a number takes in this language."""
        if not isinstance(count, (int, float)):
            return "other"
        one = abs(count) < 2 if self.language == "fr" else count == 1
        return "one" if one else "other"

    def show(self, value: object) -> str:
        """A value as people read it: lists joined, times without seconds, yes and no."""
        if isinstance(value, dict) and self.language in value:
            return self.show(value[self.language])
        if isinstance(value, bool):
            return {"fr": ("non", "oui"), "en": ("no", "yes")}[self.language][value]
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, (list, tuple, set, frozenset)):
            return ", ".join(self.show(item) for item in value)
        return str(value)


class _Shown:
    """A value as people read it; ``{capability:platform.can}`` says it by the catalogue."""

    def __init__(self, value: object, values: Mapping[str, object], wording: Wording) -> None:
        self._value = value
        self._values = values
        self._wording = wording

    def __format__(self, room: str) -> str:
        if not room:
            return self._wording.show(self._value)
        if room == "number" and isinstance(self._value, int):
            return self._wording.number(self._value)
        value = self._value
        each = value if isinstance(value, (list, tuple)) else (value,)
        return ", ".join(self._wording.say(f"{room}.{one}", **self._values) for one in each)


class _Unknown(str):
    __slots__ = ()

    def __format__(self, room: str) -> str:
        return str(self)


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return _Unknown("{" + key + "}")


def fill(template: str, values: Mapping[str, object], wording: Wording) -> str:
    """The template with its values shown as people read them; unknown names stay as they are.

    ``{way:platform.way}`` is replaced by the phrase ``platform.way.<way>``, or by several for a
    list, and ``{length:number}`` by a number whose thousands are set apart.
    """
    if "{" not in template and "}" not in template:
        return template
    shown = {name: _Shown(value, values, wording) for name, value in values.items()}
    return template.format_map(_Values(shown))
