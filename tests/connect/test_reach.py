"""What tokens reach, by answers of the platforms' own documentation."""

from __future__ import annotations

from typing import Any

import pytest

from cmops.adapters import registry
from cmops.connect.reach import lists, reach
from cmops.connect.ways import APIS, WAYS
from cmops.failures import NotSent
from cmops.http import Http, Secret
from cmops.http.secret import reveal
from tests.connect.provider import TOKEN, Provider

Found = list[tuple[str, str, dict[str, str], dict[str, str]]]


def found(
    provider: Provider, platform: str, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]
) -> Found:
    provider.answers.update(answers)
    if platform in APIS:
        monkeypatch.setitem(APIS, platform, provider.url)
    http = Http({"token": Secret("token", TOKEN)})
    reached = reach(platform, http, {"url": provider.url})
    assert reached is not None
    return [
        (each.account, each.name, dict(each.settings), reveal(dict(each.secrets)))
        for each in reached
    ]


def test_mastodon_is_one_account_by_the_domain_that_people_call_it(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        "/api/v1/accounts/verify_credentials": {"username": "Ateliers", "display_name": "Les A"},
        "/api/v2/instance": {"domain": "social.example"},
    }
    expected: Found = [("ateliers@social.example", "Les A", {}, {})]
    assert found(provider, "mastodon", monkeypatch, answers) == expected


def test_x_is_one_account(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"/2/users/me": {"data": {"id": "2244994945", "name": "X Dev", "username": "XDev"}}}
    assert found(provider, "x", monkeypatch, answers) == [("XDev", "X Dev", {}, {})]


ACLS = {
    "elements": [
        {"role": "ADMINISTRATOR", "organization": "urn:li:organization:1337"},
        {"role": "CONTENT_ADMINISTRATOR", "organization": "urn:li:organization:1337"},
        {"role": "ADMINISTRATOR", "organization": "urn:li:organizationBrand:x"},
        {"role": "ANALYST", "organization": "urn:li:organization:1338"},
    ]
}
MEMBER = {"sub": "782bbtaQ", "name": "Marie D"}
DENIED = {
    "status": 403,
    "serviceErrorCode": 100,
    "code": "ACCESS_DENIED",
    "message": "Not enough permissions to access: organizationAcls.FINDER-roleAssignee.NO_VERSION",
}
"""learn.microsoft.com, LinkedIn, "Error handling": a token that lacks the permission."""


def test_linkedin_lists_the_pages_on_which_one_posts_and_oneself(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        "/v2/userinfo": MEMBER,
        "/rest/organizationAcls": ACLS,
        "/rest/organizations/1337": {"localizedName": "Les Ateliers"},
    }
    assert found(provider, "linkedin", monkeypatch, answers) == [
        ("urn:li:organization:1337", "Les Ateliers", {}, {}),
        ("urn:li:person:782bbtaQ", "Marie D", {}, {}),
    ]
    asked = {path: query for path, _, query, _ in provider.seen}
    assert asked["GET /rest/organizationAcls"] == {"q": "roleAssignee", "state": "APPROVED"}


@pytest.mark.parametrize(
    ("refused", "account"),
    [
        ("/v2/userinfo", "urn:li:organization:1337"),
        ("/rest/organizationAcls", "urn:li:person:782bbtaQ"),
    ],
    ids=["a page's application", "a member's application"],
)
def test_linkedin_has_a_token_for_pages_or_for_a_member(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, refused: str, account: str
) -> None:
    provider.refusals[refused] = (403, DENIED)
    answers = {
        "/v2/userinfo": MEMBER,
        "/rest/organizationAcls": ACLS,
        "/rest/organizations/1337": {"localizedName": "Les Ateliers"},
    }
    assert [each[0] for each in found(provider, "linkedin", monkeypatch, answers)] == [account]


def test_linkedin_tells_a_pages_name_to_its_administrators_alone(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/v2/userinfo", "/rest/organizations/1337"):
        provider.refusals[path] = (403, DENIED)
    urn = "urn:li:organization:1337"
    answers = {"/rest/organizationAcls": ACLS}
    assert found(provider, "linkedin", monkeypatch, answers) == [(urn, urn, {}, {})]


def test_linkedin_with_neither_permission_is_said(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/v2/userinfo", "/rest/organizationAcls"):
        provider.refusals[path] = (403, DENIED)
    with pytest.raises(NotSent) as refused:
        found(provider, "linkedin", monkeypatch, {})
    assert refused.value.code == "unauthorised"


def test_facebook_gives_each_page_a_token_of_its_own(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {"data": [{"id": "2", "name": "B", "access_token": "page-2"}], "paging": {}}
    first = {
        "data": [{"id": "1", "name": "A", "access_token": "page-1"}],
        "paging": {"cursors": {"after": "suite"}, "next": "https://graph.example"},
        "suite": more,
    }
    assert found(provider, "facebook", monkeypatch, {"/me/accounts": first}) == [
        ("1", "A", {}, {"token": "page-1"}),
        ("2", "B", {}, {"token": "page-2"}),
    ]


def test_instagram_is_reached_by_way_of_the_pages_that_have_it(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"id": "17841405822304914", "username": "les_ateliers"}
    rows = [{"access_token": "p1", "instagram_business_account": own}, {"access_token": "p2"}]
    assert found(provider, "instagram", monkeypatch, {"/me/accounts": {"data": rows}}) == [
        ("17841405822304914", "@les_ateliers", {}, {"token": "p1"})
    ]


def test_threads_is_one_account(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"/me": {"id": "1234567", "username": "threadsapitestuser"}}
    expected: Found = [("threadsapitestuser", "threadsapitestuser", {}, {})]
    assert found(provider, "threads", monkeypatch, answers) == expected


def test_discord_lists_the_channels_in_which_one_writes(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        "/users/@me": {"id": "1", "username": "ateliers"},
        "/users/@me/guilds": [{"id": "80351110224678912", "name": "Communauté"}],
        "/guilds/80351110224678912/channels": [
            {"id": "41771983423143937", "type": 0, "name": "annonces"},
            {"id": "41771983423143938", "type": 2, "name": "vocal"},
        ],
    }
    assert found(provider, "discord", monkeypatch, answers) == [
        ("ateliers", "Communauté – #annonces", {"channel": "41771983423143937"}, {})
    ]


def test_slack_lists_its_channels_page_by_page(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = {"ok": True, "channels": [{"id": "C2", "name": "general"}]}
    first = {
        "ok": True,
        "channels": [{"id": "C1", "name": "annonces"}],
        "response_metadata": {"next_cursor": "dGVhbTpDMDYx"},
        "dGVhbTpDMDYx": last,
    }
    answers = {"/auth.test": {"ok": True, "user": "bot"}, "/conversations.list": first}
    assert found(provider, "slack", monkeypatch, answers) == [
        ("bot", "#annonces", {"channel": "C1"}, {}),
        ("bot", "#general", {"channel": "C2"}, {}),
    ]


def test_a_scope_that_slack_misses_is_said(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"ok": False, "error": "missing_scope", "needed": "groups:read"}
    answers = {"/auth.test": {"ok": True, "user": "bot"}, "/conversations.list": missing}
    with pytest.raises(NotSent) as refused:
        found(provider, "slack", monkeypatch, answers)
    assert refused.value.code == "unauthorised"


def test_telegram_knows_the_places_where_something_has_happened(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/bot{TOKEN}"
    chat = {"id": -1001234567890, "title": "Ateliers", "type": "channel"}
    public = {"id": -100, "title": "Quartier", "type": "supergroup", "username": "quartier"}
    updates = [
        {"update_id": 1, "my_chat_member": {"chat": chat}},
        {"update_id": 2, "channel_post": {"chat": chat}},
        {"update_id": 3, "message": {"chat": {"id": 5, "type": "private"}}},
        {"update_id": 4, "message": {"chat": public}},
    ]
    answers = {
        f"{path}/getMe": {"ok": True, "result": {"username": "ateliers_bot"}},
        f"{path}/getUpdates": {"ok": True, "result": updates},
    }
    assert found(provider, "telegram", monkeypatch, answers) == [
        ("ateliers_bot", "Ateliers", {"chat": "-1001234567890"}, {}),
        ("ateliers_bot", "Quartier", {"chat": "@quartier"}, {}),
    ]


def test_matrix_lists_the_rooms_one_is_in(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = "/_matrix/client/v3/rooms"
    name = {"type": "m.room.name", "content": {"name": "Annonces"}}
    answers = {
        "/_matrix/client/v3/account/whoami": {"user_id": "@a:example.org"},
        "/_matrix/client/v3/joined_rooms": {"joined_rooms": ["!foo:example.com", "!b:c"]},
        f"{rooms}/%21foo%3Aexample.com/state": [{"type": "m.room.topic"}, name],
        f"{rooms}/%21b%3Ac/state": [],
    }
    assert found(provider, "matrix", monkeypatch, answers) == [
        ("@a:example.org", "Annonces", {"room": "!foo:example.com"}, {}),
        ("@a:example.org", "!b:c", {"room": "!b:c"}, {}),
    ]


def test_mattermost_lists_the_channels_of_each_team(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"id": "c1", "type": "O", "display_name": "Annonces"},
        {"id": "c2", "type": "D", "display_name": ""},
    ]
    answers = {
        "/api/v4/users/me": {"username": "ateliers"},
        "/api/v4/users/me/teams": [{"id": "t1", "display_name": "Ateliers"}],
        "/api/v4/users/me/teams/t1/channels": rows,
    }
    expected: Found = [("ateliers", "Ateliers – Annonces", {"channel": "c1"}, {})]
    assert found(provider, "mattermost", monkeypatch, answers) == expected


def test_a_token_that_is_none_is_said(provider: Provider) -> None:
    provider.answers["/api/v1/accounts/verify_credentials"] = {"username": "a"}
    with pytest.raises(NotSent) as refused:
        reach("mastodon", Http({"token": Secret("token", "x")}), {"url": provider.url})
    assert refused.value.code == "unauthorised"


def test_platforms_without_a_list_say_so_and_the_others_are_all_known() -> None:
    assert reach("wordpress", Http(), {}) is None
    assert lists() <= set(registry.names())
    assert set(WAYS) <= set(registry.names())
