"""How each platform is connected: the login it has, what it asks of an application, its review.

Sources, read on 2026-11-22: learn.microsoft.com, LinkedIn, "Getting Access", "Authorization Code
Flow", "Community Management API" and its FAQ; developers.facebook.com, "Pages API: Posts", "Page
Feed", "Instagram Content Publishing", "Threads: Get Access Tokens", "Delete Posts" and "Mentions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cmops.connect.login import Login

_META = "https://www.facebook.com/v25.0/dialog/oauth"
_GRAPH = "https://graph.facebook.com/v25.0/oauth/access_token"
_LONGER = ("/v25.0/oauth/access_token", "fb_exchange_token")


@dataclass(frozen=True, slots=True)
class Way:
    """``login`` is None where a token is made on the platform's own pages and pasted.

    ``personal`` is the login of somebody who publishes for themselves, where a page's takes
    another application. ``reviewed`` says that the platform looks at an application before it may
    publish. ``keeps`` are the secrets besides the token that the channel works with: the
    application's own.
    """

    login: Login | None = None
    personal: Login | None = None
    reviewed: bool = False
    keeps: Mapping[str, str] | None = None


MASTODON_SCOPES = ("read", "write")

# An application of the Community Management API, which pages need, has no other product: not the
# sign-in that tells who a member is, nor the other way round.
_LINKEDIN_PAGES = Login(
    "https://www.linkedin.com/oauth/v2/authorization",
    "https://www.linkedin.com/oauth/v2/accessToken",
    (
        *("r_organization_social", "w_organization_social", "rw_organization_admin"),
        *("r_organization_social_feed", "w_organization_social_feed"),
    ),
    pkce=False,
)
_LINKEDIN_MEMBER = replace(_LINKEDIN_PAGES, scopes=("openid", "profile", "w_member_social"))

WAYS: dict[str, Way] = {
    "x": Way(
        Login(
            "https://x.com/i/oauth2/authorize",
            "https://api.x.com/2/oauth2/token",
            ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
            basic=True,
        ),
        keeps={"client_id": "client_id", "client_secret": "client_secret"},
    ),
    "linkedin": Way(
        _LINKEDIN_PAGES,
        _LINKEDIN_MEMBER,
        reviewed=True,
        keeps={"client_id": "client_id", "client_secret": "client_secret"},
    ),
    "facebook": Way(
        Login(
            _META,
            _GRAPH,
            (
                *("pages_show_list", "pages_manage_posts", "pages_read_engagement"),
                *("pages_manage_engagement", "pages_read_user_content", "read_insights"),
            ),
            separator=",",
            pkce=False,
            longer=_LONGER,
        ),
        reviewed=True,
        keeps={"client_secret": "app_secret"},
    ),
    "instagram": Way(
        Login(
            _META,
            _GRAPH,
            (
                *("pages_show_list", "pages_read_engagement", "instagram_basic"),
                *("instagram_content_publish", "instagram_manage_comments"),
                "instagram_manage_insights",
            ),
            separator=",",
            pkce=False,
            longer=_LONGER,
        ),
        reviewed=True,
        keeps={"client_secret": "app_secret"},
    ),
    "threads": Way(
        Login(
            "https://threads.com/oauth/authorize",
            "https://graph.threads.com/oauth/access_token",
            (
                *("threads_basic", "threads_content_publish", "threads_manage_replies"),
                *("threads_read_replies", "threads_manage_insights"),
                *("threads_manage_mentions", "threads_delete"),
            ),
            separator=",",
            pkce=False,
            secure=True,
            longer=("/access_token", "th_exchange_token"),
        ),
        reviewed=True,
        keeps={"client_secret": "app_secret"},
    ),
}
"""By platform; one that is not here has a token that is pasted."""

APIS = {
    "discord": "https://discord.com/api/v10",
    "facebook": "https://graph.facebook.com/v25.0",
    "instagram": "https://graph.facebook.com/v25.0",
    "linkedin": "https://api.linkedin.com",
    "slack": "https://slack.com/api",
    "telegram": "https://api.telegram.org",
    "threads": "https://graph.threads.com/v1.0",
    "x": "https://api.x.com",
}
"""Where each platform's accounts are asked for; the others' servers are the channel's own."""


def way(platform: str) -> Way:
    """How a platform is connected."""
    return WAYS.get(platform, Way())


def fediverse(server: str) -> Login:
    """The login of a server of the fediverse."""
    return Login(f"{server}/oauth/authorize", f"{server}/oauth/token", MASTODON_SCOPES)
