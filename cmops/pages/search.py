"""The search index of a site of which only some pages were built again."""

from __future__ import annotations

import json
from collections.abc import Collection


def completed(new: str, old: str, pages: Collection[str]) -> str:
    """The new index with what the old one says of these pages, where the new one says nothing.

    Both are what MkDocs's search (and Material's) writes: JSON with ``docs``, each of which has
    the address of its page or of a place on it (``location``). ``pages`` are addresses of pages.
    """
    index = json.loads(new)
    built = {_page(each) for each in index["docs"]}
    try:
        known = json.loads(old)["docs"]
    except ValueError:  # of a build that was ended while it wrote
        return new
    kept = (each for each in known if _page(each) not in built)
    index["docs"] += [each for each in kept if _page(each) in pages]
    return json.dumps(index, ensure_ascii=False, separators=(",", ":"))


def _page(entry: dict[str, str]) -> str:
    return entry["location"].partition("#")[0]
