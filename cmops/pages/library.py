"""The media library: every picture with its words, its rights, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.pages.page import Heading, Page, Part, anchor
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.workspace.model import Post

INDEX = "media/index.md"


def library(site: Site) -> Iterator[Page]:
    """The one page."""
    label = site.say("pages.media")
    yield site.page(INDEX, label, _parts(site), label=label)


def _parts(site: Site) -> Iterator[Part]:
    if not site.workspace.sidecars:
        yield site.html("none.html", INDEX, phrase="pages.media-none")
    used = _used(site)
    for sidecar in sorted(site.workspace.sidecars.values(), key=lambda each: each.media):
        yield Heading(2, sidecar.media.rpartition("/")[2], anchor(sidecar.media))
        yield site.html(
            "medium.html",
            INDEX,
            sidecar=sidecar,
            path=site.shown(sidecar.media),
            file=site.facts.gallery.open(sidecar.media),
            posts=used.get(sidecar.media, ()),
        )


def _used(site: Site) -> dict[str, list[Slot]]:
    """The first slot of every post that shows a file."""
    first = {slot.id: slot for slot in reversed(site.programme.slots)}
    found: dict[str, list[Slot]] = {}
    for post in site.workspace.posts.values():
        for path in dict.fromkeys(_media(post)):
            if post.id in first:
                found.setdefault(path, []).append(first[post.id])
    return found


def _media(post: Post) -> Iterator[str]:
    for each in (post, *post.variants.values()):
        yield from each.media or ()
        if each.card and each.card.image:
            yield each.card.image
    if post.cover:
        yield post.cover
