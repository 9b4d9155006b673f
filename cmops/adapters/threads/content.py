"""What a container is told of a poll and of a file.

Source: developers.facebook.com/docs/threads, "Posts" and "Polls", read on 2026-11-22.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cmops.adapters.contract import Media
from cmops.adapters.wanted import kind
from cmops.failures import Rejected


def poll(poll: Mapping[str, Any] | None) -> str | None:
    """The answers of a poll by the letters that Threads gives them; how long it stays is its own.

    Raises Rejected for more answers than there are letters.
    """
    if not poll:
        return None
    options = poll["options"]
    if len(options) > len(_LETTERS):
        raise Rejected("graph_invalid")
    named = zip(_LETTERS, options, strict=False)
    return json.dumps({f"option_{letter}": each for letter, each in named}, ensure_ascii=False)


_LETTERS = "abcd"


def file(media: Media, address: str) -> dict[str, str]:
    """One file, by the address at which it is shown to Threads."""
    film = kind(media) == "video"
    form = {
        "media_type": "VIDEO" if film else "IMAGE",
        "video_url" if film else "image_url": address,
    }
    return {**form, **({"alt_text": media.alt} if media.alt else {})}
