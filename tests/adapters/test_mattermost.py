"""Mattermost: each request whole, with the reference's own answers, and what each proves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import Absent, Edition, Found, Media, Message, Metric, Sending, Unknown
from cmops.adapters.mattermost import post_at
from cmops.adapters.mattermost.bot import MOST, Bot
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.wording import LANGUAGES, Wording
from cmops.workspace.model import Channel
from tests.adapters.described import described
from tests.servers.chats import Chats, chats
from tests.servers.files import put

MakeEdition = Callable[..., Edition]

URL = "https://chat.example.org"
API = f"{URL}/api/v4"
CHANNEL = "dbyo6s1icbgodyxnc5w5umgy8e"
POST = "7xyx8kd4ytbx9ywkcmbt7qspwy"
ROOT = "cy95pmu9zbdkbpyi68cjkz6ara"
CREATED = 1_796_123_700_000
CLAIMED = datetime.fromtimestamp(CREATED / 1000, UTC)
SENDING = Sending("ouverture~mattermost~ateliers", 0, "ouverture", CLAIMED, CLAIMED)
KEY = hashlib.sha256(b"ouverture~mattermost~ateliers.0").hexdigest()
ME = {"id": "u1", "username": "ateliers", "roles": "system_user"}
LINK = f"{URL}/_redirect/pl/{POST}"


def no(id: str, status: int) -> dict[str, Any]:
    """A refusal as "Errors" of the API reference shows one."""
    said = {"id": id, "message": "Something went wrong", "request_id": "", "status_code": status}
    return {**said, "is_oauth": False}


GONE = no("app.post.get.app_error", 404)
FORBIDDEN = no("api.context.permissions.app_error", 403)


def live(**more: Any) -> dict[str, Any]:
    """A post as the API reference shows one."""
    return {
        "id": POST,
        "create_at": CREATED,
        "update_at": CREATED,
        "delete_at": 0,
        "user_id": "u1",
        "channel_id": CHANNEL,
        "root_id": "",
        "message": "Bonjour",
        "type": "",
        "props": {"cmops_key": KEY},
        "file_ids": [],
        "reply_count": 0,
        **more,
    }


@pytest.fixture
def server() -> Iterator[Chats]:
    with chats() as made:
        yield made
        described("mattermost").check(made.asked)


def bot(root: Path = Path(), account: str = "@Ateliers") -> Bot:
    settings = {"url": f"{URL}/", "channel": CHANNEL}
    channel = Channel("canal", "mattermost", account, "a", "A", "fr", settings=settings)
    return Bot(channel, root, Http({"token": Secret("T", "hush-hush")}, sleep=lambda _: None))


def document(root: Path) -> Media:
    return put(root, "a.pdf", b"pdf", "application/pdf")


def one(edition: Edition) -> Message:
    made = compose(edition)
    assert made.problems == ()
    return made.messages[0]


def test_a_text_is_one_request_with_its_key_among_its_properties(
    server: Chats, edition: MakeEdition
) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.says(f"POST {API}/posts", live(), 201)
    text = "**Bonjour** [ici](https://example.org/)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    message, sent = one(edition("mattermost", text)), bot()
    sent.prepare(message, SENDING)
    receipt = sent.send(message, SENDING)
    assert receipt == Receipt(POST, CLAIMED, LINK)
    asked = server.asked[-1]
    assert asked.headers["authorization"] == "Bearer hush-hush"
    expected = {"channel_id": CHANNEL, "message": text, "props": {"cmops_key": KEY}}
    assert asked.json == expected


def test_files_are_uploaded_before_and_named(
    server: Chats, edition: MakeEdition, tmp_path: Path
) -> None:
    media = document(tmp_path)
    server.says(f"GET {API}/users/me", ME)
    server.says(f"POST {API}/files", {"file_infos": [{"id": "f1"}], "client_ids": []}, 201)
    server.says(f"POST {API}/posts", live(), 201)
    sent, message = bot(tmp_path), one(edition("mattermost", "Un", media=(media,)))
    sent.prepare(message, SENDING)
    assert [each.line for each in server.asked][-1] == f"POST {API}/files"
    assert server.asked[-1].parts["files"] == ("a.pdf", b"pdf")
    assert server.asked[-1].parts["channel_id"][1] == CHANNEL.encode()
    sent.send(message, SENDING)
    assert server.asked[-1].json["file_ids"] == ["f1"]


def test_a_thread_hangs_on_its_first_post(server: Chats, edition: MakeEdition) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.says(f"POST {API}/posts", live(id="b" * 26, root_id=POST), 201)
    first = Receipt(POST, CLAIMED, LINK)
    told = Sending(SENDING.key, 1, "ouverture", CLAIMED, CLAIMED, (first,))
    receipt = bot().send(one(edition("mattermost", "Deux")), told)
    assert server.asked[-1].json["root_id"] == POST
    assert receipt.extra == (("root", POST),)


def test_an_answer_hangs_on_the_head_of_the_thread_it_answers(
    server: Chats, edition: MakeEdition
) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.says(f"GET {API}/posts/{POST}", live(root_id=ROOT))
    server.says(f"POST {API}/posts", live(root_id=ROOT), 201)
    address = f"{URL}/ateliers/pl/{POST}"
    bot().send(one(edition("mattermost", "Oui", reply_to=address)), SENDING)
    assert server.asked[-1].json["root_id"] == ROOT


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (live(channel_id="x" * 26), 200, "other_room"),
        (GONE, 404, "post_not_found"),
        (FORBIDDEN, 403, "post_not_found"),
    ],
)
def test_what_cannot_be_answered_is_refused_before_anything_is_sent(
    server: Chats, edition: MakeEdition, answer: Any, status: int, code: str
) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.says(f"GET {API}/posts/{POST}", answer, status)
    message = one(edition("mattermost", "Oui", reply_to=f"{URL}/a/pl/{POST}"))
    with pytest.raises(Rejected) as refused:
        bot().prepare(message, SENDING)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([live()], Found(Receipt(POST, CLAIMED, LINK))),
        ([live(id="z" * 26, props={})], Absent()),
        ([], Absent()),
        ([live(delete_at=CREATED)], Absent()),
        ([live(), live(id="z" * 26)], Unknown()),
    ],
    ids=["found", "another's", "none", "deleted", "twice"],
)
def test_reading_back_knows_it_by_its_key(
    server: Chats, edition: MakeEdition, posts: list[Any], expected: Any
) -> None:
    server.says(f"GET {API}/users/me", ME)
    rows = {each["id"]: each for each in posts}
    server.says(f"GET {API}/channels/{CHANNEL}/posts", {"order": list(rows), "posts": rows})
    assert bot().find(one(edition("mattermost", "Bonjour")), SENDING) == expected
    assert int(server.asked[-1].query["since"]) < CREATED


def test_a_list_that_may_go_on_proves_nothing(server: Chats, edition: MakeEdition) -> None:
    server.says(f"GET {API}/users/me", ME)
    rows = {f"{n:026}": live(id=f"{n:026}", props={}) for n in range(MOST)}
    server.says(f"GET {API}/channels/{CHANNEL}/posts", {"order": [], "posts": rows})
    with pytest.raises(NotSent):
        bot().find(one(edition("mattermost", "Bonjour")), SENDING)


def test_correcting_and_deleting(server: Chats, edition: MakeEdition) -> None:
    receipt = Receipt(POST, CLAIMED, LINK)
    server.says(f"PUT {API}/posts/{POST}/patch", live(message="Bonsoir"))
    assert bot().edit(receipt, one(edition("mattermost", "Bonsoir"))) == receipt
    assert server.asked[-1].json == {"message": "Bonsoir", "file_ids": []}
    server.says(f"DELETE {API}/posts/{POST}", {"status": "OK"})
    server.says(f"DELETE {API}/posts/{POST}", GONE, 404)
    bot().delete(receipt)
    bot().delete(receipt)


def test_numbers(server: Chats) -> None:
    receipt = Receipt(POST, CLAIMED, LINK)
    gone = Receipt("g" * 26, CLAIMED, LINK)
    server.says(f"GET {API}/posts/{POST}", live(reply_count=3))
    server.says(f"GET {API}/posts/{POST}/reactions", [{"emoji_name": "a"}, {"emoji_name": "b"}])
    server.says(f"GET {API}/posts/{gone.id}", GONE, 404)
    counted = {Metric.LIKES: 2, Metric.COMMENTS: 3}
    assert bot().measure([receipt, gone]) == {POST: counted}
    server.says(f"GET {API}/channels/{CHANNEL}/stats", {"member_count": 42})
    assert bot().measure_channel() == {Metric.MEMBERS: 42}


# (the refusal and its status, what it proves of a publishing request, the word for it)
CASES: list[tuple[Any, int, type[Failure], str]] = [
    (no("api.post.create_post.root_id.app_error", 400), 400, Rejected, "post_not_found"),
    (no("model.post.is_valid.message_length.app_error", 400), 400, Rejected, "too_large"),
    (no("model.post.is_valid.file_ids.app_error", 400), 400, Rejected, "media_refused"),
    (no("api.context.invalid_body_param.app_error", 400), 400, Rejected, "form_refused"),
    (
        no("api.post.create_post.can_not_post_to_deleted.error", 400),
        400,
        NotSent,
        "channel_closed",
    ),
    (no("api.context.session_expired.app_error", 401), 401, NotSent, "unauthorised"),
    (FORBIDDEN, 403, NotSent, "may_not_post"),
    (no("app.channel.get.existing.app_error", 404), 404, NotSent, "no_channel"),
    (b"limit exceeded", 429, Throttled, "throttled"),
    (no("app.post.save.app_error", 500), 500, Unclear, "http_500"),
    # Not Mattermost: whatever stands before it.
    (b"<html>", 404, NotSent, "http_404"),
    (b"<html>", 400, NotSent, "http_400"),
    (b"<html>", 502, Unclear, "http_502"),
]


@pytest.mark.parametrize(("answer", "status", "kind", "word"), CASES)
def test_a_refusal_is_typed_by_what_it_proves(
    server: Chats, answer: Any, status: int, kind: type[Failure], word: str
) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.says(f"POST {API}/posts", answer, status)
    with pytest.raises(Failure) as caught:
        bot().send(Message("Bonjour"), SENDING)
    assert (type(caught.value), caught.value.code) == (kind, word)
    if not word.startswith("http_") and word != "throttled":
        assert all(Wording(each).has(f"reason.{word}") for each in LANGUAGES)


@pytest.mark.parametrize(
    ("id", "status", "word"),
    [
        ("api.file.upload_file.too_large_detailed.app_error", 413, "media_too_large"),
        ("api.file.attachments.disabled.app_error", 403, "media_refused"),
        ("api.file.attachments.disabled.app_error", 501, "media_refused"),
    ],
)
def test_a_file_that_the_server_does_not_take_is_refused_before_anything_is_live(
    server: Chats, tmp_path: Path, id: str, status: int, word: str
) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.says(f"POST {API}/files", no(id, status), status)
    with pytest.raises(Rejected, match=word):
        bot(tmp_path).prepare(Message("Un", (document(tmp_path),)), SENDING)


def test_a_correction_that_comes_too_late_is_refused(server: Chats) -> None:
    late = no("api.post.update_post.permissions_time_limit.app_error", 400)
    server.says(f"PUT {API}/posts/{POST}/patch", late, 400)
    with pytest.raises(Rejected, match="too_late"):
        bot().edit(Receipt(POST, CLAIMED, LINK), Message("Bonsoir"))


def test_a_rate_limit_says_until_when(server: Chats) -> None:
    server.says(f"GET {API}/users/me", ME)
    # "X-Ratelimit-Reset: The remaining UTC epoch seconds before the rate limit resets."
    headers = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "40"}
    server.says(f"POST {API}/posts", b"limit exceeded", 429, headers)
    with pytest.raises(Throttled) as caught:
        bot().send(Message("Bonjour"), SENDING)
    assert caught.value.until is not None
    rest = caught.value.until - datetime.now(UTC)
    assert timedelta(seconds=30) < rest < timedelta(seconds=41)


def test_a_lost_answer_is_unclear(server: Chats, edition: MakeEdition) -> None:
    server.says(f"GET {API}/users/me", ME)
    server.hangs_up(f"POST {API}/posts")
    with pytest.raises(Unclear):
        bot().send(one(edition("mattermost", "Bonjour")), SENDING)


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ([({"id": CHANNEL, "delete_at": 0}, 200), ({"user_id": "u1"}, 200)], []),
        ([(no("app.channel.get.existing.app_error", 404), 404)], ["CM573"]),
        ([({"id": CHANNEL, "delete_at": 5}, 200)], ["CM573"]),
        ([({"id": CHANNEL, "delete_at": 0}, 200), (FORBIDDEN, 403)], ["CM573"]),
    ],
    ids=["well", "no channel", "archived", "no member"],
)
def test_the_place_is_verified(server: Chats, answers: list[Any], codes: list[str]) -> None:
    server.says(f"GET {API}/users/me", ME)
    paths = (f"/channels/{CHANNEL}", f"/channels/{CHANNEL}/members/me")
    for path, (data, status) in zip(paths, answers, strict=False):
        server.says(f"GET {API}{path}", data, status)
    assert [each.code for each in bot().verify()] == codes


def test_another_accounts_token_sends_nothing(server: Chats, edition: MakeEdition) -> None:
    server.says(f"GET {API}/users/me", ME)
    sent = bot(account="autre")
    assert [each.code for each in sent.verify()] == ["CM521"]
    with pytest.raises(NotSent) as refused:
        sent.send(one(edition("mattermost", "Bonjour")), SENDING)
    assert refused.value.code == "wrong_account"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{URL}/ateliers/pl/{POST}", POST),
        (f"{URL}/_redirect/pl/{POST}/", POST),
        (f"https://example.org/chat/a/pl/{POST}", POST),
        (f"{URL}/ateliers/channels/{POST}", None),
        (f"{URL}/ateliers/pl/court", None),
        ("", None),
    ],
)
def test_addresses_of_posts(address: str, expected: str | None) -> None:
    assert post_at(address) == expected


def test_what_it_would_show_as_it_is_typed_is_said(edition: MakeEdition) -> None:
    made = compose(edition("mattermost", "Un <b>mot</b>"))
    assert [each.code for each in made.problems] == ["CM567", "CM567"]
    assert compose(edition("mattermost", "# Titre\n\n- un\n- deux")).problems == ()
