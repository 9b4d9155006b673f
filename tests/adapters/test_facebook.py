"""Facebook Pages: each request whole, with the documentation's own answers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from cmops.adapters.contract import (
    Absent,
    Edition,
    Edits,
    Expires,
    Found,
    Measures,
    Media,
    Message,
    Metric,
    Sending,
    Unknown,
)
from cmops.adapters.facebook import Facebook
from cmops.adapters.facebook.page import Page
from cmops.compose import compose
from cmops.failures import NotSent, Rejected, Unclear
from cmops.http import Http, Secret, Server
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.files import put
from tests.servers.graph import Meta, Says, error, meta

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

PAGE = "546349135390552"
POST = f"{PAGE}_122095"
CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("facebook-1.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
ME = {"id": PAGE, "name": "Les Ateliers"}


@pytest.fixture
def server() -> Iterator[Meta]:
    with meta() as made:
        yield made


def page(server: Meta, root: Path = Path(), **secrets: str) -> Page:
    settings = {"url": server.url}
    channel = Channel("page", "facebook", PAGE, "a", "Ateliers", "fr", settings=settings)
    named = {"token": "hush-hush", **secrets}
    http = Http({name: Secret(name, value) for name, value in named.items()}, sleep=lambda _: None)
    return Page(channel, root, http)


def picture(root: Path, name: str = "a.jpg", content: bytes = b"jpeg", **fields: Any) -> Media:
    kind = "video/mp4" if name.endswith("mp4") else "image/jpeg"
    return replace(put(root, name, content, kind, size=(800, 600)), **fields)


# https://developers.facebook.com/docs/graph-api/reference/page/feed, "Sample JSON Response"
def test_the_feed_of_the_documentation_is_read(server: Meta) -> None:
    items = [
        ("2019-05-17T16:24:04+0000", "Become a Facebook developer!", "2191966997525824"),
        ("2019-02-26T21:35:42+0000", "Hello world!", "2072371269485398"),
        ("2018-01-26T20:57:22+0000", "Friday Funday!", "1569752556413941"),
    ]
    data = [
        {"created_time": at, "message": message, "id": f"{PAGE}_{id}"} for at, message, id in items
    ]
    cursors = {"before": "Q2c4U1pXNT...", "after": "Q2c4U1pXNT..."}
    following = f"https://graph.facebook.com/vX.X/{PAGE}/feed?access_token=T&limit=25&after=Q2c4"
    server.says(
        LIST, {"data": data, "paging": {"cursors": cursors, "next": following}}, {"data": []}
    )
    claimed = datetime(2019, 2, 26, 21, 35, tzinfo=UTC)
    sending = replace(SENDING, since=claimed)
    answer = page(server).find(Message("Hello world!"), sending)
    assert isinstance(answer, Found)
    assert answer.receipt.id == f"{PAGE}_2072371269485398"


# https://developers.facebook.com/docs/pages-api/posts, "Publish posts"
def test_a_text_with_its_link_is_one_request(server: Meta) -> None:
    server.says(f"POST /v25.0/{PAGE}/feed", {"id": POST})
    address = f"https://www.facebook.com/{PAGE}/posts/122095"
    server.says(f"GET /v25.0/{POST}", {"permalink_url": address, "id": POST})
    message = Message("Bonjour https://example.org/a", fields={"link": "https://example.org/a"})
    sent = page(server)
    sent.prepare(message, SENDING)
    receipt = sent.send(message, SENDING)
    assert (receipt.id, receipt.url) == (POST, address)
    [published, looked] = server.asked
    assert published.query == {}
    assert published.headers["authorization"] == "Bearer hush-hush"
    assert published.headers["content-type"] == "application/json"
    assert published.json == {
        "published": True,
        "message": "Bonjour https://example.org/a",
        "link": "https://example.org/a",
    }
    assert looked.query == {"fields": "permalink_url"}


def test_a_post_is_published_even_if_its_address_cannot_be_asked_for(server: Meta) -> None:
    server.says(f"POST /v25.0/{PAGE}/feed", {"id": POST})
    server.says(f"GET /v25.0/{POST}", error(4))
    assert page(server).send(Message("Bonjour"), SENDING).id == POST


# https://developers.facebook.com/docs/graph-api/reference/page/photos, "Multi-photo post"
def test_photos_are_uploaded_unseen_and_attached(server: Meta, tmp_path: Path) -> None:
    server.says(f"POST /v25.0/{PAGE}/photos", {"id": "1002"}, {"id": "1003"})
    server.says(f"POST /v25.0/{PAGE}/feed", {"id": POST})
    server.says(f"GET /v25.0/{POST}", {})
    files = (
        picture(tmp_path, "a.jpg", b"one", alt="Un établi"),
        picture(tmp_path, "b.jpg", b"two"),
    )
    message = Message("Bonjour", files)
    sent = page(server, tmp_path)
    sent.prepare(message, SENDING)
    first, second = server.asked
    name = hashlib.sha256(b"one").hexdigest()[:16] + ".jpg"
    assert first.parts == {
        "published": (None, b"false"),
        "alt_text_custom": (None, "Un établi".encode()),
        "source": (name, b"one"),
    }
    assert set(second.parts) == {"published", "source"}
    sent.send(message, SENDING)
    assert server.to(f"POST /v25.0/{PAGE}/feed")[0].json == {
        "published": True,
        "message": "Bonjour",
        "attached_media": [{"media_fbid": "1002"}, {"media_fbid": "1003"}],
    }
    assert len(server.to(f"POST /v25.0/{PAGE}/photos")) == 2


# https://developers.facebook.com/docs/graph-api/reference/page/videos, upload phases
def test_a_film_goes_in_pieces_and_its_last_request_publishes_it(
    server: Meta, tmp_path: Path
) -> None:
    line = f"POST /v25.0/{PAGE}/videos"
    server.says(
        line,
        {"upload_session_id": "11", "video_id": "22", "start_offset": "0", "end_offset": "4"},
        {"start_offset": "4", "end_offset": "6"},
        {"start_offset": "6", "end_offset": "6"},
        {"success": True},
    )
    server.says("GET /v25.0/22", {"permalink_url": f"/{PAGE}/videos/22/", "id": "22"})
    message = Message("Une visite", (picture(tmp_path, "a.mp4", b"abcdef"),))
    sent = page(server, tmp_path)
    sent.prepare(message, SENDING)
    started, first, second = server.asked
    assert started.form == {"upload_phase": "start", "file_size": "6"}
    assert first.parts["start_offset"] == (None, b"0")
    assert first.parts["upload_session_id"] == (None, b"11")
    assert [each.parts["video_file_chunk"][1] for each in (first, second)] == [b"abcd", b"ef"]
    receipt = sent.send(message, SENDING)
    assert server.to(line)[3].json == {
        "upload_phase": "finish",
        "upload_session_id": "11",
        "description": "Une visite",
    }
    assert (receipt.id, receipt.url) == ("22", f"https://www.facebook.com/{PAGE}/videos/22/")


def test_a_film_that_has_an_address_is_taken_from_there(server: Meta, tmp_path: Path) -> None:
    server.says(f"POST /v25.0/{PAGE}/videos", {"id": "22"})
    server.says("GET /v25.0/22", {})
    film = picture(tmp_path, "a.mp4", url="https://example.org/a.mp4")
    assert page(server).send(Message("Une visite", (film,)), SENDING).id == "22"
    assert server.asked[0].json == {
        "file_url": "https://example.org/a.mp4",
        "description": "Une visite",
    }


def test_a_first_comment_stands_below_the_post(server: Meta) -> None:
    server.says(f"POST /v25.0/{POST}/comments", {"id": "122095_7"})
    server.says("GET /v25.0/122095_7", {})
    told = replace(SENDING, index=1, before=(Receipt(POST, CLAIMED),))
    comment = Message("Le lien est ici.", fields={"role": "first_comment"})
    assert page(server).send(comment, told).id == "122095_7"
    assert server.asked[0].json == {"message": "Le lien est ici."}


# https://developers.facebook.com/docs/graph-api/guides/secure-requests
def test_an_app_that_demands_it_gets_a_proof_and_the_token_stays_out_of_addresses(
    server: Meta,
) -> None:
    server.says("GET /v25.0/me", ME)
    server.says("GET /v25.0/debug_token", {"data": {"scopes": []}})
    assert list(page(server, app_secret="cordon").verify()) == []
    assert server.asked[0].query["fields"] == "id,name"
    expected = hmac.new(b"cordon", b"hush-hush", hashlib.sha256).hexdigest()
    assert server.asked[0].query["appsecret_proof"] == expected
    assert "hush-hush" not in str(server.asked[0].query)


@pytest.mark.parametrize(
    ("me", "scopes", "found"),
    [
        (ME, ["pages_manage_engagement", "pages_manage_posts", "pages_read_engagement"], []),
        (ME, ["pages_read_engagement"], ["CM530"]),
        (ME, None, []),
        ({"id": "1", "name": "Une personne"}, [], ["CM521"]),
    ],
)
def test_the_token_must_be_the_pages_own(
    me: object, scopes: object, found: list[str], server: Meta
) -> None:
    server.says("GET /v25.0/me", me)
    answer = error(100) if scopes is None else Says({"data": {"scopes": scopes}})
    server.says("GET /v25.0/debug_token", answer)
    problems = list(page(server).verify())
    assert [each.code for each in problems] == found
    if found == ["CM530"]:
        missing = problems[0].values["missing"]
        assert missing == ("pages_manage_engagement", "pages_manage_posts")


def test_when_the_token_ends_is_the_earlier_of_two_ends(server: Meta) -> None:
    made = page(server)
    assert isinstance(made, Expires)
    said = {"expires_at": 0, "data_access_expires_at": 1754846089, "is_valid": True}
    server.says("GET /v25.0/debug_token", {"data": said})
    assert made.expires() == datetime.fromtimestamp(1754846089, UTC)
    assert server.asked[0].query == {"input_token": "hush-hush"}
    server.says("GET /v25.0/debug_token", {"data": {"expires_at": 0}})
    assert made.expires() is None


def listed(message: str, at: str = "2026-12-01T11:15:30+0000", id: str = POST) -> dict[str, str]:
    return {"created_time": at, "message": message, "id": id}


LIST = f"GET /v25.0/{PAGE}/published_posts"


def test_a_post_is_found_by_its_words_and_time(server: Meta) -> None:
    server.says(LIST, {"data": [listed("Autre chose", id="1_2"), listed("Bonjour  à tous\n")]})
    answer = page(server).find(Message("Bonjour à tous"), SENDING)
    assert isinstance(answer, Found)
    assert (answer.receipt.id, answer.receipt.at) == (
        POST,
        datetime(2026, 12, 1, 11, 15, 30, tzinfo=UTC),
    )
    query = server.asked[0].query
    assert query["fields"] == "id,message,created_time,permalink_url"
    assert int(query["since"]) <= CLAIMED.timestamp()


@pytest.mark.parametrize(
    ("data", "text", "expected"),
    [
        ([], "Bonjour", Absent()),
        ([listed("Bonjour", "2026-11-30T11:15:30+0000")], "Bonjour", Absent()),
        ([listed("Bonjour"), listed("Bonjour", id="1_9")], "Bonjour", Unknown()),
        ([listed("")], "", Unknown()),
        ([listed("Bonjour")], "", Absent()),
    ],
)
def test_what_cannot_be_told_apart_is_unknown(
    data: list[object], text: str, expected: object, server: Meta
) -> None:
    server.says(LIST, {"data": data})
    assert page(server).find(Message(text), SENDING) == expected


def test_every_page_is_read_and_no_address_with_a_token_is_followed(server: Meta) -> None:
    following = f"https://graph.facebook.com/v25.0/{PAGE}/published_posts?access_token=T&after=MQ"
    server.says(
        LIST,
        {"data": [listed("Autre")], "paging": {"next": following}},
        {"data": [listed("Bonjour")]},
    )
    assert isinstance(page(server).find(Message("Bonjour"), SENDING), Found)
    assert "after" not in server.asked[0].query
    assert server.asked[1].query["after"] == "MQ"
    assert "access_token" not in server.asked[1].query


def test_an_old_post_pinned_on_top_does_not_end_the_search(server: Meta) -> None:
    pinned = listed("Bienvenue", "2020-01-01T00:00:00+0000", id="1_1")
    server.says(LIST, {"data": [pinned, listed("Bonjour")]})
    assert isinstance(page(server).find(Message("Bonjour"), SENDING), Found)


@pytest.mark.parametrize("answer", [{"data": "?"}, {"data": [{"id": "1_2"}]}, {}])
def test_a_list_that_cannot_be_read_proves_nothing(answer: object, server: Meta) -> None:
    server.says(LIST, answer)
    with pytest.raises(NotSent, match="rubbish"):
        page(server).find(Message("Bonjour"), SENDING)


def test_a_list_without_an_end_proves_nothing(server: Meta) -> None:
    following = "https://graph.facebook.com/x?after=MQ"
    server.says(LIST, {"data": [listed("Autre")], "paging": {"next": following}})
    with pytest.raises(NotSent, match="too_many_pages"):
        page(server).find(Message("Bonjour"), SENDING)


def test_what_others_comment_is_not_taken_for_ours(server: Meta) -> None:
    told = replace(SENDING, index=1, before=(Receipt(POST, CLAIMED),))
    comment = Message("Le lien est ici.", fields={"role": "first_comment"})
    theirs = {**listed("Le lien est ici.", id="c_1"), "from": {"id": "99"}}
    ours = {**listed("Le lien est ici.", id="c_2"), "from": {"id": PAGE}}
    following = {"next": "https://graph.facebook.com/x?after=MQ"}
    old = {**listed("Premier !", "2020-01-01T00:00:00+0000", "c_0"), "from": {"id": "99"}}
    server.says(
        f"GET /v25.0/{POST}/comments",
        {"data": [old]},
        {"data": [theirs]},
        {"data": [old], "paging": following},
        {"data": [theirs, ours]},
    )
    assert page(server).find(comment, told) == Absent()
    # Who wrote a comment is not always told, nor always under the same name.
    assert page(server).find(comment, told) == Unknown()
    answer = page(server).find(comment, told)
    assert isinstance(answer, Found)
    assert answer.receipt.id == "c_2"


# https://developers.facebook.com/docs/pages-api/posts, "Update a post", "Delete a post"
def test_a_post_can_be_corrected_and_deleted(server: Meta) -> None:
    server.says(f"POST /v25.0/{POST}", {"success": True})
    server.says("POST /v25.0/22", {"success": True})
    server.says(f"DELETE /v25.0/{POST}", {"success": True}, error(100, 33), error(200))
    made, receipt = page(server), Receipt(POST, CLAIMED)
    assert isinstance(made, Edits)
    assert made.edit(receipt, Message("Bonsoir")) == receipt
    assert server.asked[0].json == {"message": "Bonsoir"}
    made.edit(Receipt("22", CLAIMED), Message("Bonsoir"))
    assert server.asked[1].json == {"description": "Bonsoir"}
    made.delete(receipt)
    made.delete(receipt)  # gone already
    with pytest.raises(NotSent, match="graph_permission"):
        made.delete(receipt)


def test_only_the_words_of_a_post_can_be_corrected(server: Meta, tmp_path: Path) -> None:
    server.says(f"POST /v25.0/{PAGE}/photos", {"id": "1002"})
    server.says(f"POST /v25.0/{PAGE}/feed", {"id": POST})
    server.says(f"GET /v25.0/{POST}", {})
    server.says(f"POST /v25.0/{POST}", {"success": True})
    message = Message("Bonjour", (picture(tmp_path, alt="Un établi"),))
    made = page(server, tmp_path)
    receipt = made.send(message, SENDING)
    asked = len(server.asked)
    for other in (
        Message("Bonsoir"),
        Message("Bonsoir", message.media, {"link": "https://example.org"}),
        Message("Bonsoir", (replace(message.media[0], alt="Un rabot"),)),
    ):
        with pytest.raises(Rejected, match="graph_words_only"):
            made.edit(receipt, other)
    assert len(server.asked) == asked
    assert made.edit(receipt, replace(message, text="Bonsoir")) == receipt


def test_numbers_are_what_facebook_tells_and_nothing_else(server: Meta) -> None:
    made = page(server)
    assert isinstance(made, Measures)
    counts = {
        "reactions": {"data": [], "summary": {"total_count": 12}},
        "comments": {"data": [], "summary": {"total_count": 3}},
        "id": POST,
    }
    insights = [
        {"name": "post_media_view", "period": "lifetime", "values": [{"value": 420}]},
        {"name": "post_clicks", "period": "lifetime", "values": []},
    ]
    server.says(f"GET /v25.0/{POST}", counts)
    server.says(f"GET /v25.0/{POST}/insights", {"data": insights}, error(100))
    server.says("GET /v25.0/1_2", error(100, 33))
    known = {Metric.LIKES: 12, Metric.COMMENTS: 3}
    receipts = (Receipt(POST, CLAIMED), Receipt("1_2", CLAIMED))
    assert made.measure(receipts) == {POST: {**known, Metric.VIEWS: 420}}
    assert made.measure(receipts) == {POST: known}
    asked = server.to(f"GET /v25.0/{POST}/insights")[0].query
    metrics = "post_media_view,post_total_media_view_unique,post_clicks"
    assert asked == {"metric": metrics, "period": "lifetime"}
    server.says(f"GET /v25.0/{PAGE}", {"followers_count": 1789, "id": PAGE})
    assert made.measure_channel() == {Metric.FOLLOWERS: 1789}


@pytest.mark.parametrize("post_id", ["122095", POST])
def test_a_film_is_counted_by_the_post_that_shows_it(post_id: str, server: Meta) -> None:
    server.says("GET /v25.0/22", {"post_id": post_id, "id": "22"})
    counts = {"shares": {"count": 5}, "reactions": {"data": [], "summary": {"total_count": 1}}}
    server.says(f"GET /v25.0/{POST}", {**counts, "id": POST})
    server.says(f"GET /v25.0/{POST}/insights", {"data": []})
    made = page(server)
    assert isinstance(made, Measures)
    found = made.measure((Receipt("22", CLAIMED),))
    assert found == {"22": {Metric.LIKES: 1, Metric.SHARES: 5}}


# developers.facebook.com, "Video API: Publishing", and Meta's own SDK
@pytest.mark.parametrize(
    ("url", "films"),
    [
        ("https://graph.facebook.com", "https://graph-video.facebook.com"),
        ("https://graph.facebook.com/", "https://graph-video.facebook.com"),
        ("https://proxy.example.org", "https://proxy.example.org"),
    ],
)
def test_films_go_to_a_server_of_their_own(
    url: str, films: str, server: Meta, tmp_path: Path
) -> None:
    class Elsewhere(Http):
        """Talks to the test's server in place of any other, and remembers which."""

        asked: ClassVar[list[str]] = []

        def server(self, url: str) -> Server:
            self.asked.append(url)
            return super().server(server.url)

    start = {"upload_session_id": "11", "video_id": "22", "start_offset": "6", "end_offset": "6"}
    server.says(f"POST /v25.0/{PAGE}/videos", start, {"success": True})
    server.says("GET /v25.0/22", {})
    channel = Channel("page", "facebook", PAGE, "a", "A", "fr", settings={"url": url})
    http = Elsewhere({"token": Secret("token", "hush-hush")})
    film = picture(tmp_path, "a.mp4", b"abcdef")
    assert Page(channel, tmp_path, http).send(Message("Une visite", (film,)), SENDING).id == "22"
    assert Elsewhere.asked == [films, url]
    Elsewhere.asked.clear()


def test_a_lost_answer_is_in_doubt_and_a_refused_file_is_not_sent(
    server: Meta, tmp_path: Path
) -> None:
    server.says(f"POST /v25.0/{PAGE}/feed", Says(b"<html>", 200))
    with pytest.raises(Unclear, match="rubbish"):
        page(server).send(Message("Bonjour"), SENDING)
    server.says(f"POST /v25.0/{PAGE}/photos", error(352))
    with pytest.raises(Rejected, match="media_refused"):
        page(server, tmp_path).prepare(Message("", (picture(tmp_path),)), SENDING)
    server.says(f"POST /v25.0/{PAGE}/videos", {"upload_session_id": "1", "video_id": "2"})
    with pytest.raises(NotSent, match="rubbish"):
        page(server, tmp_path).prepare(Message("", (picture(tmp_path, "a.mp4"),)), SENDING)


def test_a_link_is_a_card_unless_there_are_files(edition: MakeEdition, media: MakeMedia) -> None:
    link = "https://example.org/a"
    [message] = Facebook.compose(edition("facebook", f"Bonjour {link}", link=link))
    assert message.fields == {"link": link}
    [message] = Facebook.compose(edition("facebook", "Bonjour", link=link, media=(media(),)))
    assert message.fields == {}


def test_words_for_a_film_are_shown_to_nobody(edition: MakeEdition, media: MakeMedia) -> None:
    film = media("media/a.mp4", "Une visite", "video/mp4")
    assert [each.code for each in compose(edition("facebook", "Un", media=(film,))).problems] == [
        "CM514"
    ]
