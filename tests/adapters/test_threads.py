"""Threads: each request whole, with the documentation's own answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Edition,
    Expires,
    Found,
    Measures,
    Media,
    Message,
    Metric,
    Refreshes,
    Sending,
    Unknown,
)
from cmops.adapters.threads import Threads
from cmops.adapters.threads.account import Account
from cmops.compose import compose
from cmops.failures import NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel, Poll
from tests.servers.graph import Meta, Says, error, meta

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

ID = "12312312312123"
POST = "1234567"
CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("threads-1.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
V = "/v1.0"
CONTAINER = f"POST {V}/{ID}/threads"
PUBLISH = f"POST {V}/{ID}/threads_publish"
QUOTA = f"GET {V}/{ID}/threads_publishing_limit"
# https://developers.facebook.com/docs/threads/overview, "Rate limiting"
ROOM = {"data": [{"quota_usage": 4, "config": {"quota_total": 250, "quota_duration": 86400}}]}
REPLIES = {
    "data": [
        {"reply_quota_usage": 1, "reply_config": {"quota_total": 1000, "quota_duration": 86400}}
    ]
}


@pytest.fixture
def server() -> Iterator[Meta]:
    with meta() as made:
        made.says(f"GET {V}/me", {"id": ID, "username": "ateliers"})
        made.says(QUOTA, ROOM)
        made.says(CONTAINER, {"id": "1"}, {"id": "2"}, {"id": "3"})
        for name in "123":
            made.says(f"GET {V}/{name}", {"status": "FINISHED", "id": name})
        made.says(PUBLISH, {"id": POST})
        made.says(
            f"GET {V}/{POST}",
            {
                "id": POST,
                "permalink": "https://www.threads.com/@ateliers/post/DAbC",
                "timestamp": "2026-12-01T11:15:20+0000",
            },
        )
        yield made


def account(server: Meta, root: Path = Path(), name: str = "Ateliers") -> Account:
    settings = {"url": server.url, "media_host": {"url": f"{server.url}/files"}}
    channel = Channel("fils", "threads", name, "a", "Ateliers", "fr", settings=settings)
    named = {"token": "hush-hush", "media_host": "files-secret"}
    secrets = {name: Secret(name, value) for name, value in named.items()}
    return Account(channel, root, Http(secrets, sleep=lambda _: None))


def away(name: str, alt: str = "") -> Media:
    kind = "video/mp4" if name.endswith("mp4") else "image/jpeg"
    return Media(f"media/{name}", alt, kind, 0, "0" * 64, url=f"https://example.org/{name}")


# https://developers.facebook.com/docs/threads/posts, "Single Thread Posts"
def test_a_text_is_a_container_that_is_then_published(server: Meta) -> None:
    made = account(server)
    fields = {"link": "https://example.org/a", "topic": "artisanat d’art"}
    message = Message("Bonjour https://example.org/a", fields=fields)
    made.prepare(message, SENDING)
    [container] = server.to(CONTAINER)
    assert container.form == {
        "media_type": "TEXT",
        "text": "Bonjour https://example.org/a",
        "link_attachment": "https://example.org/a",
        "topic_tag": "artisanat d’art",
    }
    assert container.query == {}
    assert container.headers["authorization"] == "Bearer hush-hush"
    assert PUBLISH not in server.lines()
    receipt = made.send(message, SENDING)
    assert server.to(PUBLISH)[0].form == {"creation_id": "1"}
    assert receipt == Receipt(
        POST,
        datetime(2026, 12, 1, 11, 15, 20, tzinfo=UTC),
        "https://www.threads.com/@ateliers/post/DAbC",
    )
    assert server.to(f"GET {V}/1")[0].query == {"fields": "status,error_message"}
    assert server.to(QUOTA)[0].query == {"fields": "quota_usage,config"}


@pytest.mark.parametrize(
    ("file", "form"),
    [
        (
            away("a.jpg", "Un établi"),
            {
                "media_type": "IMAGE",
                "image_url": "https://example.org/a.jpg",
                "alt_text": "Un établi",
                "text": "Un",
            },
        ),
        (
            away("a.mp4"),
            {"media_type": "VIDEO", "video_url": "https://example.org/a.mp4", "text": "Un"},
        ),
    ],
)
def test_a_file_has_an_address(file: Media, form: dict[str, str], server: Meta) -> None:
    account(server).prepare(Message("Un", (file,)), SENDING)
    assert [each.form for each in server.to(CONTAINER)] == [form]


def test_a_file_of_ours_is_shown_and_taken_away(server: Meta, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.jpg").write_bytes(b"jpeg")
    media = Media("a.jpg", "", "image/jpeg", 4, hashlib.sha256(b"jpeg").hexdigest())
    real = server.answer

    def answer(asked: Any) -> Says:
        if asked.path.startswith("/files"):
            server.asked.append(asked)
            return Says(b"", 405 if asked.method == "PROPFIND" else 201)
        return real(asked)

    server.answer = answer  # type: ignore[method-assign]
    account(server, tmp_path).prepare(Message("Un", (media,)), SENDING)
    files = [(each.method, each.path) for each in server.asked if each.path != "/files/"]
    order = [method for method, path in files if path.startswith("/files") or path.endswith("/1")]
    assert order == ["PUT", "GET", "DELETE"]
    address = server.to(CONTAINER)[0].form["image_url"]
    assert f"PUT {address.removeprefix(server.url)}" in server.lines()


# https://developers.facebook.com/docs/threads/posts, "Carousel Posts"
def test_several_files_are_a_carousel(server: Meta) -> None:
    message = Message("Bonjour", (away("a.jpg", "Un établi"), away("b.mp4")))
    made = account(server)
    made.prepare(message, SENDING)
    assert [each.form for each in server.to(CONTAINER)] == [
        {
            "is_carousel_item": "true",
            "media_type": "IMAGE",
            "image_url": "https://example.org/a.jpg",
            "alt_text": "Un établi",
        },
        {
            "is_carousel_item": "true",
            "media_type": "VIDEO",
            "video_url": "https://example.org/b.mp4",
        },
        {"media_type": "CAROUSEL", "children": "1,2", "text": "Bonjour"},
    ]
    made.send(message, SENDING)
    assert server.to(PUBLISH)[0].form == {"creation_id": "3"}


# https://developers.facebook.com/docs/threads/create-posts/polls, "Example request"
def test_a_poll_goes_with_a_text_by_the_letters_of_its_answers(server: Meta) -> None:
    options = ["first option", "second option"]
    for count, asked in ((2, options), (4, [*options, "third option", "été"])):
        poll = {"options": asked, "duration_seconds": 86_400, "multiple": False}
        account(server).prepare(Message("MyText", fields={"poll": poll}), SENDING)
        form = server.to(CONTAINER)[-1].form
        assert set(form) == {"media_type", "text", "poll_attachment"}
        assert (form["media_type"], form["text"]) == ("TEXT", "MyText")
        named = {f"option_{letter}": each for letter, each in zip("abcd", asked, strict=False)}
        assert json.loads(form["poll_attachment"]) == named
        assert len(named) == count
    five = {"options": list("abcde"), "duration_seconds": 86_400, "multiple": False}
    with pytest.raises(Rejected, match="graph_invalid"):
        account(server).prepare(Message("MyText", fields={"poll": five}), SENDING)


# https://developers.facebook.com/docs/threads/posts/reposts, "Example Request"
def test_a_repost_is_one_request_of_its_own(server: Meta) -> None:
    server.says(f"POST {V}/22312312312123/repost", {"id": POST})
    made, message = account(server), Message("", fields={"repost": "22312312312123"})
    made.prepare(message, SENDING)
    assert server.asked == []
    assert made.send(message, SENDING).id == POST
    asked = server.asked[0]
    assert (asked.line, asked.query, asked.body) == (
        f"POST {V}/22312312312123/repost",
        {},
        b"",
    )
    assert asked.headers["authorization"] == "Bearer hush-hush"
    assert CONTAINER not in server.lines()


# The same page, "Media Retrieval"
def test_a_repost_is_found_by_what_it_shares_and_by_nothing_else(server: Meta) -> None:
    facade = {
        "id": "12312312312123",
        "media_type": "REPOST_FACADE",
        "reposted_post": {"id": "22312312312123"},
        "timestamp": "2026-12-01T11:15:20+0000",
    }
    line = f"GET {V}/{ID}/threads"
    server.says(line, {"data": [listed("Autre", "1"), facade]})
    message = Message("", fields={"repost": "22312312312123"})
    answer = account(server).find(message, SENDING)
    assert isinstance(answer, Found)
    assert answer.receipt.id == "12312312312123"
    assert server.asked[-1].query["fields"] == "id,timestamp,permalink,media_type,reposted_post"
    assert account(server).find(Message("", fields={"repost": "7"}), SENDING) == Absent()
    server.says(line, {"data": [facade, facade]})
    assert account(server).find(message, SENDING) == Unknown()
    # A post of pictures alone is not taken for it.
    server.says(line, {"data": [facade]})
    assert account(server).find(Message("", (away("a.jpg"),)), SENDING) == Absent()


def test_a_thread_goes_on_below_its_last_message(server: Meta) -> None:
    server.says(QUOTA, REPLIES)
    told = replace(SENDING, index=1, before=(Receipt("8", CLAIMED), Receipt("9", CLAIMED)))
    account(server).prepare(Message("Suite"), told)
    assert server.to(CONTAINER)[0].form == {
        "media_type": "TEXT",
        "text": "Suite",
        "reply_to_id": "9",
    }
    assert server.to(QUOTA)[0].query == {"fields": "reply_quota_usage,reply_config"}


ADDRESS = "https://www.threads.com/@ville/post/DXyZ"


@pytest.mark.parametrize(
    ("field", "name"), [("reply_to", "reply_to_id"), ("quote", "quote_post_id")]
)
def test_a_post_that_is_answered_or_quoted_is_looked_up(
    field: str, name: str, server: Meta
) -> None:
    server.says(QUOTA, {"data": [{**ROOM["data"][0], **REPLIES["data"][0]}]})
    server.says(f"GET {V}/{ID}/threads", {"data": [{"id": "4", "shortcode": "DAAA"}]})
    server.says(f"GET {V}/{ID}/replies", {"data": []})
    server.says(f"GET {V}/{ID}/mentions", {"data": [{"id": "5", "shortcode": "DXyZ"}]})
    account(server).prepare(Message("Oui", fields={field: ADDRESS}), SENDING)
    assert server.to(CONTAINER)[0].form[name] == "5"
    account(server).prepare(Message("Oui", fields={field: "77"}), SENDING)
    assert server.to(CONTAINER)[1].form[name] == "77"


def test_a_post_that_no_list_shows_cannot_be_answered(server: Meta) -> None:
    server.says(f"GET {V}/{ID}/threads", {"data": []})
    server.says(f"GET {V}/{ID}/replies", {"data": []})
    server.says(f"GET {V}/{ID}/mentions", error(10))
    with pytest.raises(Rejected, match="post_not_found"):
        account(server).prepare(Message("Oui", fields={"reply_to": ADDRESS}), SENDING)


# https://developers.facebook.com/docs/threads/troubleshooting
@pytest.mark.parametrize(
    ("state", "expected", "word"),
    [
        (
            {"status": "ERROR", "id": "1", "error_message": "FAILED_DOWNLOADING_VIDEO"},
            NotSent,
            "graph_not_fetched",
        ),
        (
            {"status": "ERROR", "id": "1", "error_message": "INVALID_DURATION"},
            Rejected,
            "media_refused",
        ),
        (
            {"status": "ERROR", "id": "1", "error_message": "INVALID_ASPEC_RATIO"},
            Rejected,
            "media_refused",
        ),
        ({"status": "ERROR", "id": "1", "error_message": "UNKNOWN"}, NotSent, "media_not_ready"),
        ({"status": "IN_PROGRESS", "id": "1"}, NotSent, "media_not_ready"),
        ({"status": "EXPIRED", "id": "1"}, NotSent, "media_not_ready"),
    ],
)
def test_a_container_that_is_never_ready_is_not_published(
    state: object, expected: type[Exception], word: str, server: Meta
) -> None:
    server.says(f"GET {V}/1", state)
    with pytest.raises(expected, match=word):
        account(server).send(Message("Un", (away("a.mp4"),)), SENDING)
    assert PUBLISH not in server.lines()


@pytest.mark.parametrize(
    ("answer", "expected", "word"),
    [
        (error(24, 4279009), NotSent, "media_not_ready"),
        (error(190, 463), NotSent, "graph_token_over"),
        (error(2, status=500), Unclear, "graph_trouble"),
        (Says(b"", 200), Unclear, "rubbish"),
        (error(100), Rejected, "graph_invalid"),
    ],
)
def test_what_publishing_answers_is_typed(
    answer: Says, expected: type[Exception], word: str, server: Meta
) -> None:
    server.says(PUBLISH, answer)
    with pytest.raises(expected, match=word):
        account(server).send(Message("Un"), SENDING)
    assert len(server.to(PUBLISH)) == 1


def test_an_account_that_has_published_enough_waits(server: Meta) -> None:
    server.says(QUOTA, {"data": [{"quota_usage": 250, "config": {"quota_total": 250}}]})
    with pytest.raises(Throttled, match="graph_quota"):
        account(server).prepare(Message("Un"), SENDING)
    assert server.to(CONTAINER) == []


def test_the_token_must_be_the_accounts_own(server: Meta) -> None:
    # https://developers.facebook.com/docs/threads/troubleshooting/debug-access-token
    scopes = ["threads_basic", "threads_content_publish", "threads_manage_replies"]
    server.says(f"GET {V}/debug_token", {"data": {"scopes": scopes, "is_valid": True}})
    assert list(account(server, name="@ateliers").verify()) == []
    [problem] = account(server, name="boutique").verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "ateliers")
    server.says(f"GET {V}/debug_token", {"data": {"scopes": scopes[:1], "is_valid": True}})
    [problem] = account(server).verify()
    assert (problem.code, problem.values["missing"]) == ("CM530", tuple(scopes[1:]))
    with pytest.raises(NotSent, match="wrong_account"):
        account(server, name="boutique").prepare(Message("Un"), SENDING)


def test_an_account_is_asked_for_again_each_time(server: Meta) -> None:
    server.says(f"GET {V}/debug_token", {"data": {}})
    made = account(server)
    assert list(made.verify()) == []
    server.says(f"GET {V}/me", error(190))
    with pytest.raises(NotSent, match="graph_token"):
        list(made.verify())


# https://developers.facebook.com/docs/threads/get-started/long-lived-tokens
def test_a_token_can_be_refreshed_and_says_when_it_ends(server: Meta) -> None:
    made = account(server)
    assert isinstance(made, Refreshes)
    assert isinstance(made, Expires)
    server.says(
        "GET /refresh_access_token",
        {"access_token": "longer", "token_type": "bearer", "expires_in": 5183944},
        error(190),
    )
    assert made.refresh() == {"token": "longer"}
    assert server.asked[0].query == {"grant_type": "th_refresh_token", "access_token": "hush-hush"}
    with pytest.raises(NotSent, match="graph_token"):
        made.refresh()
    ends = {"data_access_expires_at": 1754846089, "expires_at": 1752254132}
    server.says(f"GET {V}/debug_token", {"data": ends})
    assert made.expires() == datetime.fromtimestamp(1752254132, UTC)


def listed(text: str, id: str = POST, parent: str | None = None) -> dict[str, Any]:
    item: dict[str, Any] = {"id": id, "text": text, "timestamp": "2026-12-01T11:15:20+0000"}
    return {**item, "replied_to": {"id": parent}} if parent else item


def test_a_post_is_found_by_its_words(server: Meta) -> None:
    line = f"GET {V}/{ID}/threads"
    server.says(line, {"data": [listed("Autre", "1"), listed("Bonjour")]})
    answer = account(server).find(Message("Bonjour"), SENDING)
    assert isinstance(answer, Found)
    assert answer.receipt.id == POST
    assert account(server).find(Message("Bonsoir"), SENDING) == Absent()
    server.says(line, {"data": [listed("Bonjour", "1"), listed("Bonjour")]})
    assert account(server).find(Message("Bonjour"), SENDING) == Unknown()


def test_a_reply_is_found_below_what_it_answers(server: Meta) -> None:
    told = replace(SENDING, index=1, before=(Receipt("9", CLAIMED),))
    elsewhere = listed("Suite", "3", "8")
    server.says(
        f"GET {V}/{ID}/replies",
        {"data": [elsewhere]},
        {"data": [elsewhere, listed("Suite", "4", "9")]},
    )
    assert account(server).find(Message("Suite"), told) == Absent()
    answer = account(server).find(Message("Suite"), told)
    assert isinstance(answer, Found)
    assert answer.receipt.id == "4"


# https://developers.facebook.com/docs/threads/posts/delete-posts
def test_a_post_can_be_deleted(server: Meta) -> None:
    server.says(
        f"DELETE {V}/{POST}", {"success": True, "deleted_id": POST}, error(100, 33), error(10)
    )
    made = account(server)
    made.delete(Receipt(POST, CLAIMED))
    made.delete(Receipt(POST, CLAIMED))
    with pytest.raises(NotSent, match="graph_permission"):
        made.delete(Receipt(POST, CLAIMED))


# https://developers.facebook.com/docs/threads/insights
def test_numbers_are_what_threads_tells(server: Meta) -> None:
    made = account(server)
    assert isinstance(made, Measures)
    numbers = {"views": 100, "likes": 100, "replies": 10, "reposts": 2, "quotes": 1, "shares": 3}
    said = [
        {
            "name": name,
            "period": "lifetime",
            "values": [{"value": value}],
            "title": name.title(),
            "description": "The number of likes on your post.",
            "id": f"{POST}/insights/{name}/lifetime",
        }
        for name, value in numbers.items()
    ]
    server.says(f"GET {V}/{POST}/insights", {"data": said})
    server.says(f"GET {V}/8/insights", {"data": []})  # a repost has none
    server.says(f"GET {V}/9/insights", error(100, 33))
    found = made.measure([Receipt(id, CLAIMED) for id in (POST, "8", "9")])
    assert found == {
        POST: {
            Metric.VIEWS: 100, Metric.LIKES: 100, Metric.COMMENTS: 10, Metric.QUOTES: 1,
            Metric.SHARES: 5,
        },
        "8": {},
    }  # fmt: skip
    assert server.to(f"GET {V}/{POST}/insights")[0].query == {"metric": ",".join(numbers)}
    total = {"name": "followers_count", "period": "day", "total_value": {"value": 77}}
    server.says(f"GET {V}/{ID}/threads_insights", {"data": [total]})
    assert made.measure_channel() == {Metric.FOLLOWERS: 77}
    assert server.asked[-1].query == {"metric": "followers_count"}


def test_emoji_count_as_their_bytes(edition: MakeEdition) -> None:
    text = "a" * 492 + "🎉🎉"
    assert compose(edition("threads", text)).problems[0:] == ()
    [problem] = compose(edition("threads", text + "🎉")).problems
    assert (problem.code, problem.at) == ("CM518", (BODY, 0))
    assert (problem.values["length"], problem.values["over"]) == (504, 4)
    [problem] = compose(edition("threads", "a" * 500 + "🎉")).problems
    assert problem.code == "CM501"


# https://developers.facebook.com/docs/threads/posts, "Links", how they are counted
def test_a_sixth_link_is_one_too_many(edition: MakeEdition) -> None:
    five = " ".join(f"https://example.org/{n}" for n in range(5))
    again = f"{five} https://example.org/4"
    other = edition("threads", again, link="https://example.org/other")
    assert compose(edition("threads", again)).problems == ()
    [problem] = compose(other).problems
    assert (problem.code, problem.values["name"]) == ("CM506", "links")


def test_a_poll_stands_alone_and_nobody_chooses_how_long(
    edition: MakeEdition, media: MakeMedia
) -> None:
    poll = Poll(("oui", "non"), timedelta(days=1))
    assert compose(edition("threads", "Un", poll=poll)).problems == ()
    [message] = Threads.compose(
        edition("threads", "Un https://example.org/a", poll=poll, link="https://example.org/a")
    )
    assert "link" not in message.fields
    found = compose(edition("threads", "Un", poll=poll, media=(media(),))).problems
    assert [each.code for each in found] == ["CM510"]
    longer = replace(poll, duration=timedelta(days=3))
    assert [each.code for each in compose(edition("threads", "Un", poll=longer)).problems] == [
        "CM518"
    ]


def test_a_carousel_of_one_is_none(edition: MakeEdition, media: MakeMedia) -> None:
    [problem] = compose(edition("threads", "Un", media=(media(),), format="carousel")).problems
    assert (problem.code, problem.at) == ("CM562", ("format",))


def test_a_link_is_a_card_unless_there_are_files(edition: MakeEdition, media: MakeMedia) -> None:
    link = "https://example.org/a"
    first, second = Threads.compose(edition("threads", "Un", "Deux", link=link))
    assert (first.fields, second.fields) == ({"link": link}, {})
    options = {"topic": "artisanat"}
    [message] = Threads.compose(
        edition("threads", "Un", link=link, media=(media(),), options=options)
    )
    assert message.fields == {"topic": "artisanat"}
