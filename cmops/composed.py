"""The compositions of a workspace, each made once and kept until what it depends on changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cmops.adapters.contract import Edition, Media, Message
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.compose import Composition, compose
from cmops.media import Gallery
from cmops.shaping import Shaping
from cmops.text.counting import Limit
from cmops.values import dataclass
from cmops.workspace.cache import Cache, fingerprint
from cmops.workspace.load import Loaded, Record
from cmops.workspace.model import Channel, Post

SHELF = "composed"


@dataclass(frozen=True, slots=True)
class Version:
    """What one channel gets of a post."""

    channel: Channel
    edition: Edition
    composition: Composition


class Compositions:
    """What every channel gets of every post of one workspace."""

    def __init__(self, loaded: Loaded, gallery: Gallery, cache: Cache | None = None) -> None:
        self.remembers = False
        """Whether what the rules had made stays: for whoever is going to show all of it."""
        self._loaded = loaded
        self._gallery = gallery
        self._shaping = Shaping(loaded.workspace, gallery)
        self._cache = cache
        self._fresh: dict[str, dict[str, Composition]] = {}
        self._sources: dict[str, str] = {}
        self._common = fingerprint((loaded.workspace.settings.digest,))
        channels = loaded.workspace.settings.channels
        self._channels = {id: each for id, each in channels.items() if _is_known(each.platform)}
        self._together: dict[tuple[str, ...], tuple[Channel, ...]] = {}

    def versions(self, post: Post) -> tuple[Version, ...]:
        """What each of the post's known channels gets, made anew, with its edition."""
        found = self._make(post, self.channels(post))
        if self.remembers:
            self._fresh[post.path] = {each.channel.id: each.composition for each in found}
        return found

    def of(self, post: Post, channel: Channel) -> Composition:
        """What one channel gets; kept from an earlier run where nothing has changed."""
        if post.path not in self._fresh:
            self._fresh[post.path] = self._kept(post)
        known = self._fresh[post.path]
        if channel.id not in known:
            known[channel.id] = self._make(post, (channel,))[0].composition
        return known[channel.id]

    def channels(self, post: Post) -> tuple[Channel, ...]:
        """The post's channels that cmops.yml knows, on platforms that there are."""
        known = self._together.get(post.to)
        if known is None:
            found = (self._channels.get(id) for id in dict.fromkeys(post.to))
            known = self._together[post.to] = tuple(each for each in found if each is not None)
        return known

    def stamp(self, post: Post) -> str:
        """What changes when anything changes that the post's compositions depend on."""
        record = self._loaded.records[post.path]
        media = _media(record)
        if not media:
            return f"{self._common}{record.digest}"
        parts = []
        for path in media:
            sidecar = self._loaded.records.get(f"content/{path}.yml")
            parts += [path, sidecar.digest if sidecar else "", self._gallery.stamp(path)]
        return f"{self._common}{record.digest}{fingerprint(parts)}"

    def source(self, post: Post) -> str:
        """What changes when the post's own files do: its document, its media, their sidecars.

        Unlike ``stamp`` it is the same on every machine, and whatever the settings say.
        """
        known = self._sources.get(post.path)
        if known is None:
            known = self._sources[post.path] = self._source(self._loaded.records[post.path])
        return known

    def _source(self, record: Record) -> str:
        parts = [record.digest]
        for path in _media(record):
            sidecar = self._loaded.records.get(f"content/{path}.yml")
            file = self._gallery.open(path)
            parts += [path, sidecar.digest if sidecar else "", file.sha256 if file else ""]
        return fingerprint(parts)

    def save(self) -> None:
        """Keeps what was made."""
        if self._cache is None:
            return
        posts = {post.path: post for post in self._loaded.workspace.posts.values()}
        made = {
            path: (self.stamp(posts[path]), _freeze(compositions))
            for path, compositions in self._fresh.items()
            if path in posts
        }
        self._cache.save(SHELF, made)

    def _kept(self, post: Post) -> dict[str, Composition]:
        kept = self._cache.get(SHELF, post.path) if self._cache else None
        if kept is None or kept[0] != self.stamp(post):
            return {}
        return {id: _thaw(data) for id, data in json.loads(kept[1]).items()}

    def _make(self, post: Post, channels: tuple[Channel, ...]) -> tuple[Version, ...]:
        made = self._shaping.editions(post, channels)
        return tuple([Version(each.channel, each, compose(each)) for each in made])


_NAMING = frozenset({"media", "card", "cover", "variants"})
"""Fields below which a post may name media."""


def _is_known(platform: str) -> bool:
    try:
        adapter(platform)
    except UnknownPlatform:
        return False
    return True


def _media(record: Record) -> list[str]:
    """Every media path that a post names anywhere, in a stable order."""
    data = record.data or {}
    if _NAMING.isdisjoint(data):
        return []
    layers = [data, *(data.get("variants") or {}).values()]
    named = [path for layer in layers for path in layer.get("media") or ()]
    cards = [layer["card"].get("image") for layer in layers if "card" in layer]
    return sorted({path for path in (*named, *cards, data.get("cover")) if path})


def _freeze(compositions: Mapping[str, Composition]) -> str:
    return json.dumps(
        {
            id: [
                made.platform,
                [
                    [each.text, [_values(media) for media in each.media], each.fields]
                    for each in made.messages
                ],
                _values(made.limit) if made.limit else None,
            ]
            for id, made in compositions.items()
        },
        ensure_ascii=False,
    )


def _values(data: Media | Limit) -> list[Any]:
    return [getattr(data, name) for name in data.__slots__]


def _thaw(data: list[Any]) -> Composition:
    platform, messages, limit = data
    return Composition(
        platform,
        tuple(
            Message(text, tuple(Media(*each) for each in media), fields)
            for text, media, fields in messages
        ),
        Limit(*limit) if limit else None,
    )
