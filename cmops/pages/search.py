"""The search index of a site of which only some pages were built again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def completed(new: str, old: str, left: Iterable[str], pages: Iterable[str]) -> str:
    """The new index with what the old one says of the pages that were ``left`` as they are.

    Both are what MkDocs's search (and Material's) writes: JSON with ``docs``, each of which has
    the address of its page or of a place on it (``location``). ``pages`` are the addresses of all
    pages, in the order of the index. One that was sorted ahead for the browser is left out.
    """
    index = json.loads(new)
    known, found = _by_page(json.loads(old)["docs"]), _by_page(index["docs"])
    found |= {page: known[page] for page in left if page in known}
    index["docs"] = [entry for page in dict.fromkeys(pages) for entry in found.get(page, ())]
    # It is without what is added here.
    index.pop("index", None)
    return json.dumps(index, separators=(",", ":"))


def _by_page(entries: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in entries:
        found.setdefault(each["location"].partition("#")[0], []).append(each)
    return found
