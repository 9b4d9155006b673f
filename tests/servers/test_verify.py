"""Asking whether an account is the right one asks its server, every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cmops.adapters.contract import Sends
from cmops.adapters.registry import sender
from cmops.failures import NotSent
from cmops.http import Http, Secret
from cmops.workspace.model import Channel
from tests.servers.bluesky import Pds
from tests.servers.mastodon import Mastodon
from tests.servers.matrix import Homeserver
from tests.servers.proxy import Fault, proxy
from tests.servers.wordpress import Blog

Door = tuple[str, str, str, dict[str, str], dict[str, str]]
"""A platform, its server, an account there, its secrets, and settings."""


def on_bluesky(pds: Pds) -> Door:
    person = pds.person()
    return "bluesky", pds.url, person.handle, {"password": person.password}, {}


def on_mastodon(mastodon: Mastodon) -> Door:
    person = mastodon.person()
    account = f"{person.name}@{mastodon.domain}"
    return "mastodon", mastodon.url, account, {"token": person.token}, {}


def on_matrix(homeserver: Homeserver) -> Door:
    member = homeserver.member()
    room = homeserver.room(member)
    return "matrix", homeserver.url, member.id, {"token": member.token}, {"room": room}


def on_wordpress(blog: Blog) -> Door:
    return "wordpress", blog.url, "redaction", {"password": blog.passwords["redaction"]}, {}


DOORS: dict[str, Callable[..., Door]] = {
    "pds": on_bluesky,
    "mastodon": on_mastodon,
    "homeserver": on_matrix,
    "blog": on_wordpress,
}


@pytest.mark.parametrize("server", DOORS)
def test_a_secret_that_is_revoked_meanwhile_is_noticed(
    request: pytest.FixtureRequest, server: str
) -> None:
    platform, url, account, secrets, settings = DOORS[server](request.getfixturevalue(server))
    with proxy(url) as between:
        made = opened(platform, account, secrets, {**settings, "url": between.url})
        assert list(made.verify()) == []
        before = len(between.seen)
        assert list(made.verify()) == []
        assert before < len(between.seen)
        between.order(Fault.UNAUTHORISED, times=99)
        with pytest.raises(NotSent) as caught:
            list(made.verify())
        assert caught.value.code == "unauthorised"
        between.end_orders()
        assert list(made.verify()) == []


def test_verifying_a_bluesky_account_again_begins_no_new_session(pds: Pds) -> None:
    platform, url, account, secrets, _ = on_bluesky(pds)
    with proxy(url) as between:
        made = opened(platform, account, secrets, {"url": between.url})
        for _ in range(5):
            assert list(made.verify()) == []
        assert between.count("createSession") == 1


def opened(platform: str, account: str, secrets: dict[str, str], settings: dict[str, str]) -> Sends:
    channel = Channel("c", platform, account, "b", "N", "fr", settings=settings)
    given = {name: Secret(name.upper(), value) for name, value in secrets.items()}
    made = sender(channel, root=Path(), http=Http(given, sleep=lambda seconds: None))
    assert made is not None
    return made
