"""Markdown as a forge reads it: the tags, the text and the addresses that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt


@dataclass
class Read(HTMLParser):
    """What a reader's browser would be given."""

    tags: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag == "br":
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.text += "\n\n"

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\n", "")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(markdown: str) -> Read:
    """Read with everything on that GitHub has on, HTML included."""
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False})
    found = Read()
    found.feed(parser.enable(["table", "strikethrough"]).render(markdown))
    return found
