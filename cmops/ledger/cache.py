"""Ledger files that were read before, kept so that an unchanged file is never parsed again.

One JSON-lines file for each ledger file: a header, then one array a key, as sheets hold them. A
cache that is damaged or of another version is as good as none.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from cmops.ledger.entries import Unreadable
from cmops.ledger.sheet import Sheet

FORMAT = "cmops ledger cache 3"
"""Changes with everything that a sheet's meaning depends on: fields, kinds, what is settled."""


class Cache:
    """Sheets under a folder that may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, path: str) -> Sheet | None:
        """The sheet that was kept of this ledger file, at whatever state it had then."""
        try:
            return _sheet(path, (self._folder / path).read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, sheet: Sheet) -> None:
        """Keep a sheet; a folder that cannot be written only costs time."""
        target = self._folder / sheet.path
        with suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f"{target.name}.{os.getpid()}.new")
            beside.write_bytes(_bytes(sheet))  # no fsync: the header tells a torn one
            beside.replace(target)


def _bytes(sheet: Sheet) -> bytes:
    body = "\n".join(sheet.groups.values()).encode()
    header = {
        "format": FORMAT,
        "blob": sheet.blob,
        "size": sheet.size,
        "lines": sheet.lines,
        "crc": crc32(body),
        "loose": sorted(sheet.loose),
        "unreadable": [[line.line, line.reason] for line in sheet.unreadable],
        "unknown": sorted(sheet.unknown),
    }
    return json.dumps(header).encode() + b"\n" + body


def _sheet(path: str, content: bytes) -> Sheet | None:
    first, _, body = content.partition(b"\n")
    header: dict[str, Any] = json.loads(first)
    if header["format"] != FORMAT or header["crc"] != crc32(body):
        return None
    return Sheet(
        path=path,
        blob=header["blob"],
        size=header["size"],
        lines=header["lines"],
        groups={_key(group): group for group in body.decode().split("\n") if group},
        loose=frozenset(header["loose"]),
        unreadable=tuple(Unreadable(path, line, reason) for line, reason in header["unreadable"]),
        unknown=frozenset(header["unknown"]),
    )


def _key(group: str) -> str:
    """A group's first element, without decoding the rest of it."""
    key = group[2 : group.index('"', 2)]
    if "\\" in key:
        decoded: str = json.loads(group)[0]
        return decoded
    return key
