"""Slack: each request whole, with the documentation's own answers, and what each of them proves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import Absent, Edition, Found, Media, Message, Metric, Sending, Unknown
from cmops.adapters.slack import content
from cmops.adapters.slack.bot import Bot
from cmops.adapters.slack.content import Address, message_at, metadata
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.wording import LANGUAGES, Wording
from cmops.workspace.model import Channel
from tests.adapters.composed import composed
from tests.adapters.described import described
from tests.servers.chats import Chats, chats
from tests.servers.files import put

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

API = "https://slack.com/api"
CHANNEL = "C123ABC456"
STAMP = "1503435956.000247"
CLAIMED = datetime.fromtimestamp(1503435950, UTC)
SENDING = Sending("slack-1.2017-08-22", 0, "ouverture", CLAIMED, CLAIMED)
KEY = hashlib.sha256(b"slack-1.2017-08-22.0").hexdigest()
# https://docs.slack.dev/reference/methods/auth.test
ME = {
    "ok": True,
    "url": "https://subarachnoid.slack.com/",
    "team": "Subarachnoid Workspace",
    "user": "bot",
    "team_id": "T0G9PQBBK",
    "user_id": "W23456789",
    "bot_id": "BZYBOTHED",
    "is_enterprise_install": False,
}
# https://docs.slack.dev/reference/methods/chat.postMessage
POSTED = {
    "ok": True,
    "channel": CHANNEL,
    "ts": STAMP,
    "message": {
        "text": "Here's a message for you",
        "username": "ecto1",
        "bot_id": "B123ABC456",
        "attachments": [],
        "type": "message",
        "subtype": "bot_message",
        "ts": STAMP,
    },
}
URL = f"https://subarachnoid.slack.com/archives/{CHANNEL}/p1503435956000247"


@pytest.fixture
def server() -> Iterator[Chats]:
    with chats() as made:
        yield made
        described("slack").check(made.asked)


def bot(root: Path = Path(), account: str = "bot") -> Bot:
    settings = {"channel": CHANNEL}
    channel = Channel("canal", "slack", account, "a", "Ateliers", "fr", settings=settings)
    secrets = {"token": Secret("SLACK_TOKEN", "hush-hush")}
    return Bot(channel, root, Http(secrets, sleep=lambda _: None))


def picture(root: Path, alt: str = "Un établi") -> Media:
    return put(root, "a.png", b"png", "image/png", alt, (8, 6))


def test_a_text_is_one_request_with_its_key_in_the_metadata(
    server: Chats, edition: MakeEdition
) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/chat.postMessage", POSTED)
    [message] = composed(edition("slack", "Bonjour **vous** & [ici](https://example.org/?a=1&b=2)"))
    sent = bot()
    sent.prepare(message, SENDING)
    receipt = sent.send(message, SENDING)
    assert (receipt.id, receipt.url) == (STAMP, URL)
    assert receipt.at == datetime.fromtimestamp(1503435956.000247, UTC)
    assert receipt.extra == (("channel", CHANNEL),)
    asked = server.asked[-1]
    assert asked.headers["authorization"] == "Bearer hush-hush"
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.json == {
        "channel": CHANNEL,
        "text": "Bonjour *vous* &amp; <https://example.org/?a=1&amp;b=2|ici>",
        "unfurl_links": True,
        "unfurl_media": True,
        "metadata": {"event_type": "cmops_message", "event_payload": {"key": KEY}},
    }


def test_links_stay_bare_when_the_post_says_so(edition: MakeEdition) -> None:
    [message] = composed(edition("slack", "Un", options={"preview": False}))
    body = content.body(message, [])
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)


def test_people_are_told_and_everyone_only_when_asked_for(edition: MakeEdition) -> None:
    text = "<@U123ABC> <#C123ABC> <!subteam^S123> <!here> <script>"
    [message] = compose(edition("slack", text)).messages
    assert content.shown(message) == (
        "<@U123ABC> <#C123ABC> <!subteam^S123> &lt;!here&gt; &lt;script&gt;"
    )
    [message] = compose(edition("slack", text, options={"everyone": True})).messages
    assert content.shown(message) == "<@U123ABC> <#C123ABC> <!subteam^S123> <!here> &lt;script&gt;"


# https://docs.slack.dev/reference/methods/files.getUploadURLExternal
PLACE = {
    "ok": True,
    "upload_url": "https://files.slack.com/upload/v1/ABC123456",
    "file_id": "F123ABC456",
}


def uploads(server: Chats) -> None:
    server.says(f"POST {API}/files.getUploadURLExternal", PLACE)
    server.says("POST https://files.slack.com/upload/v1/ABC123456", b"OK - 3")
    done = {"ok": True, "files": [{"id": "F123ABC456", "title": "a.png"}]}
    server.says(f"POST {API}/files.completeUploadExternal", done)
    server.says(f"POST {API}/files.info", {"ok": True, "file": {"mimetype": ""}})
    server.says(f"POST {API}/files.info", {"ok": True, "file": {"mimetype": "image/png"}})


def test_a_picture_is_uploaded_unseen_and_shown_by_the_message(
    server: Chats, tmp_path: Path
) -> None:
    server.says(f"POST {API}/auth.test", ME)
    uploads(server)
    server.says(f"POST {API}/chat.postMessage", POSTED)
    bot(tmp_path).send(Message("Regardez", (picture(tmp_path),)), SENDING)
    _, place, put, complete, _, _, post = server.asked
    assert place.form == {"filename": "a.png", "length": "3", "alt_txt": "Un établi"}
    assert put.body == b"png"
    assert "authorization" not in put.headers
    assert json.loads(complete.form["files"]) == [{"id": "F123ABC456", "title": "a.png"}]
    assert "channel_id" not in complete.form
    assert post.json["text"] == "Regardez"
    assert post.json["blocks"] == [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Regardez"}},
        {"type": "image", "slack_file": {"id": "F123ABC456"}, "alt_text": "Un établi"},
    ]


def test_a_file_goes_to_slack_and_nowhere_else(server: Chats, tmp_path: Path) -> None:
    server.says(f"POST {API}/auth.test", ME)
    elsewhere = {**PLACE, "upload_url": "https://slack.com.evil.example/upload"}
    server.says(f"POST {API}/files.getUploadURLExternal", elsewhere)
    with pytest.raises(NotSent, match="address"):
        bot(tmp_path).prepare(Message("", (picture(tmp_path),)), SENDING)


def test_a_picture_that_is_never_ready_is_not_sent(server: Chats, tmp_path: Path) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/files.getUploadURLExternal", PLACE)
    server.says("POST https://files.slack.com/upload/v1/ABC123456", b"OK - 3")
    server.says(f"POST {API}/files.completeUploadExternal", {"ok": True, "files": []})
    server.says(f"POST {API}/files.info", {"ok": True, "file": {}})
    with pytest.raises(NotSent, match="media_not_ready"):
        bot(tmp_path).prepare(Message("", (picture(tmp_path),)), SENDING)


def test_what_follows_stands_in_the_thread_of_the_first(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/chat.postMessage", {**POSTED, "ts": "1503435957.000001"})
    first, second = Receipt(STAMP, CLAIMED), Receipt("1503435956.900000", CLAIMED)
    told = replace(SENDING, index=2, before=(first, second))
    receipt = bot().send(Message("Trois"), told)
    assert server.asked[-1].json["thread_ts"] == STAMP
    assert receipt.url == (
        f"https://subarachnoid.slack.com/archives/{CHANNEL}/p1503435957000001"
        f"?thread_ts={STAMP}&cid={CHANNEL}"
    )
    assert receipt.extra == (("channel", CHANNEL), ("thread", STAMP))


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (URL, Address(CHANNEL, STAMP)),
        (f"{URL}?thread_ts=1503435900.000001&cid={CHANNEL}", Address(CHANNEL, "1503435900.000001")),
        (f"{URL}?thread_ts=hier", None),
        ("https://subarachnoid.slack.com/archives/C123ABC456", None),
        (URL.replace("slack.com", "slack.com.evil.example"), None),
    ],
)
def test_an_address_names_a_message_or_nothing(address: str, found: Address | None) -> None:
    assert message_at(address) == found


def test_an_answer_stands_in_the_thread_of_its_message(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/chat.postMessage", {**POSTED, "ts": "1503435957.000001"})
    made = bot()
    made.send(Message("Oui", fields={"reply_to": URL}), SENDING)
    assert server.asked[-1].json["thread_ts"] == STAMP
    other = Message("Oui", fields={"reply_to": URL.replace(CHANNEL, "C999999")})
    with pytest.raises(Rejected, match="other_room"):
        made.prepare(other, SENDING)


def page(*messages: dict[str, Any], more: str = "") -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/conversations.history"""
    return {
        "ok": True,
        "messages": list(messages),
        "has_more": bool(more),
        "pin_count": 0,
        "response_metadata": {"next_cursor": more},
    }


def live(stamp: str = STAMP, key: str = SENDING.message_key) -> dict[str, Any]:
    said = {"type": "message", "text": "dit autrement", "ts": stamp}
    return {**said, "metadata": metadata(key)}


def test_a_message_is_found_by_its_key_on_whatever_page(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(
        f"POST {API}/conversations.history", page(live("1503435960.000001", "autre"), more="x")
    )
    server.says(f"POST {API}/conversations.history", page(live()))
    found = bot().find(Message("Bonjour"), SENDING)
    assert isinstance(found, Found)
    assert (found.receipt.id, found.receipt.url) == (STAMP, URL)
    first, second = (each.form for each in server.asked[1:])
    assert float(first.pop("oldest")) < CLAIMED.timestamp()
    assert first == {
        "channel": CHANNEL,
        "inclusive": "true",
        "include_all_metadata": "true",
        "limit": "200",
    }
    assert second["cursor"] == "x"


def test_a_reply_is_looked_for_in_its_thread(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/conversations.replies", page(live(key="slack-1.2017-08-22.1")))
    told = replace(SENDING, index=1, before=(Receipt("1503435951.000001", CLAIMED),))
    found = bot().find(Message("Deux"), told)
    assert isinstance(found, Found)
    assert server.asked[-1].form["ts"] == "1503435951.000001"


def test_no_message_with_the_key_is_absent_and_two_are_a_doubt(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/conversations.history", page())
    server.says(f"POST {API}/conversations.history", page(live(), live("1503435956.000300")))
    made = bot()
    assert made.find(Message("Bonjour"), SENDING) == Absent()
    assert made.find(Message("Bonjour"), SENDING) == Unknown()


def test_pages_without_an_end_prove_nothing(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/conversations.history", {**page(), "has_more": True})
    with pytest.raises(NotSent, match="rubbish"):
        bot().find(Message("Bonjour"), SENDING)


RECEIPT = Receipt(STAMP, CLAIMED, URL, (("channel", CHANNEL),))


def test_a_correction_changes_text_and_pictures(server: Chats, tmp_path: Path) -> None:
    updated = {"ok": True, "channel": CHANNEL, "ts": STAMP, "text": "Mieux"}
    uploads(server)
    server.says(f"POST {API}/chat.update", updated)
    assert bot(tmp_path).edit(RECEIPT, Message("Mieux", (picture(tmp_path, ""),))) == RECEIPT
    body = server.asked[-1].json
    assert (body["channel"], body["ts"], body["text"]) == (CHANNEL, STAMP, "Mieux")
    assert body["blocks"][1]["slack_file"] == {"id": "F123ABC456"}
    assert "metadata" not in body


def test_deleting_what_is_gone_is_no_error(server: Chats) -> None:
    server.says(f"POST {API}/chat.delete", {"ok": True, "channel": CHANNEL, "ts": STAMP})
    server.says(f"POST {API}/chat.delete", {"ok": False, "error": "message_not_found"})
    bot().delete(RECEIPT)
    bot().delete(RECEIPT)
    assert server.asked[0].json == {"channel": CHANNEL, "ts": STAMP}


# (Slack's word, what it proves of a publishing request, the word for it)
CASES: list[tuple[str, type[Failure], str]] = [
    ("invalid_auth", NotSent, "unauthorised"),
    ("token_revoked", NotSent, "unauthorised"),
    ("missing_scope", NotSent, "unauthorised"),
    ("channel_not_found", NotSent, "no_channel"),
    ("not_in_channel", NotSent, "no_channel"),
    ("is_archived", NotSent, "channel_closed"),
    ("restricted_action_read_only_channel", NotSent, "may_not_post"),
    ("msg_too_long", Rejected, "too_large"),
    ("no_text", Rejected, "text_refused"),
    ("invalid_blocks", Rejected, "form_refused"),
    ("something_new", Rejected, "form_refused"),
    ("rate_limited", Throttled, "throttled"),
    ("fatal_error", Unclear, "platform_error"),
    ("internal_error", Unclear, "platform_error"),
]


@pytest.mark.parametrize(("said", "kind", "word"), CASES)
def test_a_refusal_is_typed_by_what_it_proves(
    said: str, kind: type[Failure], word: str, server: Chats
) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/chat.postMessage", {"ok": False, "error": said})
    with pytest.raises(Failure) as caught:
        bot().send(Message("Bonjour"), SENDING)
    assert (type(caught.value), caught.value.code) == (kind, word)
    if word != "throttled":
        assert all(Wording(each).has(f"reason.{word}") for each in LANGUAGES)


def test_a_rate_limit_says_until_when(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    limited = {"ok": False, "error": "ratelimited"}
    server.says(f"POST {API}/chat.postMessage", limited, 429, {"Retry-After": "30"})
    with pytest.raises(Throttled) as caught:
        bot().send(Message("Bonjour"), SENDING)
    assert caught.value.until is not None
    assert caught.value.until - datetime.now(UTC) < timedelta(seconds=31)


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"ok": "yes"}'])
def test_an_answer_that_makes_no_sense_is_a_doubt(answer: bytes, server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.says(f"POST {API}/chat.postMessage", answer)
    with pytest.raises(Unclear, match="rubbish"):
        bot().send(Message("Bonjour"), SENDING)


def test_a_lost_answer_is_a_doubt(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    server.hangs_up(f"POST {API}/chat.postMessage")
    with pytest.raises(Unclear, match="no_answer"):
        bot().send(Message("Bonjour"), SENDING)


def test_the_token_of_another_bot_sends_nothing_and_is_a_problem(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME)
    with pytest.raises(NotSent, match="wrong_account"):
        bot(account="autre").send(Message("Non"), SENDING)
    [problem] = bot(account="autre").verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "bot")


SCOPES = "chat:write,files:read,files:write,channels:history,channels:read"


def test_a_bot_that_may_write_and_read_is_fine(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME, headers={"X-OAuth-Scopes": SCOPES})
    server.says(f"POST {API}/conversations.history", page())
    info = {"ok": True, "channel": {"id": CHANNEL, "is_member": True, "is_archived": False}}
    server.says(f"POST {API}/conversations.info", info)
    assert list(bot().verify()) == []


def test_scopes_and_membership_that_lack_are_problems(server: Chats) -> None:
    server.says(f"POST {API}/auth.test", ME, headers={"X-OAuth-Scopes": "chat:write"})
    refused = {"ok": False, "error": "not_in_channel"}
    server.says(f"POST {API}/conversations.history", refused)
    scopes, place = bot().verify()
    assert scopes.code == "CM530"
    assert scopes.values["missing"] == ("files:read", "files:write", "channels:history")
    assert (place.code, place.values["reason"]) == ("CM573", "no_channel")


def test_reactions_replies_and_members_are_counted(server: Chats) -> None:
    counted = {
        **live(),
        "reactions": [{"name": "tada", "users": ["W1"], "count": 2}, {"name": "x", "count": 1}],
        "reply_count": 3,
    }
    server.says(f"POST {API}/conversations.replies", page(counted))
    server.says(f"POST {API}/conversations.replies", {"ok": False, "error": "thread_not_found"})
    server.says(f"POST {API}/conversations.info", {"ok": True, "channel": {"num_members": 23}})
    gone = replace(RECEIPT, id="1503435900.000001")
    assert bot().measure([RECEIPT, gone]) == {STAMP: {Metric.LIKES: 3, Metric.COMMENTS: 3}}
    assert bot().measure_channel() == {Metric.MEMBERS: 23}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["CM567"]),
        ("<b>gras</b>", ["CM567", "CM567"]),
        ("<!channel> Bonjour", ["CM568"]),
        ("![L’atelier](https://example.org/a.jpg)", ["CM552"]),
        ("[ici](programme.md)", ["CM519"]),
        ("#### Titre\n> cité <@U123ABC>", []),
        ("&" * 10_000, ["CM570"]),
    ],
)
def test_what_slack_would_show_otherwise_or_cut_is_a_problem(
    text: str, codes: list[str], edition: MakeEdition
) -> None:
    assert [each.code for each in compose(edition("slack", text)).problems] == codes


def test_a_text_above_pictures_must_be_shorter(edition: MakeEdition, media: MakeMedia) -> None:
    within = edition("slack", "a" * 3_000, media=(media(),))
    beyond = edition("slack", "a" * 3_001, media=(media(),))
    assert compose(within).problems == ()
    [problem] = compose(beyond).problems
    assert (problem.code, problem.values["place"]) == ("CM570", "section")
