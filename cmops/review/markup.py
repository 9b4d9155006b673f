"""HTML made of parts: what is put into a template is escaped, unless it was made here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from cmops.review.visible import visible
from cmops.text.markdown import render

_URL = re.compile(r"https?://[^\s<>\"']*[\w/#=&-]")
_WORD = re.compile(r"(?<![\w/&])([#@][\w][\w.@-]*[\w]|[#@]\w)")
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"[^>]*>')


class Html(str):
    """Finished HTML."""

    __slots__ = ()


def html(template: str, **values: object) -> Html:
    """The template with its values; several are joined, and None is nothing."""
    return Html(template.format_map({name: safe(value) for name, value in values.items()}))


def safe(value: object) -> str:
    """A value as HTML."""
    if value is None:
        return ""
    if isinstance(value, Html):
        return value
    if isinstance(value, str):
        return escape(visible(value))
    if isinstance(value, Iterable):
        return "".join(map(safe, value))
    return escape(str(value))


def paragraphs(texts: Iterable[str], name: str) -> list[Html]:
    """Each text that says something, in a paragraph of that class."""
    return [html('<p class="{name}">{text}</p>\n', name=name, text=text) for text in texts if text]


def lively(text: str) -> Html:
    """Text as networks show it: addresses are links, mentions and hashtags stand out."""
    shown = visible(text)
    pieces: list[str] = []
    done = 0
    for found in _URL.finditer(shown):
        pieces += [_marked(shown[done : found.start()]), _linked(found[0])]
        done = found.end()
    return Html("".join([*pieces, _marked(shown[done:])]))


def formatted(text: str) -> Html:
    """Markdown as a network with formatting shows it; pictures are links, nothing is loaded."""
    linked = _IMAGE.sub(r'<a href="\1">\2</a>', render(visible(text), breaks=True))
    return Html(linked.replace('<a href="', '<a rel="noopener noreferrer nofollow" href="'))


def _linked(url: str) -> str:
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(url)}</a>'


def _marked(text: str) -> str:
    pieces = _WORD.split(text)
    return "".join(
        f'<span class="tag">{escape(piece)}</span>' if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )
