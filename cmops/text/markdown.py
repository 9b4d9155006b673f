"""Markdown bodies: the text for everyone, the texts for one network, and the thread's messages.

``::: linkedin`` … ``:::`` on lines of their own hold the text for one network or channel. A
thematic break, as the Markdown parser sees it, starts the next message of a thread. Everything
else stays as it is written, byte for byte; only the blank lines around a message go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cmops.text.blocks import LINE, Problem, blocks
from cmops.values import dataclass

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text, and where in the body it begins (characters from 0).

    ``cuts`` are the places where a block for one network was taken out of the text: a position in
    the text, and how many characters of the body are missing there.
    """

    text: str
    offset: int
    cuts: tuple[tuple[int, int], ...] = ()

    def at(self, position: int) -> int:
        """Where in the body the text's ``position`` stands."""
        return self.offset + position + sum(gap for cut, gap in self.cuts if cut <= position)


@dataclass(frozen=True, slots=True)
class Body:
    """What a body says: to every channel, and to one network or channel by name.

    ``variants`` and ``blocks`` (the place of the line that opens each) are in the body's order.
    """

    common: tuple[Part, ...]
    variants: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    blocks: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


# Lines that may open a block or break a thread. Bodies without one never meet a parser.
_BREAK = re.compile(r"^ {0,3}([-*_])[ \t]*+(?:\1[ \t]*+){2,}+$", re.MULTILINE)


@lru_cache(maxsize=32)
def split(body: str) -> Body:
    """The messages of a body. Never raises; what is wrong with it is in ``problems``.

    The last ones are remembered: a post is asked about once for each of its channels and rules.
    """
    if ":::" not in body:
        if not _may_break(body):  # as most: one message, and nothing to be wrong with it
            return Body(_alone(body))
        common, problems = _messages(_Text([(body, 0)]), "", 0)
        return Body(common, problems=tuple(problems))
    found, problems = blocks(body)
    kept: list[tuple[str, int]] = []
    variants: dict[str, tuple[Part, ...]] = {}
    last = 0
    for block in found:
        kept.append((body[last : block.opening], last))
        last = _behind(body, block.opening, block.closing)
        text = _Text([(body[block.start : block.end], block.start)])
        parts, wrong = _messages(text, block.name, block.opening)
        variants.setdefault(block.name, parts)
        problems += wrong
    common, wrong = _messages(_Text([*kept, (body[last:], last)]), "", 0)
    problems = sorted([*problems, *wrong], key=lambda problem: problem.offset)
    places = {block.name: block.opening for block in reversed(found)}
    return Body(common, variants, {name: places[name] for name in variants}, tuple(problems))


_BLANK_LINE = re.compile(r"(?>\r\n|\r|\n)[^\S\r\n]*(?>\r\n|\r|\n)\Z")
_BLANK_LINES = re.compile(r"(?:[^\S\r\n]*(?:\r\n|\r|\n))*")


def _behind(body: str, opening: int, closing: int) -> int:
    """Where the text goes on behind a block: of the blank lines around it, one side stays."""
    before = body[:opening]
    if before.strip() and not _BLANK_LINE.search(before):
        return closing
    blank = _BLANK_LINES.match(body, closing)
    return blank.end() if blank else closing


class _Text:
    """Pieces of a body as one text that knows where each of its characters came from."""

    def __init__(self, pieces: list[tuple[str, int]]) -> None:
        self.text = "".join(piece for piece, _ in pieces)
        self._seams: list[tuple[int, int]] = []
        length = 0
        for piece, offset in pieces:
            if piece:
                self._seams.append((length, offset - length))
            length += len(piece)

    def place(self, position: int) -> int:
        return position + max(
            (shift for start, shift in self._seams if start <= position), default=0
        )

    def part(self, start: int, end: int) -> Part | None:
        """The message between two places, without its blank lines; None when nothing is left."""
        solid = _solid(self.text[start:end])
        if solid is None:
            return None
        first, last = start + solid[0], start + solid[1]
        offset = self.place(first)
        cuts: list[tuple[int, int]] = []
        for seam, shift in self._seams:
            if first < seam < last:
                missing = sum(gap for _, gap in cuts)
                cuts.append((seam - first, seam + shift - offset - (seam - first) - missing))
        return Part(self.text[first:last], offset, tuple(cuts))


_LINE_END = re.compile(r"[\r\n]")


def _solid(text: str) -> tuple[int, int] | None:
    """Where a text begins and ends without its blank lines; None when nothing is left."""
    solid = text.strip()
    if not solid:
        return None
    lead = text.index(solid[0])
    tail = _LINE_END.search(text, lead + len(solid))
    first = max(text.rfind("\n", 0, lead), text.rfind("\r", 0, lead)) + 1
    return first, tail.start() if tail else len(text)


def _alone(body: str) -> tuple[Part, ...]:
    """The one message of a body without breaks."""
    solid = _solid(body)
    return (Part(body[solid[0] : solid[1]], solid[0]),) if solid else ()


def _may_break(text: str) -> bool:
    """Whether there are the three marks that a thematic break needs, wherever they are."""
    return text.count("-") > 2 or text.count("*") > 2 or text.count("_") > 2


def _messages(text: _Text, name: str, at: int) -> tuple[tuple[Part, ...], list[Problem]]:
    """The messages between thread breaks. ``name`` and ``at`` are the block's, for problems."""
    breaks, underlines = _breaks(text.text)
    problems = [Problem("setext", text.place(place)) for place in underlines]
    if not breaks:
        only = text.part(0, len(text.text))
        if name and not only:
            problems.append(Problem("empty", at, {"name": name}))
        return ((only,) if only else ()), problems
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text.text)]
    parts = [text.part(start, end) for start, end in zip(starts, ends, strict=True)]
    # An empty message is shown at the break before it, or the first one.
    places = {text.place(ends[max(index - 1, 0)]) for index, part in enumerate(parts) if not part}
    problems += [Problem("empty", place, {"name": name}) for place in sorted(places)]
    return tuple(part for part in parts if part), problems


def _breaks(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Thematic breaks (start and end of the line), and ``---`` that underlines a text instead."""
    found = list(_BREAK.finditer(text.replace("\r", "\n"))) if _may_break(text) else []
    if not found:
        return [], []
    if not _HIDING.search(text) and all(_stands_alone(text, each.start()) for each in found):
        return [(each.start(), min(each.end() + 1, len(text))) for each in found], []
    return _parsed_breaks(text)


# Code and HTML, in which a line is no break; tabs and other line ends.
_HIDING = re.compile(r"[`~<\t\r]")


def _stands_alone(text: str, start: int) -> bool:
    """Whether a line begins with a mark, below a blank line: nothing can be going on there."""
    return text[start] != " " and (start == 0 or text.endswith("\n\n", 0, start))


def _parsed_breaks(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """The same of any text, by a Markdown parser."""
    lines = [(line.start(), line.end()) for line in LINE.finditer(text)]
    breaks: list[tuple[int, int]] = []
    underlines: list[int] = []
    for token in _block_parser().parse(text):
        if token.level or not token.map:
            continue
        if token.type == "hr":
            breaks.append(lines[token.map[0]])
        elif token.type == "heading_open" and token.markup == "-":
            start, end = lines[token.map[1] - 1]
            if text[start:end].count("-") > 2:  # what people write for a break
                underlines.append(start)
    return breaks, underlines


@cache
def _block_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


# What a network without formatting would show as it is typed. Each pattern asks for more than
# CommonMark does, because people write **** and #1 and a * b * c without any Markdown in mind.
_TITLE = r"(?:[ \t]+\"[^\"\n]*\")?"
_CELL = r"[ \t]*:?-+:?[ \t]*"
_RAW = {
    "image": rf"!\[[^\]\n]*\]\([^)\s]+{_TITLE}\)",
    "link": r"(?<!!)\[[^\[\]\n]+\]\((?:https?://|mailto:|/|\#|\.|[\w-]+[./])[^)\s]*"
    rf"{_TITLE}\)",
    "bold": r"(?<![\w*])\*\*(?=[^\s*])[^*\n]*(?<=[^\s*])\*\*(?![\w*])"
    r"|(?<![\w.])__(?=[^\s_])(?:(?!__)[^\n])*(?<=[^\s_])__(?![\w.(])",
    "strikethrough": r"(?<![\w~])~~(?=[^\s~])[^~\n]*(?<=[^\s~])~~(?![\w~])",
    "heading": r"^[ ]{0,3}\#{1,6}[ \t]+\S[^\n]*",
    "code": r"^[ ]{0,3}(?P<fence>```|~~~)[^`~\n]*\n(?:[^\n]*\n)*?[ ]{0,3}(?P=fence)[ \t]*$",
    "html": r"</?(?:a|b|i|u|s|p|br|hr|em|strong|ul|ol|li|h[1-6]|div|span|img|code|pre|blockquote"
    r"|iframe|table|tr|td|th|small|sub|sup|details|summary|video|audio|figure|font|center)"
    r"(?:[ \t][^<>\n]*)?/?>|<!--",
    "table": rf"^[^\n|]*\|[^\n]*\n[ ]{{0,3}}\|?{_CELL}(?:\|{_CELL})+\|?[ \t]*$",
}
_MAYBE_RAW = re.compile(r"\]\(|\*\*|__|~~|```|\#[ \t]|</?[A-Za-z!]|\|[ \t]*:?-|-:?[ \t]*\|")
_RAW_LETTERS = ("](", "**", "__", "~~", "```", "# ", "#\t", "<", "|")
"""One of these is in whatever ``_MAYBE_RAW`` finds."""

_SNIPPET = 40


def raw_markup(text: str) -> Iterator[tuple[str, int, str]]:
    """Markdown that a network without formatting would show raw: kind, offset, how it begins.

    Lists, quotations, a lone ``*``, snake_case, ``#hashtag`` and emoticons read well as plain
    text and are none. Snippets are cut to 40 characters and never hold a line end.
    """
    if not any(map(text.__contains__, _RAW_LETTERS)) or not _MAYBE_RAW.search(text):
        return
    for match in _raw().finditer(text):
        yield match.lastgroup or "", match.start(), match[0].split("\n")[0].strip()[:_SNIPPET]


@cache
def _raw() -> re.Pattern[str]:
    kinds = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _RAW.items())
    return re.compile(kinds, re.MULTILINE | re.IGNORECASE)


_SAFE_LINK = re.compile("(?:https?|mailto):", re.IGNORECASE)


Leads = Callable[[str], str | None]
"""Where a relative address leads to: an address to link; None where it cannot be one."""


def render(text: str, *, breaks: bool = False, leads: Leads | None = None) -> str:
    """CommonMark with tables and strikethrough as HTML that is safe to show.

    HTML in the text is shown as text, and only http, https and mailto links become links; what
    ``leads`` says of any other address is trusted. ``breaks`` keeps the ends of lines, as people
    expect of a chat.
    """
    return str((_renderer(breaks) if leads is None else _made(breaks, leads)).render(text))


@cache
def _renderer(breaks: bool) -> MarkdownIt:
    return _made(breaks, lambda url: None)


def _made(breaks: bool, leads: Leads) -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Safe(MarkdownIt):
        def normalizeLink(self, url: str) -> str:  # noqa: N802  the parser's name
            if _SAFE_LINK.match(url):
                return str(super().normalizeLink(url))
            # The parser asks whether it may be a link once it has its final form.
            known = leads(url)
            return _UNSAFE if known is None else known

        def validateLink(self, url: str) -> bool:  # noqa: N802  the parser's name
            return url != _UNSAFE

    return Safe("commonmark", {"html": False, "breaks": breaks}).enable(["table", "strikethrough"])


_UNSAFE = "\0"
