"""What a bot may do in a channel: its roles, and what the channel makes of them.

Source: discord.com/developers, "Permissions", "Permission Overwrites".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NEEDED = {
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "send_polls": 1 << 49,
}
_ADMINISTRATOR = 1 << 3


def missing(
    roles: Sequence[Mapping[str, Any]], member: Mapping[str, Any], channel: Mapping[str, Any]
) -> tuple[str, ...]:
    """What the member lacks in the channel, of what publishing takes; empty is good."""
    granted = _granted(roles, member, channel)
    if granted & _ADMINISTRATOR:
        return ()
    return tuple(name for name, bit in NEEDED.items() if not granted & bit)


def _granted(
    roles: Sequence[Mapping[str, Any]], member: Mapping[str, Any], channel: Mapping[str, Any]
) -> int:
    guild = str(channel.get("guild_id"))
    own = {guild, *map(str, member.get("roles") or ())}
    granted = 0
    for role in roles:
        granted |= _bits(role.get("permissions")) if str(role.get("id")) in own else 0
    if granted & _ADMINISTRATOR:
        return granted
    user = str((member.get("user") or {}).get("id"))
    for overwrites in _in_order(channel, guild, own, user):
        for each in overwrites:
            granted &= ~_bits(each.get("deny"))
        for each in overwrites:
            granted |= _bits(each.get("allow"))
    return granted


def _in_order(
    channel: Mapping[str, Any], guild: str, own: set[str], user: str
) -> Iterator[list[Mapping[str, Any]]]:
    """Everyone's, then the roles' together, then the member's own."""
    overwrites = {str(each.get("id")): each for each in channel.get("permission_overwrites") or ()}
    for names in ({guild}, own - {guild}, {user}):
        yield [overwrites[name] for name in names if name in overwrites]


def _bits(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0
