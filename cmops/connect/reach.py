"""What a token can reach: the pages, organisations, rooms and accounts that it opens.

Sources: each platform's reference, read on 2026-11-22. Nothing is published and nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from cmops.adapters.linkedin import VERSION
from cmops.adapters.slack.api import settled
from cmops.connect.ways import APIS
from cmops.failures import NotSent
from cmops.http import Answer, Http, Secret
from cmops.values import dataclass

_PAGES = 20
_HEADERS = {
    "linkedin": {"LinkedIn-Version": VERSION, "X-Restli-Protocol-Version": "2.0.0"},
}


@dataclass(frozen=True, slots=True)
class Reachable:
    """A destination. ``name`` is for people; ``settings`` are keys of the channel.

    ``secrets`` are those that open this one alone, in place of the login's.
    """

    account: str
    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


def reach(platform: str, http: Http, settings: Mapping[str, str]) -> tuple[Reachable, ...] | None:
    """Everything that the secrets of ``http`` open; None where a platform has no list of it.

    ``settings`` are what is known of the channel, such as its server. Raises a Failure.
    """
    lists = _LISTS.get(platform)
    return tuple(lists(_Api(platform, http, settings))) if lists else None


def lists() -> frozenset[str]:
    """The platforms that tell what a token can reach."""
    return frozenset(_LISTS)


class _Api:
    """Reads, with the token where each platform wants it."""

    def __init__(self, platform: str, http: Http, settings: Mapping[str, str]) -> None:
        self._platform = platform
        self._http = http
        parts = urlsplit(APIS.get(platform) or settings.get("url", ""))
        self._server = http.server(f"{parts.scheme}://{parts.netloc}")
        self._base = parts.path
        self.host = parts.netloc

    def get(self, path: str, how: str = "Bearer {}", /, **params: Any) -> Answer:
        headers: dict[str, str | Secret] = {
            "Authorization": self._http.secret("token").inside(how),
            **_HEADERS.get(self._platform, {}),
        }
        return self._server.read("GET", f"{self._base}{path}", headers=headers, params=params)

    def bot(self, method: str, **params: Any) -> Any:
        """A method of Telegram, whose token is part of the address."""
        path = self._http.secret("token").inside(f"/bot{{}}/{method}")
        return self._server.read("GET", path, params=params).look("result")


def _rows(found: Any) -> Iterator[dict[str, Any]]:
    yield from (each for each in found or () if isinstance(each, dict))


def _mastodon(api: _Api) -> Iterator[Reachable]:
    answer = api.get("/api/v1/accounts/verify_credentials")
    name = answer.text("username")
    domain = api.get("/api/v2/instance").look("domain") or api.host
    yield Reachable(f"{name}@{domain}".lower(), str(answer.look("display_name") or name))


def _x(api: _Api) -> Iterator[Reachable]:
    answer = api.get("/2/users/me")
    yield Reachable(answer.text("data", "username"), str(answer.look("data", "name")))


def _linkedin(api: _Api) -> Iterator[Reachable]:
    """The pages, or the member: a token is of an application for the one or for the other."""
    pages, no_pages = _refusable(lambda: tuple(_organisations(api)))
    member, nobody = _refusable(lambda: _member(api))
    if no_pages is not None and nobody is not None:
        raise nobody
    yield from (*pages, *member)


def _organisations(api: _Api) -> Iterator[Reachable]:
    from cmops.adapters.linkedin.page import ROLES

    found = api.get("/rest/organizationAcls", q="roleAssignee", state="APPROVED")
    rows = [each for each in _rows(found.look("elements")) if each.get("role") in ROLES]
    urns = [str(each.get("organization") or each.get("organizationTarget") or "") for each in rows]
    for urn in dict.fromkeys(urns):
        number = urn.rpartition(":")[2]
        if number.isdecimal():
            # Only administrators may ask for a page's name.
            said, _ = _refusable(partial(_organisation, api, number))
            yield Reachable(urn, *(said or (urn,)))


def _organisation(api: _Api, number: str) -> tuple[str, ...]:
    name = api.get(f"/rest/organizations/{number}").look("localizedName")
    return (str(name),) if name else ()


def _member(api: _Api) -> tuple[Reachable, ...]:
    person = api.get("/v2/userinfo")
    urn = f"urn:li:person:{person.text('sub')}"
    return (Reachable(urn, str(person.look("name") or "")),)


def _refusable(ask: Callable[[], tuple[Any, ...]]) -> tuple[tuple[Any, ...], NotSent | None]:
    """What is answered, or nothing and the refusal where the token does not permit it."""
    try:
        return ask(), None
    except NotSent as failure:
        if failure.code != "unauthorised":
            raise
        return (), failure


def _facebook(api: _Api) -> Iterator[Reachable]:
    for page in _pages(api, "id,name,access_token"):
        token = Secret("token", str(page.get("access_token", "")))
        yield Reachable(str(page["id"]), str(page.get("name", "")), secrets={"token": token})


def _instagram(api: _Api) -> Iterator[Reachable]:
    for page in _pages(api, "access_token,instagram_business_account{id,username}"):
        own = page.get("instagram_business_account")
        if isinstance(own, dict):
            token = Secret("token", str(page.get("access_token", "")))
            name = f"@{own.get('username', '')}"
            yield Reachable(str(own["id"]), name, secrets={"token": token})


def _pages(api: _Api, fields: str) -> Iterator[dict[str, Any]]:
    """The Pages that somebody may publish on, a hundred at a time."""
    after: dict[str, str] = {}
    for _ in range(_PAGES):
        answer = api.get("/me/accounts", fields=fields, limit="100", **after)
        yield from _rows(answer.look("data"))
        following = answer.look("paging", "cursors", "after")
        if not following or not answer.look("paging", "next"):
            return
        after = {"after": str(following)}


def _threads(api: _Api) -> Iterator[Reachable]:
    answer = api.get("/me", fields="id,username,name")
    name = answer.text("username")
    yield Reachable(name, str(answer.look("name") or name))


def _discord(api: _Api) -> Iterator[Reachable]:
    me = api.get("/users/@me", "Bot {}").text("username")
    for guild in _rows(api.get("/users/@me/guilds", "Bot {}").data):
        found = api.get(f"/guilds/{guild['id']}/channels", "Bot {}").data
        for each in _rows(found):
            if each.get("type") in _WRITTEN:
                name = f"{guild.get('name', '')} – #{each.get('name', '')}"
                yield Reachable(me, name, {"channel": str(each["id"])})


_WRITTEN = (0, 5)
"""Text channels and announcement channels."""


def _slack(api: _Api) -> Iterator[Reachable]:
    me = settled(api.get("/auth.test")).text("user")
    cursor: dict[str, str] = {}
    for _ in range(_PAGES):
        asked = {"exclude_archived": "true", "limit": "200", **cursor}
        kinds = "public_channel,private_channel"
        answer = settled(api.get("/conversations.list", types=kinds, **asked))
        for each in _rows(answer.look("channels")):
            yield Reachable(me, f"#{each.get('name', '')}", {"channel": str(each["id"])})
        following = answer.look("response_metadata", "next_cursor")
        if not following:
            return
        cursor = {"cursor": str(following)}


def _telegram(api: _Api) -> Iterator[Reachable]:
    """The chats in which the bot has seen something lately: Telegram has no other list."""
    me = str(api.bot("getMe")["username"])
    known: dict[str, str] = {}
    for update in _rows(api.bot("getUpdates", timeout="0")):
        for what in ("my_chat_member", "channel_post", "message"):
            chat = (update.get(what) or {}).get("chat") or {}
            if chat.get("type") in ("channel", "group", "supergroup"):
                name = chat.get("username")
                known[f"@{name}" if name else str(chat["id"])] = str(chat.get("title", ""))
    for chat, title in known.items():
        yield Reachable(me, title, {"chat": chat})


def _matrix(api: _Api) -> Iterator[Reachable]:
    me = api.get("/_matrix/client/v3/account/whoami").text("user_id")
    for room in api.get("/_matrix/client/v3/joined_rooms").look("joined_rooms") or ():
        yield Reachable(me, _room(api, str(room)), {"room": str(room)})


def _room(api: _Api, room: str) -> str:
    state = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/state"
    for each in _rows(api.get(state).data):
        if each.get("type") == "m.room.name":
            return str((each.get("content") or {}).get("name") or room)
    return room


def _mattermost(api: _Api) -> Iterator[Reachable]:
    me = api.get("/api/v4/users/me").text("username")
    for team in _rows(api.get("/api/v4/users/me/teams").data):
        found = api.get(f"/api/v4/users/me/teams/{team['id']}/channels").data
        for each in _rows(found):
            if each.get("type") in ("O", "P"):
                name = f"{team.get('display_name', '')} – {each.get('display_name', '')}"
                yield Reachable(me, name, {"channel": str(each["id"])})


_LISTS: Mapping[str, Callable[[_Api], Iterator[Reachable]]] = {
    "discord": _discord,
    "facebook": _facebook,
    "instagram": _instagram,
    "linkedin": _linkedin,
    "mastodon": _mastodon,
    "matrix": _matrix,
    "mattermost": _mattermost,
    "slack": _slack,
    "telegram": _telegram,
    "threads": _threads,
    "x": _x,
}
