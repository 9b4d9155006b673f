"""Every capability that Bluesky's adapter declares, used on a real PDS and read back there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests
from PIL import Image

from cmops.adapters.bluesky import Bluesky
from cmops.adapters.bluesky.numbers import MOST
from cmops.adapters.contract import Absent, Can, Capability, Found, Message, Metric
from cmops.cli.main import run
from cmops.failures import NotSent, Rejected
from cmops.ledger.entries import Receipt
from cmops.workspace.model import LinkCard
from tests.servers.bluesky import AppView, Pds, Person, signed
from tests.servers.bluesky_posts import (
    SINCE,
    account,
    attached,
    composed,
    live,
    picture,
    sent,
    settings,
    told,
)

USED: set[Capability] = set()


@pytest.fixture(scope="module")
def pds(bluesky: tuple[Pds, AppView]) -> Pds:
    return bluesky[0]


@pytest.fixture(scope="module")
def appview(bluesky: tuple[Pds, AppView]) -> AppView:
    return bluesky[1]


@pytest.fixture(scope="module")
def person(pds: Pds) -> Person:
    return pds.person()


def test_the_password_is_that_of_the_account_by_handle_or_by_did(pds: Pds, person: Person) -> None:
    for name in (person.handle, person.handle.upper(), f"@{person.handle}", person.did):
        assert list(account(person, pds.url, account=name).verify()) == []
    app = pds.app_password(person)
    assert list(account(replace(person, password=app), pds.url).verify()) == []


def test_the_password_of_another_account_is_a_problem_and_sends_nothing(
    pds: Pds, person: Person
) -> None:
    # A server takes the e-mail address too: so the password may open what was not named.
    other = account(person, pds.url, account=f"{person.handle}@mail.example")
    [problem] = other.verify()
    assert (problem.code, problem.values["found"]) == ("CM521", person.handle)
    before = len(pds.records(person.did))
    with pytest.raises(NotSent, match="wrong_account"):
        other.send(Message("Bonjour"), told("autre"))
    assert len(pds.records(person.did)) == before


def test_a_text_is_live_as_it_was_written_with_links_tags_and_mentions(
    pds: Pds, person: Person
) -> None:
    friend = pds.person()
    text = f"👩‍👩‍👧 Été : https://example.org/é?a=1. Avec @{friend.handle} #Répare #Fait_Main ! 🇫🇷"
    mentions = {f"@{friend.handle}": friend.did}
    [receipt] = sent(person, pds.url, "texte", text, mentions=mentions)
    record = live(pds, receipt)
    assert (record["text"], record["langs"]) == (text, ["fr"])
    assert record["createdAt"] == "2026-11-22T11:15:30.000Z"
    shown = text.encode()
    features = {
        shown[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): {
            name: value for name, value in facet["features"][0].items() if name != "$type"
        }
        for facet in record["facets"]
    }
    assert features == {
        "https://example.org/é?a=1": {"uri": "https://example.org/é?a=1"},
        f"@{friend.handle}": {"did": friend.did},
        "#Répare": {"tag": "Répare"},
        "#Fait_Main": {"tag": "Fait_Main"},
    }
    assert receipt.url == f"https://bsky.app/profile/{person.did}/post/{receipt.id[-13:]}"
    USED.add(Capability.PUBLISH)


HOSTILE = [
    "\u202eà l'envers\u202c et \u200bnul",
    "'; DROP TABLE posts; -- <script>alert(1)</script>",
    '{"$type": "app.bsky.feed.post"} \\u0041 \\n',
    "  deux espaces\n\n\n\tet une tabulation\r\n  ",
    "e\u0301 n'est pas é",
    "#" * 50 + " @ @@ https:// http://[ #1 #",
    "🧑🏽‍🚀" * 60,
    "https://example.org/" + "a" * 270,
    "\x01\x7f\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_went(pds: Pds, person: Person, text: str) -> None:
    key = "hostile-" + hashlib.sha256(text.encode()).hexdigest()[:8]
    [message] = composed(person, text)
    assert live(pds, account(person, pds.url).send(message, told(key)))["text"] == text


def test_a_lone_surrogate_is_refused_before_it_is_sent(pds: Pds, person: Person) -> None:
    before = len(pds.records(person.did))
    with pytest.raises(Rejected):
        account(person, pds.url).send(Message("\ud800 seul"), told("seul"))
    assert len(pds.records(person.did)) == before


def test_three_hundred_graphemes_are_live_and_one_more_is_refused(pds: Pds, person: Person) -> None:
    [receipt] = sent(person, pds.url, "trois-cents", "é" * 300)
    assert live(pds, receipt)["text"] == "é" * 300
    with pytest.raises(Rejected) as caught:
        account(person, pds.url).send(Message("é" * 301), told("trois-cent-un"))
    assert caught.value.code == "InvalidRequest"


def test_what_is_live_is_found_and_what_is_not_is_certainly_not(pds: Pds, person: Person) -> None:
    bluesky = account(person, pds.url)
    [message] = composed(person, "Trouvez-moi")
    assert bluesky.find(message, told("cherche")) == Absent()
    receipt = bluesky.send(message, told("cherche"))
    assert bluesky.find(message, told("cherche")) == Found(receipt)
    bluesky.delete(receipt)
    bluesky.delete(receipt)
    assert bluesky.find(message, told("cherche")) == Absent()
    USED.add(Capability.DELETE)


def test_what_is_not_ours_is_not_deleted(pds: Pds, person: Person) -> None:
    foreign = pds.post(pds.person(), {"text": "Pas à vous"})
    with pytest.raises(Rejected, match="not_ours"):
        account(person, pds.url).delete(Receipt(foreign["uri"], SINCE))


def test_a_thread_hangs_together_with_its_first_comment_at_the_end(
    pds: Pds, person: Person
) -> None:
    receipts = sent(person, pds.url, "fil", "Un", "Deux", "Trois", first_comment="Le lien")
    records = [live(pds, each) for each in receipts]
    assert [each["text"] for each in records] == ["Un", "Deux", "Trois", "Le lien"]
    assert "reply" not in records[0]
    for index in (1, 2, 3):
        reply = records[index]["reply"]
        assert reply["root"] == {"uri": receipts[0].id, "cid": dict(receipts[0].extra)["cid"]}
        assert reply["parent"]["uri"] == receipts[index - 1].id
    assert [each.id for each in receipts] == sorted(each.id for each in receipts)
    assert [each["createdAt"] for each in records] == sorted(each["createdAt"] for each in records)
    USED.update({Capability.THREAD, Capability.FIRST_COMMENT})


def test_pictures_arrive_byte_for_byte_with_words_and_proportions(
    pds: Pds, person: Person, tmp_path: Path
) -> None:
    pictures = tuple(picture(tmp_path, f"{n}.png", (80, 60 + n)) for n in range(4))
    [receipt] = sent(person, pds.url, "images", "Quatre", root=tmp_path, media=pictures)
    shown = live(pds, receipt)["embed"]["images"]
    assert [each["alt"] for each in shown] == ["Un établi"] * 4
    assert shown[3]["aspectRatio"] == {"width": 80, "height": 63}
    for file, each in zip(pictures, shown, strict=True):
        assert (
            pds.blob(person.did, each["image"]) == (tmp_path / "content" / file.path).read_bytes()
        )
    USED.update({Capability.IMAGE, Capability.ALT_TEXT})


def test_a_picture_beyond_the_limit_is_refused_by_the_server_too(
    pds: Pds, person: Person, tmp_path: Path
) -> None:
    noise = Image.frombytes("RGB", (640, 640), Random(1).randbytes(640 * 640 * 3))
    large = picture(tmp_path, "grand.png", (640, 640), noise)
    assert large.size > 1_000_000
    with pytest.raises(Rejected):
        account(person, pds.url, tmp_path).send(Message("Trop", (large,)), told("grand"))


def test_a_film_is_live_with_what_there_is_to_see(pds: Pds, person: Person, tmp_path: Path) -> None:
    file = tmp_path / "content/media/visite.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2000))
    film = attached(tmp_path, "media/visite.mp4", "video/mp4")
    [receipt] = sent(person, pds.url, "film", "Visite", root=tmp_path, media=(film,))
    embed = live(pds, receipt)["embed"]
    assert (embed["$type"], embed["alt"]) == ("app.bsky.embed.video", "Un établi")
    assert pds.blob(person.did, embed["video"]) == file.read_bytes()
    USED.add(Capability.VIDEO)


def test_a_card_shows_what_its_author_wrote(pds: Pds, person: Person, tmp_path: Path) -> None:
    thumb = picture(tmp_path)
    [receipt] = sent(
        person,
        pds.url,
        "carte",
        "Venez",
        root=tmp_path,
        link="https://example.org/hiver",
        card=LinkCard("L'hiver", "Aux ateliers", thumb.path),
        card_image=thumb,
    )
    external = live(pds, receipt)["embed"]["external"]
    image = external.pop("thumb")
    assert external == {
        "uri": "https://example.org/hiver",
        "title": "L'hiver",
        "description": "Aux ateliers",
    }
    assert pds.blob(person.did, image) == (tmp_path / "content" / thumb.path).read_bytes()
    USED.add(Capability.LINK_CARD)


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_a_file_that_is_not_what_was_reviewed_is_not_sent(
    pds: Pds, person: Person, tmp_path: Path, change: str
) -> None:
    thumb = picture(tmp_path)
    place = tmp_path / "content" / thumb.path
    place.unlink() if change == "missing" else place.write_bytes(b"\x89PNG\r\n\x1a\nx")
    before = len(pds.records(person.did))
    with pytest.raises(NotSent, match=f"media_{change}"):
        account(person, pds.url, tmp_path).send(Message("Image", (thumb,)), told("absente"))
    assert len(pds.records(person.did)) == before


def web(actor: str, uri: str) -> str:
    return f"https://bsky.app/profile/{actor}/post/{uri.rpartition('/')[2]}"


def test_a_reply_joins_the_conversation_and_its_thread_goes_on_there(
    pds: Pds, person: Person
) -> None:
    friend = pds.person()
    root = pds.post(friend, {"text": "Une question"})
    link = {"uri": root["uri"], "cid": root["cid"]}
    asked = pds.post(friend, {"text": "et ceci ?", "reply": {"root": link, "parent": link}})
    address = web(friend.handle, asked["uri"])
    receipts = sent(person, pds.url, "réponse", "Oui", "Et encore", reply_to=address)
    first, second = (live(pds, each)["reply"] for each in receipts)
    assert first == {"root": link, "parent": {"uri": asked["uri"], "cid": asked["cid"]}}
    assert second["root"] == link
    assert second["parent"]["uri"] == receipts[0].id
    USED.add(Capability.REPLY)


def test_a_quotation_goes_alone_or_beside_a_picture(
    pds: Pds, person: Person, tmp_path: Path
) -> None:
    friend = pds.person()
    quoted = pds.post(friend, {"text": "Citez-moi"})
    link = {"uri": quoted["uri"], "cid": quoted["cid"]}
    [alone] = sent(person, pds.url, "citation", "Voyez", quote=web(friend.did, quoted["uri"]))
    assert live(pds, alone)["embed"] == {"$type": "app.bsky.embed.record", "record": link}
    [both] = sent(
        person,
        pds.url,
        "citation-image",
        "Voyez",
        root=tmp_path,
        media=(picture(tmp_path),),
        quote=quoted["uri"],
    )
    embed = live(pds, both)["embed"]
    assert embed["$type"] == "app.bsky.embed.recordWithMedia"
    assert embed["record"]["record"] == link
    assert embed["media"]["images"][0]["alt"] == "Un établi"
    USED.add(Capability.QUOTE)


def test_a_repost_is_one_however_often_it_is_sent(pds: Pds, person: Person) -> None:
    friend = pds.person()
    original = pds.post(friend, {"text": "Partagez-moi"})
    address = web(friend.handle, original["uri"])
    [receipt] = sent(person, pds.url, "partage", repost=address)
    assert sent(person, pds.url, "partage", repost=address) == [receipt]
    [found] = pds.records(person.did, "app.bsky.feed.repost")
    assert found["value"]["subject"] == {"uri": original["uri"], "cid": original["cid"]}
    assert receipt.url == web(friend.did, original["uri"])
    [message] = composed(person, repost=address)
    assert account(person, pds.url).find(message, told("partage")) == Found(receipt)
    account(person, pds.url).delete(receipt)
    assert pds.records(person.did, "app.bsky.feed.repost") == []
    USED.add(Capability.REPOST)


def test_what_refers_to_a_post_that_is_gone_is_refused(pds: Pds, person: Person) -> None:
    address = f"https://bsky.app/profile/{person.handle}/post/3lcabcdefgh2z"
    before = len(pds.records(person.did))
    with pytest.raises(Rejected, match="post_not_found"):
        account(person, pds.url).send(Message("Voyez", fields={"quote": address}), told("parti"))
    assert len(pds.records(person.did)) == before


COUNTED = {
    "likeCount": 5,
    "repostCount": 4,
    "replyCount": 3,
    "quoteCount": 2,
    "bookmarkCount": 1,
}


def noticed(pds: Pds, readers: Sequence[Person], receipt: Receipt) -> list[dict[str, Any]]:
    """What ``COUNTED`` counts is done by real accounts; their likes."""
    link = {"uri": receipt.id, "cid": dict(receipt.extra)["cid"]}
    embed = {"$type": "app.bsky.embed.record", "record": link}
    likes = [pds.does(each, "app.bsky.feed.like", subject=link) for each in readers]
    for each in readers[:4]:
        pds.does(each, "app.bsky.feed.repost", subject=link)
    for each in readers[:3]:
        pds.post(each, {"text": "Bravo", "reply": {"root": link, "parent": link}})
    for each in readers[:2]:
        pds.post(each, {"text": "Voyez", "embed": embed})
    # Private, and so no record: the PDS passes it on.
    bookmark = f"{pds.url}/xrpc/app.bsky.bookmark.createBookmark"
    assert requests.post(bookmark, json=link, headers=signed(readers[0]), timeout=30).ok
    return likes


def test_what_others_did_with_a_post_and_an_account_is_counted(pds: Pds, appview: AppView) -> None:
    author, *readers = (pds.person() for _ in range(6))
    [receipt] = sent(author, pds.url, "remarqué", "Remarquez-moi")
    [quiet] = sent(author, pds.url, "calme", "Silence")
    shared = sent(author, pds.url, "relais", repost=pds.post(readers[0], {"text": "À moi"})["uri"])
    likes = noticed(pds, readers, receipt)
    for each in readers:
        pds.does(each, "app.bsky.graph.follow", subject=author.did)
    for each in readers[:3]:
        pds.does(author, "app.bsky.graph.follow", subject=each.did)
    appview.post(quiet.id)
    appview.post(receipt.id, **COUNTED)
    appview.profile(author.did, followersCount=5, followsCount=3, postsCount=2)
    # As people give it: a password for programs.
    ours = account(replace(author, password=pds.app_password(author)), pds.url)
    counts = {
        Metric.LIKES: 5,
        Metric.SHARES: 4,
        Metric.COMMENTS: 3,
        Metric.QUOTES: 2,
        Metric.SAVES: 1,
    }
    receipts = [receipt, quiet, *shared]
    assert ours.measure(receipts) == {receipt.id: counts, quiet.id: dict.fromkeys(counts, 0)}
    assert ours.measure_channel() == {
        Metric.FOLLOWERS: 5,
        Metric.FOLLOWING: 3,
        Metric.POSTS: 2,
    }
    for reader, like in zip(readers[:4], likes[:4], strict=True):
        pds.undoes(reader, like)
    appview.post(receipt.id, **{**COUNTED, "likeCount": 1})
    assert ours.measure(receipts)[receipt.id] == {**counts, Metric.LIKES: 1}
    USED.add(Capability.METRICS)


def test_our_server_tells_what_the_appview_tells_anybody(pds: Pds, appview: AppView) -> None:
    author, *readers = (pds.person() for _ in range(6))
    [receipt] = sent(author, pds.url, "par-deux-voies", "Par deux voies")
    noticed(pds, readers, receipt)
    public = appview.post(receipt.id, **COUNTED)
    # cmops names no AppView: what its server chose is what it would ask by name.
    for named in ({}, {"atproto-proxy": "did:web:appview.test#bsky_appview"}):
        [post] = pds.call(
            "GET",
            "app.bsky.feed.getPosts",
            params={"uris": [receipt.id]},
            headers={**signed(author), **named},
        )["posts"]
        assert {name: post[name] for name in COUNTED} == COUNTED
        assert post["record"] == public["record"]


def test_more_posts_than_one_question_has_room_for_are_all_told(pds: Pds, appview: AppView) -> None:
    author = pds.person()
    ours = account(author, pds.url)
    keys = [f"nombreux-{number}" for number in range(MOST + 2)]
    receipts = [ours.send(Message(key), told(key)) for key in keys]
    for each in receipts:
        appview.post(each.id)
    too_many = {"uris": [each.id for each in receipts[: MOST + 1]]}
    ask = f"{pds.url}/xrpc/app.bsky.feed.getPosts"
    assert requests.get(ask, too_many, headers=signed(author), timeout=30).status_code == 400
    assert ours.measure(receipts).keys() == {each.id for each in receipts}
    ours.delete(receipts[0])
    appview.profile(author.did, postsCount=MOST + 1)
    assert ours.measure(receipts).keys() == {each.id for each in receipts[1:]}


POST = """\
---
title: Ouverture
publish_at: {at:%Y-%m-%d %H:%M}
to: [bluesky]
status: ready
---
Nous ouvrons

---

Venez
"""


def test_what_a_run_published_another_run_collects(
    pds: Pds, appview: AppView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, *readers = (pds.person() for _ in range(6))
    content = tmp_path / "content/posts"
    content.mkdir(parents=True)
    (tmp_path / "cmops.yml").write_text(settings(pds.url, author))
    at = datetime.now(UTC) - timedelta(minutes=5)
    (content / "ouverture.md").write_text(POST.format(at=at))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUESKY_PASSWORD", pds.app_password(author))
    assert run(("publish", "ouverture@bluesky")) == 0
    second, first = (
        Receipt(each["uri"], at, None, (("cid", each["cid"]),)) for each in pds.records(author.did)
    )
    noticed(pds, readers, first)
    noticed(pds, readers, second)
    pds.does(readers[0], "app.bsky.graph.follow", subject=author.did)
    # What is below the first message is a reply to it.
    appview.post(first.id, **{**COUNTED, "replyCount": 4})
    appview.post(second.id, **COUNTED)
    appview.profile(author.did, followersCount=1, postsCount=2)
    assert run(("collect",)) == 0
    [kept] = tmp_path.rglob("metrics/bluesky/*.ndjson")
    told = {row["key"]: row["metrics"] for row in map(json.loads, kept.read_text().splitlines())}
    [post] = (key for key in told if key)
    assert told == {
        "": {"followers": 1, "following": 0, "posts": 2},
        post: {"likes": 10, "shares": 8, "comments": 7, "quotes": 4, "saves": 2},
    }


def test_every_capability_that_is_declared_was_used_here(request: pytest.FixtureRequest) -> None:
    ran = {each.name.partition("[")[0] for each in request.session.items}
    if not {each for each in vars(request.module) if each.startswith("test_")} <= ran:
        pytest.skip("only some of this file's tests run")
    able = {each for each in Capability if Bluesky.platform.able(each) is Can.YES}
    assert able == USED
