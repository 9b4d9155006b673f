"""Adapters by name, and what can publish."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from cmops.adapters import registry
from cmops.adapters.contract import (
    Can,
    Capability,
    Deletes,
    Edits,
    Guarantee,
    ReadsBack,
    Sends,
)
from cmops.adapters.outbox import Outbox
from cmops.workspace.model import Channel


def channel(platform: str) -> Channel:
    settings = {"path": "outbox/a", "url": "https://mastodon.example"}
    return Channel("canal", platform, "a", "b", "Canal", "fr", settings=settings)


def test_every_built_in_adapter_goes_by_its_name() -> None:
    for name in registry.BUILT_IN:
        assert registry.adapter(name).platform.name == name
    assert set(registry.BUILT_IN) <= set(registry.names())


def test_an_unknown_platform_is_said_by_name() -> None:
    with pytest.raises(registry.UnknownPlatform) as caught:
        registry.adapter("myspace")
    assert caught.value.args == ("myspace",)
    with pytest.raises(registry.UnknownPlatform):
        registry.sender(channel("myspace"), root=Path())


def test_a_package_can_add_a_platform_but_not_replace_one(monkeypatch: pytest.MonkeyPatch) -> None:
    target = "cmops.adapters.outbox:Outbox"
    added = EntryPoints(EntryPoint(name, target, registry.GROUP) for name in ("forum", "mastodon"))
    monkeypatch.setattr("importlib.metadata.entry_points", added.select)
    registry.adapter.cache_clear()
    try:
        assert registry.adapter("forum") is Outbox
        assert registry.adapter("mastodon").platform.name == "mastodon"
        assert "forum" in registry.names()
    finally:
        registry.adapter.cache_clear()


def test_what_is_built_can_publish(tmp_path: Path) -> None:
    built = ("outbox", "bluesky", "email", "mastodon", "matrix", "wordpress")
    chats = ("discord", "discord-webhook", "discourse", "slack", "telegram")
    for name in (*built, *chats, "facebook", "instagram", "linkedin", "threads", "x"):
        assert isinstance(registry.sender(channel(name), root=tmp_path), Sends)


@pytest.mark.parametrize("name", sorted(registry.BUILT_IN))
def test_a_sender_does_what_its_platform_declares(name: str, tmp_path: Path) -> None:
    platform = registry.adapter(name).platform
    made = registry.sender(channel(name), root=tmp_path)
    if made is not None:
        assert isinstance(made, Edits) == (platform.able(Capability.EDIT) is Can.YES)
        assert isinstance(made, Deletes) == (platform.able(Capability.DELETE) is Can.YES)
        blind = (Guarantee.NONE, Guarantee.PERSON)
        assert isinstance(made, ReadsBack) or platform.guarantee in blind


def test_the_sandbox_stands_in_for_every_platform(tmp_path: Path) -> None:
    for name in registry.names():
        assert isinstance(registry.sandbox(channel(name), root=tmp_path), Outbox)


def test_a_platform_is_imported_when_it_is_asked_for() -> None:
    script = (
        "import sys, cmops.adapters.registry as r; r.adapter('x');"
        "heavy = {'requests', 'markdown_it', 'jsonschema', 'cmops.adapters.mastodon'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout == "[]\n"
