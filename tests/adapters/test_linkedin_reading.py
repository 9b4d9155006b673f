"""LinkedIn: whose token it is, what is read back, and numbers; answers of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Expires,
    Found,
    Guarantee,
    Measures,
    Message,
    Metric,
    ReadsBack,
    Refreshes,
    Unknown,
)
from cmops.failures import NotSent
from cmops.ledger.entries import Receipt
from tests.adapters.linkedin_author import (
    AUTHOR,
    BELOW,
    CLAIMED,
    COMMENT,
    MEMBER,
    PAGE,
    QUOTED,
    SAID,
    SENDING,
    SHARE,
    author,
    post,
    refusal,
    serving,
)
from tests.servers.graph import Meta, Says


@pytest.fixture
def server() -> Iterator[Meta]:
    yield from serving()


# "Sign In with LinkedIn using OpenID Connect", userinfo
def test_the_token_must_be_the_members_own(server: Meta) -> None:
    server.says("GET /v2/userinfo", {"sub": "782bbtaQ", "name": "Une personne"}, {"sub": "x"})
    assert list(author(server, MEMBER).verify()) == []
    [problem] = author(server, MEMBER).verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "urn:li:person:x")


def role(name: str, page: str = PAGE) -> dict[str, str]:
    return {"role": name, "organization": page, "roleAssignee": MEMBER, "state": "APPROVED"}


# "Organization Access Control", Find organizations by role assignee
@pytest.mark.parametrize(
    ("roles", "reading", "codes"),
    [
        ([role("ADMINISTRATOR")], Says({"elements": []}), []),
        ([role("ANALYST"), role("CONTENT_ADMINISTRATOR")], Says({"elements": []}), []),
        ([role("ANALYST")], Says({"elements": []}), ["CM530"]),
        ([role("ADMINISTRATOR", "urn:li:organization:1")], Says({"elements": []}), ["CM521"]),
        ([], Says({"elements": []}), ["CM521"]),
        ([role("ADMINISTRATOR")], refusal(403, "ACCESS_DENIED"), ["CM530"]),
    ],
)
def test_the_token_needs_a_role_on_the_page(
    roles: list[dict[str, str]], reading: Says, codes: list[str], server: Meta
) -> None:
    server.says("GET /rest/organizationAcls", {"elements": roles})
    server.says("GET /rest/posts", reading)
    assert [each.code for each in author(server).verify()] == codes
    assert server.asked[0].query == {"q": "roleAssignee", "state": "APPROVED", "count": "100"}


def test_only_pages_that_may_be_read_are_read_back(server: Meta) -> None:
    assert not isinstance(author(server, MEMBER), ReadsBack)
    assert not isinstance(author(server, read_back=False), ReadsBack)
    page = author(server)
    assert page.platform.guarantee is Guarantee.READS_BACK
    assert isinstance(page, ReadsBack)
    assert author(server, MEMBER).platform.guarantee is Guarantee.NONE


# "Posts API", Find Posts by authors
def test_a_post_is_found_by_what_people_read_of_it(server: Meta) -> None:
    found = post(r"Bonjour \(à tous\) {hashtag|#|oui}")
    server.says("GET /rest/posts", {"elements": [post("Autre", id="urn:li:share:1"), found]})
    answer = author(server).find(Message("Bonjour (à tous) #oui"), SENDING)
    assert isinstance(answer, Found)
    assert answer.receipt.id == SHARE
    assert answer.receipt.at == CLAIMED + timedelta(seconds=5)
    [asked] = server.asked
    assert asked.headers["x-restli-method"] == "FINDER"
    wanted = {
        "author": PAGE, "q": "author", "sortBy": "LAST_MODIFIED", "start": "0", "count": "100",
    }  # fmt: skip
    assert asked.query == wanted
    # In the documentation's own order: LinkedIn has been seen to mind.
    assert list(asked.query)[:3] == ["author", "q", "sortBy"]


SHARED: dict[str, Any] = {"reshareContext": {"parent": "urn:li:share:9"}}


@pytest.mark.parametrize(
    ("items", "message", "expected"),
    [
        ([], Message("Bonjour"), Absent()),
        ([post("Bonjour", -3_600)], Message("Bonjour"), Absent()),
        ([post("Bonjour"), post("Bonjour", id="urn:li:share:1")], Message("Bonjour"), Unknown()),
        ([post("")], Message(""), Unknown()),
        ([post("Bonjour", **SHARED)], Message("Bonjour"), Absent()),
    ],
)
def test_what_cannot_be_told_apart_is_unknown(
    items: list[object], message: Message, expected: object, server: Meta
) -> None:
    server.says("GET /rest/posts", {"elements": items})
    assert author(server).find(message, SENDING) == expected


def test_a_share_is_found_by_what_it_shares(server: Meta) -> None:
    server.says(
        "GET /rest/posts", {"elements": [post(""), post("", id="urn:li:share:2", **SHARED)]}
    )
    message = Message("", fields={"repost": "https://www.linkedin.com/feed/update/urn:li:share:9/"})
    answer = author(server).find(message, SENDING)
    assert isinstance(answer, Found)
    assert answer.receipt.id == "urn:li:share:2"


def test_every_page_is_read_and_a_list_that_cannot_be_read_proves_nothing(server: Meta) -> None:
    full = [post("Autre", id=f"urn:li:share:{n}") for n in range(100)]
    server.says("GET /rest/posts", {"elements": full}, {"elements": [post("Bonjour")]})
    assert isinstance(author(server).find(Message("Bonjour"), SENDING), Found)
    assert [each.query["start"] for each in server.asked] == ["0", "100"]
    for wrong in ({"elements": "?"}, {"elements": [{"id": "urn:li:share:1"}]}, {}):
        server.says("GET /rest/posts", wrong)
        with pytest.raises(NotSent, match="rubbish"):
            author(server).find(Message("Bonjour"), SENDING)
    server.says("GET /rest/posts", {"elements": full})
    with pytest.raises(NotSent, match="too_many_pages"):
        author(server).find(Message("Bonjour"), SENDING)


def test_what_others_comment_is_not_taken_for_ours(server: Meta) -> None:
    theirs = {**SAID, "actor": MEMBER, "id": "1"}
    line = f"GET /rest/socialActions/{QUOTED}/comments"
    server.says(line, {"elements": [theirs]}, {"elements": [theirs, SAID]})
    assert author(server).find(COMMENT, BELOW) == Absent()
    answer = author(server).find(COMMENT, BELOW)
    assert isinstance(answer, Found)
    assert answer.receipt.id == SAID["commentUrn"]
    assert dict(answer.receipt.extra)["comment"] == SAID["id"]


# "Token introspection", Valid token (its example has milliseconds)
def test_when_the_token_ends_is_asked_of_the_application(server: Meta) -> None:
    assert author(server).expires() is None
    client = {"client_id": "861hhm46p48to4", "client_secret": "gPecRTpJ"}
    sent = author(server, secrets=client)
    assert isinstance(sent, Expires)
    line = "POST /oauth/v2/introspectToken"
    for said in (1_803_000_000, 1_803_000_000_000):
        server.says(line, {"active": True, "status": "active", "expires_at": said})
        assert sent.expires() == datetime.fromtimestamp(1_803_000_000, UTC)
    assert server.asked[-1].form == {"token": "hush-hush", **client}
    assert "authorization" not in server.asked[-1].headers
    server.says(line, {"active": False})
    with pytest.raises(NotSent, match="linkedin_token_over"):
        sent.expires()
    server.says(line, Says({}, 401))
    with pytest.raises(NotSent, match="linkedin_client"):
        sent.expires()


# "Programmatic refresh tokens", Sample response
def test_an_approved_application_gets_new_tokens(server: Meta) -> None:
    said = {
        "access_token": "BBBB2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0",
        "expires_in": 86400,
        "refresh_token": "AQWAft_WjYZKwuWXLC5hQlghgTam-tuT8CvFej9",
        "refresh_token_expires_in": 525600,
    }
    server.says("POST /oauth/v2/accessToken", said, Says({"error": "invalid_request"}, 400))
    given = {"client_id": "861hhm46p48to4", "client_secret": "gPecRTpJ", "refresh_token": "old"}
    sent = author(server, secrets=given)
    assert isinstance(sent, Refreshes)
    new = sent.refresh()
    assert new == {
        "LINKEDIN_TOKEN": said["access_token"],
        "LINKEDIN_REFRESH_TOKEN": said["refresh_token"],
    }
    assert server.asked[0].form == {"grant_type": "refresh_token", **given}
    with pytest.raises(NotSent, match="linkedin_client"):
        sent.refresh()
    with pytest.raises(NotSent, match="no_secret"):
        author(server).refresh()


# "Organization Share Statistics", for specific shares; "Retrieve Organization Follower Count"
def test_the_numbers_of_a_page_are_what_linkedin_tells(server: Meta) -> None:
    counts = {
        "uniqueImpressionsCount": 9327, "clickCount": 109276, "engagement": 0.007549471334119487,
        "likeCount": 52, "commentCount": 70, "shareCount": 4, "impressionCount": 14490816,
    }  # fmt: skip
    film = "urn:li:ugcPost:1"
    server.says(
        "GET /rest/organizationalEntityShareStatistics",
        {"elements": [{"share": SHARE, "totalShareStatistics": counts}]},
        {"elements": [{"ugcPost": film, "totalShareStatistics": {"likeCount": 1}}]},
    )
    server.says(f"GET /rest/networkSizes/{AUTHOR}", {"firstDegreeSize": 219145})
    page = author(server)
    assert isinstance(page, Measures)
    comment = Receipt("urn:li:comment:(x,1)", CLAIMED, None, (("below", "x"), ("comment", "1")))
    found = page.measure((Receipt(SHARE, CLAIMED), Receipt(film, CLAIMED), comment))
    assert found == {
        SHARE: {
            Metric.IMPRESSIONS: 14490816, Metric.REACH: 9327, Metric.LIKES: 52,
            Metric.COMMENTS: 70, Metric.SHARES: 4, Metric.CLICKS: 109276,
        },
        film: {Metric.LIKES: 1},
    }  # fmt: skip
    asked = {"q": "organizationalEntity", "organizationalEntity": PAGE}
    assert server.asked[0].query == {**asked, "shares": f"List({SHARE})"}
    assert server.asked[1].query == {**asked, "ugcPosts": f"List({film})"}
    assert page.measure_channel() == {Metric.FOLLOWERS: 219145}
    assert server.asked[2].query == {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"}


# "Member Post Statistics", Retrieve Single Post Statistics; "Member Follower Statistics"
@pytest.mark.parametrize(("urn", "kind"), [(SHARE, "share"), ("urn:li:ugcPost:7", "ugc")])
def test_of_a_member_s_post_everything_is_known_to_a_token_that_may(
    urn: str, kind: str, server: Meta
) -> None:
    counts = {"IMPRESSION": 120, "MEMBERS_REACHED": 80, "RESHARE": 2, "REACTION": 9, "COMMENT": 3}
    answers = [
        {"elements": [{"count": count, "metricType": name, "targetEntity": {kind: urn}}]}
        for name, count in counts.items()
    ]
    server.says("GET /rest/memberCreatorPostAnalytics", *answers)
    server.says(
        "GET /rest/memberFollowersCount",
        {"elements": [{"memberFollowersCount": 77}]},
        refusal(403),
        {"elements": []},
    )
    member = author(server, MEMBER)
    assert member.measure((Receipt(urn, CLAIMED),)) == {
        urn: {
            Metric.IMPRESSIONS: 120, Metric.REACH: 80, Metric.SHARES: 2, Metric.LIKES: 9,
            Metric.COMMENTS: 3,
        }
    }  # fmt: skip
    assert [each.query for each in server.asked] == [
        {"q": "entity", "entity": f"({kind}:{urn})", "queryType": name, "aggregation": "TOTAL"}
        for name in counts
    ]
    assert member.measure_channel() == {Metric.FOLLOWERS: 77}
    assert server.asked[-1].query == {"q": "me"}
    assert member.measure_channel() == {}
    assert member.measure_channel() == {}


# "Social Metadata API"
def test_of_a_member_s_post_reactions_and_comments_are_known_to_others(server: Meta) -> None:
    said = {
        "reactionSummaries": {
            "LIKE": {"reactionType": "LIKE", "count": 2},
            "PRAISE": {"reactionType": "PRAISE", "count": 1},
        },
        "commentSummary": {"count": 3, "topLevelCount": 2},
        "entity": SHARE,
    }
    server.says("GET /rest/memberCreatorPostAnalytics", refusal(403, "ACCESS_DENIED"))
    server.says(f"GET /rest/socialMetadata/{QUOTED}", said, said, refusal(404), refusal(403))
    member = author(server, MEMBER)
    receipts = (Receipt(SHARE, CLAIMED),)
    known = {SHARE: {Metric.LIKES: 3, Metric.COMMENTS: 3}}
    assert member.measure(receipts * 2) == known
    # The token is not asked again for what it may not know.
    assert len(server.to("GET /rest/memberCreatorPostAnalytics")) == 1
    assert member.measure(receipts) == {}
    with pytest.raises(NotSent, match="linkedin_permission"):
        member.measure(receipts)
    comment = Receipt("urn:li:comment:(x,1)", CLAIMED, None, (("below", "x"), ("comment", "1")))
    assert member.measure((comment,)) == {}
