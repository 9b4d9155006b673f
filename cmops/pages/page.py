"""A page as data: a path, a title, and parts that any generator can show.

Headings are Markdown, so that a theme's table of contents and its search know them; everything
else is finished HTML. Python-Markdown reads 180 kB of raw HTML in 0.13 s and only throws it back
out, so ``outline`` gives it the headings with marks in place of the HTML, and ``filled`` puts the
HTML back; ``markdown`` is the whole page for a generator that has no such hook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

_MARK = re.compile(r'<div data-cmops-part="(\d+)"></div>')
_BLANK = re.compile(r"\n\s*\n")
_ANCHOR = re.compile(r"[^\w-]+")
_ENTITY = re.compile(r"&(?=#?\w+;)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 to 4; ``anchor`` is its id, where links go to it."""

    level: int
    text: str
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Html:
    """A block of finished HTML; whoever makes it has escaped what came from outside."""

    text: str


Part = Heading | Html


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site.

    ``path`` ends in ``.md`` and is relative to the site's root. ``listed`` pages stand in the
    navigation, under ``label``; the others are reached by links, because themes become slow with
    many entries. ``wide`` pages ask for the room of the table of contents.
    """

    path: str
    title: str
    parts: tuple[Part, ...]
    listed: bool = False
    label: str = ""
    wide: bool = False

    @property
    def body(self) -> str:
        """The page's Markdown below its front matter."""
        return self._written(lambda number, part: _unbroken(part.text))

    @property
    def markdown(self) -> str:
        """The whole page as Markdown, with its front matter."""
        return f"---\n{self._front()}---\n\n{self.body}"

    @property
    def outline(self) -> str:
        """The page with marks in place of its HTML, for ``filled``."""
        marked = self._written(lambda number, part: f'<div data-cmops-part="{number}"></div>')
        return f"---\n{self._front()}---\n\n{marked}"

    def filled(self, html: str) -> str:
        """What a generator made of ``outline``, with the HTML in its places."""

        def block(mark: re.Match[str]) -> str:
            part = self.parts[int(mark[1])]
            return part.text if isinstance(part, Html) else ""

        return _MARK.sub(block, html)

    def _front(self) -> str:
        # JSON strings are YAML; a title can hold anything.
        hidden = "hide:\n- toc\n" if self.wide else ""
        return f"title: {json.dumps(plain(self.title), ensure_ascii=False)}\n{hidden}"

    def _written(self, html: Callable[[int, Html], str]) -> str:
        lines = [f"# {escaped(self.title)}\n"]
        for number, part in enumerate(self.parts):
            if isinstance(part, Html):
                lines.append(f"{html(number, part)}\n")
            else:
                anchor = f" {{#{part.anchor}}}" if part.anchor else ""
                lines.append(f"{'#' * part.level} {escaped(part.text)}{anchor}\n")
        return "\n".join(lines)


def escaped(text: str) -> str:
    """Text from outside as Markdown that shows exactly this, on one line."""
    return "".join(
        letter if letter.isalnum() or letter in " ’,;%·—–«»…" else f"&#{ord(letter)};"
        for letter in " ".join(text.split())
    )


def plain(title: str) -> str:
    """A title without anything that markup could be made of.

    Themes strip tags from titles and decode entities while doing so, which would bring an
    escaped tag back to life.
    """
    return _ENTITY.sub("＆", " ".join(title.split()).replace("<", "‹").replace(">", "›"))


def initial(text: str) -> str:
    """The text with a capital letter where it begins; our own name has none."""
    return text if text.startswith("cmops") else text[:1].upper() + text[1:]


def anchor(*names: str) -> str:
    """An id made of these names."""
    return "-".join(_ANCHOR.sub("-", name).strip("-") or "x" for name in names)


def _unbroken(html: str) -> str:
    """HTML without blank lines, at which Markdown would end a raw block; it looks the same."""
    return _BLANK.sub(lambda found: "&#10;" * found[0].count("\n"), html.strip())
