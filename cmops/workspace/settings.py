"""``cmops.yml`` -> Settings, with what it leaves to be understood filled in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cmops.workspace import time
from cmops.workspace.build import Reader
from cmops.workspace.model import Brand, Channel, Handoff, Settings, Utm

_OWN = frozenset(
    {
        "platform",
        "name",
        "brand",
        "account",
        "avatar",
        "secrets",
        "limits",
        "language",
        "style",
        "options",
        "handoff",
        "utm",
    }
)
DEFAULT_BRAND = "default"
HANDOFF = "handoff"
"""The platform on which only people publish."""

_LANGUAGE = re.compile(rb"^language:\s*['\"]?([A-Za-z]{2})", re.MULTILINE)
_FIRST_BYTES = 65_536


def read_settings(data: Mapping[str, Any], digest: str) -> Settings:
    """The settings in data that matches its schema; a part that is missing has its default."""
    reader = Reader("cmops.yml", UTC)
    name, language = data.get("name", ""), data.get("language", "en")
    brands = {id: reader.build(Brand, brand) for id, brand in data.get("brands", {}).items()} or {
        DEFAULT_BRAND: Brand(name)
    }
    only = next(iter(brands)) if len(brands) == 1 else ""
    channels = {
        id: replace(
            _channel(id, channel, brands, only, language),
            handoff=_handoff(channel, reader),
            utm=_utm(channel, data, reader),
        )
        for id, channel in data.get("channels", {}).items()
    }
    rest = {key: value for key, value in data.items() if key not in ("brands", "channels")}
    settings: Settings = reader.build(
        Settings,
        rest,
        name=name,
        language=language,
        timezone=_zone(data.get("timezone")),
        brands=brands,
        channels=channels,
        genesis=data.get("ledger", {}).get("genesis"),
        digest=digest,
    )
    return settings


def _channel(
    id: str, data: Mapping[str, Any], brands: Mapping[str, Brand], only: str, language: str
) -> Channel:
    brand = data.get("brand", only)
    face = brands.get(brand)
    spoken = data.get("language") or (face.language if face else None) or language
    style = data.get("style") or (face.style if face else None) or "default"
    return Channel(
        id=id,
        platform=data.get("platform", ""),
        account=account(data),
        brand=brand,
        name=data.get("name") or (face.name if face else id),
        language=spoken,
        secrets=data.get("secrets", {}),
        limits=data.get("limits", {}),
        style=style,
        settings={key: value for key, value in data.items() if key not in _OWN},
        options=data.get("options", {}),
        avatar=data.get("avatar"),
    )


def _handoff(channel: Mapping[str, Any], reader: Reader) -> Handoff | None:
    """How a person publishes there: on a platform that is nothing else, or because it is said."""
    said = channel.get("handoff", channel.get("platform") == HANDOFF)
    if not said:
        return None
    found: Handoff = reader.build(Handoff, {} if said is True else said)
    return found


def _utm(channel: Mapping[str, Any], data: Mapping[str, Any], reader: Reader) -> Utm | None:
    """What its links say: the channel's own word before everybody's."""
    common, own = data.get("publishing", {}).get("utm"), channel.get("utm")
    if own is False or (common is None and own is None):
        return None
    brands = data.get("brands", {}).values()
    addresses = [each.get("url") for each in (data, *brands)]
    hosts = (urlsplit(each).hostname for each in addresses if each)
    ours = {"domains": [*dict.fromkeys(host for host in hosts if host)]}
    found: Utm = reader.build(Utm, {**ours, **(common or {}), **(own or {})})
    return found


def account(data: Mapping[str, Any]) -> str:
    """What identifies the account on its platform: its name there, or where an outbox writes."""
    found: str = data.get("account") or data.get("path") or data.get("url") or ""
    return found


def _zone(name: object) -> str:
    try:
        time.zone(str(name))
    except ValueError:
        return "UTC"
    return str(name)


def spoken(file: Path) -> str:
    """The language that ``cmops.yml`` asks for however broken it is, else the system's."""
    try:
        with file.open("rb") as stream:
            found = _LANGUAGE.search(stream.read(_FIRST_BYTES))
    except OSError:
        found = None
    if found:
        return found[1].decode()
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return (system or "en")[:2].lower()
