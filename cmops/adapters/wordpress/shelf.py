"""What a post refers to: files in the blog's library, categories and tags.

A file is uploaded once, whatever was lost on the way. Categories are the blog's own order of
things: they must be there. Tags may be new, and are created.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.adapters.files import reviewed
from cmops.adapters.wordpress.api import Api, Item
from cmops.adapters.wordpress.content import Attached, file_name
from cmops.failures import NotSent, Rejected
from cmops.http import Answer
from cmops.values import dataclass

_REFUSED = frozenset({400, 413, 500})
_OPTIONAL = ("width", "height")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library and the terms of one blog; files come from the workspace at ``root``."""

    api: Api
    root: Path

    def file(self, file: Mapping[str, Any]) -> Attached:
        """The file, as the blog has it, uploaded if it has to be. ``file`` is ``media_data``."""
        if file.get("url"):
            return Attached(None, file["url"], file["type"], file["alt"])
        name = file_name(file["sha256"], file["alt"])
        for there in self.api.items("/wp/v2/media", {"slug": name}):
            if there.get("source_url"):
                return _attached(there, file)
        answer = self._upload(file, name)
        if not isinstance(answer.look("id"), int):
            raise NotSent("rubbish", answer.asked)
        return _attached(answer.data, file)

    def categories(self, names: list[str]) -> list[int]:
        """Their numbers. Raises Rejected for one that the blog does not have, or has twice."""
        return [self._category(name) for name in names]

    def tags(self, names: list[str]) -> list[int]:
        """Their numbers; a tag that the blog does not have is created."""
        return [self._tag(name) for name in names]

    def _upload(self, file: Mapping[str, Any], name: str) -> Answer:
        content = reviewed(self.root, file["path"], file["sha256"])
        title = PurePosixPath(file["path"]).stem
        answer = self.api.put_aside(
            "/wp/v2/media",
            files={"file": (name + PurePosixPath(file["path"]).suffix, content, file["type"])},
            form={"slug": name, "title": title, "alt_text": file["alt"]},
            accept=_REFUSED,
        )
        if not answer.ok:
            raise Rejected("media_refused", answer.asked)
        return answer

    def _category(self, name: str) -> int:
        found = list(self._terms("categories", name))
        named = [each for each in found if _is_named(each, name)]
        chosen = named if len(named) == 1 else [each for each in found if each["slug"] == name]
        if len(chosen) != 1:
            raise Rejected("category_ambiguous" if named else "category_unknown", name)
        return int(chosen[0]["id"])

    def _tag(self, name: str) -> int:
        for each in self._terms("tags", name):
            if _is_named(each, name):
                return int(each["id"])
        answer = self.api.put_aside("/wp/v2/tags", json={"name": name}, accept={400})
        # Another spelling of a tag that is there: what the blog takes for the same, is.
        same = answer.word("code") == "term_exists"
        id = answer.look("data", "term_id") if same else answer.look("id")
        if isinstance(id, int):
            return id
        raise NotSent("rubbish", answer.asked) if answer.ok else Rejected("tag_refused", name)

    def _terms(self, kind: str, name: str) -> Iterator[Item]:
        """Terms whose name or slug holds this; the blog keeps names as HTML."""
        for form in dict.fromkeys((name, escape(name, quote=False))):
            yield from self.api.items(f"/wp/v2/{kind}", {"search": form})


def _is_named(term: Item, name: str) -> bool:
    return unescape(str(term.get("name", ""))).casefold() == name.casefold()


def _attached(item: Item, file: Mapping[str, Any]) -> Attached:
    sizes = item.get("media_details")
    found = [sizes.get(each) if isinstance(sizes, dict) else None for each in _OPTIONAL]
    width, height = (each if isinstance(each, int) else None for each in found)
    url = str(item["source_url"])
    return Attached(int(item["id"]), url, file["type"], file["alt"], width, height)
