"""Telegram: each request by the API's own description, and a token that nothing ever says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import Edition, Media, Message, Metric, ReadsBack, Sending
from cmops.adapters.telegram import content
from cmops.adapters.telegram.bot import Bot
from cmops.adapters.telegram.content import Address, message_at
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.wording import LANGUAGES, Wording
from cmops.workspace.model import Channel, Poll
from tests.adapters.composed import composed
from tests.servers.chats import Asked, Chats, chats
from tests.servers.files import put

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
API = f"https://api.telegram.org/bot{TOKEN}"
CLAIMED = datetime.fromtimestamp(1_700_000_000, UTC)
SENDING = Sending("telegram-1.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
METHODS = json.loads(Path(__file__).with_name("telegram_api.json").read_text("utf-8"))["methods"]
# https://core.telegram.org/bots/api#getme
ME = {"id": 123456, "is_bot": True, "first_name": "Ateliers", "username": "ateliers_bot"}
CHAT = {"id": -1001234567890, "title": "Les Ateliers", "username": "ateliers", "type": "channel"}


@pytest.fixture
def server() -> Iterator[Chats]:
    with chats() as made:
        yield made
        for each in made.asked:
            known(each)


def bot(root: Path = Path(), account: str = "ateliers_bot", chat: str = "@ateliers") -> Bot:
    settings = {"chat": chat}
    channel = Channel("canal", "telegram", account, "a", "Ateliers", "fr", settings=settings)
    secrets = {"token": Secret("TELEGRAM_TOKEN", TOKEN)}
    return Bot(channel, root, Http(secrets, sleep=lambda _: None))


def yes(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}


def no(code: int, description: str, **parameters: int) -> dict[str, Any]:
    more = {"parameters": parameters} if parameters else {}
    return {"ok": False, "error_code": code, "description": description, **more}


def live(number: int = 12, **fields: Any) -> dict[str, Any]:
    return {"message_id": number, "chat": CHAT, "date": 1_700_000_001, **fields}


def picture(root: Path, name: str = "a.jpg", type: str = "image/jpeg", **fields: Any) -> Media:
    return replace(put(root, name, name.encode(), type, size=(800, 600)), **fields)


def check(method: str, body: Mapping[str, Any]) -> None:
    """Whether the API's description knows these parameters, of these types, and lacks none."""
    fields = METHODS[method]
    assert set(body) <= set(fields)
    assert {name for name, field in fields.items() if field["required"]} <= set(body)
    kinds = {"Boolean": bool, "Integer": int, "String": str}
    for name, value in body.items():
        allowed = tuple(kinds.get(each, (dict, list, str)) for each in fields[name]["types"])
        assert isinstance(value, allowed), name


def known(asked: Asked) -> None:
    """The same for a request as it was put on the wire: as JSON, or as a form with files."""
    verb, _, address = asked.line.partition(" ")
    method = address.rpartition("/")[2]
    assert verb == "POST"
    if "json" in asked.headers.get("content-type", "application/json"):
        check(method, asked.json if asked.body else {})
        return
    files = {name for name, (file, _) in asked.parts.items() if file}
    named = {name for name in files if name in METHODS[method]}
    shown = asked.parts.get("media", ("", b""))[1].decode()
    # The others are referred to by their names.
    assert all(f"attach://{name}" in shown for name in files - named)
    body = {
        name: "" if file else _told(method, name, content.decode())
        for name, (file, content) in asked.parts.items()
        if name not in files - named
    }
    check(method, body)


def _told(method: str, name: str, text: str) -> Any:
    """What is no text stands as JSON in a form."""
    return text if "String" in METHODS[method][name]["types"] else json.loads(text)


def sent(server: Chats, message: Message, made: Bot | None = None, **fields: Any) -> Receipt:
    made = made or bot()
    told = replace(SENDING, **fields)
    made.prepare(message, told)
    return made.send(message, told)


def test_a_text_is_one_request_in_telegrams_html(server: Chats, edition: MakeEdition) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/sendMessage", yes(live()))
    [message] = composed(edition("telegram", "Bonjour **vous** & <3 [ici](https://example.org)"))
    receipt = sent(server, message)
    assert receipt == Receipt(
        "12",
        datetime.fromtimestamp(1_700_000_001, UTC),
        "https://t.me/ateliers/12",
        (("chat", "-1001234567890"),),
    )
    body = server.asked[-1].json
    check("sendMessage", body)
    assert body == {
        "chat_id": "@ateliers",
        "text": 'Bonjour <b>vous</b> &amp; &lt;3 <a href="https://example.org">ici</a>',
        "parse_mode": "HTML",
    }


def test_a_message_may_come_silently_and_without_previews(edition: MakeEdition) -> None:
    options = {"silent": True, "preview": False}
    [message] = composed(edition("telegram", "Un", options=options))
    body = content.call(message, "@a", None).body
    check("sendMessage", body)
    assert body["disable_notification"] is True
    assert body["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("name", "type", "method", "field"),
    [
        ("a.jpg", "image/jpeg", "sendPhoto", "photo"),
        ("a.gif", "image/gif", "sendAnimation", "animation"),
        ("a.mp4", "video/mp4", "sendVideo", "video"),
        ("a.pdf", "application/pdf", "sendDocument", "document"),
    ],
)
def test_a_file_goes_by_the_method_for_its_type_with_the_text_below(
    name: str, type: str, method: str, field: str, server: Chats, tmp_path: Path
) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/{method}", yes(live(caption="Un")))
    file = picture(tmp_path, name, type)
    message = Message("**Un**", (file,), {"html": "<b>Un</b>"})
    receipt = sent(server, message, bot(tmp_path))
    parts = {key: value for key, (_, value) in server.asked[-1].parts.items()}
    assert parts.pop(field) == name.encode()
    assert {*parts, field} <= set(METHODS[method])
    assert (parts["chat_id"], parts["caption"], parts["parse_mode"]) == (
        b"@ateliers",
        b"<b>Un</b>",
        b"HTML",
    )
    assert dict(receipt.extra)["files"] == content.files_digest(message)


def test_a_film_says_its_size_and_length(tmp_path: Path) -> None:
    film = picture(tmp_path, "a.mp4", "video/mp4", duration=12.4)
    body = content.call(Message("", (film,)), "@a", None).body
    check("sendVideo", {**body, "video": ""})
    shown = {"width": 800, "height": 600, "duration": 12, "supports_streaming": True}
    assert body == {"chat_id": "@a", **shown}


def test_an_album_is_one_request_and_its_text_stands_below_it(
    server: Chats, tmp_path: Path
) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/sendMediaGroup", yes([live(12, caption="Un"), live(13)]))
    files = (picture(tmp_path), picture(tmp_path, "b.mp4", "video/mp4"))
    message = Message("Un", files, {"html": "Un"})
    receipt = sent(server, message, bot(tmp_path))
    parts = server.asked[-1].parts
    assert parts["file0"] == ("a.jpg", b"a.jpg")
    assert parts["file1"] == ("b.mp4", b"b.mp4")
    photo, film = json.loads(parts["media"][1])
    assert photo == {
        "type": "photo",
        "media": "attach://file0",
        "caption": "Un",
        "parse_mode": "HTML",
    }
    assert (film["type"], film["media"], "caption" in film) == ("video", "attach://file1", False)
    kept = dict(receipt.extra)
    assert (receipt.id, kept["messages"], kept["caption"]) == ("12", "12,13", "12")
    # All of it is taken back.
    server.says(f"POST {API}/deleteMessages", yes(True))
    bot().delete(receipt)
    check("deleteMessages", server.asked[-1].json)
    assert server.asked[-1].json == {"chat_id": "-1001234567890", "message_ids": [12, 13]}


def test_a_poll_asks_the_text(server: Chats, edition: MakeEdition) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/sendPoll", yes(live()))
    poll = Poll(("oui", "non"), timedelta(days=2), multiple=True)
    [message] = composed(edition("telegram", "On y va ?", poll=poll))
    sent(server, message)
    body = server.asked[-1].json
    check("sendPoll", body)
    assert body == {
        "chat_id": "@ateliers",
        "question": "On y va ?",
        "options": [{"text": "oui"}, {"text": "non"}],
        "is_anonymous": True,
        "allows_multiple_answers": True,
        "open_period": 172_800,
    }


def test_a_question_of_its_own_leaves_the_text_above_the_poll(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non"), timedelta(hours=1))
    options = {"question": "On y va ?"}
    [message] = composed(edition("telegram", "**Samedi**", poll=poll, options=options))
    body = content.call(message, "@a", None).body
    check("sendPoll", body)
    assert (body["question"], body["description"]) == ("On y va ?", "<b>Samedi</b>")


def test_a_post_of_somebody_else_is_forwarded(server: Chats, edition: MakeEdition) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/forwardMessage", yes(live()))
    [message] = composed(edition("telegram", repost="https://t.me/ville/34"))
    sent(server, message)
    body = server.asked[-1].json
    check("forwardMessage", body)
    assert body == {"chat_id": "@ateliers", "from_chat_id": "@ville", "message_id": 34}


def test_what_follows_answers_what_came_before_and_an_answer_its_message(server: Chats) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/sendMessage", yes(live()))
    message = Message("Deux", fields={"html": "Deux"})
    made = bot()
    sent(server, message, made, index=1, before=(Receipt("12", CLAIMED),))
    assert server.asked[-1].json["reply_parameters"] == {"message_id": 12}
    answer = Message("Oui", fields={"html": "Oui", "reply_to": "https://t.me/c/1234567890/5"})
    sent(server, answer, made)
    body = server.asked[-1].json
    check("sendMessage", body)
    assert body["reply_parameters"] == {"message_id": 5, "chat_id": "-1001234567890"}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://t.me/ateliers/12", Address("@ateliers", 12)),
        ("https://t.me/s/ateliers/12?single", Address("@ateliers", 12)),
        ("https://t.me/ateliers/7/12", Address("@ateliers", 12)),
        ("https://t.me/c/1234567890/12", Address("-1001234567890", 12)),
        ("https://t.me/ateliers", None),
        ("https://t.me.evil.example/ateliers/12", None),
        ("http://t.me/ateliers/12", None),
    ],
)
def test_an_address_names_a_message_or_nothing(address: str, found: Address | None) -> None:
    assert message_at(address) == found


def test_a_private_channel_has_addresses_and_a_small_group_has_none() -> None:
    assert content.web_address(-1001234567890, None, 5) == "https://t.me/c/1234567890/5"
    assert content.web_address(-12345, None, 5) is None


def test_nothing_is_read_back() -> None:
    assert not isinstance(bot(), ReadsBack)


RECEIPT = Receipt("12", CLAIMED, None, (("chat", "-1001234567890"),))


def test_a_correction_changes_a_text_or_what_stands_below_a_picture(
    server: Chats, tmp_path: Path
) -> None:
    server.says(f"POST {API}/editMessageText", yes(live()))
    assert bot().edit(RECEIPT, Message("Mieux", fields={"html": "Mieux"})) == RECEIPT
    check("editMessageText", server.asked[-1].json)
    assert server.asked[-1].json == {
        "chat_id": "-1001234567890",
        "message_id": 12,
        "text": "Mieux",
        "parse_mode": "HTML",
    }
    server.says(
        f"POST {API}/editMessageCaption", no(400, "Bad Request: message is not modified"), 400
    )
    message = Message("Mieux", (picture(tmp_path),), {"html": "Mieux"})
    kept = replace(RECEIPT, extra=(*RECEIPT.extra, ("files", content.files_digest(message))))
    bot().edit(kept, message)
    check("editMessageCaption", server.asked[-1].json)
    assert server.asked[-1].json["caption"] == "Mieux"


def test_files_and_polls_are_not_exchanged(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="media_fixed"):
        bot().edit(RECEIPT, Message("Mieux", (picture(tmp_path),), {"html": "Mieux"}))
    poll = {"options": ["oui", "non"], "duration_seconds": 3600, "multiple": False}
    with pytest.raises(Rejected, match="poll_fixed"):
        bot().edit(RECEIPT, Message("Mieux", fields={"poll": poll, "html": "Mieux"}))


def test_what_is_too_old_to_be_deleted_is_said(server: Chats) -> None:
    server.says(f"POST {API}/deleteMessages", no(400, "Bad Request: message can't be deleted"), 400)
    with pytest.raises(Rejected, match="too_late"):
        bot().delete(RECEIPT)


# (Telegram's words and the status, what they prove of a publishing request, the word for it)
CASES: list[tuple[Any, int, type[Failure], str]] = [
    (no(401, "Unauthorized"), 401, NotSent, "unauthorised"),
    (no(404, "Not Found"), 404, NotSent, "unauthorised"),
    (no(400, "Bad Request: chat not found"), 400, NotSent, "no_channel"),
    (
        no(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=-100123,
        ),
        400,
        NotSent,
        "no_channel",
    ),
    (no(403, "Forbidden: bot was kicked from the channel chat"), 403, NotSent, "no_channel"),
    (
        no(403, "Forbidden: bot is not a member of the channel chat"),
        403,
        NotSent,
        "no_channel",
    ),
    (
        no(400, "Bad Request: need administrator rights in the channel chat"),
        400,
        NotSent,
        "may_not_post",
    ),
    (
        no(400, "Bad Request: not enough rights to send photos to the chat"),
        400,
        NotSent,
        "may_not_post",
    ),
    (
        no(400, "Bad Request: message to be replied not found"),
        400,
        Rejected,
        "post_not_found",
    ),
    (no(400, "Bad Request: message is too long"), 400, Rejected, "too_large"),
    (no(400, "Bad Request: message caption is too long"), 400, Rejected, "too_large"),
    (
        no(400, "Bad Request: can't parse entities: Unsupported start tag"),
        400,
        Rejected,
        "text_refused",
    ),
    (no(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), 400, Rejected, "media_refused"),
    (no(413, "Request Entity Too Large"), 413, Rejected, "media_too_large"),
    (no(400, "Bad Request: something new"), 400, Rejected, "form_refused"),
    (no(500, "Internal Server Error"), 500, Unclear, "http_500"),
    (b"<html>", 200, Unclear, "rubbish"),
    ({"ok": True, "result": {}}, 200, Unclear, "rubbish"),
    (b"<html>Bad Gateway", 502, Unclear, "http_502"),
]


@pytest.mark.parametrize(("answer", "status", "kind", "word"), CASES)
def test_a_refusal_is_typed_by_what_it_proves(
    answer: Any, status: int, kind: type[Failure], word: str, server: Chats
) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/sendMessage", answer, status)
    with pytest.raises(Failure) as caught:
        sent(server, Message("Bonjour", fields={"html": "Bonjour"}))
    assert (type(caught.value), caught.value.code) == (kind, word)
    assert TOKEN not in repr(caught.value)
    if not word.startswith("http_"):
        assert all(Wording(each).has(f"reason.{word}") for each in LANGUAGES)


def test_flood_control_says_until_when(server: Chats) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    limited = no(429, "Too Many Requests: retry after 35", retry_after=35)
    server.says(f"POST {API}/sendMessage", limited, 429)
    with pytest.raises(Throttled) as caught:
        sent(server, Message("Bonjour", fields={"html": "Bonjour"}))
    assert caught.value.until is not None
    rest = caught.value.until - datetime.now(UTC)
    assert timedelta(seconds=25) < rest < timedelta(seconds=36)


def test_a_lost_answer_is_a_doubt_that_does_not_say_the_token(
    server: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.says(f"POST {API}/getMe", yes(ME))
    server.hangs_up(f"POST {API}/sendMessage")
    made = bot()
    with pytest.raises(Unclear, match="no_answer") as caught:
        sent(server, Message("Bonjour", fields={"html": "Bonjour"}), made)
    failure = caught.value
    assert failure.__context__ is None
    assert failure.__cause__ is None
    secret = TOKEN.partition(":")[2]
    assert secret not in repr(failure) + str(failure) + caplog.text + repr(vars(made))


def test_the_token_of_another_bot_sends_nothing_and_is_a_problem(server: Chats) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    with pytest.raises(NotSent, match="wrong_account"):
        sent(server, Message("Non", fields={"html": "Non"}), bot(account="autre_bot"))
    [problem] = bot(account="autre_bot").verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "ateliers_bot")


@pytest.mark.parametrize(
    ("kind", "member", "reason"),
    [
        ("channel", {"status": "administrator", "can_post_messages": True}, None),
        ("channel", {"status": "administrator", "can_post_messages": False}, "may_not_post"),
        ("channel", {"status": "creator"}, None),
        ("supergroup", {"status": "member"}, None),
        ("supergroup", {"status": "restricted", "can_send_messages": False}, "may_not_post"),
        ("supergroup", {"status": "left"}, "no_channel"),
    ],
)
def test_the_bot_may_write_or_the_problem_says_why_not(
    kind: str, member: dict[str, Any], reason: str | None, server: Chats
) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/getChat", yes({**CHAT, "type": kind}))
    server.says(f"POST {API}/getChatMember", yes(member))
    found = list(bot().verify())
    assert [each.values["reason"] for each in found] == ([reason] if reason else [])
    assert {each.code for each in found} <= {"CM573"}
    for each in server.asked:
        check(each.line.rpartition("/")[2], each.json)


def test_a_chat_that_is_not_there_is_a_problem(server: Chats) -> None:
    server.says(f"POST {API}/getMe", yes(ME))
    server.says(f"POST {API}/getChat", no(400, "Bad Request: chat not found"), 400)
    [problem] = bot().verify()
    assert problem.values["reason"] == "no_channel"


def test_members_are_counted_and_views_are_not_told(server: Chats) -> None:
    server.says(f"POST {API}/getChatMemberCount", yes(23))
    assert bot().measure_channel() == {Metric.MEMBERS: 23}
    assert bot().measure([RECEIPT]) == {}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["CM567"]),
        ("<b>gras</b>", ["CM567", "CM567"]),
        ("![L’atelier](https://example.org/a.jpg)", ["CM552"]),
        ("[ici](programme.md)", ["CM519"]),
        ("#### Titre\n> cité", []),
        # What counts is what is read: neither marks nor addresses.
        (f"**{'a' * 4_095}** [b](https://example.org)", ["CM501"]),
        (f"**{'a' * 4_090}** [b](https://example.org/{'c' * 500})", []),
        ("\U0001f600" * 2_048, []),
        ("\U0001f600" * 2_049, ["CM501"]),
    ],
)
def test_what_telegram_would_show_otherwise_or_refuse_is_a_problem(
    text: str, codes: list[str], edition: MakeEdition
) -> None:
    assert [each.code for each in compose(edition("telegram", text)).problems] == codes


def test_a_text_below_media_is_short_and_is_never_cut(
    edition: MakeEdition, media: MakeMedia
) -> None:
    file = media(alt="")
    within = edition("telegram", "é" * 1_022 + "\U0001f600", media=(file,))
    assert compose(within).problems == ()
    [problem] = compose(edition("telegram", "é" * 1_023 + "\U0001f600", media=(file,))).problems
    assert (problem.code, problem.at) == ("CM570", (BODY, 0))
    assert problem.values["place"] == "caption"
    assert (problem.values["length"], problem.values["limit"]) == (1_025, 1_024)


def test_a_question_is_short_and_so_is_the_text_above_it(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non"), timedelta(hours=1))
    [problem] = compose(edition("telegram", "a" * 301, poll=poll)).problems
    assert (problem.code, problem.values["place"]) == ("CM570", "question")
    options = {"question": "On y va ?"}
    [problem] = compose(edition("telegram", "a" * 1_025, poll=poll, options=options)).problems
    assert (problem.code, problem.values["place"]) == ("CM570", "description")


def test_files_that_do_not_go_together_are_problems(edition: MakeEdition, media: MakeMedia) -> None:
    photo = media(alt="")
    gif = media("media/b.gif", "", "image/gif")
    pdf = media("media/c.pdf", "", "application/pdf")
    wide = replace(photo, path="media/w.jpg", width=2_100, height=100)

    def reasons(*files: Media) -> list[object]:
        found = compose(edition("telegram", "Un", media=files)).problems
        assert {each.code for each in found} <= {"CM572"}
        return [each.values["reason"] for each in found]

    assert reasons(photo, gif) == ["animation"]
    assert reasons(photo, pdf) == ["mixed"]
    assert reasons(pdf, replace(pdf, path="media/d.pdf")) == []
    assert reasons(wide) == ["shape"]
    assert reasons(gif) == reasons(pdf) == reasons(photo) == []
