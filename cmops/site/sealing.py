"""Seals a built site: every page and every file of the team's opens only with the password.

AES-256-GCM by ``cryptography``, the key from the password by PBKDF2 with SHA-256 and as many
rounds as OWASP's password storage cheat sheet asks for; browsers undo both with Web Crypto. A
page becomes a small page that asks for the password; other files become ``<name>.sealed``. What
belongs to the theme stays as it is, since it tells nothing of the team. Names of files stay, too:
whoever can list the folder sees the addresses of pages, but nothing that is on them.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from html import escape, unescape
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cmops.values import dataclass

ROUNDS = 600_000
SEALED = ".sealed"
SHORTEST = 12
"""How many characters a password has at least: the sealed pages can be tried at leisure."""

_PLAIN = (".css", ".js", ".map", ".woff", ".woff2", ".ttf")
_INDEXES = ("sitemap.xml", "sitemap.xml.gz", "robots.txt")
_FEEDS = (".ics", ".atom")
_LINKED = re.compile(r'(?<=[\s"])(src|href|poster)="([^"]*)"')
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many pages and files were sealed, and the paths that were removed instead."""

    pages: int
    files: int
    removed: tuple[str, ...]


def seal(
    folder: Path,
    password: str,
    *,
    salt: bytes,
    words: Mapping[str, str],
    kept: Collection[str] = (),
) -> Sealed:
    """Seals the site in ``folder``, in its place.

    ``salt`` is the site's own; the same one lets a browser that knows the key open the next build.
    ``words`` are what the page says that asks for the password. ``kept`` are paths of files that
    tell nothing of the team. Feeds are removed: no calendar could open them.
    """
    lock = _Lock(_key(password, salt))
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder).as_posix() for path in found}
    removed = [path for path in found if _is_listing(names[path])]
    pages = [path for path in found if path.suffix == ".html" and path not in removed]
    files = [
        path
        for path in found
        if path not in removed and path not in pages and _is_own(names[path], kept)
    ]
    for path in removed:
        path.unlink()
    own = frozenset(names[path] for path in files)
    door = _Door(salt, words, frozenset({"search/search_index.json"} & own))
    for path in files:
        path.with_name(path.name + SEALED).write_bytes(lock.closed(path.read_bytes()))
        path.unlink()
    for path in pages:
        html = _pointing(path.read_text("utf-8"), names[path], own)
        path.write_text(door.page(names[path], lock.closed(_packed(html))), "utf-8")
    return Sealed(len(pages), len(files), tuple(names[path] for path in removed))


def salt_of(*names: str) -> bytes:
    """A salt that is this site's own, and the same for each of its builds."""
    return hashlib.sha256("\0".join(("cmops site", *names)).encode()).digest()[:16]


class _Lock:
    """Closes bytes with one key, each time with a nonce of its own."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)

    def closed(self, content: bytes) -> bytes:
        """The nonce, then the content with its tag."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, None)


class _Door:
    """Makes the pages that ask for the password."""

    def __init__(self, salt: bytes, words: Mapping[str, str], fetched: Collection[str]) -> None:
        assets = resources.files("cmops.site") / "assets"
        read: Callable[[str], str] = lambda name: (assets / name).read_text("utf-8")  # noqa: E731
        self._template = read("door.html")
        self._style = read("door.css")
        self._script = read("door.js")
        self._salt = base64.b64encode(salt).decode()
        self._words = words
        self._fetched = sorted(fetched)

    def page(self, path: str, sealed: bytes) -> str:
        """The page at ``path``, with what it opens to."""
        top = posixpath.relpath(".", posixpath.dirname(path) or ".")
        facts = {
            "salt": self._salt,
            "rounds": ROUNDS,
            "suffix": SEALED,
            "fetched": [f"{top}/{name}" for name in self._fetched],
        }
        filled = {
            **{f"word-{name}": escape(text) for name, text in self._words.items()},
            "style": self._style,
            "script": self._script,
            "facts": json.dumps({**facts, "words": dict(self._words)}).replace("<", "\\u003c"),
            "sealed": base64.b64encode(sealed).decode(),
        }
        return re.sub(r"\{\{ ([\w-]+) \}\}", lambda mark: filled[mark[1]], self._template)


def _key(password: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS, 32)


def _packed(html: str) -> bytes:
    return gzip.compress(html.encode(), mtime=0)


def _is_listing(name: str) -> bool:
    return name in _INDEXES or name.endswith(_FEEDS)


def _is_own(name: str, kept: Collection[str]) -> bool:
    return name not in kept and not name.endswith(_PLAIN)


def _pointing(html: str, page: str, own: Collection[str]) -> str:
    """The page with its links to sealed files marked, for the script to open."""
    folder = posixpath.dirname(page)

    def marked(found: re.Match[str]) -> str:
        parts = urlsplit(unescape(found[2]))
        if parts.scheme or parts.netloc or not parts.path:
            return found[0]
        target = posixpath.normpath(posixpath.join(folder, unquote(parts.path))).lstrip("/")
        if target not in own:
            return found[0]
        address = f"{found[2].partition('#')[0].partition('?')[0]}{SEALED}"
        return f'data-sealed-{found[1]}="{address}"'

    return _LINKED.sub(marked, html)
