"""One ledger file, read: its lines grouped by key, checked once and decoded only when asked for.

A sheet is immutable. A file only grows, so a sheet of its beginning is extended by the rest
instead of being read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from typing import Any

from cmops.ledger.entries import Kind, Unreadable, load
from cmops.ledger.fold import obviously_settled

KEYLESS = ""
"""The group of entries that belong to no delivery."""

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
    fresh: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    bad: list[Unreadable] = []
    number = sheet.lines
    lines = _lines(added)
    for number, line in enumerate(lines, sheet.lines + 1):
        row = load(line) if isinstance(line, str) else "utf-8"
        if isinstance(row, str):
            if not isinstance(line, str) or line.strip():
                bad.append(Unreadable(sheet.path, number, row))
        else:
            fresh.setdefault(row.get("key", KEYLESS), []).append((str(line), row))
    kinds = {row["kind"] for group in fresh.values() for _, row in group}
    groups, loose = _merged(sheet, fresh)
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
    sheet: Sheet, fresh: Mapping[str, list[tuple[str, dict[str, Any]]]]
) -> tuple[dict[str, str], frozenset[str]]:
    groups = dict(sheet.groups)
    loose = set(sheet.loose)
    for key, added in fresh.items():
        text = ",".join(line.strip() for line, _ in added)
        found = [row for _, row in added]
        if (before := groups.get(key)) is not None:
            found = rows(before) + found
            text = f"{before[before.index('[', 1) + 1 : -2]},{text}" if found else text
        settled = key != KEYLESS and obviously_settled(found)
        (loose.discard if settled else loose.add)(key)
        groups[key] = f"[{json.dumps(key)},{int(settled)},[{text}]]"
    return groups, frozenset(loose)


def _lines(content: bytes) -> Iterable[str | bytes]:
    """Lines as text, or as bytes where they are not UTF-8; only a line feed ends a line."""
    pieces = content.split(b"\n")
    if not pieces[-1]:
        pieces.pop()
    try:
        return [piece.decode() for piece in pieces]
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
    """git's name for a file's content, in the repository's kind of hash."""
    algorithm = sha256 if len(like) == 64 else sha1
    header = b"blob %d\0" % len(content)
    return algorithm(header + content, usedforsecurity=False).hexdigest()
