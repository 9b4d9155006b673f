"""Discourse: each request by the forum's own documentation, and what each answer proves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import Absent, Edition, Found, Media, Message, Metric, Sending, Unknown
from cmops.adapters.discourse import Discourse, content
from cmops.adapters.discourse.content import Address, Upload, post_at
from cmops.adapters.discourse.forum import Forum
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.wording import LANGUAGES, Wording
from cmops.workspace.model import Channel, Poll
from tests.adapters.described import described
from tests.servers.chats import Chats, chats
from tests.servers.files import put

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

URL = "https://forum.example.org"
CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("forum-1.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
KNOWN = "cmops-" + hashlib.sha256(b"forum-1.2026-12-01.0").hexdigest()[:40]
TOPIC = Message("Venez nombreux.", fields={"title": "Les ateliers ouvrent", "category": 5})


def post(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A post as https://docs.discourse.org/#tag/Posts/operation/createTopicPostPM shows it."""
    return {
        "id": 100 + number,
        "name": "Ateliers",
        "username": "ateliers",
        "created_at": "2026-12-01T11:15:02.000Z",
        "raw": "Venez nombreux.",
        "cooked": "<p>Venez nombreux.</p>",
        "post_number": number,
        "post_type": 1,
        "topic_id": 12,
        "topic_slug": "les-ateliers-ouvrent",
        "version": 1,
        **fields,
    }


@pytest.fixture
def server() -> Iterator[Chats]:
    with chats() as made:
        yield made
        described("discourse").check(made.asked)


def forum(root: Path = Path(), account: str = "ateliers", **settings: Any) -> Forum:
    given = {"url": URL, **settings}
    channel = Channel("forum", "discourse", account, "a", "Ateliers", "fr", settings=given)
    return Forum(channel, root, Http({"key": Secret("FORUM_KEY", "hush")}, sleep=lambda _: None))


def me(server: Chats, name: str = "ateliers") -> None:
    server.says(f"GET {URL}/session/current.json", {"current_user": {"id": 3, "username": name}})


def picture(root: Path, name: str = "a.png", type: str = "image/png") -> Media:
    return put(root, name, b"png", type, "Un [établi] | bois", (8, 6))


def test_a_topic_is_one_request_with_an_id_of_ours(server: Chats) -> None:
    me(server)
    server.says(f"POST {URL}/posts.json", post())
    sent = forum()
    sent.prepare(TOPIC, SENDING)
    receipt = sent.send(TOPIC, SENDING)
    assert receipt == Receipt(
        "101",
        datetime(2026, 12, 1, 11, 15, 2, tzinfo=UTC),
        f"{URL}/t/les-ateliers-ouvrent/12/1",
        (("topic", "12"), ("number", "1")),
    )
    asked = server.asked[-1]
    assert asked.headers["api-key"] == "hush"
    assert asked.headers["api-username"] == "ateliers"
    assert asked.json == {
        "raw": "Venez nombreux.",
        "title": "Les ateliers ouvrent",
        "category": 5,
        "external_id": KNOWN,
    }
    assert len(KNOWN) <= 50


@pytest.mark.parametrize(
    ("top", "tags"),
    [
        (["bois"], ["atelier", "bois"]),
        ([{"id": 1, "name": "bois", "slug": "bois"}], [{"name": "atelier"}, {"name": "bois"}]),
    ],
)
def test_tags_go_as_the_forum_knows_them(top: list[Any], tags: list[Any], server: Chats) -> None:
    me(server)
    server.says(f"GET {URL}/site.json", {"can_tag_topics": True, "top_tags": top})
    server.says(f"POST {URL}/posts.json", post())
    tagged = replace(TOPIC, fields={**TOPIC.fields, "tags": ["atelier", "bois"]})
    forum().send(tagged, SENDING)
    assert server.asked[-1].json["tags"] == tags


def test_tags_that_the_account_may_not_set_are_not_dropped(server: Chats) -> None:
    me(server)
    server.says(f"GET {URL}/site.json", {"can_tag_topics": False})
    tagged = replace(TOPIC, fields={**TOPIC.fields, "tags": ["atelier"]})
    with pytest.raises(Rejected, match="may_not_tag"):
        forum().prepare(tagged, SENDING)


def test_files_are_uploaded_unseen_and_stand_below_the_text(server: Chats, tmp_path: Path) -> None:
    me(server)
    # https://docs.discourse.org/#tag/Uploads/operation/createUpload
    there = {"id": 7, "url": "/uploads/a.png", "width": 800, "height": 600}
    server.says(f"POST {URL}/uploads.json", {**there, "short_url": "upload://abc.png"})
    server.says(f"POST {URL}/uploads.json", {"id": 8, "short_url": "upload://def.pdf"})
    server.says(f"POST {URL}/posts.json", post())
    files = (picture(tmp_path), picture(tmp_path, "p.pdf", "application/pdf"))
    forum(tmp_path).send(replace(TOPIC, media=files), SENDING)
    parts = server.asked[1].parts
    assert parts["upload_type"][1] == b"composer"
    assert parts["synchronous"][1] == b"true"
    assert parts["file"] == ("a.png", b"png")
    assert server.asked[-1].json["raw"] == (
        "Venez nombreux.\n\n"
        "![Un \\[établi\\] \uff5c bois|800x600](upload://abc.png)\n\n"
        "[Un \\[établi\\] \uff5c bois|attachment](upload://def.pdf)"
    )


def test_a_file_that_the_forum_does_not_take_is_refused(server: Chats, tmp_path: Path) -> None:
    me(server)
    refused = {"errors": ["Sorry, the file you are trying to upload is not authorized"]}
    server.says(f"POST {URL}/uploads.json", refused, 422)
    with pytest.raises(Rejected, match="media_refused"):
        forum(tmp_path).prepare(replace(TOPIC, media=(picture(tmp_path),)), SENDING)


def test_what_follows_stands_in_the_topic(server: Chats) -> None:
    me(server)
    server.says(f"POST {URL}/posts.json", post(2))
    before = (Receipt("101", CLAIMED, None, (("topic", "12"), ("number", "1"))),)
    receipt = forum().send(Message("Suite"), replace(SENDING, index=1, before=before))
    assert server.asked[-1].json == {"raw": "Suite", "topic_id": 12}
    assert receipt.url == f"{URL}/t/les-ateliers-ouvrent/12/2"


def test_an_answer_says_which_post_it_answers(server: Chats) -> None:
    me(server)
    server.says(f"POST {URL}/posts.json", post(4))
    message = Message("Oui, samedi.", fields={"reply_to": f"{URL}/t/ateliers/12/3?u=x"})
    forum().send(message, SENDING)
    body = server.asked[-1].json
    assert body == {"raw": "Oui, samedi.", "topic_id": 12, "reply_to_post_number": 3}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"{URL}/t/ateliers/12/3", Address(12, 3)),
        (f"{URL}/t/ateliers/12", Address(12, 1)),
        (f"{URL}/t/12", Address(12, 1)),
        (f"{URL}/t/-/12/3#x", Address(12, 3)),
        (f"{URL}/c/ateliers/12", None),
        ("https://forum.example.org.evil.example/t/a/12", None),
        ("https://autre.example.org/t/ateliers/12", None),
    ],
)
def test_an_address_names_a_post_of_this_forum_or_nothing(
    address: str, found: Address | None
) -> None:
    assert post_at(address, URL) == found
    assert post_at(address, f"{URL}/") == found


def test_a_topic_is_found_by_its_id_wherever_that_leads(server: Chats) -> None:
    me(server)
    path = f"{URL}/t/external_id/{KNOWN}.json"
    server.says(f"GET {path}", b"", 301, {"Location": f"{URL}/t/les-ateliers-ouvrent/12.json"})
    stream = {"posts": [post()], "stream": [101]}
    server.says(
        f"GET {URL}/t/les-ateliers-ouvrent/12.json",
        {"id": 12, "slug": "les-ateliers-ouvrent", "post_stream": stream},
    )
    found = forum().find(TOPIC, SENDING)
    assert isinstance(found, Found)
    assert found.receipt.url == f"{URL}/t/les-ateliers-ouvrent/12/1"
    assert dict(found.receipt.extra) == {"topic": "12", "number": "1"}


def test_a_topic_with_our_id_is_absent_or_somebody_elses(server: Chats) -> None:
    me(server)
    path = f"GET {URL}/t/external_id/{KNOWN}.json"
    server.says(path, {"errors": ["not found"], "error_type": "not_found"}, 404)
    server.says(path, {"post_stream": {"posts": [post(username="autre")]}})
    made = forum()
    assert made.find(TOPIC, SENDING) == Absent()
    assert made.find(TOPIC, SENDING) == Unknown()


REPLY = Message("Suite", fields={})
BEFORE = (Receipt("101", CLAIMED, None, (("topic", "12"), ("number", "1"))),)
TOLD = replace(SENDING, index=1, before=BEFORE)


def stream(server: Chats, *posts: dict[str, Any]) -> None:
    ids = [each["id"] for each in posts]
    server.says(f"GET {URL}/t/12.json", {"post_stream": {"posts": [], "stream": ids}})
    if posts:
        server.says(f"GET {URL}/t/12/posts.json", {"post_stream": {"posts": list(posts)}})


def test_a_reply_is_found_by_its_words_among_ours(server: Chats) -> None:
    me(server)
    mine = post(3, raw="Suite\n")
    stream(server, post(), post(2, raw="Suite", username="autre"), mine)
    found = forum().find(REPLY, TOLD)
    assert isinstance(found, Found)
    assert found.receipt.id == "103"
    asked = server.asked[-1].query
    assert asked["include_raw"] == "true"
    assert "post_ids[]" in asked


@pytest.mark.parametrize(
    ("posts", "answer"),
    [
        ([], Absent()),
        ([post(2, raw="Autre chose")], Absent()),
        ([post(2, raw="Suite"), post(3, raw="Suite")], Unknown()),
        ([post(2, raw="Corrigé", version=2)], Unknown()),
        ([post(2, raw="Suite", created_at="2026-12-01T09:00:00.000Z")], Absent()),
    ],
)
def test_what_is_in_the_topic_decides_whether_it_may_be_sent_again(
    posts: list[dict[str, Any]], answer: object, server: Chats
) -> None:
    me(server)
    stream(server, *posts)
    assert forum().find(REPLY, TOLD) == answer


def test_a_reply_with_pictures_is_known_wherever_they_were_put(media: MakeMedia) -> None:
    message = Message("Regardez", (media(),))
    live = content.raw(message, [Upload("upload://abc.jpeg", 690, 517)], None)
    assert content.same(live, message, CLAIMED)
    assert not content.same(live.replace("établi", "banc"), message, CLAIMED)
    assert not content.same("Regardez", message, CLAIMED)


# discourse/discourse, plugins/poll: what "Build Poll" puts into a post.
POLL = {"options": ["oui", "2. non *merci*"], "duration_seconds": 172_800, "multiple": False}
MARKUP = (
    "[poll type=regular results=always chartType=bar close=2026-12-03T11:15:00.000Z]\n"
    "* oui\n"
    "* 2\\. non \\*merci\\*\n"
    "[/poll]"
)


def test_a_poll_stands_below_the_text_and_ends_in_time(server: Chats) -> None:
    me(server)
    server.says(f"GET {URL}/site/settings.json", {"poll_enabled": True})
    server.says(f"POST {URL}/posts.json", post())
    asked = replace(TOPIC, fields={**TOPIC.fields, "poll": POLL})
    receipt = forum().send(asked, SENDING)
    assert server.asked[-1].json["raw"] == f"Venez nombreux.\n\n{MARKUP}"
    assert dict(receipt.extra)["poll"] == "2026-12-03T11:15:00+00:00"
    # A correction leaves the poll as it is.
    server.says(f"PUT {URL}/posts/101.json", {"post": post()})
    forum().edit(receipt, replace(asked, text="Venez."))
    assert server.asked[-1].json["post"]["raw"] == f"Venez.\n\n{MARKUP}"
    for changed in (replace(receipt, extra=receipt.extra[:2]), receipt):
        message = asked if changed is not receipt else TOPIC
        with pytest.raises(Rejected, match="poll_fixed"):
            forum().edit(changed, message)


def test_several_answers_may_be_given_where_the_post_says_so(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non", "-"), timedelta(hours=1), multiple=True)
    made = compose(edition("discourse", "On y va ?", poll=poll))
    assert made.problems == ()
    raw = content.raw(made.messages[0], [], CLAIMED)
    assert "[poll type=multiple min=1 max=3 " in raw
    assert "* \\-\n[/poll]" in raw


def test_a_poll_is_not_sent_to_a_forum_that_has_none(server: Chats) -> None:
    me(server)
    server.says(f"GET {URL}/site/settings.json", {"poll_enabled": False})
    with pytest.raises(Rejected, match="poll_refused"):
        forum().prepare(replace(TOPIC, fields={**TOPIC.fields, "poll": POLL}), SENDING)


def test_a_reply_with_a_poll_is_found_by_its_words(server: Chats) -> None:
    me(server)
    stream(server, post(2, raw=f"Alors ?\n\n{MARKUP}"))
    found = forum().find(Message("Alors ?", fields={"poll": POLL}), TOLD)
    assert isinstance(found, Found)
    assert dict(found.receipt.extra)["poll"] == "2026-12-03T11:15:00+00:00"


def test_a_topic_that_is_there_already_is_not_begun_again(server: Chats) -> None:
    me(server)
    taken = {"action": "create_post", "errors": ["External ID has already been taken"]}
    server.says(f"POST {URL}/posts.json", taken, 422)
    there = {"slug": "les-ateliers-ouvrent", "post_stream": {"posts": [post()]}}
    server.says(f"GET {URL}/t/external_id/{KNOWN}.json", there)
    assert forum().send(TOPIC, SENDING).id == "101"


def test_a_topic_that_waits_for_a_moderator_is_a_doubt(server: Chats) -> None:
    me(server)
    queued = {"success": True, "action": "enqueued", "pending_post": {"id": 4}}
    server.says(f"POST {URL}/posts.json", queued)
    with pytest.raises(Unclear, match="awaiting_review"):
        forum().send(TOPIC, SENDING)


RECEIPT = Receipt("101", CLAIMED, None, (("topic", "12"), ("number", "1")))
BELOW = Receipt("102", CLAIMED, None, (("topic", "12"), ("number", "2")))


def test_a_correction_changes_text_and_title(server: Chats) -> None:
    server.says(f"PUT {URL}/posts/101.json", {"post": post()})
    assert forum().edit(RECEIPT, TOPIC) == RECEIPT
    assert server.asked[-1].json == {
        "post": {"raw": "Venez nombreux."},
        "title": "Les ateliers ouvrent",
    }


def test_what_is_gone_is_not_corrected_and_need_not_be_deleted(server: Chats) -> None:
    gone = {"errors": ["not found"], "error_type": "not_found"}
    server.says(f"PUT {URL}/posts/102.json", gone, 404)
    with pytest.raises(Rejected, match="gone"):
        forum().edit(BELOW, REPLY)
    server.says(f"DELETE {URL}/t/12.json", gone, 404)
    server.says(f"DELETE {URL}/posts/102.json", b"")
    forum().delete(RECEIPT)
    forum().delete(BELOW)


# (the answer and its status, what it proves of a publishing request, the word for it)
CASES: list[tuple[Any, int, type[Failure], str]] = [
    ({"errors": ["Body is too short"]}, 422, Rejected, "text_refused"),
    ({"errors": ["?"], "error_type": "invalid_parameters"}, 400, Rejected, "form_refused"),
    ({"errors": ["?"], "error_type": "invalid_access"}, 403, NotSent, "may_not_post"),
    ({"errors": ["?"], "error_type": "not_found"}, 404, Rejected, "post_not_found"),
    ({"errors": ["?"], "error_type": "read_only"}, 503, NotSent, "read_only_there"),
    (b"<html>", 404, NotSent, "http_404"),
    (b"<html>", 403, NotSent, "unauthorised"),
    (b"<html>", 502, Unclear, "http_502"),
    (b"<html>", 200, Unclear, "rubbish"),
    ({"errors": ["?"]}, 500, Unclear, "http_500"),
]


@pytest.mark.parametrize(("answer", "status", "kind", "word"), CASES)
def test_a_refusal_is_typed_by_what_it_proves(
    answer: Any, status: int, kind: type[Failure], word: str, server: Chats
) -> None:
    me(server)
    server.says(f"POST {URL}/posts.json", answer, status)
    with pytest.raises(Failure) as caught:
        forum().send(REPLY, TOLD)
    assert (type(caught.value), caught.value.code) == (kind, word)
    if not word.startswith("http_"):
        assert all(Wording(each).has(f"reason.{word}") for each in LANGUAGES)


def test_a_rate_limit_says_until_when(server: Chats) -> None:
    me(server)
    limited = {
        "errors": ["You’ve performed this action too many times, please try again later."],
        "error_type": "rate_limit",
        "extras": {"wait_seconds": 40, "time_left": "40 seconds"},
    }
    server.says(f"POST {URL}/posts.json", limited, 429)
    with pytest.raises(Throttled) as caught:
        forum().send(TOPIC, SENDING)
    assert caught.value.until is not None
    rest = caught.value.until - datetime.now(UTC)
    assert timedelta(seconds=30) < rest < timedelta(seconds=41)


def test_a_lost_answer_is_a_doubt(server: Chats) -> None:
    me(server)
    server.hangs_up(f"POST {URL}/posts.json")
    with pytest.raises(Unclear, match="no_answer"):
        forum().send(TOPIC, SENDING)


def test_the_key_of_another_account_sends_nothing_and_is_a_problem(server: Chats) -> None:
    me(server, "autre")
    with pytest.raises(NotSent, match="wrong_account"):
        forum().send(TOPIC, SENDING)
    [problem] = forum().verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "autre")


@pytest.mark.parametrize(
    ("categories", "reason"),
    [
        ([{"id": 5, "permission": 1}], None),
        ([{"id": 5, "permission": 3}], "may_not_post"),
        ([{"id": 6, "permission": 1}], "no_category"),
    ],
)
def test_the_category_takes_topics_or_the_problem_says_why_not(
    categories: list[Any], reason: str | None, server: Chats
) -> None:
    me(server)
    server.says(f"GET {URL}/site.json", {"categories": categories})
    server.says(f"GET {URL}/site/settings.json", {"min_topic_title_length": 15})
    found = list(forum(category=5).verify())
    assert [(each.code, each.values["reason"]) for each in found] == (
        [("CM573", reason)] if reason else []
    )


def test_a_forum_that_asks_for_more_than_we_know_is_a_problem(server: Chats) -> None:
    me(server)
    settings = {"min_topic_title_length": 25, "min_first_post_length": 20}
    server.says(f"GET {URL}/site/settings.json", settings)
    [problem] = forum().verify()
    assert (problem.code, problem.at) == ("CM574", ("channels", "forum", "shortest_title"))
    assert list(forum(shortest_title=25).verify()) == []


def test_the_forum_says_how_large_posts_and_files_may_be(server: Chats) -> None:
    settings = {"max_post_length": 50_000, "max_image_size_kb": 10_240, "title": "Forum"}
    server.says(f"GET {URL}/site/settings.json", settings)
    assert forum().limits() == {"text": 50_000, "image_bytes": 10_485_760}


def test_views_likes_and_replies_are_counted(server: Chats) -> None:
    topic = {"views": 40, "like_count": 3, "posts_count": 5, "deleted_at": None}
    server.says(f"GET {URL}/t/12.json", topic)
    liked = [{"id": 2, "count": 2}, {"id": 3, "count": 9}]
    server.says(f"GET {URL}/posts/102.json", post(2, actions_summary=liked, reply_count=1))
    assert forum().measure([RECEIPT, BELOW]) == {
        "101": {Metric.VIEWS: 40, Metric.LIKES: 3, Metric.COMMENTS: 4},
        "102": {Metric.LIKES: 2, Metric.COMMENTS: 1},
    }


def test_what_is_gone_is_not_counted(server: Chats) -> None:
    server.says(f"GET {URL}/t/12.json", {"deleted_at": "2026-12-02T00:00:00Z"})
    server.says(f"GET {URL}/posts/102.json", {"errors": ["not found"]}, 404)
    assert forum().measure([RECEIPT, BELOW]) == {}


def test_members_and_posts_are_counted(server: Chats) -> None:
    stats = {"users_count": 23, "posts_count": 99}
    server.says(f"GET {URL}/about.json", {"about": {"stats": stats}})
    assert forum().measure_channel() == {Metric.MEMBERS: 23, Metric.POSTS: 99}


def test_a_topic_has_a_title_a_category_and_the_hashtags_as_tags(edition: MakeEdition) -> None:
    options = {"title": "Les ateliers ouvrent", "category": 5, "tags": ["bois"]}
    made = Discourse.compose(
        edition("discourse", "Un", "Deux", hashtags=("bois", "hiver"), options=options)
    )
    first, second = made
    assert first.fields == {**options, "tags": ["bois", "hiver"]}
    assert second.fields == {}


def test_an_answer_has_no_title(edition: MakeEdition) -> None:
    [message] = Discourse.compose(edition("discourse", "Un", reply_to=f"{URL}/t/12"))
    assert message.fields == {"reply_to": f"{URL}/t/12"}


def test_titles_and_texts_that_a_forum_refuses_are_problems(edition: MakeEdition) -> None:
    usual = replace(edition("discourse", "Un").channel, settings={"url": URL})
    short = replace(edition("discourse", "Un"), channel=usual)
    found = [(each.code, each.values["place"]) for each in compose(short).problems]
    assert found == [("CM571", "text"), ("CM571", "title")]
    long = edition("discourse", "Un", title="a" * 256)
    [problem] = compose(long).problems
    assert (problem.code, problem.values["place"]) == ("CM570", "title")
    link = edition("discourse", "[ici](programme.md)")
    assert [each.code for each in compose(link).problems] == ["CM519"]


def test_a_cover_stands_above_the_other_files(edition: MakeEdition, media: MakeMedia) -> None:
    cover = media("media/cover.jpg")
    [message] = Discourse.compose(
        edition("discourse", "Un", kind="article", cover=cover, media=(media(),))
    )
    assert [each.path for each in message.media] == ["media/cover.jpg", "media/atelier.jpg"]
