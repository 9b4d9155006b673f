"""What follows from a platform's declarations alone: its capabilities and its limits.

Every adapter is held to what it declares by these same rules, so that an adapter says only what
no other platform minds. What an edition asks for is here; how much of it, in ``measured``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cmops.adapters.contract import Can, Capability, Edition, Message, Platform, Problem
from cmops.adapters.measured import Measured, plainly_within
from cmops.adapters.wanted import BESIDE_REPOST, THINGS, WANTS, needs
from cmops.findings import BODY, Pointer
from cmops.media import UNKNOWN

_FORMATS = {
    "carousel": Capability.CAROUSEL,
    "reel": Capability.REEL,
    "story": Capability.STORY,
    "document": Capability.DOCUMENT,
}


def declared_problems(
    platform: Platform, edition: Edition, messages: Sequence[Message]
) -> Iterable[Problem]:
    """What keeps the edition from going out as it is, and what to look at before it does."""
    if _plainly_fine(platform, edition, messages):
        return ()
    return _problems(platform, edition, messages)


def _problems(
    platform: Platform, edition: Edition, messages: Sequence[Message]
) -> Iterator[Problem]:
    asked = _Asked(platform, edition)
    if edition.kind == "article" and platform.able(Capability.ARTICLE) is not Can.YES:
        yield asked.unable(Capability.ARTICLE, edition.at("to"))
        return
    yield from asked.emptiness()
    yield from asked.capabilities()
    yield from asked.company()
    yield from asked.card()
    measured = Measured(platform, edition)
    yield from measured.texts(messages)
    yield from measured.media()
    yield from measured.poll()


def _plainly_fine(platform: Platform, edition: Edition, messages: Sequence[Message]) -> bool:
    """Whether a glance is enough, as for most posts: one text, nothing else, far from the limits.

    False says nothing.
    """
    if not edition.only_text or len(edition.parts) != 1 or len(messages) != 1:
        return False
    text = messages[0].text
    if not text or edition.kind != "post" or edition.format != "post":
        return False
    return plainly_within(platform, edition, messages[0])


class _Asked:
    """What one edition asks of its platform, beside what that can do."""

    def __init__(self, platform: Platform, edition: Edition) -> None:
        self._platform = platform
        self._edition = edition

    def unable(self, capability: Capability, at: Pointer) -> Problem:
        never = self._platform.able(capability) is Can.NO
        return self._problem("CM504" if never else "CM505", at, capability=str(capability))

    def emptiness(self) -> Iterator[Problem]:
        edition = self._edition
        if edition.repost:
            extra = [name for name, there in BESIDE_REPOST.items() if there(edition)]
            if extra:
                yield self._problem("CM515", edition.at("repost"), extra=extra)
        elif not edition.media and not any(edition.parts):
            yield self._problem("CM503", (BODY, 0))

    def capabilities(self) -> Iterator[Problem]:
        for capability, at in self._wanted().items():
            if not self._can(capability):
                yield self.unable(capability, at)
        if not self._can(Capability.ALT_TEXT):
            yield from self._unshown_alt()

    def _wanted(self) -> dict[Capability, Pointer]:
        """What the edition asks of its platform, and where it does."""
        edition = self._edition
        asked = () if edition.only_text else WANTS.items()
        wanted = {each: edition.at(name) for each, (wants, name) in asked if wants(edition)}
        if not self._can(Capability.POLL):
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
        for media in self._edition.media:
            if media.alt:
                at = self._edition.media_at(media)
                yield self._problem("CM514", at, path=media.path)

    def company(self) -> Iterator[Problem]:
        """Things that the platform does not show together."""
        edition = self._edition
        if edition.only_text:
            return
        for one, other in self._platform.apart:
            if THINGS[one](edition) and THINGS[other](edition):
                place = "media" if other in {"image", "video"} else other
                yield self._problem("CM510", edition.at(place), one=one, other=other)

    def card(self) -> Iterator[Problem]:
        if self._edition.card is None:
            return
        at = self._edition.at("card")
        able = self._platform.able(Capability.LINK_CARD)
        if able is Can.NO:
            yield self._problem("CM516", at)
        elif able is Can.NOT_BUILT:
            yield self.unable(Capability.LINK_CARD, at)
        elif not self._edition.link:
            yield self._problem("CM517", at)

    def _can(self, capability: Capability) -> bool:
        return self._platform.able(capability) is Can.YES

    def _problem(self, code: str, at: Pointer, **values: object) -> Problem:
        return Problem(code, at, {"platform": self._platform.title, **values})
