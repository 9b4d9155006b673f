"""Logging in with a real browser's steps, against a provider that refuses what must be refused."""

from __future__ import annotations

import threading
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from cmops.connect.listening import listening
from cmops.connect.login import (
    Begun,
    Client,
    Login,
    NotLoggedIn,
    begin,
    code_of,
    exchange,
    registered,
)
from cmops.connect.ways import WAYS, fediverse
from cmops.errors import UsageError
from cmops.http import Http, Secret
from cmops.http.secret import reveal
from tests.connect.provider import LASTING, REFRESH, TOKEN, Provider

CLIENT = Client("id-1", Secret("client_secret", "s3cret"))
HERE = "http://127.0.0.1:9/callback"


def login(provider: Provider, **more: object) -> Login:
    made = Login(f"{provider.url}/oauth/authorize", f"{provider.url}/oauth/token", ("a", "b"))
    return replace(made, **more)  # type: ignore[arg-type]


def agreed(begun: Begun) -> str:
    """Where a browser ends up whose user says yes."""
    answer = requests.get(begun.url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return answer.headers["location"]


@pytest.mark.parametrize(
    "shape",
    [{}, {"basic": True}, {"pkce": False}, {"separator": ","}],
    ids=["pkce", "basic", "no pkce", "commas"],
)
def test_a_code_is_exchanged_for_tokens(provider: Provider, shape: dict[str, object]) -> None:
    provider.register("id-1", "s3cret", HERE)
    way = login(provider, **shape)
    begun = begin(way, CLIENT, HERE)
    asked = parse_qs(urlsplit(begun.url).query)
    assert asked["scope"] == [way.separator.join(("a", "b"))]
    tokens = exchange(Http(), way, begun, code_of(agreed(begun), begun), CLIENT)
    assert reveal(tokens["access_token"]) == TOKEN
    assert reveal(tokens["refresh_token"]) == REFRESH
    assert TOKEN not in repr(tokens)


def test_a_public_application_needs_no_secret(provider: Provider) -> None:
    provider.register("id-2", None, HERE)
    way, client = login(provider), Client("id-2")
    begun = begin(way, client, HERE)
    assert exchange(Http(), way, begun, code_of(agreed(begun), begun), client)


def test_a_code_is_good_for_one_exchange(provider: Provider) -> None:
    provider.register("id-1", "s3cret", HERE)
    way = login(provider)
    begun = begin(way, CLIENT, HERE)
    code = code_of(agreed(begun), begun)
    exchange(Http(), way, begun, code, CLIENT)
    with pytest.raises(NotLoggedIn) as refused:
        exchange(Http(), way, begun, code, CLIENT)
    assert refused.value.values["code"] == "invalid_grant"


def test_another_verifier_or_secret_is_refused(provider: Provider) -> None:
    provider.register("id-1", "s3cret", HERE)
    way = login(provider)
    begun = begin(way, CLIENT, HERE)
    stolen = replace(begun, verifier="x" * 64)
    with pytest.raises(NotLoggedIn):
        exchange(Http(), way, stolen, code_of(agreed(begun), begun), CLIENT)
    wrong = Client("id-1", Secret("client_secret", "other"))
    with pytest.raises(NotLoggedIn) as refused:
        exchange(Http(), way, begun, code_of(agreed(begun), begun), wrong)
    assert refused.value.values["code"] == "OAuthException"


def test_a_no_in_the_browser_is_said_as_such(provider: Provider) -> None:
    provider.register("id-1", "s3cret", HERE)
    provider.denies = True
    begun = begin(login(provider), CLIENT, HERE)
    with pytest.raises(NotLoggedIn) as refused:
        code_of(agreed(begun), begun)
    assert refused.value.phrase == "connect.login-access-denied"


@pytest.mark.parametrize(
    ("address", "phrase"),
    [
        ("http://127.0.0.1/callback?code=theirs&state=theirs", "connect.login-state"),
        ("http://127.0.0.1/callback?code=theirs", "connect.login-state"),
        ("", "connect.login-state"),
        ("https://localhost/?state={state}", "connect.login-no-code"),
        ("https://localhost/?error=server_error&state={state}", "connect.login-failed"),
    ],
)
def test_an_address_that_is_not_ours_gives_no_code(
    provider: Provider, address: str, phrase: str
) -> None:
    begun = begin(login(provider), CLIENT, HERE)
    with pytest.raises(NotLoggedIn) as refused:
        code_of(address.format(state=begun.state), begun)
    assert refused.value.phrase == phrase


@pytest.mark.parametrize(
    ("grant", "asked"),
    [
        (
            "fb_exchange_token",
            {"client_id": "id-1", "client_secret": "s3cret", "fb_exchange_token": TOKEN},
        ),
        ("th_exchange_token", {"client_secret": "s3cret", "access_token": TOKEN}),
    ],
    ids=["facebook, instagram", "threads"],
)
def test_a_short_token_is_exchanged_for_one_that_lasts(
    provider: Provider, grant: str, asked: dict[str, str]
) -> None:
    """developers.facebook.com, "Get Long-Lived Tokens", of Facebook Login and of Threads."""
    provider.register("id-1", "s3cret", HERE)
    way = login(provider, pkce=False, longer=("/longer", grant))
    begun = begin(way, CLIENT, HERE)
    tokens = exchange(Http(), way, begun, code_of(agreed(begun), begun), CLIENT)
    assert reveal(tokens["access_token"]) == LASTING
    assert provider.seen[-1] == ("GET /longer", "", {"grant_type": grant, **asked}, {})


def test_a_server_of_the_fediverse_makes_an_application_for_the_login(provider: Provider) -> None:
    with listening(0, "Fini") as listener:
        client = registered(Http(), provider.url, listener.redirect, ("read", "write"))
        begun = begin(fediverse(provider.url), client, listener.redirect)
        pages: list[requests.Response] = []

        def browser() -> None:
            base = listener.redirect.removesuffix("/callback")
            pages.append(requests.get(f"{base}/favicon.ico", timeout=10))
            requests.get(f"{listener.redirect}?code=evil&state=evil", timeout=10)
            pages.append(requests.get(begun.url, timeout=10))

        thread = threading.Thread(target=browser, daemon=True)
        thread.start()
        address = listener.address(begun.state, 20)
        thread.join(10)
    assert [page.status_code for page in pages] == [404, 200]
    assert "Fini" in pages[1].text
    assert address is not None
    code = code_of(address, begun)
    tokens = exchange(Http(), fediverse(provider.url), begun, code, client)
    assert reveal(tokens["access_token"]) == TOKEN


def test_nobody_is_waited_for_for_ever(provider: Provider) -> None:
    with listening(0, "Fini") as listener:
        assert listener.address("state", 0.05) is None


def test_a_port_that_is_taken_is_said() -> None:
    with listening(0, "") as first:
        taken = int(urlsplit(first.redirect).port or 0)
        with pytest.raises(UsageError), listening(taken, ""):
            pass


def logins() -> dict[str, Login]:
    """Every login there is, the personal ones with a word behind their platform's name."""
    known = {name: way.login for name, way in WAYS.items()}
    known |= {f"{name} personal": way.personal for name, way in WAYS.items()}
    return {name: each for name, each in known.items() if each is not None}


def test_every_login_is_encrypted_and_asks_for_something() -> None:
    for name, each in logins().items():
        assert each.authorize.startswith("https://"), name
        assert each.token.startswith("https://"), name
        assert each.scopes, name


ADDRESSES = {
    "linkedin": (
        "https://www.linkedin.com/oauth/v2/authorization",
        "https://www.linkedin.com/oauth/v2/accessToken",
        "r_organization_social w_organization_social rw_organization_admin "
        "r_organization_social_feed w_organization_social_feed",
    ),
    "linkedin personal": (
        "https://www.linkedin.com/oauth/v2/authorization",
        "https://www.linkedin.com/oauth/v2/accessToken",
        "openid profile w_member_social",
    ),
    "facebook": (
        "https://www.facebook.com/v25.0/dialog/oauth",
        "https://graph.facebook.com/v25.0/oauth/access_token",
        "pages_show_list,pages_manage_posts,pages_read_engagement,pages_manage_engagement,"
        "pages_read_user_content,read_insights",
    ),
    "instagram": (
        "https://www.facebook.com/v25.0/dialog/oauth",
        "https://graph.facebook.com/v25.0/oauth/access_token",
        "pages_show_list,pages_read_engagement,instagram_basic,instagram_content_publish,"
        "instagram_manage_comments,instagram_manage_insights",
    ),
    "threads": (
        "https://threads.com/oauth/authorize",
        "https://graph.threads.com/oauth/access_token",
        "threads_basic,threads_content_publish,threads_manage_replies,threads_read_replies,"
        "threads_manage_insights,threads_manage_mentions,threads_delete",
    ),
}
"""The pages on which the platforms say so are named in ``cmops.connect.ways``."""


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_login_asks_where_and_for_what_the_platform_says(name: str) -> None:
    each = logins()[name]
    asked = (each.authorize, each.token, each.separator.join(each.scopes))
    assert asked == ADDRESSES[name]
