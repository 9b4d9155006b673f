"""Addresses that people open to install something: what they ask for is what cmops needs."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from cmops.adapters.discord.permissions import NEEDED, missing
from cmops.adapters.slack.bot import NEEDED as SLACK_NEEDED
from cmops.connect import installing
from cmops.connect.texts import explained
from cmops.connect.ways import APIS
from cmops.failures import NotSent
from cmops.http import Http, Secret
from cmops.wording import LANGUAGES
from tests.connect.provider import TOKEN, Provider

GUILD = "197038439483310086"


def test_slack_s_application_asks_for_what_publishing_and_listing_take() -> None:
    parts = urlsplit(installing.new_app())
    asked = parse_qs(parts.query)
    assert (parts.netloc, parts.path, asked["new_app"]) == ("api.slack.com", "/apps", ["1"])
    manifest = json.loads(asked["manifest_json"][0])
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    assert set(SLACK_NEEDED) <= scopes
    # Public and private channels: their lists, and their messages.
    assert {"channels:read", "groups:read", "channels:history", "groups:history"} <= scopes
    assert manifest["features"]["bot_user"]["display_name"]
    assert 0 < len(manifest["display_information"]["name"]) <= 35


def test_discord_s_invitation_grants_what_publishing_takes() -> None:
    asked = parse_qs(urlsplit(installing.invitation("157730590492196864")).query)
    assert asked["client_id"] == ["157730590492196864"]
    assert asked["scope"] == ["bot"]
    role = {"id": GUILD, "permissions": asked["permissions"][0]}
    member, place = {"user": {"id": "1"}, "roles": []}, {"guild_id": GUILD}
    assert missing([role], member, place) == ()
    assert missing([{**role, "permissions": "0"}], member, place) == tuple(NEEDED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_whoever_connects_is_shown_the_address(platform: str, language: str) -> None:
    text, words = explained(platform, language), installing.words(platform)
    assert set(words) <= {name for name in ("install", "scopes") if f"{{{name}}}" in text}
    assert words["install"].startswith("https://")
    assert installing.words("mastodon") == {}


def test_a_bot_s_invitation_is_known_by_its_token(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.answers["/applications/@me"] = {"id": "157730590492196864", "name": "Ateliers"}
    monkeypatch.setitem(APIS, "discord", provider.url)
    http = Http({"token": Secret("token", TOKEN)})
    assert installing.invited_by("discord", http) == installing.invitation("157730590492196864")
    assert installing.invited_by("slack", http) is None
    with pytest.raises(NotSent):
        installing.invited_by("discord", Http({"token": Secret("token", "x")}))
