"""What follows from a platform's limits: what is too long, too short, too many or too heavy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor

from cmops.adapters.contract import Can, Capability, Edition, Media, Message, Platform, Problem
from cmops.adapters.limits import COUNTED, limits, text_length, text_limits, unsure
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.wanted import kind, needs
from cmops.findings import Pointer
from cmops.media import UNKNOWN
from cmops.text.counting import Limit


def plainly_within(platform: Platform, edition: Edition, message: Message) -> bool:
    """Whether a glance is enough for a text with nothing beside it. False says nothing."""
    channel, text = edition.channel, message.text
    media = limits(platform, channel).get("media")
    if media is not None and media.least:
        return False
    for name, limit in text_limits(platform, channel):
        if not limit.allows(text) or (name in COUNTED and _beside(name, message)):
            return False
    return True


class Measured:
    """One edition beside the limits that hold on its channel."""

    def __init__(self, platform: Platform, edition: Edition) -> None:
        self._platform = platform
        self._edition = edition
        self._limits = limits(platform, edition.channel)

    def texts(self, messages: Sequence[Message]) -> Iterator[Problem]:
        """Texts, and the hashtags, links and mentions in them."""
        count = len(self._edition.parts)
        if count > 1:
            yield from self._most("CM506", "messages", count, self._edition.part_places[1])
        for name, limit in self._limits.items():
            if name.startswith("text"):
                for index, message in enumerate(messages):
                    yield from self._text(name, limit, index, message, len(messages))
            elif name in COUNTED:
                for index, message in enumerate(messages):
                    given = _beside(name, message)
                    if not given and limit.plainly_allows(message.text):
                        continue
                    count = limit.length(message.text) + given
                    yield from self._most("CM506", name, count, self._place(index, message))

    def _text(
        self, name: str, limit: Limit, index: int, message: Message, of: int
    ) -> Iterator[Problem]:
        besides = any(message.fields.get(field) for field in self._platform.text_fields)
        if not besides and limit.plainly_allows(message.text):
            return
        length = text_length(self._platform, limit, message)
        if limit.least <= length <= limit.most or (self._edition.repost and not message.text):
            return
        code = "CM501" if length > limit.most else "CM502"
        at = self._place(index, message)
        which = "part" if of > 1 else "only"
        yield self._breach(code, name, length, at, which=which, message=index + 1, messages=of)

    def _place(self, index: int, message: Message) -> Pointer:
        """Where the text of a message is written."""
        if message.fields.get("role") == FIRST_COMMENT:
            return self._edition.at("first_comment")
        places = self._edition.part_places
        if index < len(places):
            return places[index]
        return self._edition.at("spoiler" if self._edition.spoiler else "media")

    def media(self) -> Iterator[Problem]:
        """How many files there are, and what each of them is and weighs."""
        edition = self._edition
        at = edition.at("media")
        if edition.only_text:
            yield from self._least("CM507", "media", 0, at)
            return
        kinds = [kind(each) for each in edition.media]
        yield from self._most("CM506", "media", len(kinds), at)
        yield from self._most("CM506", "images", kinds.count("image"), at)
        yield from self._most("CM506", "videos", kinds.count("video"), at)
        if not edition.repost:
            yield from self._least("CM507", "media", len(kinds), at)
        for file in edition.media:
            yield from self._file(file, edition.media_at(file))
            yield from self._alt(file, edition.media_at(file))
        if edition.cover is not None:
            yield from self._file(edition.cover, edition.at("cover"))
        if edition.card_image is not None and self._can(Capability.LINK_CARD):
            yield from self._file(edition.card_image, (*edition.at("card"), "image"))

    def _file(self, file: Media, at: Pointer) -> Iterator[Problem]:
        taken = self._platform.media_types
        if taken is not None and file.type not in taken:
            if file.type == UNKNOWN or self._can(needs(file)):
                yield self._problem("CM512", at, path=file.path, type=file.type)
            return
        name = f"{kind(file) if kind(file) in {'image', 'video'} else 'document'}_bytes"
        limit = self._limits.get(name)
        if limit is not None and file.size > limit.most:
            yield self._breach("CM511", name, file.size, at, path=file.path)
        if kind(file) == "video" and file.duration is not None:
            seconds = ceil(file.duration)
            yield from self._most("CM540", "video_seconds", seconds, at, path=file.path)
            seconds = floor(file.duration)
            yield from self._least("CM542", "video_seconds", seconds, at, path=file.path)
        if kind(file) == "image":
            pixels = (file.width or 0) * (file.height or 0)
            yield from self._most("CM541", "image_pixels", pixels, at, path=file.path)

    def _alt(self, file: Media, at: Pointer) -> Iterator[Problem]:
        limit = self._limits.get("alt")
        length = limit.length(file.alt) if limit is not None else 0
        if limit is not None and length > limit.most:
            yield self._breach("CM513", "alt", length, at, path=file.path)

    def poll(self) -> Iterator[Problem]:
        """A poll's answers, and how long it stays open; nothing where there are no polls."""
        poll = self._edition.poll
        if poll is None or not self._can(Capability.POLL):
            return
        at = self._edition.at("poll")
        seconds = int(poll.duration.total_seconds())
        options = (*at, "options")
        yield from self._most("CM506", "poll_options", len(poll.options), options)
        yield from self._least("CM507", "poll_options", len(poll.options), options)
        yield from self._most("CM509", "poll_seconds", seconds, (*at, "duration"))
        yield from self._least("CM509", "poll_seconds", seconds, (*at, "duration"))
        limit = self._limits.get("poll_option")
        for index, option in enumerate(poll.options if limit else ()):
            length = limit.length(option) if limit else 0
            yield from self._most("CM508", "poll_option", length, (*options, index))

    def _can(self, capability: Capability) -> bool:
        return self._platform.able(capability) is Can.YES

    def _problem(self, code: str, at: Pointer, **values: object) -> Problem:
        return Problem(code, at, {"platform": self._platform.title, **values})

    def _breach(self, code: str, name: str, size: int, at: Pointer, **values: object) -> Problem:
        """A limit that is not kept; one that is unsure has a code of its own."""
        limit = self._limits[name]
        over = size - limit.most if size > limit.most else limit.least - size
        bound = limit.most if size > limit.most else limit.least
        found: dict[str, object] = {
            "limit": bound,
            "way": limit.count,
            "name": name,
            "length": size,
            "over": over,
        }
        if limit.count == "seconds" and not unsure(limit):
            found |= {"length": _short(size), "limit": _short(bound)}
        return self._problem("CM518" if unsure(limit) else code, at, **found, **values)

    def _most(
        self, code: str, name: str, size: int, at: Pointer, **values: object
    ) -> Iterator[Problem]:
        limit = self._limits.get(name)
        if limit is not None and size > limit.most:
            yield self._breach(code, name, size, at, **values)

    def _least(
        self, code: str, name: str, size: int, at: Pointer, **values: object
    ) -> Iterator[Problem]:
        limit = self._limits.get(name)
        if limit is not None and size < limit.least:
            yield self._breach(code, name, size, at, **values)


def _beside(name: str, message: Message) -> int:
    """How many more a message has beside its text."""
    if name == "hashtags":
        return len(message.fields.get("hashtags", ()))
    link = str(message.fields.get("link") or "")
    return int(name == "links" and link not in message.text)


def _short(seconds: int) -> str:
    """A duration as people write it in front matter: ``5m``, ``6h``, ``7d``; or ``2m20s``."""
    if seconds % 60 and seconds < _HOUR:
        minutes = f"{seconds // 60}m" if seconds >= 60 else ""
        return f"{minutes}{seconds % 60}s"
    size, unit = next(each for each in _UNITS if seconds >= each[0] or each[1] == "m")
    return f"{seconds // size}{unit}"


_HOUR = 3_600
_UNITS = ((86_400, "d"), (_HOUR, "h"), (60, "m"))
