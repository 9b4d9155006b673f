"""Where pages are, seen from one another, and which addresses from outside may be linked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from urllib.parse import quote

from cmops.values import dataclass

Address = Callable[[str], str]
"""A page's path (``calendar/2026-12.md``) -> its URL from the site's root."""

MEDIA = "assets/"
"""Where the media of ``content/`` are in the site."""

_SCHEMES = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)


def as_folders(path: str) -> str:
    """``a/b.md`` -> ``a/b/``, as most generators do."""
    base = path.removesuffix(".md")
    if posixpath.basename(base) == "index":
        return base.removesuffix("index")
    return f"{base}/"


def as_files(path: str) -> str:
    """``a/b.md`` -> ``a/b.html``."""
    return f"{path.removesuffix('.md')}.html"


def as_written(path: str) -> str:
    """``a/b.md`` stays, for forges that show Markdown."""
    return path


@dataclass(frozen=True, slots=True)
class Here:
    """The page that links stand on."""

    path: str
    address: Address

    def link(self, path: str, anchor: str = "") -> str:
        """The relative URL of another page, or of a place on it."""
        hash = f"#{quote(anchor)}" if anchor else ""
        if path == self.path and hash:
            return hash
        return self._relative(self.address(path)) + hash

    def media(self, path: str) -> str:
        """The relative URL of a media file of ``content/``."""
        return self._relative(MEDIA + quote(path))

    def _relative(self, target: str) -> str:
        start = posixpath.dirname(self.address(self.path))
        found = posixpath.relpath(f"/{target}", f"/{start}")
        return f"{found}/" if target.endswith("/") or not target else found


def host(url: str) -> str:
    """The part of an address that says whose it is: ``example.org``."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url


def safe(url: str | None) -> str:
    """The URL if it is one that a page may link to (http, https, mailto); else nothing."""
    stripped = (url or "").strip()
    return stripped if _SCHEMES.fullmatch(stripped) else ""
