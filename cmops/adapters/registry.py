"""Platform name -> adapter, imported when asked; entry points only for names that are not ours."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from cmops.adapters.contract import Can, Capability, Composes, Creates, Sends
from cmops.workspace.model import Channel
from cmops.workspace.settings import HANDOFF

BUILT_IN = {
    "bluesky": "cmops.adapters.bluesky:Bluesky",
    "discord": "cmops.adapters.discord:Discord",
    "discord-webhook": "cmops.adapters.discord:DiscordWebhook",
    "discourse": "cmops.adapters.discourse:Discourse",
    "email": "cmops.adapters.newsletter:Newsletter",
    "facebook": "cmops.adapters.facebook:Facebook",
    "handoff": "cmops.adapters.handoff:Handoff",
    "instagram": "cmops.adapters.instagram:Instagram",
    "linkedin": "cmops.adapters.linkedin:LinkedIn",
    "mastodon": "cmops.adapters.mastodon:Mastodon",
    "matrix": "cmops.adapters.matrix:Matrix",
    "mattermost": "cmops.adapters.mattermost:Mattermost",
    "outbox": "cmops.adapters.outbox:Outbox",
    "slack": "cmops.adapters.slack:Slack",
    "telegram": "cmops.adapters.telegram:Telegram",
    "threads": "cmops.adapters.threads:Threads",
    "wordpress": "cmops.adapters.wordpress:WordPress",
    "x": "cmops.adapters.x:X",
}
GROUP = "cmops.adapters"


class UnknownPlatform(LookupError):
    """No adapter has this name; ``args[0]`` is the name."""


def names() -> tuple[str, ...]:
    """Every platform there is an adapter for, in alphabetical order."""
    from importlib.metadata import entry_points

    return tuple(sorted({*BUILT_IN, *entry_points(group=GROUP).names}))


@cache
def adapter(name: str) -> type[Composes]:
    """The adapter of a platform; raises UnknownPlatform."""
    target = BUILT_IN.get(name) or _outside(name)
    module, _, attribute = target.partition(":")
    return cast("type[Composes]", getattr(import_module(module), attribute))


def identity(channel: Channel) -> str:
    """What tells the channel's destination from every other one on its platform.

    Its account, and where one account can publish to several places, the place. An unknown
    platform's is the account.
    """
    try:
        names = adapter(channel.platform).platform.identity
    except UnknownPlatform:
        return channel.account
    places = (str(channel.settings.get(name, "")) for name in names)
    told = (place.partition("://")[2].rstrip("/") or place for place in places)
    return "@".join((channel.account, *told))


def sender(channel: Channel, *, root: Path, http: Any = None) -> Sends | None:
    """What publishes on this channel; None where cmops cannot publish on its platform yet.

    Where a person publishes, it is what hands a delivery to them, whatever the platform.
    ``root`` is the workspace's folder, ``http`` what talks to servers. Raises UnknownPlatform.
    """
    kind = adapter(channel.platform)
    if channel.handoff is not None:
        kind = adapter(HANDOFF)
    if kind.platform.able(Capability.PUBLISH) is not Can.YES:
        return None
    return cast("type[Creates]", kind).create(channel, root=root, http=http)


def sandbox(channel: Channel, *, root: Path) -> Sends:
    """What publishes in place of the channel's network: to files in ``outbox/<channel>/``.

    What can be known of it is what an outbox guarantees, whatever the channel's platform.
    """
    outbox: Any = adapter("outbox")
    sends: Sends = outbox.sandbox(channel, root=root)
    return sends


def _outside(name: str) -> str:
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=name):
        return entry.value
    raise UnknownPlatform(name)
