"""X: each request whole, with the documentation's own answers (docs.x.com, read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Edition,
    Found,
    Media,
    Message,
    Metric,
    ReadsBack,
    Sending,
    Unknown,
)
from cmops.adapters.x import X
from cmops.adapters.x.account import PIECE, Account
from cmops.adapters.x.api import signature
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret
from cmops.http.secret import reveal
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.adapters.described import described
from tests.servers.files import put
from tests.servers.graph import Meta, Says, meta

MakeEdition = Callable[..., Edition]

CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("ouverture.x.ateliers", 0, "ouverture", CLAIMED, CLAIMED)
ME = {"data": {"id": "2244994945", "name": "Les Ateliers", "username": "Ateliers"}}
CREATED = Says({"data": {"id": "1445880548472328192", "text": "Bonjour"}}, 201)
OAUTH2 = {"access_token": "hush-token"}
OAUTH1 = {
    "api_key": "xvz1evFS4wEEPTGEFPHBog",
    "api_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    "access_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "access_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
}


@pytest.fixture
def server() -> Iterator[Meta]:
    with meta() as made:
        made.says("GET /2/users/me", ME)
        yield made
        described("x").check(made.asked)


def account(
    server: Meta, root: Path = Path(), secrets: dict[str, str] | None = None, **settings: Any
) -> Any:
    given = secrets or OAUTH2
    channel = Channel(
        "x", "x", "ateliers", "a", "Ateliers", "fr",
        secrets={name: f"X_{name.upper()}" for name in given},
        settings={"url": server.url, **settings},
    )  # fmt: skip
    http = Http({name: Secret(name, value) for name, value in given.items()}, sleep=lambda _: None)
    return X.create(channel, root=root, http=http)


def picture(root: Path, name: str = "a.jpg", content: bytes = b"jpeg", **fields: Any) -> Media:
    kind = "video/mp4" if name.endswith("mp4") else "image/jpeg"
    return replace(put(root, name, content, kind, size=(800, 600)), **fields)


def test_the_signature_is_that_of_the_documentation_s_worked_example() -> None:
    url = (
        "https://api.twitter.com/1.1/statuses/update.json?include_entities=true"
        "&status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21"
    )
    header = signature(
        "POST",
        url,
        {name: Secret(name, value) for name, value in OAUTH1.items()},
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        timestamp="1318622958",
    )
    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in reveal(header)
    assert "hCtSm" not in repr(header)


def test_a_text_is_one_request_with_the_token(server: Meta) -> None:
    server.says("POST /2/tweets", CREATED)
    sent = account(server)
    message = Message("Bonjour")
    sent.prepare(message, SENDING)
    receipt = sent.send(message, SENDING)
    assert receipt.id == "1445880548472328192"
    assert receipt.url == "https://x.com/ateliers/status/1445880548472328192"
    asked = server.to("POST /2/tweets")
    assert [each.json for each in asked] == [{"text": "Bonjour"}]
    assert asked[0].headers["authorization"] == "Bearer hush-token"
    assert asked[0].headers["user-agent"].startswith("cmops/")


def test_with_oauth_1_each_request_is_signed_anew(server: Meta) -> None:
    server.says("POST /2/tweets", CREATED)
    sent = account(server, secrets=OAUTH1)
    sent.send(Message("Un"), SENDING)
    sent.send(Message("Deux"), SENDING)
    headers = [each.headers["authorization"] for each in server.to("POST /2/tweets")]
    assert all(each.startswith("OAuth ") for each in headers)
    assert len(set(headers)) == 2
    assert not any(secret in "".join(headers) for secret in (OAUTH1["api_secret"], "Lsww"))


def test_a_thread_a_poll_and_a_quotation(server: Meta) -> None:
    server.says("POST /2/tweets", CREATED)
    sent = account(server)
    poll = {"options": ["Oui", "Non"], "duration_seconds": 3_600, "multiple": False}
    sent.send(Message("?", fields={"poll": poll}), SENDING)
    before = (Receipt("7", CLAIMED),)
    sent.send(Message("Suite"), replace(SENDING, index=1, before=before))
    sent.send(Message("!", fields={"quote": "https://x.com/a/status/12?s=20"}), SENDING)
    sent.send(Message("Re", fields={"reply_to": "https://twitter.com/a/status/13"}), SENDING)
    assert [each.json for each in server.to("POST /2/tweets")] == [
        {"text": "?", "poll": {"options": ["Oui", "Non"], "duration_minutes": 60}},
        {"text": "Suite", "reply": {"in_reply_to_tweet_id": "7"}},
        {"text": "!", "quote_tweet_id": "12"},
        {"text": "Re", "reply": {"in_reply_to_tweet_id": "13"}},
    ]


def test_a_share_is_one_of_the_account_s_and_can_be_taken_back(server: Meta) -> None:
    server.says("POST /2/users/2244994945/retweets", {"data": {"retweeted": True}})
    server.says("DELETE /2/users/2244994945/retweets/12", {"data": {"retweeted": False}})
    sent = account(server)
    receipt = sent.send(Message("", fields={"repost": "https://x.com/a/status/12"}), SENDING)
    assert receipt.extra == (("repost", "12"),)
    assert server.to("POST /2/users/2244994945/retweets")[0].json == {"tweet_id": "12"}
    sent.delete(receipt)
    assert server.lines()[-1] == "DELETE /2/users/2244994945/retweets/12"


def test_files_go_up_in_pieces_with_their_words_before_anything_is_live(
    server: Meta, tmp_path: Path
) -> None:
    film = b"x" * (PIECE + 3)
    server.says(
        "POST /2/media/upload/initialize",
        {"data": {"id": "77", "media_key": "13_77", "expires_after_secs": 1_295_999}},
    )
    server.says("POST /2/media/upload/77/append", {"data": {"expires_at": 1_740_787_200}})
    server.says(
        "POST /2/media/upload/77/finalize",
        {"data": {"id": "77", "processing_info": {"state": "pending", "check_after_secs": 1}}},
    )
    server.says(
        "GET /2/media/upload",
        {"data": {"id": "77", "processing_info": {"state": "in_progress", "check_after_secs": 1}}},
        {"data": {"id": "77", "processing_info": {"state": "succeeded", "progress_percent": 100}}},
    )
    server.says("POST /2/media/metadata", {"data": {"id": "77"}})
    server.says("POST /2/tweets", CREATED)
    media = picture(tmp_path, "a.mp4", film, alt="Un tour de rabot")
    message = Message("Film", media=(media,))
    sent = account(server, tmp_path)
    sent.prepare(message, SENDING)
    assert not server.to("POST /2/tweets")
    sent.send(message, SENDING)
    assert server.to("POST /2/media/upload/initialize")[0].json == {
        "media_type": "video/mp4", "total_bytes": len(film), "media_category": "tweet_video",
    }  # fmt: skip
    pieces = [each.parts for each in server.to("POST /2/media/upload/77/append")]
    assert [each["segment_index"][1] for each in pieces] == [b"0", b"1"]
    assert b"".join(each["media"][1] for each in pieces) == film
    assert server.to("GET /2/media/upload")[0].query == {"command": "STATUS", "media_id": "77"}
    assert server.to("POST /2/media/metadata")[0].json == {
        "id": "77", "metadata": {"alt_text": {"text": "Un tour de rabot"}},
    }  # fmt: skip
    assert server.to("POST /2/tweets")[0].json == {"text": "Film", "media": {"media_ids": ["77"]}}


def test_a_file_that_x_cannot_use_is_refused_before_anything_is_live(
    server: Meta, tmp_path: Path
) -> None:
    server.says("POST /2/media/upload/initialize", Says({"title": "Invalid Request"}, 400))
    message = Message("Film", media=(picture(tmp_path),))
    with pytest.raises(Rejected, match="media_refused"):
        account(server, tmp_path).prepare(message, SENDING)


DENIED = "You are not permitted to perform this action."
ANSWERS = [
    (400, {"title": "Invalid Request", "detail": "One or more parameters"}, Rejected, "http_400"),
    (401, {"title": "Unauthorized", "status": 401}, NotSent, "unauthorised"),
    (402, {"title": "CreditsDepleted"}, Throttled, "x_credits"),
    (403, {"detail": DENIED, "title": "Forbidden"}, NotSent, "x_permission"),
    (
        403,
        {"detail": "You are not allowed to create a Tweet with duplicate content."},
        Rejected,
        "x_duplicate",
    ),
    (403, {"detail": "Your account is suspended."}, NotSent, "x_suspended"),
    (
        403,
        {"errors": [{"message": "To protect our users, this account is temporarily locked."}]},
        NotSent,
        "x_locked",
    ),
    (500, {"title": "Internal Server Error"}, Unclear, "http_500"),
    (503, b"over capacity", Unclear, "http_503"),
    (200, b"rubbish", Unclear, "rubbish"),
]


@pytest.mark.parametrize(("status", "data", "kind", "code"), ANSWERS)
def test_each_answer_is_typed_by_what_it_proves(
    server: Meta, status: int, data: Any, kind: type[Failure], code: str
) -> None:
    server.says("POST /2/tweets", Says(data, status))
    with pytest.raises(kind) as caught:
        account(server).send(Message("Bonjour"), SENDING)
    assert caught.value.code == code
    assert "hush" not in repr(caught.value)
    assert len(server.to("POST /2/tweets")) == 1


def test_the_day_s_allowance_counts_before_the_quarter_of_an_hour_s(server: Meta) -> None:
    reset = int((datetime.now(UTC) + timedelta(hours=5)).timestamp())
    headers = {
        "x-rate-limit-reset": str(reset - 17_000),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": str(reset),
    }
    server.says("POST /2/tweets", Says({"title": "Too Many Requests"}, 429, headers))
    with pytest.raises(Throttled) as caught:
        account(server).send(Message("Bonjour"), SENDING)
    assert caught.value.until == datetime.fromtimestamp(reset, UTC)


def test_a_token_of_another_account_is_found_out(server: Meta) -> None:
    assert not list(account(server).verify())
    server.says("GET /2/users/me", {"data": {"id": "1", "name": "?", "username": "autre"}})
    (problem,) = account(server).verify()
    assert problem.code == "CM521"
    assert problem.values["found"] == "autre"


def test_a_deleted_post_is_gone_and_may_have_been_before(server: Meta) -> None:
    server.says("DELETE /2/tweets/12", {"data": {"deleted": True}}, Says({"title": "Gone"}, 404))
    sent = account(server)
    sent.delete(Receipt("12", CLAIMED))
    sent.delete(Receipt("12", CLAIMED))
    assert server.lines() == ["DELETE /2/tweets/12"] * 2


def test_numbers_are_read_a_hundred_at_once(server: Meta) -> None:
    counts = {
        "retweet_count": 4, "reply_count": 2, "like_count": 30, "quote_count": 1,
        "bookmark_count": 3, "impression_count": 900,
    }  # fmt: skip
    server.says("GET /2/tweets", {"data": [{"id": "12", "text": "x", "public_metrics": counts}]})
    found = account(server).measure([Receipt(str(n), CLAIMED) for n in range(150)])
    assert len(server.to("GET /2/tweets")) == 2
    assert found["12"][Metric.IMPRESSIONS] == 900
    assert found["12"][Metric.SHARES] == 4
    server.says(
        "GET /2/users/me",
        {"data": {**ME["data"], "public_metrics": {"followers_count": 817, "tweet_count": 5}}},
    )
    assert account(server).measure_channel() == {Metric.FOLLOWERS: 817, Metric.POSTS: 5}


def test_tokens_of_oauth_2_are_exchanged_and_told_by_their_variables(server: Meta) -> None:
    server.says(
        "POST /2/oauth2/token",
        {"token_type": "bearer", "expires_in": 7200, "access_token": "new", "refresh_token": "r2"},
    )
    secrets = {"access_token": "a", "refresh_token": "r1", "client_id": "c", "client_secret": "s"}
    found = account(server, secrets=secrets).refresh()
    assert found == {"X_ACCESS_TOKEN": "new", "X_REFRESH_TOKEN": "r2"}
    (asked,) = server.to("POST /2/oauth2/token")
    assert asked.form == {"grant_type": "refresh_token", "refresh_token": "r1"}
    assert asked.headers["authorization"] == "Basic Yzpz"


def test_only_an_account_that_pays_for_it_is_read_back(server: Meta) -> None:
    assert not isinstance(account(server), ReadsBack)
    assert isinstance(account(server, read_back=True), ReadsBack)


POST = {
    "id": "99", "created_at": "2026-12-01T11:15:04.000Z",
    "text": "Ouvert &amp; chauffé : https://t.co/aaa https://t.co/bbb",
    "entities": {"urls": [
        {"url": "https://t.co/aaa", "expanded_url": "https://example.org/ateliers"},
        {"url": "https://t.co/bbb", "expanded_url": "https://x.com/a/status/99/photo/1"},
    ]},
}  # fmt: skip


def test_a_post_is_found_by_its_words(server: Meta) -> None:
    sent = account(server, read_back=True)
    message = Message("Ouvert & chauffé : https://example.org/ateliers")
    line = "GET /2/users/2244994945/tweets"
    server.says(line, {"data": [POST], "meta": {"result_count": 1}})
    found = sent.find(message, SENDING)
    assert isinstance(found, Found)
    assert found.receipt.id == "99"
    assert server.to(line)[0].query["start_time"] < "2026-12-01T11:15:00Z"
    server.says(line, {"meta": {"result_count": 0}})
    assert sent.find(message, SENDING) == Absent()
    server.says(line, {"data": [POST, {**POST, "id": "98"}], "meta": {}})
    assert sent.find(message, SENDING) == Unknown()
    below = {**POST, "referenced_tweets": [{"type": "replied_to", "id": "5"}]}
    server.says(line, {"data": [below], "meta": {}})
    assert sent.find(message, SENDING) == Absent()


# https://docs.x.com/x-api/fundamentals/response-codes-and-errors, and its problem's type
UNKNOWN = Says(
    {
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.x.com/2/problems/invalid-request",
    },
    400,
)


def test_posts_are_asked_for_by_the_names_that_x_takes(server: Meta) -> None:
    sent = account(server, read_back=True)
    line = "GET /2/users/2244994945/tweets"
    references = [{"type": "replied_to", "id": "5"}]
    renamed = {**POST, "note_post": {"text": "Un"}, "referenced_posts": references}
    server.says(line, UNKNOWN, {"data": [renamed], "meta": {}})
    told = replace(SENDING, index=1, before=(Receipt("5", CLAIMED),))
    assert isinstance(sent.find(Message("Un"), told), Found)
    old, new = (each.query for each in server.to(line))
    assert "referenced_tweets" in old["tweet.fields"]
    assert (new["post.fields"], new["expansions"]) == (
        "created_at,note_post,entities",
        "referenced_posts",
    )
    # It is remembered.
    counts = {"repost_count": 4, "like_count": 30}
    server.says("GET /2/tweets", {"data": [{"id": "12", "public_metrics": counts}]})
    assert sent.measure([Receipt("12", CLAIMED)])["12"] == {Metric.SHARES: 4, Metric.LIKES: 30}
    assert server.to("GET /2/tweets")[0].query == {"ids": "12", "post.fields": "public_metrics"}


def test_a_question_that_x_refuses_by_either_name_proves_nothing(server: Meta) -> None:
    line = "GET /2/users/2244994945/tweets"
    server.says(line, UNKNOWN)
    with pytest.raises(NotSent, match="http_400"):
        account(server, read_back=True).find(Message("Un"), SENDING)
    assert len(server.to(line)) == 2


def test_what_may_be_it_is_not_sent_again_when_x_leaves_out_what_it_refers_to(
    server: Meta,
) -> None:
    sent = account(server, read_back=True)
    line = "GET /2/users/2244994945/tweets"
    bare = {"id": "99", "created_at": "2026-12-01T11:15:04.000Z", "text": "Un"}
    told = replace(SENDING, index=1, before=(Receipt("5", CLAIMED),))
    server.says(line, {"data": [bare], "meta": {}})
    assert sent.find(Message("Un"), told) == Unknown()
    assert sent.find(Message("Deux"), told) == Absent()
    share = Message("", fields={"repost": "https://x.com/a/status/12"})
    assert sent.find(share, SENDING) == Absent()
    server.says(line, {"data": [{**bare, "text": "RT @a: Un"}], "meta": {}})
    assert sent.find(share, SENDING) == Unknown()


def test_an_address_that_names_no_post_is_told_before_sending(edition: MakeEdition) -> None:
    wrong = edition("x", "Voyez", quote="https://x.com/ateliers")
    assert [each.code for each in compose(wrong).problems] == ["CM575"]
    right = edition("x", "Voyez", quote="https://x.com/ateliers/status/12")
    assert not compose(right).problems


def test_the_class_that_sends_declares_what_it_can_know() -> None:
    assert Account.platform.guarantee.value == "none"
