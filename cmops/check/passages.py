"""The texts of a post as somebody wrote them, each once, with the channels that get it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cmops.check.rule import Case, Version
from cmops.findings import BODY, Finding, Pointer
from cmops.shaping import resolved
from cmops.text.markdown import Body, Part, split
from cmops.values import dataclass
from cmops.workspace.model import Post


@dataclass(frozen=True, slots=True)
class Passage:
    """One text: a message of a thread, or a field that readers see.

    ``part`` is its place in the body, None for a text in front matter, which is at ``place``.
    ``number`` counts the messages of its thread from 0; it is None for other fields.
    """

    text: str
    language: str
    versions: tuple[Version, ...]
    place: Pointer
    part: Part | None = None
    number: int | None = None

    def at(self, position: int) -> Pointer:
        """Where in the document a character of the text stands, as near as that can be told."""
        return (BODY, self.part.at(position)) if self.part else self.place

    def findings(self, code: str, case: Case, position: int, **values: object) -> Iterator[Finding]:
        """The finding at a position of the text: one, or one for each channel concerned."""
        channels = tuple(version.channel.id for version in self.versions)
        at = self.at(position)
        if len(channels) == len(case.versions):
            yield Finding(code, case.post.path, at, {**values, "channels": channels})
            return
        for id in channels:
            yield Finding(code, case.post.path, at, {**values, "channels": (id,)}, id)


@lru_cache(maxsize=1)
def messages(case: Case) -> tuple[Passage, ...]:
    """The messages of every thread, without links, hashtags and mentions being placed."""
    found: dict[tuple[Pointer, int, str], list[Version]] = {}
    for places, language, versions in _alike(case.versions):
        for number, place in enumerate(places):
            if not _is_text(place):  # pictures alone: their message is a link or hashtags
                continue
            found.setdefault((place, number, language), []).extend(versions)
    if not found:
        return ()
    parts = _parts(case.post)
    return tuple(
        _passage(case.post, parts, place, number, language, tuple(versions))
        for (place, number, language), versions in found.items()
    )


def _alike(
    versions: tuple[Version, ...],
) -> Iterator[tuple[tuple[Pointer, ...], str, tuple[Version, ...]]]:
    """The versions whose texts stand in the same places: all at once, as in most posts, or one."""
    if versions:
        first = versions[0].edition
        others = [each.edition for each in versions[1:]]
        if all(
            each.part_places == first.part_places and each.language == first.language
            for each in others
        ):
            yield first.part_places, first.language, versions
            return
    for each in versions:
        yield each.edition.part_places, each.edition.language, (each,)


@lru_cache(maxsize=1)
def everything(case: Case) -> tuple[Passage, ...]:
    """The messages, and what else readers see: content warnings, comments, polls."""
    fields: dict[tuple[Pointer, str, str], list[Version]] = {}
    for version in case.versions:
        edition = version.edition
        if not (edition.spoiler or edition.first_comment or edition.poll):
            continue
        for name in ("spoiler", "first_comment"):
            text = resolved(case.post, version.channel, name)
            if text:
                fields.setdefault((edition.at(name), text, edition.language), []).append(version)
        for index, option in enumerate(edition.poll.options if edition.poll else ()):
            at = (*edition.at("poll"), "options", index)
            fields.setdefault((at, option, edition.language), []).append(version)
    return messages(case) + tuple(
        Passage(text, language, tuple(versions), place)
        for (place, text, language), versions in fields.items()
    )


def _is_text(place: Pointer) -> bool:
    return place[0] == BODY or place[-1] == "text"


def _parts(post: Post) -> dict[int, Part]:
    """The parts of the body by where they begin."""
    if post.kind == "article":
        text = post.body.strip("\n")
        return {0: Part(text, len(post.body) - len(post.body.lstrip("\n")))}
    body: Body = split(post.body)
    return {part.offset: part for parts in (body.common, *body.variants.values()) for part in parts}


def _passage(
    post: Post,
    parts: dict[int, Part],
    place: Pointer,
    number: int,
    language: str,
    versions: tuple[Version, ...],
) -> Passage:
    if place[0] == BODY:
        part = parts[int(place[1])]
        return Passage(part.text, language, versions, place, part, number)
    text = post.variants[str(place[1])].text or ""
    own = split(text).common[number].text
    return Passage(own, language, versions, place, None, number)
