"""What ``verify`` finds amiss with a channel, the same way on every platform."""

from __future__ import annotations

from cmops.adapters.contract import Platform, Problem
from cmops.workspace.model import Channel


def other_account(channel: Channel, platform: Platform, found: object) -> Problem:
    """The secrets open ``found``, which is not the account that the channel names."""
    values = {**_named(channel, platform), "account": channel.account, "found": found}
    return Problem("CM521", ("channels", channel.id, "account"), values)


def lacking(channel: Channel, platform: Platform, missing: tuple[str, ...]) -> Problem:
    """The token is not allowed what publishing takes: ``missing`` are permissions by name."""
    values = {**_named(channel, platform), "missing": missing}
    return Problem("CM530", ("channels", channel.id, "secrets", "token"), values)


def shut(
    channel: Channel, platform: Platform, key: str, reason: str, missing: tuple[str, ...] = ()
) -> Problem:
    """Nothing can be written at the place that the setting ``key`` names, for this reason.

    ``missing`` are the permissions that lack, where that is the reason.
    """
    place = {"place": str(channel.settings.get(key, "")), "reason": reason}
    lacks = {"missing": missing} if missing else {}
    values = {**_named(channel, platform), **place, **lacks}
    return Problem("CM573", ("channels", channel.id, key), values)


def _named(channel: Channel, platform: Platform) -> dict[str, object]:
    return {"channel": channel.id, "platform": platform.title}
