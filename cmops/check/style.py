"""Style: what ``styles`` of cmops.yml ask of a message, channel by channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from cmops.check.passages import Passage, messages
from cmops.check.rule import Case, Version
from cmops.findings import Finding, Pointer
from cmops.text import style as signals
from cmops.workspace.model import Settings, Style

DEFAULT = "default"
_SHOUTING = 0.7


def style(case: Case) -> Iterator[Finding]:
    """Messages that are not as their channel's style wants them."""
    if case.post.status == "idea" or case.post.repost:
        return
    passages = messages(case)
    for passage in passages:
        yield from _shouting(passage, case)
    if not case.workspace.settings.styles:
        return
    for wanted, versions in _by_style(case):
        ids = {version.channel.id for version in versions}
        for passage in passages:
            theirs = tuple(each for each in passage.versions if each.channel.id in ids)
            if theirs:
                yield from _message(replace(passage, versions=theirs), wanted, case)
        for version in versions:
            yield from _thread(version, wanted, case)


def resolved(settings: Settings, name: str) -> Style | None:
    """A style with what it extends filled in; None when there is none of that name.

    A style that extends itself, over however many others, is taken as far as it goes.
    """
    chain = list(ancestry(settings, name))
    if not chain:
        return None
    values: dict[str, Any] = {}
    for each in reversed(chain):
        own = settings.styles[each]
        values |= {
            field.name: getattr(own, field.name)
            for field in fields(Style)
            if getattr(own, field.name) is not None
        }
    return Style(**values)


def ancestry(settings: Settings, name: str) -> Iterator[str]:
    """A style and those it extends, the nearest first, each once."""
    seen: set[str] = set()
    current: str | None = name
    while current is not None and current in settings.styles and current not in seen:
        seen.add(current)
        yield current
        current = settings.styles[current].extends


def _by_style(case: Case) -> list[tuple[Style, list[Version]]]:
    settings = case.workspace.settings
    by_name: dict[str, list[Version]] = {}
    for version in case.versions:
        by_name.setdefault(version.channel.style, []).append(version)
    found = [(resolved(settings, name), versions) for name, versions in by_name.items()]
    return [(wanted, versions) for wanted, versions in found if wanted is not None]


def _message(passage: Passage, wanted: Style, case: Case) -> Iterator[Finding]:
    text = passage.text
    if wanted.address is not None:
        yield from _address(passage, wanted.address, case)
    if case.post.kind == "article":  # the rest is about messages
        return
    if wanted.max_emoji is not None and not text.isascii():
        found = signals.emoji(text)
        if len(found) > wanted.max_emoji:
            values = {"count": len(found), "most": wanted.max_emoji}
            yield from passage.findings("CM607", case, found[wanted.max_emoji][1], **values)
    if wanted.max_exclamations is not None and "!" in text:
        marks = [
            position + offset
            for run, position in signals.exclamations(text)
            for offset, character in enumerate(run)
            if character in "!！"
        ]
        if len(marks) > wanted.max_exclamations:
            values = {"count": len(marks), "most": wanted.max_exclamations}
            yield from passage.findings("CM611", case, marks[wanted.max_exclamations], **values)


def _address(passage: Passage, wanted: str, case: Case) -> Iterator[Finding]:
    found = signals.address(passage.text, passage.language)
    wrong = found.vous if wanted == "tu" else found.tu
    if wrong:
        word, position = wrong[0]
        yield from passage.findings("CM606", case, position, text=word, wanted=wanted)


def _shouting(passage: Passage, case: Case) -> Iterator[Finding]:
    text = passage.text
    if text.islower() or case.post.kind == "article":
        return
    if (
        sum(map(str.isupper, text[:80])) * 3 > len(text[:80])
        and (share := signals.capitals(text, fewest=20)) > _SHOUTING
    ):
        yield from passage.findings("CM613", case, 0, share=round(100 * share))


def _thread(version: Version, wanted: Style, case: Case) -> Iterator[Finding]:
    """What concerns the delivery as a whole: hashtags wherever they are, and the messages."""
    if case.post.kind == "article":
        return
    edition, post, channel = version.edition, case.post, version.channel.id
    if wanted.max_messages is not None and len(edition.parts) > wanted.max_messages:
        values = {"count": len(edition.parts), "most": wanted.max_messages, "channel": channel}
        yield Finding("CM612", post.path, edition.part_places[wanted.max_messages], values, channel)
    at = edition.at("hashtags")
    limits = (wanted.max_hashtags, wanted.min_hashtags, wanted.hashtag_case)
    if any(each is not None for each in limits):
        yield from _hashtags(version, wanted, case, at)


def _hashtags(version: Version, wanted: Style, case: Case, at: Pointer) -> Iterator[Finding]:
    path, channel = case.post.path, version.channel.id
    said = [tag[1:] for part in version.edition.parts for tag, _ in signals.hashtags(part)]
    known = {tag.lower() for tag in said}
    tags = said + [tag for tag in version.edition.hashtags if tag.lower() not in known]
    values = {"count": len(tags), "channel": channel}
    if wanted.max_hashtags is not None and len(tags) > wanted.max_hashtags:
        yield Finding("CM608", path, at, {**values, "most": wanted.max_hashtags}, channel)
    if wanted.min_hashtags is not None and len(tags) < wanted.min_hashtags:
        yield Finding("CM609", path, at, {**values, "least": wanted.min_hashtags}, channel)
    if wanted.hashtag_case == "camel":
        poor = [tag for tag in dict.fromkeys(tags) if not signals.is_camel_case(tag)]
        if poor:
            yield Finding("CM610", path, at, {"tags": poor, "channel": channel}, channel)
