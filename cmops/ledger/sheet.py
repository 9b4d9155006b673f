"""One ledger file, read: its lines grouped by key, checked once and decoded only when asked for.

A sheet is immutable. A file only grows, so a sheet of its beginning is extended by the rest
instead of being read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from hashlib import sha1, sha256
from typing import Any

from cmops.ledger.entries import Kind, Unreadable, load
from cmops.ledger.settled import obviously_settled
from cmops.values import dataclass

KEYLESS = ""
"""The group of entries that belong to no delivery."""

APPROVALS = "\0approvals"
"""The group of approvals: many, and looked at by nobody who only asks what is paused."""

_SIMPLE = re.compile(r"[\w.@:/-]*", re.ASCII).fullmatch
_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a ledger file says, up to ``size`` bytes of it.

    ``groups`` maps a key to a JSON array ``[key, settled, [row, …]]`` as text: decoding is left
    to whoever asks for the key. ``loose`` are the keys that are not obviously settled.
    """

    path: str
    blob: str
    size: int = 0
    lines: int = 0
    groups: Mapping[str, str] = field(default_factory=dict)
    loose: frozenset[str] = frozenset()
    unreadable: tuple[Unreadable, ...] = ()
    unknown: frozenset[str] = frozenset()
    """Kinds that this version of cmops does not know."""


def rows(group: str) -> list[dict[str, Any]]:
    """The rows of a sheet's group."""
    found: list[dict[str, Any]] = json.loads(group)[2]
    return found


def read(path: str, blob: str, content: bytes, earlier: Sheet | None = None) -> Sheet:
    """The sheet of a whole file; ``earlier`` saves work where it is of the file's beginning."""
    if earlier is None or not _begins(content, earlier):
        earlier = Sheet(path, blob)
    return extend(earlier, content[earlier.size :], blob)


def extend(sheet: Sheet, added: bytes, blob: str = "") -> Sheet:
    """The sheet with more of its file."""
    texts: dict[str, list[str]] = {}
    fresh: dict[str, list[dict[str, Any]]] = {}
    bad: list[Unreadable] = []
    kinds: set[str] = set()
    number = sheet.lines
    for number, line in enumerate(_lines(added), sheet.lines + 1):
        row = load(line) if type(line) is str else "utf-8"
        if type(row) is dict:
            key = row.get("key") or (APPROVALS if row["kind"] == "approved" else KEYLESS)
            texts.setdefault(key, []).append(line)
            fresh.setdefault(key, []).append(row)
            kinds.add(row["kind"])
        elif line.strip():
            bad.append(Unreadable(sheet.path, number, str(row)))
    groups, loose = _merged(sheet, texts, fresh)
    return Sheet(
        path=sheet.path,
        blob=blob,
        size=sheet.size + len(added),
        lines=number,
        groups=groups,
        loose=loose,
        unreadable=(*sheet.unreadable, *bad),
        unknown=sheet.unknown | (kinds - _KINDS),
    )


def _merged(
    sheet: Sheet, texts: Mapping[str, list[str]], fresh: Mapping[str, list[dict[str, Any]]]
) -> tuple[dict[str, str], frozenset[str]]:
    groups = dict(sheet.groups)
    loose = set(sheet.loose)
    for key, added in fresh.items():
        text, found = ",".join(texts[key]), added
        if (before := groups.get(key)) is not None:
            found = rows(before) + added
            text = f"{before[before.index(',[') + 2 : -2]},{text}"
        settled = key != KEYLESS and obviously_settled(found)
        (loose.discard if settled else loose.add)(key)
        name = f'"{key}"' if _SIMPLE(key) else json.dumps(key)
        groups[key] = f"[{name},{int(settled)},[{text}]]"
    return groups, frozenset(loose)


def _lines(content: bytes) -> Iterable[Any]:
    """Lines as text, or as bytes where they are not UTF-8; only a line feed ends a line."""
    pieces = content.split(b"\n")
    if not pieces[-1]:
        pieces.pop()
    try:
        return content.decode().split("\n")[: len(pieces)]
    except UnicodeDecodeError:
        return [_decoded(piece) for piece in pieces]


def _decoded(piece: bytes) -> str | bytes:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece


def _begins(content: bytes, sheet: Sheet) -> bool:
    """Whether the sheet is of this file's beginning, up to the end of a line."""
    size = sheet.size
    if not size or size > len(content) or content[size - 1 : size] != b"\n":
        return False
    return blob_id(content[:size], like=sheet.blob) == sheet.blob


def blob_id(content: bytes, like: str = "") -> str:
    """Git's name for a file's content, in the repository's kind of hash."""
    algorithm = sha256 if len(like) == 64 else sha1
    header = b"blob %d\0" % len(content)
    return algorithm(header + content, usedforsecurity=False).hexdigest()
