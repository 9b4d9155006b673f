"""A text as it was written -> as a channel says it: whom it names, and where a click came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cmops.text.tagged import tagged_text
from cmops.workspace.model import Channel, Settings

_MENTION = re.compile(r"(?<![\w@./])@([\w-]+(?:\.[\w-]+)*)")


class Voice:
    """How one channel says what is written for all of them.

    ``verbatim`` says that it changes no text. ``mentions`` are those whom the network knows by an
    identifier (``@name.example did:plc:…``), by name.
    """

    def __init__(self, channel: Channel, settings: Settings) -> None:
        self._known = settings.mentions
        self._platform = channel.platform
        self._clicks = _clicks(channel)
        self.verbatim = not self._known and self._clicks is None
        self.mentions = _identified(channel.platform, self._known)

    def says(self, text: str, campaign: str | None) -> str:
        """What is written, in a post of this campaign, as the channel says it."""
        if self._known and "@" in text:
            text = _MENTION.sub(self._called, text)
        return self.tracked(text, campaign)

    def tracked(self, text: str, campaign: str | None) -> str:
        """The text, whose links to one’s own sites say where and for what they were clicked."""
        if self._clicks is None:
            return text
        values, domains, here = self._clicks
        told = {**values, "utm_campaign": campaign} if campaign else values
        return tagged_text(text, told, domains, without=here)

    def _called(self, found: re.Match[str]) -> str:
        """What the text calls somebody there: all that stands before the network's identifier."""
        names = self._known.get(found[1], {})
        return names.get(self._platform, found[0]).partition(" ")[0]


def _clicks(channel: Channel) -> tuple[dict[str, str], tuple[str, ...], str | None] | None:
    """What links say on this channel, those to which sites do, and the site that never does."""
    utm = channel.utm
    if utm is None or not utm.domains:
        return None
    # A link within the very site that the channel is would only cut a visit in two.
    here = urlsplit(str(channel.settings.get("url", ""))).hostname
    values = {"utm_source": utm.source or channel.platform, "utm_medium": utm.medium}
    return values, utm.domains, here


def _identified(platform: str, known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    found = {}
    for names in known.values():
        name, space, identifier = names.get(platform, "").partition(" ")
        if space:
            found[name] = identifier.strip()
    return found
