"""A text as it was written -> as a channel says it: whom it names, and where a click came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from cmops.text.tagged import tagged_text
from cmops.workspace.model import Channel, Post, Workspace

_MENTION = re.compile(r"(?<![\w@./])@([\w-]+(?:\.[\w-]+)*)")


def spoken(post: Post, channel: Channel, workspace: Workspace) -> Callable[[str], str]:
    """What makes of a text as it was written the one that this channel says."""
    called, linked = _mapping(channel.platform, workspace), tracked(post, channel)
    return lambda text: linked(called(text))


def tracked(post: Post, channel: Channel) -> Callable[[str], str]:
    """What puts on links to one's own sites where and for what they were clicked.

    A link within the very site that the channel is would only cut a visit in two.
    """
    utm = channel.utm
    if utm is None or not utm.domains:
        return lambda text: text
    values = {"utm_source": utm.source or channel.platform, "utm_medium": utm.medium}
    if post.campaign:
        values["utm_campaign"] = post.campaign
    here = urlsplit(str(channel.settings.get("url", ""))).hostname
    return lambda text: tagged_text(text, values, utm.domains, without=here)


def _mapping(platform: str, workspace: Workspace) -> Callable[[str], str]:
    """What makes of each ``@name`` of cmops.yml who that is on this platform."""
    known = workspace.settings.mentions

    def mapped(text: str) -> str:
        if not known or "@" not in text:
            return text
        return _MENTION.sub(
            lambda match: _called(known.get(match[1], {}), platform, match[0]), text
        )

    return mapped


def _called(names: Mapping[str, str], platform: str, otherwise: str) -> str:
    """What the text calls somebody there: all that stands before the network's own identifier."""
    return names.get(platform, otherwise).partition(" ")[0]


def identified(platform: str, workspace: Workspace) -> dict[str, str]:
    """Whom the network knows by an identifier (``@name.example did:plc:…``), by name."""
    found = {}
    for names in workspace.settings.mentions.values():
        name, space, identifier = names.get(platform, "").partition(" ")
        if space:
            found[name] = identifier.strip()
    return found
