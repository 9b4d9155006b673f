"""How an application gets to where it publishes: Slack's manifest, Discord's invitation.

Sources: docs.slack.dev, "Configuring apps with app manifests" and "App manifest reference";
discord.com/developers, "Bot Authorization Flow" and "Permissions".
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from cmops.adapters.discord.permissions import NEEDED as PERMISSIONS
from cmops.adapters.slack.bot import HISTORY, NEEDED
from cmops.connect.ways import APIS
from cmops.http import Http

SLACK_SCOPES = tuple(sorted({*NEEDED, *HISTORY["C"], "channels:read", "groups:read"}))
"""What publishing takes, and what listing the channels takes."""

_EMBED_LINKS = 1 << 14
DISCORD_PERMISSIONS = sum(PERMISSIONS.values()) | _EMBED_LINKS
"""What publishing takes, and link previews, which people expect."""

_AUTHORIZE = "https://discord.com/oauth2/authorize"
_NEW_APP = "https://api.slack.com/apps"


def words(platform: str) -> dict[str, str]:
    """What a platform's explanation has for its names in braces."""
    if platform == "slack":
        return {"install": new_app(), "scopes": ", ".join(SLACK_SCOPES)}
    if platform == "discord":
        return {"install": invitation("CLIENT_ID")}
    return {}


def new_app() -> str:
    """The page of Slack on which the application is there already, all but its workspace."""
    manifest: dict[str, Any] = {
        "display_information": {"name": "cmops"},
        "features": {"bot_user": {"display_name": "cmops", "always_online": False}},
        "oauth_config": {"scopes": {"bot": list(SLACK_SCOPES)}},
        "settings": {"org_deploy_enabled": False, "token_rotation_enabled": False},
    }
    text = json.dumps(manifest, separators=(",", ":"))
    return f"{_NEW_APP}?{urlencode({'new_app': '1', 'manifest_json': text})}"


def invitation(client_id: str) -> str:
    """The page on which somebody lets a bot of Discord into their server."""
    asked = {"client_id": client_id, "scope": "bot", "permissions": str(DISCORD_PERMISSIONS)}
    return f"{_AUTHORIZE}?{urlencode(asked)}"


def invited_by(platform: str, http: Http) -> str | None:
    """The page that lets this token's bot in; None where a platform has none. Raises a Failure."""
    if platform != "discord":
        return None
    headers = {"Authorization": http.secret("token").inside("Bot {}")}
    origin, _, base = APIS["discord"].partition("/api/")
    path = f"/api/{base}/applications/@me" if base else "/applications/@me"
    answer = http.server(origin).read("GET", path, headers=headers)
    return invitation(answer.text("id"))
