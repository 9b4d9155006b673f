"""Bytes -> front matter and body in the strict dialect; marks are computed only when asked.

A Markdown document is front matter between two lines of three dashes, then the body; a YAML
document is one mapping. Windows line ends and a UTF-8 byte order mark are accepted.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import field
from functools import lru_cache
from typing import Any

import yaml

from cmops.findings import BODY, Finding, Pointer
from cmops.values import dataclass
from cmops.workspace import dialect, nodes
from cmops.workspace.traps import Mistake, invisible

MOST_BYTES = 1024 * 1024
"""The largest document that is read."""

_OPENING = re.compile(r"---[ \t]*(?=\n|\Z)")
_CLOSING = re.compile(r"\n---[ \t]*(?=\n|\Z)")
# What people and word processors make of three dashes.
_ALMOST = re.compile(r"^[ \t]*(?:[-–—_=*]{2,}|[–—]|\.{3}|…)[ \t]*$", re.MULTILINE)
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
# YAML takes some of these for line ends, refuses others and shows none of them.
_INVISIBLE = re.compile("[\x80-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Document:
    r"""One file of the workspace, read: its data, its body, and where each value stands.

    ``path`` is relative to the workspace, with forward slashes. ``body`` is exactly as written,
    except that line ends are ``\n``; it is empty for YAML files. ``digest`` is the SHA-256 of
    the file's bytes in hexadecimal. ``front`` is the YAML text, ``front_line`` and ``body_line``
    the lines of the file on which it and the body start.
    """

    path: str
    kind: str
    data: dict[str, Any]
    body: str
    digest: str
    front: str = field(repr=False, compare=False)
    front_line: int = field(repr=False, compare=False)
    body_line: int = field(repr=False, compare=False)

    def locate(self, at: Pointer, *, on_key: bool = False) -> tuple[int, int]:
        """The line and column, both from 1, where the value (or its key) starts in the file.

        ``("body", n)`` is the n-th character of the body, from 0. What does not exist gets the
        place of its nearest parent that does.
        """
        if at and at[0] == BODY and BODY not in self.data:
            index = at[1] if len(at) > 1 and isinstance(at[1], int) else 0
            return _place(self.body, max(0, min(index, len(self.body))), self.body_line)
        root = _tree(self.front)
        if root is None:
            return self.front_line, 1
        found = nodes.find(root, at, on_key=on_key)
        return _place(self.front, found.start_mark.index, self.front_line)


def read(path: str, raw: bytes, kind: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document in these bytes, and what is wrong with them; never raises.

    There can be both a document and findings (a duplicate key, a value cut by ``#``): the rest
    of the document can then still be checked. Every finding has its ``place``.
    """
    text = _decoded(path, raw)
    if isinstance(text, Finding):
        return None, (text,)
    if not text.strip():
        return None, (Finding("CM005", path, place=(1, 1)),)
    split = _split(text) if path.endswith(".md") else _Split(text, 1, "", 1)
    if isinstance(split, Mistake):
        return None, (_finding(path, split, text, 1),)
    found, data = _data(split.front)
    findings = tuple(_finding(path, mistake, split.front, split.front_line) for mistake in found)
    if data is None:
        return None, findings
    document = Document(
        path, kind, data, split.body, digest(raw), split.front, split.front_line, split.body_line
    )
    return document, findings


def digest(raw: bytes) -> str:
    """What a document's bytes are known by."""
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class _Split:
    front: str
    front_line: int
    body: str
    body_line: int


def _decoded(path: str, raw: bytes) -> str | Finding:
    """The text in the bytes, with Unix line ends, or why there is none."""
    if len(raw) > MOST_BYTES:
        return too_large(path, len(raw))
    if _is_utf16(raw):
        return Finding("CM002", path, place=(1, 1))
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _bad_byte(path, raw, error.start)
    if len(raw.translate(None, _CONTROL_BYTES)) < len(raw) or "\r" in text:
        text = text.replace("\r\n", "\n")
        control = _CONTROL.search(text)
        if control:
            character = {"character": f"U+{ord(control[0]):04X}"}
            return Finding("CM003", path, values=character, place=_place(text, control.start(), 1))
    return text


def too_large(path: str, size: int) -> Finding:
    """The finding for a document of ``size`` bytes, which is not read."""
    values = {"size": round(size / MOST_BYTES, 1), "most": MOST_BYTES // (1024 * 1024)}
    return Finding("CM004", path, values=values, place=(1, 1))


def _is_utf16(raw: bytes) -> bool:
    """UTF-16 or UTF-32: by its byte order mark, or where every other byte is zero."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return True
    if b"\0" not in raw[:64]:
        return False
    even, odd = raw[:64:2].count(0), raw[1:64:2].count(0)
    return max(even, odd) > 1 and (even == 0 or odd == 0) and 3 * (even + odd) > len(raw[:64])


def _bad_byte(path: str, raw: bytes, index: int) -> Finding:
    line_start = raw.rfind(b"\n", 0, index) + 1
    column = len(raw[line_start:index].decode("utf-8")) + 1
    byte = raw[index : index + 1]
    values = {"byte": f"0x{byte[0]:02X}", "letter": byte.decode("cp1252", "replace")}
    place = (raw.count(b"\n", 0, index) + 1, column)
    return Finding("CM001", path, values=values, place=place)


def _split(text: str) -> _Split | Mistake:
    """Front matter and body; both lines of dashes belong to neither."""
    opening = _OPENING.match(text)
    if opening is None:
        return Mistake("CM007", 0)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        almost = _ALMOST.search(text, opening.end())
        return Mistake("CM008", almost.start() if almost else 0)
    front = text[opening.end() + 1 : closing.start() + 1]
    body_line = text.count("\n", 0, closing.end()) + 2
    return _Split(front, 2, text[closing.end() + 1 :], body_line)


def _data(front: str) -> tuple[tuple[Mistake, ...], dict[str, Any] | None]:
    """The mapping in a YAML text, None where there is none that can be used, and its mistakes."""
    if not front.isascii():
        hidden = _INVISIBLE.search(front)
        if hidden:
            return (invisible(front, hidden.start()),), None
    parsed = dialect.parse(front)
    return parsed.mistakes, parsed.data


def _finding(path: str, mistake: Mistake, text: str, first_line: int) -> Finding:
    place = _place(text, mistake.index, first_line)
    return Finding(mistake.code, path, values=mistake.values, place=place)


def _place(text: str, index: int, first_line: int) -> tuple[int, int]:
    """Line and column of a character of a text whose first line is ``first_line``."""
    return first_line + text.count("\n", 0, index), index - text.rfind("\n", 0, index)


@lru_cache(maxsize=64)
def _tree(front: str) -> yaml.Node | None:
    """The nodes of a text that was parsed before; findings come document by document."""
    return nodes.tree(front)
