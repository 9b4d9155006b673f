"""What a message shows, and the bodies of the requests that publish it.

Source: learn.microsoft.com, LinkedIn, "Posts API", "MultiImage API", "Poll API", "Comments API"
and "Reshare", read on 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from cmops.adapters.contract import Edition, Media, Message
from cmops.adapters.linkedin import DURATIONS, PDF, little
from cmops.adapters.linkedin.addresses import AUTHOR
from cmops.failures import Rejected

_DAY = 86_400

Body = dict[str, Any]


def shown(message: Message, edition: Edition, *, first: bool = False) -> Message:
    """The message with its mentions by name, and the options of the post in the first one."""
    text, mentions = _named(message.text, edition.mentions)
    values = {
        **message.fields,
        "mentions": mentions,
        "question": edition.options.get("question") if first and edition.poll else None,
        "document_title": _title(message.media, edition) if first else None,
    }
    fields = {name: value for name, value in values.items() if value}
    return replace(message, text=text, fields=fields)


def _named(text: str, known: Mapping[str, str]) -> tuple[str, list[Body]]:
    """The text with the names that LinkedIn shows, and where they stand in it.

    In cmops.yml the URN follows what the text says, and the name follows the URN.
    """
    if not known or not any(name in text for name in known):
        return text, []
    wanted = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    pieces, found, done, length = [], [], 0, 0
    for match in re.finditer(rf"(?:{wanted})(?![\w-])", text):
        urn, _, name = known[match[0]].partition(" ")
        if not AUTHOR.fullmatch(urn):
            continue
        said = name.strip() or match[0].removeprefix("@")
        before = text[done : match.start()]
        found.append({"at": length + len(before), "length": len(said), "urn": urn})
        pieces += [before, said]
        length += len(before) + len(said)
        done = match.end()
    return "".join((*pieces, text[done:])), found


def _title(media: Sequence[Media], edition: Edition) -> str | None:
    if not media or media[0].type != PDF:
        return None
    said = edition.options.get("document_title") or media[0].alt
    return str(said or PurePosixPath(media[0].path).name)


def commentary(message: Message) -> str:
    """The message's text in little text; a poll's question is not said twice."""
    if message.fields.get("poll") and not message.fields.get("question"):
        return ""
    return little.written(message.text, message.fields.get("mentions", ()))


def post(author: str, message: Message, content: Body | None, parent: str | None) -> Body:
    """A post; ``content`` is what goes with the words, ``parent`` what is shared."""
    body: Body = {
        "author": author,
        "commentary": commentary(message),
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if content is not None:
        body["content"] = content
    if parent is not None:
        body["reshareContext"] = {"parent": parent}
    return body


def files(message: Message, urns: Sequence[str]) -> Body:
    """The files of a message, by what LinkedIn calls them."""
    named = [
        {"id": urn, **({"altText": each.alt} if each.alt else {})}
        for urn, each in zip(urns, message.media, strict=True)
    ]
    if len(named) > 1:
        return {"multiImage": {"images": named}}
    head = message.media[0]
    if head.type == PDF:
        return {"media": {"id": urns[0], "title": message.fields["document_title"]}}
    return {"media": named[0] if head.type.startswith("image/") else {"id": urns[0]}}


def article(card: Mapping[str, Any], thumbnail: str | None) -> Body:
    """A link's card, with exactly what was reviewed: LinkedIn does not read the page."""
    image = card.get("image") or {}
    values = {
        "source": card.get("url"),
        "title": card.get("title"),
        "description": card.get("description"),
        "thumbnail": thumbnail,
        "thumbnailAltText": image.get("alt") if thumbnail else None,
    }
    return {"article": {name: value for name, value in values.items() if value}}


def poll(message: Message) -> Body:
    """A poll; its question is the post's text unless it has one of its own."""
    asked = message.fields["poll"]
    days, rest = divmod(asked["duration_seconds"], _DAY)
    if rest or days not in DURATIONS:
        raise Rejected("linkedin_invalid")
    return {
        "poll": {
            "question": message.fields.get("question") or message.text,
            "options": [{"text": each} for each in asked["options"]],
            "settings": {"duration": DURATIONS[days]},
        }
    }


def comment(author: str, post_urn: str, text: str, parent: str | None = None) -> Body:
    """A comment, whose text is no little text; ``parent`` is the comment that it answers."""
    body: Body = {"actor": author, "object": post_urn, "message": {"text": text}}
    return {**body, "parentComment": parent} if parent else body
