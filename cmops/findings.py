"""A Finding is a code on a value of a document; a Diagnostic is a finding with its line and words.

Rules and adapters yield findings and know neither lines nor language. The check engine turns
them into diagnostics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from cmops.values import dataclass

Pointer = tuple[str | int, ...]
"""The way to a value: keys and list indexes from the document's root.

``("body", 12)`` is the twelfth character of a Markdown document's body; no schema has a key
named ``body``.
"""

BODY = "body"


class Severity(StrEnum):
    """An error holds what it is about; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: a code, the value it is about, and the values its words need.

    ``channel`` limits an error to one channel of a post; ``None`` means the whole document.
    ``on_key`` points at the key instead of its value (an unknown key). ``place`` (line, column,
    both from 1) is given only where there is no pointer because the document could not be read.
    """

    code: str
    path: str
    at: Pointer = ()
    values: Mapping[str, object] = field(default_factory=dict)
    channel: str | None = None
    on_key: bool = False
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """A finding for people: where (line and column from 1), how bad, what, and how to mend it.

    ``path`` is relative to the workspace, with forward slashes.
    """

    path: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str
    channel: str | None = None

    def __str__(self) -> str:
        """``path:line:column: severity CODE message (hint)``."""
        hint = f" ({self.hint})" if self.hint else ""
        where = f"{self.path}:{self.line}:{self.column}"
        return f"{where}: {self.severity} {self.code} {self.message}{hint}"
