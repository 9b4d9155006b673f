"""A post as one channel gets it: variant chosen, thread split, link and hashtags placed.

This is done once for all platforms; what differs between them they declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from cmops.adapters.contract import Edition, LinkPlace, Media, Platform
from cmops.adapters.registry import adapter
from cmops.findings import BODY, Pointer
from cmops.media import Gallery
from cmops.speaking import Voice
from cmops.text.markdown import split
from cmops.workspace.model import Channel, LinkCard, Post, Workspace

_TAG = re.compile(r"#(\w+)")
_FIELDS = (
    "format",
    "language",
    "link",
    "card",
    "hashtags",
    "media",
    "poll",
    "reply_to",
    "quote",
    "first_comment",
    "spoiler",
    "visibility",
)

_SHARED = attrgetter(*_FIELDS)


def edition(post: Post, channel: Channel, workspace: Workspace, gallery: Gallery) -> Edition:
    """The post as ``channel`` gets it. Media that cannot be opened are left out (a finding)."""
    return Shaping(workspace, gallery).editions(post, (channel,))[0]


class Shaping:
    """Makes the editions of a workspace's posts.

    What is so for all posts of a channel is worked out once, and so is what those channels have
    in common that see a post alike.
    """

    def __init__(self, workspace: Workspace, gallery: Gallery) -> None:
        self._workspace = workspace
        self._gallery = gallery
        self._outlets: dict[str, _Outlet] = {}

    def editions(self, post: Post, channels: Iterable[Channel]) -> tuple[Edition, ...]:
        """The post as each of ``channels`` gets it."""
        own = {*post.variants, *(() if post.kind == "article" else split(post.body).variants)}
        known: dict[tuple[str, ...], _Shared] = {}
        made = []
        for channel in channels:
            outlet = self._outlet(channel)
            names = tuple(each for each in outlet.names if each in own) if own else ()
            if names not in known:
                known[names] = _Shared(_View(post, names), self._workspace)
            made.append(self._edition(known[names], post, outlet))
        return tuple(made)

    def _outlet(self, channel: Channel) -> _Outlet:
        known = self._outlets.get(channel.id)
        if known is None or known.channel is not channel:
            known = self._outlets[channel.id] = _Outlet(channel, self._workspace)
        return known

    def _edition(self, shared: _Shared, post: Post, outlet: _Outlet) -> Edition:
        view, values, voice, channel = shared.view, shared.values, outlet.voice, outlet.channel
        language = values["language"] or channel.language
        texts, places = shared.parts(outlet.platform)
        card, comment, link = values["card"], values["first_comment"], values["link"]
        campaign = post.campaign
        return Edition(
            post=post.id,
            channel=channel,
            parts=texts if voice.verbatim else tuple(voice.says(t, campaign) for t in texts),
            part_places=places,
            title=post.title,
            kind=post.kind,
            format=values["format"] or "post",
            language=language,
            link=voice.tracked(link, campaign) if link else None,
            card=card,
            card_image=self._attach(card.image, language) if card else None,
            hashtags=shared.hashtags,
            media=tuple(self._media(view, values["media"], language)) if values["media"] else (),
            cover=self._attach(post.cover, language),
            poll=values["poll"],
            reply_to=values["reply_to"],
            quote=values["quote"],
            repost=post.repost,
            first_comment=voice.says(comment, campaign) if comment else None,
            spoiler=values["spoiler"],
            visibility=values["visibility"],
            mentions=voice.mentions,
            options=_options(post, view, channel),
            places=view.places,
        )

    def _media(self, view: _View, paths: tuple[str, ...], language: str) -> Iterator[Media]:
        for index, path in enumerate(paths):
            view.places[path] = (*view.place("media"), index)
            media = self._attach(path, language)
            if media is not None:
                yield media

    def _attach(self, path: str | None, language: str) -> Media | None:
        if path is None:
            return None
        sidecar = self._workspace.sidecars.get(path)
        alt = sidecar.alt_in(language) if sidecar else ""
        file = self._gallery.open(path)
        if file is not None:
            size, sha256, duration = file.size, file.sha256, file.duration
            sides = (file.width, file.height)
            return Media(path, alt, file.type, size, sha256, *sides, duration=duration)
        if sidecar is not None and sidecar.url and sidecar.sha256:
            return Media(path, alt, "video/mp4", 0, sidecar.sha256, url=sidecar.url)
        return None


class _Outlet:
    """What is so for all that a channel gets."""

    def __init__(self, channel: Channel, workspace: Workspace) -> None:
        self.channel = channel
        self.platform = adapter(channel.platform).platform
        self.names = _names(channel)
        self.voice = Voice(channel, workspace.settings)


def _names(channel: Channel) -> tuple[str, ...]:
    """What a variant for a channel may be called: the channel's own comes first."""
    return (channel.id,) if channel.id == channel.platform else (channel.id, channel.platform)


class _View:
    """A post as those channels see it that its variants of these names are for."""

    def __init__(self, post: Post, names: tuple[str, ...]) -> None:
        self._post = post
        self._names = names
        self._variants = [(post.variants[each], each) for each in names if each in post.variants]
        self.places: dict[str, Pointer] = {}

    def get(self, name: str) -> Any:
        for variant, source in self._variants:
            value = getattr(variant, name)
            if value is not None:
                self.places[name] = ("variants", source, name)
                return value
        return getattr(self._post, name)

    def all(self) -> dict[str, Any]:
        """Every field that a variant may override."""
        if self._variants:
            return {name: self.get(name) for name in _FIELDS}
        return dict(zip(_FIELDS, _SHARED(self._post), strict=True))

    def place(self, name: str) -> Pointer:
        """Where the field was found that ``get`` gave."""
        return self.places.get(name, (name,))

    def texts(self) -> Iterator[tuple[str, Pointer]]:
        """The messages' texts in order, each with its place in the document."""
        if self._post.kind == "article":
            yield self._post.body.strip("\n"), (BODY, 0)
            return
        body = split(self._post.body)
        for name in self._names:
            if name in body.variants:
                yield from ((part.text, (BODY, part.offset)) for part in body.variants[name])
                return
            variant = self._post.variants.get(name)
            if variant is not None and variant.text is not None:
                at: Pointer = ("variants", name, "text")
                yield from ((part.text, at) for part in split(variant.text).common)
                return
        yield from ((part.text, (BODY, part.offset)) for part in body.common)

    def options(self, platform: str) -> Mapping[str, Any]:
        if not (self._post.options or self._variants):
            return {}
        layers = [self._post.options, *(each.options for each, _ in reversed(self._variants))]
        merged: dict[str, Any] = {}
        for layer in layers:
            merged.update((layer or {}).get(platform, {}))
        return merged


def publish_at_place(post: Post, channel: Channel) -> tuple[Any, Pointer]:
    """When the post goes to this channel (None if it has no time), and where that is written."""
    if not post.variants:
        return post.publish_at, ("publish_at",)
    view = _View(post, _names(channel))
    return view.get("publish_at"), view.place("publish_at")


def resolved(post: Post, channel: Channel, name: str) -> Any:
    """One shared field of the post as this channel has it."""
    if not post.variants:
        return getattr(post, name)
    return _View(post, _names(channel)).get(name)


def _options(post: Post, view: _View, channel: Channel) -> Mapping[str, Any]:
    own = view.options(channel.platform)
    if post.kind != "article":
        return {**channel.options, **own} if own else channel.options
    article = {"excerpt": post.excerpt, "slug": post.slug}
    lists = {"categories": list(post.categories), "tags": list(post.tags)}
    given = {key: value for key, value in {**article, **lists}.items() if value}
    return {**channel.options, **given, **own}


def _hashtags(names: tuple[str, ...], workspace: Workspace) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        found += workspace.settings.hashtags.get(name[1:], ()) if name[0] == "+" else (name,)
    return tuple(dict.fromkeys(found))


_Parts = list[tuple[str, Pointer]]
_Placed = tuple[tuple[str, ...], tuple[Pointer, ...]]
"""The texts, and the place of each."""


class _Shared:
    """What all channels have in common that see a post alike."""

    def __init__(self, view: _View, workspace: Workspace) -> None:
        self.view = view
        self.values = view.all()
        self.hashtags = _hashtags(self.values["hashtags"] or (), workspace)
        self._texts = list(view.texts())
        self._placed: dict[tuple[bool, bool], _Placed] = {}

    def parts(self, platform: Platform) -> _Placed:
        """The texts with link and hashtags where the platform wants them there."""
        wanted = (_in_text(platform, self.values["card"]), platform.hashtags_in_text)
        placed = self._placed.get(wanted)
        if placed is None:
            found = self._with(*wanted)
            texts = tuple([text for text, _ in found])
            placed = self._placed[wanted] = texts, tuple([place for _, place in found])
        return placed

    def _with(self, linked: bool, tagged: bool) -> _Parts:
        """The texts with link and hashtags at the end of the first message.

        The first, since it is the one that is seen and shared. What the text already says is not
        said again; a post of pictures alone says them as its text.
        """
        texts = [text for text, _ in self._texts]
        link, hashtags = self.values["link"], self.hashtags
        extra: _Parts = []
        if linked and link and not any(says(text, link) for text in texts):
            extra.append((link, self.view.place("link")))
        if tagged and hashtags:
            said = {tag.casefold() for text in texts if "#" in text for tag in _TAG.findall(text)}
            tags = [f"#{tag}" for tag in hashtags if tag.casefold() not in said]
            extra += [(" ".join(tags), self.view.place("hashtags"))] if tags else []
        if not extra:
            return self._texts
        first = self._texts[0] if self._texts else extra.pop(0)
        joined = "\n\n".join((first[0], *(text for text, _ in extra)))
        return [(joined, first[1]), *self._texts[1:]]


def _in_text(platform: Platform, card: LinkCard | None) -> bool:
    """Whether the link goes into the text: also where it could go into a card and has none."""
    if platform.link is LinkPlace.CARD:
        return card is None
    return platform.link is LinkPlace.TEXT


def says(text: str, link: str) -> bool:
    """Whether the text holds this very link, not just a longer one that begins like it."""
    if link not in text:
        return False
    return re.search(re.escape(link) + r"(?![\w/?#&=%-])(?![.:,;!~+]\w)", text) is not None
