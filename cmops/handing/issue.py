"""A sheet as the issue of a person: on a phone, with what to copy in boxes of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from cmops.adapters.contract import Media, Message
from cmops.adapters.messages import FIRST_COMMENT
from cmops.github.issues import Alert
from cmops.handing.sheet import Sheet
from cmops.wording import Wording

_TICKS = re.compile(r"`+")
_MARKUP = re.compile(r"([\\`*_\[\]<>#!|~&])")
_MENTION = re.compile(r"(?<![A-Za-z0-9])@(?=[A-Za-z0-9])")


def alert(sheet: Sheet, wording: Wording, files: str, assignees: tuple[str, ...] = ()) -> Alert:
    """The issue of one sheet; ``files`` is the address below which the workspace's files are."""
    title = wording.say("handoff.issue.title", post=sheet.title, place=sheet.place)
    body = "\n\n".join(_parts(sheet, wording, files))
    return Alert(key(sheet.name), title, body, sheet.logins or assignees)


def key(name: str) -> str:
    """The key of the issue of a delivery."""
    return f"handed:{name}"


def _parts(sheet: Sheet, wording: Wording, files: str) -> Iterator[str]:
    if sheet.at is not None:
        when = f"{wording.day_and_time(sheet.at)} ({sheet.at:%Z})"
        yield f"**{wording.say('handoff.when', when=when, place=_plain(sheet.place))}**"
    account = sheet.channel.account
    yield wording.say("handoff.where", channel=_plain(sheet.channel.name), account=_plain(account))
    if sheet.roles:
        yield wording.say("handoff.who", roles=_plain(", ".join(sheet.roles)))
    for index, message in enumerate(sheet.messages, sheet.first):
        yield f"### {heading(message, index, sheet, wording)}"
        yield from _message(message, wording, files)
    if sheet.checklist:
        yield f"### {wording.say('handoff.checklist')}"
        yield "\n".join(f"- [ ] {_plain(line)}" for line in sheet.checklist)
    yield f"### {wording.say('handoff.then')}"
    yield wording.say("handoff.issue.answers")
    yield f"---\n\n<sub>{wording.say('handoff.issue.footer', delivery=_plain(sheet.name))}</sub>"


def heading(message: Message, index: int, sheet: Sheet, wording: Wording) -> str:
    """What one message of a sheet is called."""
    if message.fields.get("role") == FIRST_COMMENT:
        return wording.say("handoff.first-comment")
    if sheet.count == 1:
        return wording.say("handoff.text")
    return wording.say("handoff.message", number=index + 1, count=sheet.count)


def besides(message: Message, wording: Wording) -> Iterator[tuple[str, str]]:
    """What else there is to set for a message: its name and what to enter, in order."""
    for name in _BESIDES:
        value = message.fields.get(name)
        if name == "poll" and value:
            yield wording.field(name), " / ".join(value["options"])
        elif name == "card" and value:
            yield wording.field("link"), str(value.get("url") or "")
        elif value:
            yield wording.field(name), str(value)


_BESIDES = ("format", "title", "link", "spoiler", "reply_to", "quote", "repost", "poll", "card")


def _message(message: Message, wording: Wording, files: str) -> Iterator[str]:
    if message.text:
        yield _box(message.text)
    for name, value in besides(message, wording):
        yield f"**{_plain(name)}**\n\n{_box(value)}"
    for media in message.media:
        yield _file(media, files)
        if media.alt:
            yield f"{wording.say('handoff.alt')}\n\n{_box(media.alt)}"


def _file(media: Media, files: str) -> str:
    """A link that downloads the file, from wherever it is kept."""
    address = media.url or f"{files}/content/{quote(media.path)}?raw=true"
    return f"⬇ [{_plain(media.path.rpartition('/')[2])}]({address})"


def _box(text: str) -> str:
    """The very text in a box with a button that copies it, whatever the text holds."""
    longest = max((len(each) for each in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _plain(text: str) -> str:
    """Text from outside as Markdown that shows exactly this, and calls nobody."""
    return _MENTION.sub("@\u2060", _MARKUP.sub(r"\\\1", " ".join(text.split())))
