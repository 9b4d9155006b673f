"""``::: name`` … ``:::``: where the blocks of a Markdown body begin and end.

Lines inside a code fence, or indented by four spaces or more, are text and open nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from cmops.values import dataclass

# Markdown's own line ends; U+2028 and the like are characters.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|(?<=[^\r\n])\Z)")

_MARKER = re.compile(r" {0,3}:{3,}[ \t]*([^\r\n]*?)[ \t]*[\r\n]*")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*\Z)|~{3,})(?P<info>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the blocks or breaks of a body, where, and the words it needs.

    Kinds: ``unclosed`` (name), ``nested`` (name, outer), ``unnamed``, ``duplicate`` (name),
    ``stray`` (``:::`` without a block to close), ``empty`` (a message without text; ``name`` of
    its block, empty for the common text), ``setext`` (text right above ``---``, which makes a
    heading of it and not a break).
    """

    kind: str
    offset: int
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its name, the span of its text, and the span with the lines around it."""

    name: str
    start: int
    end: int
    opening: int
    closing: int


def blocks(body: str) -> tuple[list[Block], list[Problem]]:
    """Every block of a body in order, and what is wrong with them.

    A block inside a block ends the outer one, since most often its ``:::`` was forgotten.
    """
    scan = _Scan()
    for name, start, end in _markers(body):
        scan.take(name, start, end)
    scan.finish(len(body))
    return scan.blocks, scan.problems


def _markers(body: str) -> Iterator[tuple[str, int, int]]:
    """The lines that open (by name) or close (no name) a block, with their start and end."""
    fence = ""
    for line in LINE.finditer(body):
        found = _FENCE.match(line[0])
        if fence:
            if found and found["fence"].startswith(fence) and not found["info"].strip():
                fence = ""
        elif found:
            fence = found["fence"]
        elif marker := _MARKER.fullmatch(line[0]):
            yield marker[1], line.start(), line.end()


class _Scan:
    """What is known between two marker lines."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.problems: list[Problem] = []
        self._open: tuple[str, int, int] | None = None
        self._stray: int | None = None

    def take(self, name: str, start: int, end: int) -> None:
        if name:
            self._begin(name, start, end)
        elif self._open:
            self._close(start, end)
        else:
            self._without_block(start)

    def finish(self, end: int) -> None:
        if self._open:
            self._say("unclosed", self._open[1], name=self._open[0])
            self._close(end, end)

    def _begin(self, name: str, start: int, end: int) -> None:
        if self._open:
            self._say("nested", start, name=name, outer=self._open[0])
            self._close(start, start)
        if any(block.name == name for block in self.blocks):
            self._say("duplicate", start, name=name)
        self._open = (name, start, end)
        self._stray = None

    def _close(self, start: int, end: int) -> None:
        assert self._open  # noqa: S101  only called while a block is open
        name, opening, first = self._open
        self.blocks.append(Block(name, first, start, opening, end))
        self._open = None

    def _without_block(self, start: int) -> None:
        """The first ``:::`` of a pair without a name meant to open a block."""
        if self._stray is None:
            self._stray = len(self.problems)
            self._say("stray", start)
        else:
            self.problems[self._stray] = Problem("unnamed", self.problems[self._stray].offset)
            self._stray = None

    def _say(self, kind: str, offset: int, **values: object) -> None:
        self.problems.append(Problem(kind, offset, values))
