"""What each known field of an entry must look like, checked on the plain JSON for speed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

MOST_MESSAGES = 1_000
"""A message index or a claim's size beyond this is a broken line, not a thread."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}").fullmatch
_ID = re.compile(r"[A-Za-z0-9_-]+\.[0-9]+").fullmatch
_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f]{0,300}").fullmatch
_read_time = datetime.fromisoformat
_SCOPES = frozenset({"everything", "brand", "channel", "campaign"})


def wrong_field(row: Mapping[str, Any]) -> str | None:  # noqa: C901 - one table, unrolled
    """The name of the first known field whose value is not what it must be.

    The commonest kinds of field are looked at here, without a call each: a ledger has millions.
    """
    name = ""
    try:
        for name, value in row.items():
            if name in _WORDS:
                if type(value) is not str or not value:
                    return name
            elif name in _TIMES:
                if _read_time(value).tzinfo is not UTC:
                    return name
            elif name in _IDS:
                if not _ID(value):
                    return name
            elif name in FIELDS and not FIELDS[name](value):
                return name
    except (ValueError, TypeError, KeyError):
        return name
    return None


def _time(value: Any) -> bool:
    return _read_time(value).tzinfo is UTC


def _word(value: object) -> bool:
    return type(value) is str and value != ""


def _text(value: object) -> bool:
    return type(value) is str and _ONE_LINE(value) is not None


def _code(value: object) -> bool:
    return type(value) is str and _CODE(value) is not None


def _id(value: Any) -> bool:
    return _ID(value) is not None


def _count(value: object) -> bool:
    return type(value) is int and value >= 0


def _index(value: object) -> bool:
    return type(value) is int and 0 <= value < MOST_MESSAGES


def _flag(value: object) -> bool:
    return type(value) is bool


def _words(value: object) -> bool:
    if type(value) is not list or len(value) > MOST_MESSAGES:
        return False
    return all(type(item) is str and item for item in value)


def _digests(value: object) -> bool:
    return _words(value) and bool(value)


def _receipt(value: Any) -> bool:
    if type(value) is not dict or not _word(value["id"]) or not _time(value["at"]):
        return False
    if "url" in value and not _word(value["url"]):
        return False
    extra = value.get("extra", {})
    return type(extra) is dict and all(type(item) is str for item in extra.values())


def _scope(value: object) -> bool:
    if type(value) is not dict or value.get("kind") not in _SCOPES:
        return False
    return value["kind"] == "everything" or _word(value.get("name"))


def _voices(value: object) -> bool:
    if type(value) is not dict:
        return False
    return all(name and type(count) is int and count > 0 for name, count in value.items())


def _covered(value: Any) -> bool:
    if type(value) is not list or len(value) > MOST_MESSAGES:
        return False
    return all(type(each) is list and _triple(*each) for each in value)


def _triple(key: object, digest: object, planned: object) -> bool:
    return _word(key) and _word(digest) and _time(planned)


def _answer(value: object) -> bool:
    return type(value) is str and value in {"published", "send", "drop", "moved"}


FIELDS: Mapping[str, Callable[[object], bool]] = {
    "kind": _word,
    "id": _id,
    "at": _time,
    "key": _word,
    "channel": _word,
    "round": _count,
    "claim": _id,
    "message": _index,
    "digest": _word,
    "receipt": _receipt,
    "code": _code,
    "not_before": _time,
    "until": _time,
    "attempt": _count,
    "digests": _digests,
    "commit": _word,
    "source": _word,
    "pull": _count,
    "created": _time,
    "planned": _time,
    "action": _word,
    "intents": _flag,
    "target": _word,
    "answer": _answer,
    "claims": _words,
    "ends": _words,
    "scope": _scope,
    "reason": _text,
    "genesis": _word,
    "means": _code,
    "voices": _voices,
    "covers": _covered,
    "refuses": _covered,
    "minor": _flag,
    "proof": _word,
}
"""Every field cmops knows, in the order of ``Entry``, and whether a value is right for it."""

_WORDS = frozenset(name for name, right in FIELDS.items() if right is _word)
_TIMES = frozenset(name for name, right in FIELDS.items() if right is _time)
_IDS = frozenset(name for name, right in FIELDS.items() if right is _id)
