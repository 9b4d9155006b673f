"""What each network tells of a post and an account, by the examples of its documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import responses

from cmops.adapters.bluesky.account import Account as Bluesky
from cmops.adapters.contract import Can, Capability, Measures, Metric
from cmops.adapters.mastodon.account import Account as Mastodon
from cmops.adapters.registry import adapter
from cmops.adapters.wordpress.blog import Blog
from cmops.failures import NotSent
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.measure.world import NOW

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
URI = f"at://{DID}/app.bsky.feed.post/3l6oveex3ii2l"
SERVER = "https://mastodon.example"
PDS = "https://pds.example"
BLOG = "https://blog.example"
XRPC = f"{PDS}/xrpc"


def http(**secrets: str) -> Http:
    return Http(
        {name: Secret(name, value) for name, value in secrets.items()}, sleep=lambda _: None
    )


def channel(platform: str, account: str, url: str) -> Channel:
    return Channel("c", platform, account, "b", "C", "fr", settings={"url": url})


def receipt(id: str, **extra: str) -> Receipt:
    return Receipt(id, NOW, None, tuple(extra.items()))


# https://docs.joinmastodon.org/methods/statuses/#get and /methods/accounts/#verify_credentials,
# shortened.
STATUS: dict[str, Any] = {
    "id": "103270115826048975",
    "created_at": "2019-12-08T03:48:33.901Z",
    "replies_count": 5,
    "reblogs_count": 6,
    "favourites_count": 11,
    "poll": None,
}
ME: dict[str, Any] = {
    "id": "14715",
    "username": "trwnh",
    "acct": "trwnh",
    "followers_count": 821,
    "following_count": 178,
    "statuses_count": 33120,
}


@pytest.fixture
def mastodon() -> Mastodon:
    account = channel("mastodon", "trwnh@mastodon.example", SERVER)
    return Mastodon(account, Path(), http(token="t"))


@responses.activate
def test_mastodon_tells_likes_boosts_and_replies(mastodon: Mastodon) -> None:
    poll = {**STATUS, "id": "2", "quotes_count": 2, "poll": {"votes_count": 40}}
    responses.get(f"{SERVER}/api/v1/statuses/1", json=STATUS)
    responses.get(f"{SERVER}/api/v1/statuses/2", json=poll)
    responses.get(f"{SERVER}/api/v1/statuses/3", status=404, json={"error": "Record not found"})
    boosted = receipt("4", reblog="5")
    told = mastodon.measure([*map(receipt, "123"), boosted])
    counted = {Metric.LIKES: 11, Metric.SHARES: 6, Metric.COMMENTS: 5}
    assert told == {"1": counted, "2": {**counted, Metric.QUOTES: 2, Metric.VOTES: 40}}


@responses.activate
def test_mastodon_tells_followers(mastodon: Mastodon) -> None:
    responses.get(f"{SERVER}/api/v1/accounts/verify_credentials", json=ME)
    responses.get(f"{SERVER}/api/v1/accounts/14715", json=ME)
    assert mastodon.measure_channel() == {
        Metric.FOLLOWERS: 821,
        Metric.FOLLOWING: 178,
        Metric.POSTS: 33120,
    }


@responses.activate
def test_a_server_that_does_not_tell_says_nothing_and_not_zero(mastodon: Mastodon) -> None:
    silent = {"id": "1", "favourites_count": None, "reblogs_count": "6", "replies_count": -1}
    responses.get(f"{SERVER}/api/v1/statuses/1", json=silent)
    assert mastodon.measure([receipt("1")]) == {"1": {}}


# https://docs.bsky.app/docs/api/app-bsky-feed-get-posts and app-bsky-actor-get-profile, shortened.
POST: dict[str, Any] = {
    "uri": URI,
    "cid": "bafyreih3gdmbdmrlmzxabwjsf5ulfabtw3ab4xv7gp4ruxnmzq7p4jzlhq",
    "bookmarkCount": 1,
    "replyCount": 28,
    "repostCount": 43,
    "likeCount": 479,
    "quoteCount": 7,
}
PROFILE = {
    "did": DID,
    "handle": "bsky.app",
    "followersCount": 8652110,
    "followsCount": 3,
    "postsCount": 512,
}


@pytest.fixture
def bluesky() -> Bluesky:
    return Bluesky(channel("bluesky", "bsky.app", PDS), Path(), http(password="p"), PDS)


def log_in() -> None:
    session = {"did": DID, "handle": "bsky.app", "accessJwt": "a", "refreshJwt": "r"}
    responses.post(f"{XRPC}/com.atproto.server.createSession", json=session)


@responses.activate
def test_bluesky_tells_of_twenty_five_posts_at_a_time(bluesky: Bluesky) -> None:
    log_in()
    asked = responses.get(f"{XRPC}/app.bsky.feed.getPosts", json={"posts": [POST]})
    others = [receipt(f"at://{DID}/app.bsky.feed.post/{n}") for n in range(29)]
    repost = receipt(f"at://{DID}/app.bsky.feed.repost/3l6oveex3ii2l")
    told = bluesky.measure([receipt(URI), repost, *others])
    assert told == {
        URI: {
            Metric.LIKES: 479,
            Metric.SHARES: 43,
            Metric.COMMENTS: 28,
            Metric.QUOTES: 7,
            Metric.SAVES: 1,
        }
    }
    assert [len(call.request.params["uris"]) for call in asked.calls] == [25, 5]


@responses.activate
def test_bluesky_tells_followers(bluesky: Bluesky) -> None:
    log_in()
    responses.get(f"{XRPC}/app.bsky.actor.getProfile", json=PROFILE)
    assert bluesky.measure_channel() == {
        Metric.FOLLOWERS: 8652110,
        Metric.FOLLOWING: 3,
        Metric.POSTS: 512,
    }


@responses.activate
def test_a_pds_that_knows_no_appview_cannot_be_asked(bluesky: Bluesky) -> None:
    log_in()
    said = {"error": "MethodNotImplemented", "message": "Method Not Implemented"}
    responses.get(f"{XRPC}/app.bsky.feed.getPosts", status=501, json=said)
    with pytest.raises(NotSent, match="no_appview"):
        bluesky.measure([receipt(URI)])


@responses.activate
def test_a_question_that_the_appview_refuses_is_not_its_absence(bluesky: Bluesky) -> None:
    log_in()
    said = {"error": "InvalidRequest", "message": "Profile not found"}
    responses.get(f"{XRPC}/app.bsky.actor.getProfile", status=400, json=said)
    with pytest.raises(NotSent, match="http_400"):
        bluesky.measure_channel()


@responses.activate
def test_wordpress_tells_approved_comments() -> None:
    blog = Blog(channel("wordpress", "redaction", BLOG), Path(), http(password="p"))
    api = f"{BLOG}/wp-json"
    responses.get(f"{api}/", json={"namespaces": ["wp/v2"]})
    responses.get(f"{api}/wp/v2/posts/7", json={"id": 7})
    gone = {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}
    responses.get(f"{api}/wp/v2/posts/8", status=404, json=gone)
    responses.get(f"{api}/wp/v2/comments", json=[{"id": 1}], headers={"X-WP-Total": "12"})
    assert blog.measure([receipt("7"), receipt("8")]) == {"7": {Metric.COMMENTS: 12}}
    responses.get(f"{api}/wp/v2/posts", json=[{"id": 7}], headers={"X-WP-Total": "93"})
    assert blog.measure_channel() == {Metric.POSTS: 93}


@pytest.mark.parametrize("kind", [Mastodon, Bluesky, Blog])
def test_what_declares_numbers_gives_them(kind: type[Any]) -> None:
    platform = kind.platform.name
    assert issubclass(kind, Measures)
    assert adapter(platform).platform.able(Capability.METRICS) is Can.YES
