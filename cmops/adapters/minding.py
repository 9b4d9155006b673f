"""What several platforms mind and none can declare: an adapter's ``problems`` names which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cmops.adapters.contract import Edition, Platform, Problem
from cmops.adapters.messages import dead_ends, is_own
from cmops.findings import Pointer


def elsewhere(platform: Platform, edition: Edition) -> Iterator[Problem]:
    """Files that are not in the workspace: their bytes cannot be sent."""
    for media in edition.media:
        if media.url is not None:
            values = {"platform": platform.title, "path": media.path}
            yield Problem("CM524", edition.media_at(media), values)


def no_posts(
    platform: Platform,
    edition: Edition,
    post_at: Callable[[str], object | None],
    names: Iterable[str] = ("reply_to",),
) -> Iterator[Problem]:
    """Addresses at which there is no post of the platform; ``post_at`` gives None for those."""
    for name in names:
        url = getattr(edition, name)
        if url and not is_own(url) and post_at(url) is None:
            yield Problem("CM523", edition.at(name), {"platform": platform.title, "url": url})


def lost_links(platform: Platform, text: str, at: Pointer) -> Iterator[Problem]:
    """Links and pictures of a text that would lead nowhere."""
    for snippet in dead_ends(text):
        yield Problem("CM519", at, {"platform": platform.title, "snippet": snippet})


def misshown(
    platform: Platform, text: str, at: Pointer, besides: Iterable[str]
) -> Iterator[Problem]:
    """What a chat would show otherwise than it is meant: links, pictures, and what is ``besides``.

    Those are pieces of Markdown that this chat does not know.
    """
    from cmops.text.flavours import pictures  # most platforms are no chats

    yield from lost_links(platform, text, at)
    for url in pictures(text):
        yield Problem("CM552", at, {"platform": platform.title, "url": url})
    for snippet in besides:
        yield Problem("CM567", at, {"platform": platform.title, "snippet": snippet})
