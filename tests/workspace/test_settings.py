from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cmops.workspace.model import Handoff, Utm
from cmops.workspace.settings import DEFAULT_BRAND, read_settings, spoken

ONE = {
    "version": 1,
    "name": "Les Ateliers",
    "language": "fr",
    "timezone": "Europe/Paris",
    "channels": {
        "bluesky": {"platform": "bluesky", "account": "a.example", "secrets": {"password": "P"}},
        "archive": {"platform": "outbox", "path": "outbox/archive"},
    },
}


def test_what_is_not_said_is_understood() -> None:
    settings = read_settings(ONE, "digest")
    assert settings.brands[DEFAULT_BRAND].name == "Les Ateliers"
    channel = settings.channels["bluesky"]
    assert (channel.brand, channel.language, channel.style) == (DEFAULT_BRAND, "fr", "default")
    assert channel.name == "Les Ateliers"
    assert channel.secrets == {"password": "P"}
    assert settings.publishing.max_lateness == timedelta(hours=6)
    assert (settings.genesis, settings.digest) == (None, "digest")


def test_the_only_brand_is_everybodys_and_gives_its_language_and_style() -> None:
    brand = {"ville": {"name": "La ville", "language": "nl", "style": "sobre"}}
    channel = read_settings({**ONE, "brands": brand}, "").channels["bluesky"]
    assert (channel.brand, channel.language, channel.style) == ("ville", "nl", "sobre")


def test_with_several_brands_a_channel_has_to_say_its_own() -> None:
    brands = {"a": {"name": "A"}, "b": {"name": "B"}}
    settings = read_settings({**ONE, "brands": brands}, "")
    assert settings.channels["bluesky"].brand == ""


def test_an_outbox_is_known_by_its_folder_and_a_blog_by_its_address() -> None:
    blog = {"platform": "wordpress", "url": "https://blog.example"}
    settings = read_settings({**ONE, "channels": {**ONE["channels"], "blog": blog}}, "")  # type: ignore[dict-item]
    assert settings.channels["archive"].account == "outbox/archive"
    assert settings.channels["archive"].settings == {"path": "outbox/archive"}
    assert settings.channels["blog"].account == "https://blog.example"


@pytest.mark.parametrize("timezone", [None, "Europe/Pari", "../etc"])
def test_settings_that_are_cut_down_still_make_settings(timezone: str | None) -> None:
    settings = read_settings({"timezone": timezone}, "")
    assert (settings.timezone, settings.channels) == ("UTC", {})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"language: fr\n", "fr"),
        (b'name: x\nlanguage: "fr"\n', "fr"),
        (b"name: [\nlanguage: fr-CA\n\xff\xfe", "fr"),
        (b"  language: fr\n", "en"),
        (b"", "en"),
    ],
)
def test_the_language_is_found_however_broken_the_rest_is(
    raw: bytes, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (tmp_path / "cmops.yml").write_bytes(raw)
    assert spoken(tmp_path / "cmops.yml") == expected


def test_without_settings_the_systems_language_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LC_ALL")
    monkeypatch.setenv("LANG", "fr_BE.UTF-8")
    assert spoken(tmp_path / "cmops.yml") == "fr"


UTM_DATA = {
    **ONE,
    "url": "https://www.example.org/accueil",
    "brands": {"a": {"name": "A", "url": "https://boutique.example"}},
    "publishing": {"utm": {"medium": "reseaux"}},
    "channels": {
        "x": {"platform": "x", "account": "a"},
        "lettre": {"platform": "email", "account": "b", "utm": {"medium": "email", "source": "l"}},
        "archive": {"platform": "outbox", "path": "o", "utm": False},
    },
}


def test_links_are_tracked_as_a_channel_says_or_else_as_everybody_does() -> None:
    channels = read_settings(UTM_DATA, "").channels
    ours = ("www.example.org", "boutique.example")
    assert channels["x"].utm == Utm(None, "reseaux", ours)
    assert channels["lettre"].utm == Utm("l", "email", ours)
    assert channels["archive"].utm is None
    assert read_settings(ONE, "").channels["bluesky"].utm is None


def test_only_people_publish_to_a_hand_off_and_to_what_is_set_to_it() -> None:
    said = {"asks": "accueil", "lead": "1h", "checklist": ["un", "deux"]}
    channels = {
        "tiktok": {"platform": "handoff", "for": "tiktok", "account": "a"},
        "x": {"platform": "x", "account": "a", "handoff": said},
        "y": {"platform": "x", "account": "b", "handoff": True},
        "z": {"platform": "x", "account": "c", "handoff": False},
    }
    found = read_settings({**ONE, "channels": channels}, "").channels
    assert found["tiktok"].handoff == found["y"].handoff == Handoff()
    assert found["tiktok"].settings == {"for": "tiktok"}
    assert found["x"].handoff == Handoff(("accueil",), timedelta(hours=1), ("un", "deux"))
    assert found["z"].handoff is None
