"""Markdown in the flavours of chats: Slack's mrkdwn, Telegram's HTML, and the words alone.

The lines stay where they were written, blank ones included; only the marks change. What a flavour
has no mark for (a table, HTML) stays as it is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cmops.text import marks
from cmops.text.markdown import raw_markup
from cmops.text.marks import Flavour

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@lru_cache(maxsize=64)
def mrkdwn(text: str, *, everyone: bool = False) -> str:
    """The text as Slack formats it; people, groups and channels named by identifier are told.

    ``everyone`` lets ``<!here>``, ``<!channel>`` and ``<!everyone>`` call them.
    Source: docs.slack.dev, "Formatting message text".
    """
    return marks.joined(_written(text, marks.mrkdwn(everyone=everyone)))


@lru_cache(maxsize=64)
def telegram_html(text: str) -> str:
    """The text as Telegram formats it with ``parse_mode`` HTML.

    Source: core.telegram.org/bots/api, "HTML style".
    """
    return _written(text, marks.TELEGRAM)


@lru_cache(maxsize=64)
def telegram_text(text: str) -> str:
    """What is left once Telegram has taken the marks out: that is what it counts."""
    return _written(text, marks.WORDS)


def unshown(text: str, *, headings: int = 6) -> Iterator[str]:
    """How each piece of markup begins that a chat shows as it is typed: tables, tags, headings.

    ``headings`` says down to which level the chat has them. What stands in code is meant to be
    seen.
    """
    lines = text.splitlines()
    for token in _parser(tables=True).parse(text):
        start = token.map[0] if token.map else 0
        too_deep = token.type == "heading_open" and int(token.tag[1:]) > headings
        if token.type == "table_open" or too_deep:
            yield lines[start].strip()[:40]
        for child in token.children or ():
            if child.type == "text":
                yield from _tags(child.content)


def pictures(text: str) -> list[str]:
    """The addresses of pictures inside the text, which chats show as files only."""
    if "![" not in text:
        return []
    inside = (child for token in _parser().parse(text) for child in token.children or ())
    return [str(child.attrs["src"]) for child in inside if child.type == "image"]


def _tags(text: str) -> Iterator[str]:
    return (snippet for kind, _, snippet in raw_markup(text) if kind == "html")


_MARKED = re.compile(r"[\\`*_\[\]<>&~#|!\"]|^[ \t]|^[-+=\d]|[ \t]$", re.MULTILINE)


def _written(text: str, flavour: Flavour) -> str:
    if not _MARKED.search(text):
        return text
    return _Page(text, flavour).whole()


@cache
def _parser(*, tables: bool = False) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    # Indented text is text: nobody writes code to a community by four spaces.
    parser.disable("code")
    return parser.enable("table") if tables else parser


class _Page:
    """The blocks of a text, one below the other, as far apart as they were written."""

    def __init__(self, text: str, flavour: Flavour) -> None:
        self._flavour = flavour
        self._lines = re.split(r"\r\n|\r|\n", text)
        self._tokens = _parser().parse(text)

    def whole(self) -> str:
        return self._blocks(self._tokens)

    def _blocks(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        for start, block in _split(tokens):
            if pieces:
                pieces.append("\n" * (1 + self._blank_above(start)))
            pieces.append(self._block(block))
        return "".join(pieces)

    def _blank_above(self, line: int) -> int:
        above = 0
        while line - above > 0 and not self._lines[line - above - 1].strip(" \t>"):
            above += 1
        return above

    def _block(self, block: Sequence[Token]) -> str:
        head, inner = block[0], block[1:-1]
        if head.type == "fence":
            return self._flavour.fence(head.content.removesuffix("\n"), head.info.strip())
        if head.type == "blockquote_open":
            return self._flavour.quote(self._blocks(inner))
        if head.type in {"bullet_list_open", "ordered_list_open"}:
            return self._list(head, inner)
        if head.type == "heading_open":
            return self._flavour.mark("heading", self._line(inner))
        if head.type == "hr":
            return "———"
        return self._line(inner)

    def _list(self, head: Token, inner: Sequence[Token]) -> str:
        number = int(head.attrs.get("start", 1))
        pieces: list[str] = []
        for start, item in _split(inner):
            if pieces:
                pieces.append("\n" * (1 + self._blank_above(start)))
            bullet = "•" if head.type == "bullet_list_open" else f"{number}."
            said = self._blocks(item[1:-1]).replace("\n", "\n" + " " * (len(bullet) + 1))
            pieces.append(f"{bullet} {said}")
            number += 1
        return "".join(pieces)

    def _line(self, tokens: Sequence[Token]) -> str:
        return "".join(self._inline(iter(token.children or ())) for token in tokens)

    def _inline(self, tokens: Iterator[Token], until: str = "") -> str:
        """The words up to the mark that closes them."""
        flavour, pieces = self._flavour, []
        for token in tokens:
            if token.type == until:
                break
            if token.type == "code_inline":
                pieces.append(flavour.code(token.content))
            elif token.type in {"softbreak", "hardbreak"}:
                pieces.append("\n")
            elif token.type == "link_open":
                inner = self._inline(tokens, "link_close")
                pieces.append(flavour.link(str(token.attrs["href"]), inner))
            elif token.type.endswith("_open"):
                kind = token.type.removesuffix("_open")
                pieces.append(flavour.mark(kind, self._inline(tokens, f"{kind}_close")))
            else:
                pieces.append(flavour.text(token.content))
        return "".join(pieces)


def _split(tokens: Sequence[Token]) -> Iterator[tuple[int, Sequence[Token]]]:
    """The blocks at the top of these tokens, each with the line where it begins."""
    depth = start = 0
    for index, token in enumerate(tokens):
        if depth == 0:
            start = index
        depth += token.nesting
        if depth == 0:
            block = tokens[start : index + 1]
            yield (block[0].map or [0])[0], block
