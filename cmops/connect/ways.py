"""How each platform is connected: the login it has, what it asks of an application, its review.

Sources, read on 2026-11-22: learn.microsoft.com, LinkedIn, "Getting Access", "Authorization Code
Flow", "Community Management API" and its FAQ; developers.facebook.com, "Pages API: Posts", "Page
Feed", "Instagram Content Publishing", "Threads: Get Access Tokens", "Delete Posts" and "Mentions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cmops.adapters import graph, linkedin, threads, x
from cmops.adapters.discord import api as discord
from cmops.connect.login import Login
from cmops.values import dataclass


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

_CLIENT = {"client_id": "client_id", "client_secret": "client_secret"}
_APP_SECRET = {"client_secret": "app_secret"}


def _meta(*scopes: str) -> Way:
    """By way of Facebook, for what is published there or by one of its Pages' accounts."""
    path = f"/{graph.VERSION}/oauth/access_token"
    login = Login(
        f"https://www.facebook.com/{graph.VERSION}/dialog/oauth",
        graph.URL + path,
        scopes,
        separator=",",
        pkce=False,
        longer=(path, "fb_exchange_token"),
    )
    return Way(login, reviewed=True, keeps=_APP_SECRET)


WAYS: dict[str, Way] = {
    "x": Way(
        Login(
            "https://x.com/i/oauth2/authorize",
            f"{x.URL}/2/oauth2/token",
            ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
            basic=True,
        ),
        keeps=_CLIENT,
    ),
    "linkedin": Way(
        _LINKEDIN_PAGES,
        _LINKEDIN_MEMBER,
        reviewed=True,
        keeps=_CLIENT,
    ),
    "facebook": _meta(
        *("pages_show_list", "pages_manage_posts", "pages_read_engagement"),
        *("pages_manage_engagement", "pages_read_user_content", "read_insights"),
    ),
    "instagram": _meta(
        *("pages_show_list", "pages_read_engagement", "instagram_basic"),
        *("instagram_content_publish", "instagram_manage_comments"),
        "instagram_manage_insights",
    ),
    "threads": Way(
        Login(
            "https://threads.com/oauth/authorize",
            f"{threads.URL}/oauth/access_token",
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
        keeps=_APP_SECRET,
    ),
}
"""By platform; one that is not here has a token that is pasted."""

APIS = {
    "discord": discord.HOST + discord.ROOT,
    "facebook": f"{graph.URL}/{graph.VERSION}",
    "instagram": f"{graph.URL}/{graph.VERSION}",
    "linkedin": linkedin.URL,
    "slack": "https://slack.com/api",
    "telegram": "https://api.telegram.org",
    "threads": f"{threads.URL}/{threads.VERSION}",
    "x": x.URL,
}
"""Where each platform's accounts are asked for; the others' servers are the channel's own."""


def way(platform: str) -> Way:
    """How a platform is connected."""
    return WAYS.get(platform, Way())


def fediverse(server: str) -> Login:
    """The login of a server of the fediverse."""
    return Login(f"{server}/oauth/authorize", f"{server}/oauth/token", MASTODON_SCOPES)
