"""What a post of the blog holds; pure. A comment that no reader sees says whose it is.

The comment names the message by a hash, since a key may name an account.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from cmops.values import dataclass

_PREPARED = "prepared"
_OURS = re.compile(r"<!-- wp:html -->\n(.*)<!-- cmops:[0-9a-f:]+ -->\n<!-- /wp:html -->", re.S)
_MARK = re.compile(r"<!-- cmops:([0-9a-f]{32}):([0-9a-f]{32}|prepared) -->")


@dataclass(frozen=True, slots=True)
class Mark:
    """Which message a post is, and a hash of what was sent; None while it was never live."""

    key: str
    digest: str | None

    def __str__(self) -> str:
        """As it stands in the post."""
        return f"<!-- cmops:{self.key}:{self.digest or _PREPARED} -->"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as the blog has it."""

    id: int | None
    url: str
    type: str
    alt: str
    width: int | None = None
    height: int | None = None


def key(message_key: str) -> str:
    """What the message is called in a mark, and searched for."""
    return _short(message_key)


def mark_in(content: str) -> Mark | None:
    """The mark in a post's content as it is stored; None when it is not of our making."""
    found = _MARK.search(content)
    if found is None:
        return None
    return Mark(found[1], None if found[2] == _PREPARED else found[2])


def marked(body: Mapping[str, Any], key: str, *, live: bool) -> dict[str, Any]:
    """The post with its mark. One block of HTML: the blog adds no paragraphs to it."""
    mark = Mark(key, digest(body) if live else None)
    html = f"<!-- wp:html -->\n{body['content']}{mark}\n<!-- /wp:html -->"
    return {**body, "content": html}


def digest(body: Mapping[str, Any]) -> str:
    """A hash of what is sent: half of it of all, half of it of the content alone."""
    return _short(json.dumps(body, sort_keys=True))[:16] + _short(body["content"])[:16]


def untouched(stored: str) -> bool:
    """Whether a post's content is what its own mark says that it was sent with."""
    mark = mark_in(stored)
    found = _OURS.fullmatch(stored)
    if mark is None or mark.digest is None or found is None:
        return False
    return _short(found[1])[:16] == mark.digest[16:]


def stored(content: str) -> str:
    """A hash of a post's content as the blog stored it: shows later whether it was changed."""
    return _short(content)


def figures(files: list[Attached]) -> str:
    """Pictures and films below the text, with their words."""
    return "".join(_figure(each) for each in files)


def file_name(sha256: str, alt: str) -> str:
    """What an uploaded file is called, so that it is found again: by its bytes and its words."""
    return f"cmops-{_short(f'{sha256} {alt}')}"


def _figure(file: Attached) -> str:
    address, words = escape(file.url), escape(file.alt)
    if file.type.startswith("video/"):
        label = f' aria-label="{words}"' if file.alt else ""
        shown = f'<video controls src="{address}"{label}></video>'
        return f'<figure class="wp-block-video">{shown}</figure>\n'
    size = f' width="{file.width}" height="{file.height}"' if file.width and file.height else ""
    own = f' class="wp-image-{file.id}"' if file.id else ""
    shown = f'<img src="{address}" alt="{words}"{size}{own} />'
    return f'<figure class="wp-block-image size-full">{shown}</figure>\n'


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
