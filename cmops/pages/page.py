"""A page as data: a path, a title, and parts that any generator can show.

Headings are Markdown, so that a theme's table of contents and its search know them; everything
else is finished HTML. Python-Markdown reads 180 kB of raw HTML in 0.13 s and only throws it back
out, and a search parses it once more: so a generator that lets us (MkDocs) is given ``html``,
``outline`` and the ``searchable`` words, and ``markdown`` is the whole page for any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from cmops.values import dataclass

_LAST = 0.0001
"""What a match on a page ``aside`` counts in the search of Material for MkDocs."""

_BLANK = re.compile(r"\n\s*\n")
_ANCHOR = re.compile(r"[^\w-]+")
_TAG = re.compile(r"<[^>]*>")
_ENTITY = re.compile(r"&(?=#?\w+;)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``anchor`` is its id, where links go to it."""

    level: int
    text: str
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Html:
    """A block of finished HTML; whoever makes it has escaped what came from outside.

    ``words`` are what a search should find of it, as plain text; None means all that it shows.
    """

    text: str
    words: str | None = None


Part = Heading | Html


@dataclass(frozen=True, slots=True)
class Place:
    """A heading in a page's outline, with those below it."""

    level: int
    id: str
    text: str
    below: list[Place]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site.

    ``path`` ends in ``.md`` and is relative to the site's root. ``listed`` pages stand in the
    navigation, under ``label``; the others are reached by links, because themes become slow with
    many entries. ``wide`` pages ask for the room of the table of contents. ``aside`` ones come
    last in a search: whoever looks for a network's name wants a post, not a rule on it.
    """

    path: str
    title: str
    parts: tuple[Part, ...]
    listed: bool = False
    label: str = ""
    wide: bool = False
    aside: bool = False

    @property
    def markdown(self) -> str:
        """The whole page as Markdown, with its front matter."""
        lines = [f"---\n{self.front}---\n", f"# {escaped(self.title)}\n"]
        for part in self.parts:
            if isinstance(part, Html):
                lines.append(f"{_unbroken(part.text)}\n")
            else:
                anchor = f" {{#{part.anchor}}}" if part.anchor else ""
                lines.append(f"{'#' * part.level} {escaped(part.text)}{anchor}\n")
        return "\n".join(lines)

    @property
    def meta(self) -> dict[str, Any]:
        """What stands in its front matter."""
        found: dict[str, Any] = {"title": plain(self.title)}
        if self.wide:
            # Beside a page that is not listed, the navigation has nothing.
            found["hide"] = ["toc"] if self.listed else ["toc", "navigation"]
        if self.aside:
            found["search"] = {"boost": _LAST}
        return found

    @property
    def front(self) -> str:
        """Its front matter."""
        # JSON is YAML; a title can hold anything.
        return "".join(
            f"{name}: {json.dumps(value, ensure_ascii=False)}\n"
            for name, value in self.meta.items()
        )

    @property
    def html(self) -> str:
        """The whole page as HTML."""
        return "\n".join(
            part.text if isinstance(part, Html) else _heading(part) for part in self._identified()
        )

    @property
    def searchable(self) -> str:
        """Its headings and words, as HTML that costs a search little to read."""
        return "\n".join(
            f"<p>{_words(part)}</p>" if isinstance(part, Html) else _heading(part)
            for part in self._identified()
        )

    @property
    def outline(self) -> list[Place]:
        """Its headings, each with those below it."""
        found: list[Place] = []
        above: list[Place] = []
        for part in self._identified():
            if isinstance(part, Html):
                continue
            place = Place(part.level, part.anchor or "", part.text, [])
            while above and above[-1].level >= place.level:
                above.pop()
            (above[-1].below if above else found).append(place)
            above.append(place)
        return found

    def _identified(self) -> Iterator[Part]:
        """The title and the parts, every heading with an id of its own."""
        taken = {part.anchor for part in self.parts if isinstance(part, Heading)}
        for part in (Heading(1, self.title), *self.parts):
            if isinstance(part, Html) or part.anchor:
                yield part
                continue
            base = name = anchor(part.text.lower())
            number = 1
            while name in taken:
                number += 1
                name = f"{base}-{number}"
            taken.add(name)
            yield Heading(part.level, part.text, name)


def _heading(part: Heading) -> str:
    return f'<h{part.level} id="{escape(part.anchor or "")}">{escape(part.text)}</h{part.level}>'


def _words(part: Html) -> str:
    return _TAG.sub(" ", part.text) if part.words is None else escape(part.words, quote=False)


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
