"""A sheet on a terminal: what to copy, line by line, nothing added to it."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.handing.issue import besides, heading
from cmops.handing.sheet import Sheet
from cmops.wording import Wording


def lines(sheet: Sheet, wording: Wording) -> Iterator[str]:
    """Everything that the person needs; texts stand as they are."""
    if sheet.at is not None:
        when = wording.day_and_time(sheet.at)
        yield wording.say("handoff.when", when=when, place=sheet.place)
    yield wording.say("handoff.where", channel=sheet.channel.name, account=sheet.channel.account)
    if sheet.roles:
        yield wording.say("handoff.who", roles=sheet.roles)
    for index, message in enumerate(sheet.messages, sheet.first):
        yield f"— {heading(message, index, sheet, wording)}"
        yield from message.text.splitlines()
        for name, value in besides(message, wording):
            yield f"— {name}"
            yield value
        for media in message.media:
            yield f"— content/{media.path}" if media.url is None else f"— {media.url}"
            yield from media.alt.splitlines()
    if sheet.checklist:
        yield f"— {wording.say('handoff.checklist')}"
        yield from (f"[ ] {line}" for line in sheet.checklist)
