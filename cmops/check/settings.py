"""``cmops.yml``: channels that their platform accepts, styles and brands that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.adapters import registry
from cmops.adapters.contract import Platform
from cmops.adapters.limits import UNITS
from cmops.check.media import SUFFIXES
from cmops.check.names import Names, unknown
from cmops.check.rule import Case, Scene
from cmops.check.style import DEFAULT, ancestry
from cmops.findings import Finding, Pointer
from cmops.wording import codes
from cmops.workspace import mismatch, schema
from cmops.workspace.model import Channel, Settings, Workspace

_PATH = "cmops.yml"
_COMMON = ("url", "path")
# Names of variables are words; what is long, without "_" and has digits was drawn at random.
_VALUE = re.compile(r"(?=[^_]{16,}$)(?=.*\d).*")


def settings(workspace: Workspace) -> Iterator[Finding]:
    """What the schema of ``cmops.yml`` cannot say. Looks at nothing else, so that it is kept."""
    own = workspace.settings
    names = Names(workspace)
    accounts: dict[tuple[str, str], str] = {}
    for channel in own.channels.values():
        yield from _channel(channel, own, names)
        known = accounts.setdefault(
            (channel.platform, registry.identity(channel).lower()), channel.id
        )
        if known != channel.id and channel.account:
            values = {"account": channel.account, "platform": channel.platform, "other": known}
            yield Finding("CM229", _PATH, _at(channel), values, on_key=True)
    for id, brand in own.brands.items():
        yield from names.one("style", brand.style, _PATH, ("brands", id, "style"))
    yield from _styles(own, names)
    for code in own.severities:
        if code not in codes.names():
            yield Finding("CM902", _PATH, ("severities", code), {"allowed": code}, on_key=True)


def avatars(scene: Scene) -> Iterator[Finding]:
    """Channels' pictures that are not there."""
    content = Path(scene.workspace.root) / "content"
    for channel in scene.workspace.settings.channels.values():
        yield from _avatar(channel, content)


def options(case: Case) -> Iterator[Finding]:
    """``options`` of a post against what each platform knows."""
    post = case.post
    layers: list[tuple[Pointer, Mapping[str, Mapping[str, Any]] | None]] = [((), post.options)]
    layers += [(("variants", name), variant.options) for name, variant in post.variants.items()]
    for base, layer in layers:
        for name, given in (layer or {}).items():
            at = (*base, "options", name)
            platform = _platform(name)
            if platform is None:
                yield unknown("CM228", name, registry.names(), post.path, at)
            else:
                wrong = schema.mismatches_of(platform.options, given)
                yield from mismatch.findings(post.path, wrong, at)


def _channel(channel: Channel, own: Settings, names: Names) -> Iterator[Finding]:
    at = _at(channel)
    if not channel.brand and len(own.brands) > 1:
        yield Finding("CM232", _PATH, at, {"known": tuple(own.brands)}, on_key=True)
    elif channel.brand:
        yield from names.one("brand", channel.brand, _PATH, (*at, "brand"))
    yield from _asked(channel, own)
    inherited = own.brands[channel.brand].style if channel.brand in own.brands else None
    if channel.style not in (DEFAULT, inherited):
        yield from names.one("style", channel.style, _PATH, (*at, "style"))
    for name, variable in channel.secrets.items():
        if _VALUE.fullmatch(variable):
            yield Finding("CM230", _PATH, (*at, "secrets", name), {"name": name})
    platform = _platform(channel.platform)
    if platform is None:
        known = registry.names()
        yield unknown("CM228", channel.platform, known, _PATH, (*at, "platform"))
    else:
        yield from _declared(channel, platform)


def _avatar(channel: Channel, content: Path) -> Iterator[Finding]:
    """Previews fall back to initials, and nobody would see why."""
    if channel.avatar is None:
        return
    type = SUFFIXES.get(PurePosixPath(channel.avatar).suffix.lower(), "")
    if not type.startswith("image/") or not (content / channel.avatar).is_file():
        yield Finding("CM414", _PATH, (*_at(channel), "avatar"), {"media": channel.avatar})


def _asked(channel: Channel, own: Settings) -> Iterator[Finding]:
    """Who publishes by hand must be somebody."""
    roles = own.approvals.roles
    for index, asked in enumerate(channel.handoff.asks if channel.handoff else ()):
        if not asked.startswith("@") and asked not in roles:
            at = (*_at(channel), "handoff", "asks", index)
            yield unknown("CM580", asked, roles, _PATH, at)


def _declared(channel: Channel, platform: Platform) -> Iterator[Finding]:
    """What the platform's adapter says of the channel's own keys, secrets and limits."""
    at = _at(channel)
    given = dict(channel.settings)
    # Without an account the channel is known by its folder or server.
    if channel.account and channel.account not in (given.get("path"), given.get("url")):
        given["account"] = channel.account
    wrong = schema.mismatches_of(platform.settings, given)
    yield from mismatch.findings(_PATH, wrong, at)
    wrong = schema.mismatches_of(platform.options, dict(channel.options))
    yield from mismatch.findings(_PATH, wrong, (*at, "options"))
    known = [*platform.settings.get("properties", {}), *_COMMON]
    for key in channel.settings:
        if key not in known:
            found = unknown("CM101", key, known, _PATH, (*at, key), key=key)
            yield Finding("CM101", _PATH, found.at, found.values, on_key=True)
    for name in channel.secrets:
        if name not in platform.secrets:
            where = (*at, "secrets", name)
            yield unknown("CM237", name, platform.secrets, _PATH, where, platform=platform.title)
    for name in channel.limits:
        # What declares none of its own (a hand-off, an outbox) takes whatever somebody sets.
        taken = platform.limits or UNITS
        if name not in taken:
            where = (*at, "limits", name)
            yield unknown("CM238", name, taken, _PATH, where, platform=platform.title)


def _styles(own: Settings, names: Names) -> Iterator[Finding]:
    for id, style in own.styles.items():
        yield from names.one("style", style.extends, _PATH, ("styles", id, "extends"))
        chain = list(ancestry(own, id))
        if own.styles[chain[-1]].extends == id:
            values = {"name": id, "chain": (*chain, id)}
            yield Finding("CM236", _PATH, ("styles", id, "extends"), values)


def _platform(name: str) -> Platform | None:
    try:
        return registry.adapter(name).platform
    except registry.UnknownPlatform:
        return None


def _at(channel: Channel) -> Pointer:
    return ("channels", channel.id)
