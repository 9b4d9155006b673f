"""Where the team's documents stand on the site, for the links that they make to one another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from cmops.pages.links import Here
from cmops.pages.page import Part, anchor
from cmops.pages.site import Site

Place = tuple[str, str]
"""A page, and an anchor on it (empty for the page itself)."""


def prose(site: Site, text: str, source: str, path: str, level: int = 2) -> Iterator[Part]:
    """What ``source`` (a document of the workspace) says in Markdown, on the page at ``path``.

    Its relative links lead to the pages of the documents that they name, or are no links.
    """
    here = Here(path, site.draw.address)

    def leads(url: str) -> str | None:
        if ":" in url.partition("/")[0] or url.startswith(("//", "\\")):
            return None
        name, _, fragment = url.partition("#")
        if not name:
            return url
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(name)))
        media = site.shown(target.removeprefix("content/")) if "/media/" in target else None
        if media:
            return here.media(media)
        found = place(site, target, unquote(fragment))
        return here.link(*found) if found else ""

    return site.draw.prose(text, level, leads)


def place(site: Site, path: str, fragment: str = "") -> Place | None:
    """The page of a document, by its path in the workspace; None where it has none."""
    for known, found in _places(site):
        if known == path:
            return found[0], found[1] or (anchor(fragment) if fragment else "")
    return None


def _places(site: Site) -> Iterator[tuple[str, Place]]:
    space = site.workspace
    for post in space.posts.values():
        found = site.post(post.id)
        if found:
            yield post.path, found
    for folder, documents in (
        ("campaigns", space.campaigns),
        ("events", space.events),
        ("crisis", space.crises),
        ("incidents", space.incidents),
    ):
        yield from ((each.path, (f"{folder}/{each.id}.md", "")) for each in documents.values())
    for page, sections in (
        ("guidelines/index.md", space.guidelines),
        ("guidelines/moderation.md", space.moderation),
        ("guidelines/replies.md", space.replies),
    ):
        yield from ((each.path, (page, anchor(each.id))) for each in sections.values())
    if space.editorial:
        yield space.editorial.path, ("guidelines/editorial.md", "")
