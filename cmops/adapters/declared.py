"""What follows from a platform's declarations alone: its capabilities and its limits.

Every adapter is held to what it declares by these same rules, so that an adapter says only what
no other platform minds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor

from cmops.adapters.contract import Can, Capability, Edition, Media, Message, Platform, Problem
from cmops.adapters.limits import limits, text_length, text_limit, unsure
from cmops.adapters.messages import FIRST_COMMENT
from cmops.adapters.wanted import BESIDE_REPOST, THINGS, WANTS, kind, needs
from cmops.findings import BODY, Pointer
from cmops.media import UNKNOWN
from cmops.text.counting import Limit

__all__ = ["declared_problems", "text_limit"]

_FORMATS = {
    "carousel": Capability.CAROUSEL,
    "reel": Capability.REEL,
    "story": Capability.STORY,
    "document": Capability.DOCUMENT,
}


def declared_problems(
    platform: Platform, edition: Edition, messages: Sequence[Message]
) -> Iterator[Problem]:
    """What keeps the edition from going out as it is, and what to look at before it does."""
    if _plainly_fine(platform, edition, messages):
        return
    judge = _Judge(platform, edition)
    if edition.kind == "article" and platform.able(Capability.ARTICLE) is not Can.YES:
        yield judge.unable(Capability.ARTICLE, edition.at("to"))
        return
    yield from judge.emptiness()
    yield from judge.capabilities()
    yield from judge.company()
    yield from judge.card()
    yield from judge.texts(messages)
    yield from judge.media()
    yield from judge.poll()


def _plainly_fine(platform: Platform, edition: Edition, messages: Sequence[Message]) -> bool:
    """Whether a glance is enough, as for most posts: one text, nothing else, far from the limits.

    False says nothing.
    """
    if not edition.only_text or len(edition.parts) != 1 or len(messages) != 1:
        return False
    text = messages[0].text
    if not text or edition.kind != "post" or edition.format != "post":
        return False
    for name, limit in limits(platform, edition.channel).items():
        if name.startswith("text") or name in _COUNTED:
            if not limit.plainly_allows(text) or _beside(name, messages[0]):
                return False
        elif name == "media" and limit.least:
            return False
    return True


class _Judge:
    """One edition beside the declarations of its platform."""

    def __init__(self, platform: Platform, edition: Edition) -> None:
        self.platform = platform
        self.edition = edition
        self.limits = limits(platform, edition.channel)

    def problem(self, code: str, at: Pointer, **values: object) -> Problem:
        return Problem(code, at, {"platform": self.platform.title, **values})

    def can(self, capability: Capability) -> bool:
        return self.platform.able(capability) is Can.YES

    def unable(self, capability: Capability, at: Pointer) -> Problem:
        never = self.platform.able(capability) is Can.NO
        return self.problem("CM504" if never else "CM505", at, capability=str(capability))

    def breach(self, code: str, name: str, size: int, at: Pointer, **values: object) -> Problem:
        """A limit that is not kept; one that is unsure has a code of its own."""
        limit = self.limits[name]
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
        return self.problem("CM518" if unsure(limit) else code, at, **found, **values)

    def most(
        self, code: str, name: str, size: int, at: Pointer, **values: object
    ) -> Iterator[Problem]:
        limit = self.limits.get(name)
        if limit is not None and size > limit.most:
            yield self.breach(code, name, size, at, **values)

    def least(
        self, code: str, name: str, size: int, at: Pointer, **values: object
    ) -> Iterator[Problem]:
        limit = self.limits.get(name)
        if limit is not None and size < limit.least:
            yield self.breach(code, name, size, at, **values)

    def emptiness(self) -> Iterator[Problem]:
        edition = self.edition
        if edition.repost:
            extra = [name for name, there in BESIDE_REPOST.items() if there(edition)]
            if extra:
                yield self.problem("CM515", edition.at("repost"), extra=extra)
        elif not edition.media and not any(edition.parts):
            yield self.problem("CM503", (BODY, 0))

    def capabilities(self) -> Iterator[Problem]:
        for capability, at in self._wanted().items():
            if not self.can(capability):
                yield self.unable(capability, at)
        if not self.can(Capability.ALT_TEXT):
            yield from self._unshown_alt()

    def _wanted(self) -> dict[Capability, Pointer]:
        """What the edition asks of its platform, and where it does."""
        edition = self.edition
        asked = () if edition.only_text else WANTS.items()
        wanted = {each: edition.at(name) for each, (wants, name) in asked if wants(edition)}
        if not self.can(Capability.POLL):
            wanted.pop(Capability.POLL_MULTIPLE, None)
        if len(edition.parts) > 1:
            wanted[Capability.THREAD] = edition.part_places[1]
        if edition.format in _FORMATS:
            wanted[_FORMATS[edition.format]] = edition.at("format")
        for media in edition.media:
            if media.type != UNKNOWN:
                wanted.setdefault(needs(media), edition.media_at(media))
        return wanted

    def _unshown_alt(self) -> Iterator[Problem]:
        for media in self.edition.media:
            if media.alt:
                at = self.edition.media_at(media)
                yield self.problem("CM514", at, path=media.path)

    def company(self) -> Iterator[Problem]:
        """Things that the platform does not show together."""
        edition = self.edition
        if edition.only_text:
            return
        for one, other in self.platform.apart:
            if THINGS[one](edition) and THINGS[other](edition):
                place = "media" if other in {"image", "video"} else other
                yield self.problem("CM510", edition.at(place), one=one, other=other)

    def card(self) -> Iterator[Problem]:
        if self.edition.card is None:
            return
        at = self.edition.at("card")
        able = self.platform.able(Capability.LINK_CARD)
        if able is Can.NO:
            yield self.problem("CM516", at)
        elif able is Can.NOT_BUILT:
            yield self.unable(Capability.LINK_CARD, at)
        elif not self.edition.link:
            yield self.problem("CM517", at)

    def texts(self, messages: Sequence[Message]) -> Iterator[Problem]:
        count = len(self.edition.parts)
        if count > 1:
            yield from self.most("CM506", "messages", count, self.edition.part_places[1])
        for name, limit in self.limits.items():
            if name.startswith("text"):
                for index, message in enumerate(messages):
                    yield from self._text(name, limit, index, message, len(messages))
            elif name in _COUNTED:
                for index, message in enumerate(messages):
                    given = _beside(name, message)
                    if not given and limit.plainly_allows(message.text):
                        continue
                    count = limit.length(message.text) + given
                    yield from self.most("CM506", name, count, self._place(index, message))

    def _text(
        self, name: str, limit: Limit, index: int, message: Message, of: int
    ) -> Iterator[Problem]:
        besides = any(message.fields.get(field) for field in self.platform.text_fields)
        if not besides and limit.plainly_allows(message.text):
            return
        length = text_length(self.platform, limit, message)
        if limit.least <= length <= limit.most or (self.edition.repost and not message.text):
            return
        code = "CM501" if length > limit.most else "CM502"
        at = self._place(index, message)
        which = "part" if of > 1 else "only"
        yield self.breach(code, name, length, at, which=which, message=index + 1, messages=of)

    def _place(self, index: int, message: Message) -> Pointer:
        """Where the text of a message is written."""
        if message.fields.get("role") == FIRST_COMMENT:
            return self.edition.at("first_comment")
        places = self.edition.part_places
        if index < len(places):
            return places[index]
        return self.edition.at("spoiler" if self.edition.spoiler else "media")

    def media(self) -> Iterator[Problem]:
        edition = self.edition
        at = edition.at("media")
        if edition.only_text:
            yield from self.least("CM507", "media", 0, at)
            return
        kinds = [kind(each) for each in edition.media]
        yield from self.most("CM506", "media", len(kinds), at)
        yield from self.most("CM506", "images", kinds.count("image"), at)
        yield from self.most("CM506", "videos", kinds.count("video"), at)
        if not edition.repost:
            yield from self.least("CM507", "media", len(kinds), at)
        for file in edition.media:
            yield from self._file(file, edition.media_at(file))
            yield from self._alt(file, edition.media_at(file))
        if edition.cover is not None:
            yield from self._file(edition.cover, edition.at("cover"))
        if edition.card_image is not None and self.can(Capability.LINK_CARD):
            yield from self._file(edition.card_image, (*edition.at("card"), "image"))

    def _file(self, file: Media, at: Pointer) -> Iterator[Problem]:
        taken = self.platform.media_types
        if taken is not None and file.type not in taken:
            if file.type == UNKNOWN or self.can(needs(file)):
                yield self.problem("CM512", at, path=file.path, type=file.type)
            return
        name = f"{kind(file) if kind(file) in {'image', 'video'} else 'document'}_bytes"
        limit = self.limits.get(name)
        if limit is not None and file.size > limit.most:
            yield self.breach("CM511", name, file.size, at, path=file.path)
        if kind(file) == "video" and file.duration is not None:
            seconds = ceil(file.duration)
            yield from self.most("CM540", "video_seconds", seconds, at, path=file.path)
            seconds = floor(file.duration)
            yield from self.least("CM542", "video_seconds", seconds, at, path=file.path)
        if kind(file) == "image":
            pixels = (file.width or 0) * (file.height or 0)
            yield from self.most("CM541", "image_pixels", pixels, at, path=file.path)

    def _alt(self, file: Media, at: Pointer) -> Iterator[Problem]:
        limit = self.limits.get("alt")
        length = limit.length(file.alt) if limit is not None else 0
        if limit is not None and length > limit.most:
            yield self.breach("CM513", "alt", length, at, path=file.path)

    def poll(self) -> Iterator[Problem]:
        poll = self.edition.poll
        if poll is None or not self.can(Capability.POLL):
            return
        at = self.edition.at("poll")
        seconds = int(poll.duration.total_seconds())
        options = (*at, "options")
        yield from self.most("CM506", "poll_options", len(poll.options), options)
        yield from self.least("CM507", "poll_options", len(poll.options), options)
        yield from self.most("CM509", "poll_seconds", seconds, (*at, "duration"))
        yield from self.least("CM509", "poll_seconds", seconds, (*at, "duration"))
        limit = self.limits.get("poll_option")
        for index, option in enumerate(poll.options if limit else ()):
            length = limit.length(option) if limit else 0
            yield from self.most("CM508", "poll_option", length, (*options, index))


_COUNTED = frozenset({"hashtags", "links", "mentions"})
"""What is counted in a text, and beside it."""


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
