"""Discord: each request whole, by its own description of the API, and what each answer proves."""

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
    Found,
    Media,
    Message,
    Metric,
    Sending,
    Unknown,
)
from cmops.adapters.discord import Discord, DiscordWebhook, content
from cmops.adapters.discord.bot import Bot
from cmops.adapters.discord.content import Address, message_at
from cmops.adapters.discord.permissions import missing
from cmops.adapters.discord.webhook import Webhook
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.wording import LANGUAGES, Wording
from cmops.workspace.model import Channel, Poll
from tests.adapters.composed import composed
from tests.adapters.described import described
from tests.servers.chats import Chats, chats
from tests.servers.files import put

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

API = "https://discord.com/api/v10"
CHANNEL, GUILD, BOT = "290926798999357250", "197038439483310086", "53908099506183680"
HOOK = "223704706495545344"
MESSAGES = f"{API}/channels/{CHANNEL}/messages"
CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("discord-1.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
PLACE = {"id": CHANNEL, "guild_id": GUILD, "type": 0, "last_message_id": "155117677105512449"}
DESCRIBED = json.loads(Path(__file__).with_name("discord_api.json").read_text("utf-8"))


def number(at: datetime, low: int = 1) -> str:
    """A message's number, which says when it was made."""
    return str(((int(at.timestamp() * 1000) - content.EPOCH) << 22) + low)


def live(text: str = "Bonjour", at: datetime = CLAIMED, **fields: Any) -> dict[str, Any]:
    """A message as Discord's documentation shows one."""
    return {
        "reactions": [{"count": 1, "me": False, "emoji": {"id": None, "name": "🔥"}}],
        "attachments": [],
        "tts": False,
        "embeds": [],
        "timestamp": "2026-12-01T11:15:02.957000+00:00",
        "mention_everyone": False,
        "id": number(at),
        "pinned": False,
        "edited_timestamp": None,
        "author": {"username": "ateliers", "discriminator": "0000", "id": BOT, "bot": True},
        "mention_roles": [],
        "content": text,
        "channel_id": CHANNEL,
        "mentions": [],
        "type": 0,
        **fields,
    }


@pytest.fixture
def server() -> Iterator[Chats]:
    with chats() as made:
        yield made
        described("discord").check(made.asked)


def http() -> Http:
    secrets = {"token": Secret("DISCORD_TOKEN", "hush-hush")}
    return Http(secrets, sleep=lambda _: None)


def bot(root: Path = Path(), account: str = "ateliers") -> Bot:
    settings = {"channel": CHANNEL}
    channel = Channel("salon", "discord", account, "a", "Ateliers", "fr", settings=settings)
    return Bot(channel, root, http())


def webhook(root: Path = Path()) -> Webhook:
    return Webhook(Channel("crochet", "discord-webhook", HOOK, "a", "A", "fr"), root, http())


def known(server: Chats) -> None:
    """The bot and its channel, as they are asked for before anything is sent."""
    server.says(f"GET {API}/users/@me", {"id": BOT, "username": "ateliers", "bot": True})
    server.says(f"GET {API}/channels/{CHANNEL}", PLACE)


def picture(root: Path, alt: str = "Un établi", name: str = "a.png") -> Media:
    return put(root, name, b"png", "image/png", alt, (8, 6))


def check(body: dict[str, Any], name: str = "MessageCreateRequest") -> None:
    """Whether Discord's own description of its API allows this body."""
    from jsonschema import Draft202012Validator

    schema = {**DESCRIBED, "$ref": f"#/components/schemas/{name}"}
    Draft202012Validator(schema).validate(body)


def test_a_text_is_one_request_that_tells_nobody(server: Chats) -> None:
    known(server)
    made = live("Bonjour **vous**")
    server.says(f"POST {MESSAGES}", made)
    sent, message = bot(), Message("Bonjour **vous**")
    sent.prepare(message, SENDING)
    receipt = sent.send(message, SENDING)
    url = f"https://discord.com/channels/{GUILD}/{CHANNEL}/{made['id']}"
    assert receipt == Receipt(made["id"], CLAIMED, url, (("channel", CHANNEL),))
    *_, asked = server.asked
    assert asked.line == f"POST {MESSAGES}"
    assert asked.headers["authorization"] == "Bot hush-hush"
    assert asked.headers["user-agent"].startswith("DiscordBot (")
    check(asked.json)
    assert asked.json == {
        "content": "Bonjour **vous**",
        "allowed_mentions": {"parse": [], "replied_user": False},
        "nonce": hashlib.sha256(b"discord-1.2026-12-01.0").hexdigest()[:25],
        "enforce_nonce": True,
    }


def test_files_go_with_their_alt_texts_in_one_form(server: Chats, tmp_path: Path) -> None:
    known(server)
    server.says(f"POST {MESSAGES}", live())
    files = (picture(tmp_path), picture(tmp_path, "", "b.png"))
    bot(tmp_path).send(Message("Regardez", files), SENDING)
    parts = server.asked[-1].parts
    assert parts["files[0]"] == ("a.png", b"png")
    assert parts["files[1]"] == ("b.png", b"png")
    body = json.loads(parts["payload_json"][1])
    check(body)
    assert body["attachments"] == [
        {"id": "0", "filename": "a.png", "description": "Un établi"},
        {"id": "1", "filename": "b.png"},
    ]


def test_a_file_that_is_not_what_was_reviewed_is_not_sent(server: Chats, tmp_path: Path) -> None:
    known(server)
    changed = replace(picture(tmp_path), sha256="0" * 64)
    with pytest.raises(NotSent, match="media_changed"):
        bot(tmp_path).prepare(Message("", (changed,)), SENDING)


def test_a_poll_asks_the_text_for_whole_hours(server: Chats, edition: MakeEdition) -> None:
    known(server)
    server.says(f"POST {MESSAGES}", live(""))
    poll = Poll(("oui", "non"), timedelta(days=2), multiple=True)
    [message] = composed(edition("discord", "On y va ?", poll=poll))
    bot().send(message, SENDING)
    body = server.asked[-1].json
    check(body)
    assert body["content"] == ""
    assert body["poll"] == {
        "question": {"text": "On y va ?"},
        "answers": [{"poll_media": {"text": "oui"}}, {"poll_media": {"text": "non"}}],
        "duration": 48,
        "allow_multiselect": True,
        "layout_type": 1,
    }


def test_a_question_of_its_own_leaves_the_text_above_the_poll(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non"), timedelta(hours=1))
    options = {"question": "On y va ?"}
    [message] = composed(edition("discord", "Samedi, atelier.", poll=poll, options=options))
    body = content.body(message)
    assert (body["content"], body["poll"]["question"]["text"]) == ("Samedi, atelier.", "On y va ?")


def test_who_is_named_is_told_and_everyone_only_when_asked_for(edition: MakeEdition) -> None:
    text = "@everyone <@123456789012345678> <@!123456789012345678> <@&223456789012345678> @here"
    [message] = compose(edition("discord", text)).messages
    assert content.body(message)["allowed_mentions"] == {
        "parse": [],
        "users": ["123456789012345678"],
        "roles": ["223456789012345678"],
        "replied_user": False,
    }
    [message] = composed(edition("discord", text, options={"everyone": True}))
    assert content.body(message)["allowed_mentions"]["parse"] == ["everyone"]
    check(content.body(message))


def test_a_message_may_come_silently_and_without_previews(edition: MakeEdition) -> None:
    first, second = composed(
        edition("discord", "Un", "Deux", options={"silent": True, "preview": False})
    )
    assert content.body(first)["flags"] == content.body(second)["flags"] == (1 << 12) | (1 << 2)


def test_what_follows_answers_what_came_before(server: Chats) -> None:
    known(server)
    server.says(f"POST {MESSAGES}", live("Deux"))
    before = (Receipt(number(CLAIMED), CLAIMED),)
    bot().send(Message("Deux"), replace(SENDING, index=1, before=before))
    body = server.asked[-1].json
    check(body)
    assert body["message_reference"] == {
        "message_id": number(CLAIMED),
        "fail_if_not_exists": True,
    }


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://discord.com/channels/1/22/333", Address("22", "333")),
        ("https://canary.discord.com/channels/@me/22/333?x=1", Address("22", "333")),
        ("https://discord.com/channels/1/22", None),
        ("https://discord.com.evil.example/channels/1/22/333", None),
        ("http://discord.com/channels/1/22/333", None),
    ],
)
def test_an_address_names_a_message_or_nothing(address: str, found: Address | None) -> None:
    assert message_at(address) == found


def test_an_answer_stands_below_its_message_in_this_channel_only(server: Chats) -> None:
    known(server)
    server.says(f"POST {MESSAGES}", live())
    address = f"https://discord.com/channels/{GUILD}/{CHANNEL}/155117677105512449"
    bot().send(Message("Oui", fields={"reply_to": address}), SENDING)
    body = server.asked[-1].json
    check(body)
    assert body["message_reference"]["message_id"] == "155117677105512449"
    other = Message("Oui", fields={"reply_to": address.replace(CHANNEL, "1" * 18)})
    known(server)
    with pytest.raises(Rejected, match="other_room"):
        bot().prepare(other, SENDING)


def test_the_token_of_another_bot_sends_nothing(server: Chats) -> None:
    server.says(f"GET {API}/users/@me", {"id": BOT, "username": "ateliers"})
    with pytest.raises(NotSent, match="wrong_account"):
        bot(account="autre").send(Message("Non"), SENDING)


# "Get Channel Messages": newest first; what is asked for, and what the answers prove.
def test_a_message_is_found_by_its_words_its_files_and_its_place(server: Chats) -> None:
    known(server)
    later = CLAIMED + timedelta(seconds=3)
    mine = live("Bonjour  \u200bvous", later)
    others = live("Bonjour vous", later, author={"id": "1", "username": "autre"})
    old = live("Bonjour vous", CLAIMED - timedelta(hours=1))
    server.says(f"GET {MESSAGES}", [others, mine, old])
    found = bot().find(Message(" Bonjour vous"), SENDING)
    assert isinstance(found, Found)
    assert (found.receipt.id, found.receipt.at) == (mine["id"], later)
    assert server.asked[-1].query == {"limit": "100"}


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ([live("Autre chose")], Absent()),
        ([live(), live(id=number(CLAIMED, 2))], Unknown()),
        ([live("Corrigé", edited_timestamp="2026-12-01T12:00:00+00:00")], Unknown()),
        ([live(message_reference={"message_id": "1"})], Absent()),
        ([live(attachments=[{"size": 3, "filename": "a.png"}])], Absent()),
    ],
)
def test_what_is_there_decides_whether_it_may_be_sent_again(
    page: list[dict[str, Any]], answer: object, server: Chats
) -> None:
    known(server)
    server.says(f"GET {MESSAGES}", page)
    assert bot().find(Message("Bonjour"), SENDING) == answer


def test_the_number_that_we_gave_it_is_enough(server: Chats) -> None:
    known(server)
    server.says(f"GET {MESSAGES}", [live("?", nonce=content.nonce(SENDING.message_key))])
    assert isinstance(bot().find(Message("Bonjour"), SENDING), Found)


def test_pages_are_read_until_the_claim(server: Chats) -> None:
    known(server)
    page = [live("x", id=number(CLAIMED, 200 - n)) for n in range(100)]
    server.says(f"GET {MESSAGES}", page)
    server.says(f"GET {MESSAGES}", [live()])
    assert isinstance(bot().find(Message("Bonjour"), SENDING), Found)
    assert server.asked[-1].query == {"limit": "100", "before": page[-1]["id"]}


def test_a_history_that_the_bot_may_not_read_proves_nothing(server: Chats) -> None:
    known(server)
    server.says(f"GET {MESSAGES}", [])
    with pytest.raises(NotSent, match="cannot_read_back"):
        bot().find(Message("Bonjour"), SENDING)


RECEIPT = Receipt("1", CLAIMED, None, (("channel", CHANNEL),))


def test_a_correction_tells_nobody_again_and_shows_the_files_anew(
    server: Chats, tmp_path: Path
) -> None:
    server.says(f"PATCH {MESSAGES}/1", live("Mieux"))
    server.says(f"PATCH {MESSAGES}/1", live("Mieux"))
    assert bot().edit(RECEIPT, Message("Mieux <@123456789012345678>")) == RECEIPT
    assert server.asked[-1].json == {
        "content": "Mieux <@123456789012345678>",
        "allowed_mentions": {"parse": []},
    }
    bot(tmp_path).edit(RECEIPT, Message("Mieux", (picture(tmp_path),)))
    body = json.loads(server.asked[-1].parts["payload_json"][1])
    check(body, "MessageEditRequestPartial")
    assert [each["filename"] for each in body["attachments"]] == ["a.png"]


def test_a_poll_is_not_corrected() -> None:
    poll = {"options": ["oui", "non"], "duration_seconds": 3600, "multiple": False}
    with pytest.raises(Rejected, match="poll_fixed"):
        bot().edit(RECEIPT, Message("Mieux", fields={"poll": poll}))


def test_deleting_what_is_gone_is_no_error(server: Chats) -> None:
    server.says(f"DELETE {MESSAGES}/1", b"", 204)
    server.says(f"DELETE {MESSAGES}/1", {"message": "Unknown Message", "code": 10008}, 404)
    bot().delete(RECEIPT)
    bot().delete(RECEIPT)


def test_a_channel_that_is_gone_is_said_when_deleting(server: Chats) -> None:
    server.says(f"DELETE {MESSAGES}/1", {"message": "Unknown Channel", "code": 10003}, 404)
    with pytest.raises(NotSent, match="no_channel"):
        bot().delete(RECEIPT)


def form(name: str) -> dict[str, Any]:
    wrong = {name: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "secret words"}]}}
    return {"code": 50035, "errors": wrong, "message": "Invalid Form Body"}


# (the answer and its status, what it proves of a publishing request, the word for it)
CASES: list[tuple[Any, int, type[Failure], str]] = [
    ({"message": "401: Unauthorized", "code": 0}, 401, NotSent, "unauthorised"),
    ({"message": "Missing Access", "code": 50001}, 403, NotSent, "no_channel"),
    ({"message": "Missing Permissions", "code": 50013}, 403, NotSent, "may_not_post"),
    ({"message": "Unknown Channel", "code": 10003}, 404, NotSent, "no_channel"),
    ({"message": "Invalid Webhook Token", "code": 50027}, 401, NotSent, "no_webhook"),
    ({"message": "Thread is archived", "code": 50083}, 400, NotSent, "channel_closed"),
    ({"message": "Cannot send an empty message", "code": 50006}, 400, Rejected, "text_refused"),
    (
        {"message": "Message was blocked by automatic moderation", "code": 200000},
        400,
        Rejected,
        "blocked_there",
    ),
    ({"message": "Request entity too large", "code": 40005}, 413, Rejected, "media_too_large"),
    (b"<html>too large", 413, Rejected, "media_too_large"),
    (form("content"), 400, Rejected, "text_refused"),
    (form("message_reference"), 400, Rejected, "post_not_found"),
    (form("poll"), 400, Rejected, "poll_refused"),
    (form("flags"), 400, Rejected, "form_refused"),
    ({"message": "?", "code": 424242}, 400, Rejected, "http_400"),
    ({"message": "500: Internal Server Error", "code": 0}, 500, Unclear, "http_500"),
    (b"upstream connect error", 503, Unclear, "http_503"),
    (b"<html>", 200, Unclear, "rubbish"),
]


@pytest.mark.parametrize(("answer", "status", "kind", "word"), CASES)
def test_a_refusal_is_typed_by_what_it_proves(
    answer: Any, status: int, kind: type[Failure], word: str, server: Chats
) -> None:
    known(server)
    server.says(f"POST {MESSAGES}", answer, status)
    with pytest.raises(Failure) as caught:
        bot().send(Message("Bonjour"), SENDING)
    assert (type(caught.value), caught.value.code) == (kind, word)
    assert "secret words" not in repr(caught.value)
    if not word.startswith("http_"):
        assert all(Wording(each).has(f"reason.{word}") for each in LANGUAGES)


def test_a_lost_answer_is_a_doubt(server: Chats) -> None:
    known(server)
    server.hangs_up(f"POST {MESSAGES}")
    with pytest.raises(Unclear, match="no_answer"):
        bot().send(Message("Bonjour"), SENDING)


@pytest.mark.parametrize("headers", [{"Retry-After": "65"}, {}])
def test_a_rate_limit_says_until_when(headers: dict[str, str], server: Chats) -> None:
    known(server)
    limited = {"message": "You are being rate limited.", "retry_after": 64.57, "global": False}
    server.says(f"POST {MESSAGES}", limited, 429, headers)
    with pytest.raises(Throttled) as caught:
        bot().send(Message("Bonjour"), SENDING)
    assert caught.value.until is not None
    rest = caught.value.until - datetime.now(UTC)
    assert timedelta(seconds=50) < rest < timedelta(seconds=66)


# "Opcodes and Status Codes", JSON error codes: what passes by itself is no refusal.
@pytest.mark.parametrize("code", [20016, 20028, 40004])
def test_what_discord_does_not_do_for_now_is_tried_again(code: int, server: Chats) -> None:
    known(server)
    said = {"message": "Send messages has been temporarily disabled", "code": code}
    server.says(f"POST {MESSAGES}", said, 403)
    with pytest.raises(Throttled):
        bot().send(Message("Bonjour"), SENDING)


EVERYONE = {"id": GUILD, "permissions": str(1 << 10 | 1 << 11 | 1 << 15 | 1 << 16 | 1 << 49)}
MEMBER = {"user": {"id": BOT}, "roles": ["5"]}


def test_the_bot_may_write_where_its_roles_say_so(server: Chats) -> None:
    known(server)
    server.says(f"GET {API}/guilds/{GUILD}/roles", [EVERYONE])
    server.says(f"GET {API}/guilds/{GUILD}/members/{BOT}", MEMBER)
    assert list(bot().verify()) == []


def test_permissions_that_lack_are_named(server: Chats) -> None:
    server.says(f"GET {API}/users/@me", {"id": BOT, "username": "ateliers"})
    denied = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 11)}]
    server.says(f"GET {API}/channels/{CHANNEL}", {**PLACE, "permission_overwrites": denied})
    server.says(f"GET {API}/guilds/{GUILD}/roles", [EVERYONE])
    server.says(f"GET {API}/guilds/{GUILD}/members/{BOT}", MEMBER)
    [problem] = bot().verify()
    assert (problem.code, problem.at) == ("CM573", ("channels", "salon", "channel"))
    assert (problem.values["reason"], problem.values["missing"]) == ("lacks", ("send_messages",))


def test_a_channel_that_the_bot_cannot_see_is_a_problem(server: Chats) -> None:
    server.says(f"GET {API}/users/@me", {"id": BOT, "username": "ateliers"})
    server.says(f"GET {API}/channels/{CHANNEL}", {"message": "Missing Access", "code": 50001}, 403)
    [problem] = bot().verify()
    assert problem.values["reason"] == "no_channel"


def test_the_bot_of_another_name_is_a_problem_by_both_names(server: Chats) -> None:
    server.says(f"GET {API}/users/@me", {"id": BOT, "username": "ateliers"})
    [problem] = bot(account="autre").verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "ateliers")


def test_what_a_channel_denies_is_given_back_to_a_role_and_to_the_bot() -> None:
    denied = {"id": GUILD, "deny": str(1 << 11 | 1 << 15)}
    role, own = {"id": "5", "allow": str(1 << 11)}, {"id": BOT, "allow": str(1 << 15)}
    place = {**PLACE, "permission_overwrites": [own, role, denied]}
    assert missing([EVERYONE], MEMBER, place) == ()
    assert missing([EVERYONE], {**MEMBER, "roles": []}, place) == ("send_messages",)
    admin = {"id": "5", "permissions": "8"}
    assert missing([admin], MEMBER, place) == ()


def test_reactions_votes_and_the_thread_below_are_counted(server: Chats) -> None:
    counted = live(
        thread={"message_count": 4},
        poll={"results": {"answer_counts": [{"id": 1, "count": 3}, {"id": 2, "count": 2}]}},
    )
    server.says(f"GET {MESSAGES}/1", counted)
    server.says(f"GET {MESSAGES}/2", {"message": "Unknown Message", "code": 10008}, 404)
    assert bot().measure([RECEIPT, replace(RECEIPT, id="2")]) == {
        "1": {Metric.LIKES: 1, Metric.COMMENTS: 4, Metric.VOTES: 5}
    }


def test_members_are_counted(server: Chats) -> None:
    server.says(f"GET {API}/channels/{CHANNEL}", PLACE)
    server.says(f"GET {API}/guilds/{GUILD}", {"id": GUILD, "approximate_member_count": 69})
    assert bot().measure_channel() == {Metric.MEMBERS: 69}
    assert server.asked[-1].query == {"with_counts": "true"}


HOOKED = {"id": HOOK, "guild_id": GUILD, "channel_id": CHANNEL, "token": "hush-hush", "type": 1}
WEBHOOK = f"{API}/webhooks/{HOOK}/hush-hush"


def test_a_webhook_posts_and_waits_to_be_told_the_number(server: Chats) -> None:
    server.says(f"GET {WEBHOOK}", HOOKED)
    server.says(f"POST {WEBHOOK}", live())
    sent, message = webhook(), Message("Bonjour")
    sent.prepare(message, SENDING)
    receipt = sent.send(message, SENDING)
    assert receipt.url == f"https://discord.com/channels/{GUILD}/{CHANNEL}/{receipt.id}"
    asked = server.asked[-1]
    assert asked.query == {"wait": "true"}
    assert "authorization" not in asked.headers
    check(asked.json, "IncomingWebhookRequestPartial")
    assert asked.json == {
        "content": "Bonjour",
        "allowed_mentions": {"parse": [], "replied_user": False},
    }
    assert "hush" not in repr(sent.__dict__)


def test_a_webhook_verifies_corrects_counts_and_deletes(server: Chats) -> None:
    server.says(f"GET {WEBHOOK}", HOOKED)
    assert list(webhook().verify()) == []
    server.says(f"PATCH {WEBHOOK}/messages/1", live("Mieux"))
    webhook().edit(RECEIPT, Message("Mieux"))
    server.says(f"GET {WEBHOOK}/messages/1", live())
    assert webhook().measure([RECEIPT]) == {"1": {Metric.LIKES: 1}}
    server.says(f"DELETE {WEBHOOK}/messages/1", b"", 204)
    webhook().delete(RECEIPT)
    assert webhook().measure_channel() == {}


def test_a_webhook_that_is_gone_is_said_without_its_token(server: Chats) -> None:
    gone = {"message": "Unknown Webhook", "code": 10015}
    server.says(f"GET {WEBHOOK}", gone, 404)
    with pytest.raises(NotSent, match="no_webhook") as caught:
        list(webhook().verify())
    assert "hush" not in repr(caught.value)


def test_a_lost_answer_of_a_webhook_does_not_say_its_token(server: Chats) -> None:
    server.says(f"GET {WEBHOOK}", HOOKED)
    server.hangs_up(f"POST {WEBHOOK}")
    with pytest.raises(Unclear) as caught:
        webhook().send(Message("Bonjour"), SENDING)
    assert "hush" not in repr(caught.value)
    assert caught.value.__context__ is None


def test_a_webhook_of_another_number_is_a_problem(server: Chats) -> None:
    server.says(f"GET {WEBHOOK}", {**HOOKED, "id": "1"})
    [problem] = webhook().verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "1")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["CM567"]),
        ("#### Petit titre", ["CM567"]),
        ("### Titre\n> cité\n`<b>` ||caché||", []),
        ("<b>gras</b>", ["CM567", "CM567"]),
        ("@everyone Bonjour", ["CM568"]),
        ("![L’atelier](https://example.org/a.jpg)", ["CM552"]),
        ("[ici](programme.md)", ["CM519"]),
    ],
)
def test_what_discord_would_show_otherwise_is_a_problem(
    text: str, codes: list[str], edition: MakeEdition
) -> None:
    assert [each.code for each in compose(edition("discord", text)).problems] == codes


def test_a_poll_takes_whole_hours_and_a_short_question(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non"), timedelta(minutes=90))
    [problem] = compose(edition("discord", "On y va ?", poll=poll)).problems
    assert (problem.code, problem.at) == ("CM569", ("poll", "duration"))
    poll = Poll(("oui", "non"), timedelta(hours=1))
    [problem] = compose(edition("discord", "a" * 301, poll=poll)).problems
    assert (problem.code, problem.values["place"]) == ("CM570", "question")


def test_files_have_their_limits_alone_and_together(edition: MakeEdition, media: MakeMedia) -> None:
    document = media("media/a.pdf", "", "application/pdf", 10_485_761)
    [problem] = compose(edition("discord", "Un", media=(document,))).problems
    assert problem.code == "CM511"
    three = tuple(media(f"media/{n}.jpg", "", size=10_000_000) for n in range(3))
    [problem] = compose(edition("discord", "Un", media=three)).problems
    assert (problem.code, problem.values["reason"]) == ("CM572", "together")
    boosted = {"image_bytes": 104_857_600, "video_bytes": 104_857_600}
    assert compose(edition("discord", "Un", media=three, limits=boosted)).problems == ()


def test_a_webhook_answers_nobody(edition: MakeEdition) -> None:
    address = "https://discord.com/channels/1/22/333"
    found = compose(edition("discord-webhook", "Un", reply_to=address)).problems
    assert [each.code for each in found] == ["CM504"]
    assert DiscordWebhook.platform.limits == Discord.platform.limits
