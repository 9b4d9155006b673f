"""Mastodon for real: what is sent is read back through the server's own API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cmops.adapters.contract import (
    Absent,
    Edition,
    Found,
    Media,
    Message,
    Sending,
    Unknown,
)
from cmops.adapters.mastodon.account import WAITS, Account
from cmops.adapters.mastodon.api import NEEDED
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel, Poll
from tests.servers.mastodon import Mastodon, Person
from tests.servers.mastodon_variant import ELSEWHERE, PAGE, PROCESSING
from tests.servers.proxy import RETRY_AFTER, Fault, Proxy, nobody, proxy

DAY = timedelta(days=1)


class Desk:
    """A channel on a server: composes, sends, looks, and knows what is live."""

    def __init__(self, server: Mastodon, root: Path, person: Person, url: str = "") -> None:
        self.server, self.root, self.person = server, root, person
        name = f"{person.name}@{server.domain}"
        settings = {"url": url or server.url}
        self.channel = Channel(
            "mastodon", "mastodon", name, "b", "Les Ateliers", "fr", settings=settings
        )
        self.slept: list[float] = []
        self.since = datetime.now(UTC)
        self.account = self.open()

    def open(self, **changed: Any) -> Account:
        http = Http({"token": Secret("TOKEN", self.person.token)}, sleep=self.slept.append)
        return Account(replace(self.channel, **changed), self.root, http)

    def messages(self, *parts: str, **fields: Any) -> tuple[Message, ...]:
        places = tuple((BODY, number) for number in range(len(parts)))
        values = {"language": "fr", **fields}
        made = compose(Edition("hiver", self.channel, parts, places, "Hiver", **values))
        assert made.problems == ()
        return made.messages

    def told(self, key: str = "hiver~mastodon", index: int = 0, *before: Receipt) -> Sending:
        return Sending(key, index, "hiver", self.since, self.since, before)

    def send(self, *parts: str, key: str = "hiver~mastodon", **fields: Any) -> list[Receipt]:
        receipts: list[Receipt] = []
        for index, message in enumerate(self.messages(*parts, **fields)):
            told = self.told(key, index, *receipts)
            self.account.prepare(message, told)
            receipts.append(self.account.send(message, told))
        return receipts

    def live(self) -> list[dict[str, Any]]:
        return self.server.statuses(self.person)

    def picture(self, name: str, colour: str, alt: str) -> Media:
        content = BytesIO()
        Image.new("RGB", (8, 6), colour).save(content, "PNG")
        return self.file(name, content.getvalue(), alt, "image/png")

    def file(self, name: str, content: bytes, alt: str, type: str) -> Media:
        path = self.root / "content" / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        return Media(f"media/{name}", alt, type, len(content), digest)


@pytest.fixture
def desk(mastodon: Mastodon, tmp_path: Path) -> Desk:
    return Desk(mastodon, tmp_path, mastodon.person())


@pytest.fixture
def variant(mastodon_variant: Mastodon, tmp_path: Path) -> Desk:
    return Desk(mastodon_variant, tmp_path, mastodon_variant.person())


@pytest.fixture(params=["mastodon", "mastodon_variant"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A channel on the server that knows keys, and on the one that does not."""
    server: Mastodon = request.getfixturevalue(request.param)
    return Desk(server, tmp_path, server.person())


@pytest.fixture
def between(either: Desk) -> Iterator[tuple[Proxy, Desk]]:
    """A channel that reaches its server only through something that can break."""
    with proxy(either.server.url) as made:
        yield made, Desk(either.server, either.root, either.person, made.url)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmops.http.wire.READ", 0.5)


HOSTILE = [
    "<script>alert(1)</script> & <b>gras</b>",
    '{"status": "autre"}\\n\\u0000',
    "Deux espaces  au milieu\n\n\n\tet une tabulation",
    "e\u0301 décomposé, \u00a0insécable, \u200bnul, 👩‍👩‍👧, \u202eretourné",
    "https://example.org/?a=1&b=2#c @personne@ailleurs.example #Été2026",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_live_as_it_was_written(text: str, either: Desk) -> None:
    [receipt] = either.send(text)
    [status] = either.live()
    assert either.server.source(either.person, status["id"]) == text
    assert (status["visibility"], status["language"]) == ("public", "fr")
    assert (status["sensitive"], status["spoiler_text"]) == (False, "")
    assert (receipt.id, receipt.url) == (status["id"], status["url"])
    assert receipt.at == datetime.fromisoformat(status["created_at"])


def test_a_thread_and_its_first_comment_answer_one_another(either: Desk) -> None:
    receipts = either.send("Un", "Deux", "Trois", first_comment="Le lien est ici.")
    statuses = {each["id"]: each for each in either.live()}
    parents = [statuses[each.id]["in_reply_to_id"] for each in receipts]
    assert parents == [None, *(each.id for each in receipts[:-1])]
    texts = [either.server.source(either.person, each.id) for each in receipts]
    assert texts == ["Un", "Deux", "Trois", "Le lien est ici."]


def test_pictures_arrive_byte_for_byte_in_their_order_with_their_alt_texts(either: Desk) -> None:
    media = (
        either.picture("a.png", "red", "Un carré « rouge »"),
        either.picture("b.png", "blue", ""),
    )
    either.send("Couleurs", media=media)
    [status] = either.live()
    shown = status["media_attachments"]
    assert [each["type"] for each in shown] == ["image", "image"]
    assert [each["description"] for each in shown] == ["Un carré « rouge »", None]
    content = [(either.root / "content" / each.path).read_bytes() for each in media]
    assert [either.server.bytes(each["url"]) for each in shown] == content


def test_a_film_is_sent_with_its_words(either: Desk) -> None:
    film = either.file("a.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 500, "Une visite", "video/mp4")
    either.send("Le film", media=(film,))
    [shown] = either.live()[0]["media_attachments"]
    assert (shown["type"], shown["description"]) == ("video", "Une visite")


@pytest.mark.parametrize("multiple", [False, True])
def test_a_poll_has_its_answers_and_its_end(multiple: bool, either: Desk) -> None:
    either.send("Quel jour ?", poll=Poll(("lundi", "mardi", "jamais"), DAY, multiple=multiple))
    [status] = either.live()
    poll = status["poll"]
    assert [each["title"] for each in poll["options"]] == ["lundi", "mardi", "jamais"]
    assert poll["multiple"] is multiple
    made, end = (
        datetime.fromisoformat(each) for each in (status["created_at"], poll["expires_at"])
    )
    assert abs(end - made - DAY) < timedelta(seconds=5)


def test_a_content_warning_hides_text_and_pictures(either: Desk) -> None:
    picture = either.picture("a.png", "red", "Une araignée")
    either.send("La voici", "La suite", spoiler="Araignée", media=(picture,))
    assert [each["spoiler_text"] for each in either.live()] == ["Araignée", "Araignée"]
    assert [each["sensitive"] for each in either.live()] == [True, True]


@pytest.mark.parametrize(
    ("asked", "live"), [("public", "public"), ("unlisted", "unlisted"), ("followers", "private")]
)
def test_only_those_see_it_who_are_meant_to(asked: str, live: str, either: Desk) -> None:
    either.send("Un", "Deux", visibility=asked)
    assert [each["visibility"] for each in either.live()] == [live, live]


@pytest.mark.parametrize("form", ["@{name}/{id}", "@{name}/{id}/", "users/{name}/statuses/{id}"])
def test_a_reply_answers_the_post_at_an_address_of_the_same_server(form: str, either: Desk) -> None:
    other = either.server.person()
    post = either.server.post(other, "Une question ?")
    path = form.format(name=other.name, id=post["id"])
    either.send("Une réponse", reply_to=f"https://{either.server.domain}/{path}")
    assert either.live()[0]["in_reply_to_id"] == post["id"]


def test_a_reply_answers_a_post_that_another_server_holds(variant: Desk) -> None:
    variant.send("Une réponse", reply_to=ELSEWHERE)
    [status] = variant.live()
    there = variant.server.get(variant.person, f"/api/v1/statuses/{status['in_reply_to_id']}")
    assert there["url"] == ELSEWHERE


@pytest.mark.parametrize(
    "address",
    [
        "https://ailleurs.example/@voisine/2",
        "https://{domain}/@{name}/1",
        "https://{domain}/@personne/{id}",
        "https://example.org/",
    ],
)
@pytest.mark.parametrize("field", ["reply_to", "repost"])
def test_what_cannot_be_found_is_neither_answered_nor_reposted(
    field: str, address: str, either: Desk
) -> None:
    post = either.server.post(either.person, f"Voir {address} : c'est là.")
    address = address.format(domain=either.server.domain, name=either.person.name, id=post["id"])
    with pytest.raises(Rejected) as caught:
        either.send(*(["Un"] if field == "reply_to" else []), **{field: address})
    assert caught.value.code == "post_not_found"
    assert len(either.live()) == 1


def test_a_search_that_finds_who_speaks_of_an_address_answers_nobody(desk: Desk) -> None:
    # This server searches texts when it is asked for an address.
    desk.server.post(desk.server.person(), f"Lisez {ELSEWHERE} !")
    with pytest.raises(Rejected):
        desk.send("Une réponse", reply_to=ELSEWHERE)
    assert desk.live() == []


def test_a_repost_is_made_once_found_again_and_taken_back(either: Desk) -> None:
    other = either.server.person()
    post = either.server.post(other, "À partager")
    address = f"https://{either.server.domain}/@{other.name}/{post['id']}"
    [message], told = either.messages(repost=address), either.told()
    assert either.account.find(message, told) == Absent()
    receipt = either.account.send(message, told)
    assert either.account.send(message, told) == receipt
    assert either.account.find(message, told) == Found(receipt)
    [boost] = either.live()
    assert (boost["id"], boost["reblog"]["id"]) == (receipt.id, post["id"])
    assert receipt.url == post["url"]
    either.account.delete(receipt)
    assert either.live() == []
    either.account.delete(receipt)
    assert either.account.find(message, told) == Absent()


def test_a_repost_of_a_post_elsewhere_leads_to_that_post(variant: Desk) -> None:
    [receipt] = variant.send(repost=ELSEWHERE)
    assert receipt.url == ELSEWHERE
    assert variant.live()[0]["reblog"]["url"] == ELSEWHERE


def test_the_key_makes_one_of_two_where_the_server_knows_keys(desk: Desk) -> None:
    [first], [second] = desk.send("Bonjour"), desk.send("Bonjour")
    assert first == second
    assert len(desk.live()) == 1


def test_where_it_does_not_two_are_live_and_neither_is_taken_for_ours(variant: Desk) -> None:
    variant.send("Bonjour")
    variant.send("Bonjour")
    assert len(variant.live()) == 2
    [message] = variant.messages("Bonjour")
    assert variant.account.find(message, variant.told()) == Unknown()


@pytest.mark.parametrize("text", [*HOSTILE, "  Une espace devant, une derrière "])
def test_what_is_live_is_found_by_its_source(text: str, either: Desk) -> None:
    [message] = either.messages(text)
    assert either.account.find(message, either.told()) == Absent()
    [receipt] = either.send(text)
    assert either.account.find(message, either.told()) == Found(receipt)


def test_each_message_of_a_thread_is_found_below_its_own_parent(either: Desk) -> None:
    messages = either.messages("Encore", "Encore", "Encore")
    receipts = either.send("Encore", "Encore")
    told = [either.told("hiver~mastodon", index, *receipts[:index]) for index in range(3)]
    answers = [
        either.account.find(message, each) for message, each in zip(messages, told, strict=True)
    ]
    assert answers == [Found(receipts[0]), Found(receipts[1]), Absent()]


def test_what_was_there_before_the_claim_is_not_ours(either: Desk) -> None:
    either.send("Bonjour")
    [message] = either.messages("Bonjour")
    later = replace(either.told(), since=datetime.now(UTC) + timedelta(minutes=2))
    assert either.account.find(message, later) == Absent()


def test_a_server_whose_clock_is_a_little_behind_hides_nothing(either: Desk) -> None:
    [receipt] = either.send("Bonjour")
    [message] = either.messages("Bonjour")
    ahead = replace(either.told(), since=receipt.at + timedelta(seconds=55))
    assert either.account.find(message, ahead) == Found(receipt)


def test_another_text_and_another_warning_are_not_ours(either: Desk) -> None:
    either.send("Bonjour à tous", spoiler="Tri")
    for fields in ({}, {"spoiler": "Autre"}):
        [message] = either.messages("Bonjour à tous", **fields)
        assert either.account.find(message, either.told()) == Absent()


def test_the_same_words_with_other_pictures_are_nobodys_for_sure(either: Desk) -> None:
    red, blue = either.picture("a.png", "red", "Rouge"), either.picture("b.png", "blue", "Bleu")
    either.send("Couleur", media=(red,))
    for media in ((), (blue,), (red, blue)):
        [message] = either.messages("Couleur", media=media)
        assert either.account.find(message, either.told()) == Unknown()


def test_pictures_alone_are_found_by_their_alt_texts(either: Desk) -> None:
    [receipt] = either.send(media=(either.picture("a.png", "red", "Rouge"),))
    [message] = either.messages(media=(either.picture("a.png", "red", "Rouge"),))
    assert either.account.find(message, either.told()) == Found(receipt)


def test_what_somebody_edited_since_may_have_been_ours(desk: Desk) -> None:
    [receipt] = desk.send("Bonjour")
    desk.server.edit(desk.person, receipt.id, "Bonsoir")
    [message] = desk.messages("Bonjour")
    assert desk.account.find(message, desk.told()) == Unknown()


def test_every_page_since_the_claim_is_read(variant: Desk) -> None:
    [receipt] = variant.send("Le premier")
    for number in range(3 * PAGE + 1):
        variant.server.post(variant.person, f"Le {number}e d’après")
    with proxy(variant.server.url) as made:
        desk = Desk(variant.server, variant.root, variant.person, made.url)
        [here], [gone] = desk.messages("Le premier"), desk.messages("Jamais envoyé")
        told = variant.told()
        assert desk.account.find(here, told) == Found(receipt)
        pages = made.count("/statuses?")
        assert pages == 5
        assert desk.account.find(gone, told) == Absent()
        assert made.count("/statuses?") == 2 * pages
        # Sources were asked for once each.
        assert made.count("/source") == 3 * PAGE + 2


@pytest.mark.parametrize("lost", [Fault.BROKEN_BEFORE, Fault.RUBBISH, Fault.LOST, Fault.HALF])
def test_a_page_that_does_not_come_proves_nothing(lost: Fault, between: tuple[Proxy, Desk]) -> None:
    way, desk = between
    [message] = desk.messages("Jamais envoyé")
    way.order(lost, "/statuses?", times=3)
    with pytest.raises(Failure):
        desk.account.find(message, desk.told())


FAULTS = [
    (Fault.LOST, Unclear, "no_answer", 0),
    (Fault.KEPT, Unclear, "no_answer", 1),
    (Fault.HALF, Unclear, "no_answer", 1),
    (Fault.LATE, Unclear, "no_answer", 1),
    (Fault.BROKEN_AFTER, Unclear, "http_500", 1),
    (Fault.BROKEN_BEFORE, Unclear, "http_503", 0),
    (Fault.RUBBISH, Unclear, "rubbish", 1),
    (Fault.SEE_OTHER, Unclear, "http_303", 1),
    (Fault.ELSEWHERE, NotSent, "redirected", 0),
    (Fault.UNAUTHORISED, NotSent, "unauthorised", 0),
    (Fault.THROTTLED, Throttled, "throttled", 0),
]


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize(("fault", "kind", "code", "live"), FAULTS)
def test_what_is_known_after_a_fault_is_said_and_looking_finds_the_truth(
    fault: Fault, kind: type[Failure], code: str, live: int, between: tuple[Proxy, Desk]
) -> None:
    way, desk = between
    [message] = desk.messages("Bonjour")
    way.order(fault, "/api/v1/statuses")
    with pytest.raises(kind) as caught:
        desk.account.send(message, desk.told())
    assert caught.value.code == code
    found = desk.live()
    assert len(found) == live
    answer = desk.account.find(message, desk.told())
    if live:
        assert isinstance(answer, Found)
        assert answer.receipt.id == found[0]["id"]
    else:
        assert answer == Absent()
    assert desk.person.token not in str(way.strangers)
    assert way.strangers == []


def test_a_server_that_is_tired_says_until_when(between: tuple[Proxy, Desk]) -> None:
    way, desk = between
    [message] = desk.messages("Bonjour")
    way.order(Fault.THROTTLED, "/api/v1/statuses")
    with pytest.raises(Throttled) as caught:
        desk.account.send(message, desk.told())
    until = caught.value.until
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(seconds=RETRY_AFTER)) < timedelta(seconds=30)


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.LATE])
def test_whatever_happens_to_an_upload_nothing_is_live(
    fault: Fault, between: tuple[Proxy, Desk]
) -> None:
    way, desk = between
    [message] = desk.messages("Rouge", media=(desk.picture("a.png", "red", "Rouge"),))
    way.order(fault, "/api/v2/media", times=3)
    with pytest.raises((NotSent, Throttled)):
        desk.account.prepare(message, desk.told())
    assert desk.live() == []
    assert way.strangers == []


def test_a_server_that_is_not_there_was_sent_nothing(desk: Desk) -> None:
    with nobody() as url:
        away = Desk(desk.server, desk.root, desk.person, url)
        [message] = away.messages("Bonjour")
        with pytest.raises(NotSent) as caught:
            away.account.send(message, away.told())
    assert caught.value.code == "unreachable"


def test_what_the_server_refuses_is_rejected(desk: Desk) -> None:
    long = replace(desk.messages("Bonjour")[0], text="a" * 501)
    with pytest.raises(Rejected) as caught:
        desk.account.send(long, desk.told())
    assert caught.value.code == "http_422"
    assert desk.live() == []


def test_a_file_that_the_server_refuses_is_rejected(desk: Desk) -> None:
    match = {"methods": ["POST"], "path": "/api/v2/media"}
    fault = {"match": match, "effect": {"type": "status", "status": 422}, "count": 1}
    desk.server.call("POST", "/api/v1/_mock/faults", json=fault)
    with pytest.raises(Rejected) as caught:
        desk.send("Rouge", media=(desk.picture("a.png", "red", "Rouge"),))
    assert caught.value.code == "media_refused"
    assert desk.live() == []


def test_a_file_is_waited_for_but_not_for_ever(variant: Desk) -> None:
    variant.send("Rouge", media=(variant.picture("a.png", "red", "Rouge"),))
    assert variant.slept == list(WAITS[: PROCESSING + 1])


def test_a_file_that_is_never_ready_is_given_up(
    variant: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmops.adapters.mastodon.account.WAITS", WAITS[:PROCESSING])
    with pytest.raises(NotSent) as caught:
        variant.send("Rouge", media=(variant.picture("a.png", "red", "Rouge"),))
    assert caught.value.code == "media_not_ready"
    assert variant.live() == []


def test_what_was_made_ready_for_other_words_is_not_sent(desk: Desk) -> None:
    [before], [now] = desk.messages("Bonjour"), desk.messages("Bonsoir")
    desk.account.prepare(before, desk.told())
    receipt = desk.account.send(now, desk.told())
    assert desk.server.source(desk.person, receipt.id) == "Bonsoir"


@pytest.mark.parametrize(("change", "code"), [("gone", "media_missing"), ("new", "media_changed")])
def test_a_file_that_is_not_the_reviewed_one_is_not_sent(
    change: str, code: str, desk: Desk
) -> None:
    picture = desk.picture("a.png", "red", "Rouge")
    file = desk.root / "content" / picture.path
    file.unlink() if change == "gone" else file.write_bytes(b"\x89PNG autre")
    with pytest.raises(NotSent) as caught:
        desk.send("Rouge", media=(picture,))
    assert caught.value.code == code
    assert desk.live() == []


def test_what_was_sent_can_be_taken_back_and_gone_is_no_error(either: Desk) -> None:
    receipts = either.send("Un", "Deux")
    for receipt in reversed(receipts):
        either.account.delete(receipt)
    assert either.live() == []
    either.account.delete(receipts[0])


def test_somebody_elses_post_cannot_be_taken_back(desk: Desk) -> None:
    post = desk.server.post(desk.server.person(), "À elle")
    with pytest.raises(NotSent) as caught:
        desk.account.delete(Receipt(post["id"], desk.since))
    assert caught.value.code == "unauthorised"


@pytest.mark.parametrize("spelling", ["{name}@{domain}", "@{name}@{domain}", "{NAME}", "{name}"])
def test_the_account_is_known_however_it_is_spelt(spelling: str, either: Desk) -> None:
    name = either.person.name
    account = spelling.format(name=name, NAME=name.upper(), domain=either.server.domain)
    assert list(either.open(account=account).verify()) == []


@pytest.mark.parametrize("account", ["autre@{domain}", "autre", "{name}@example.org"])
def test_the_token_of_another_account_is_noticed_and_reads_nothing(
    account: str, either: Desk
) -> None:
    wrong = account.format(name=either.person.name, domain=either.server.domain)
    other = either.open(account=wrong)
    [problem] = other.verify()
    assert problem.code == "CM521"
    assert str(problem.values["found"]).startswith(f"{either.person.name}@")
    [message] = either.messages("Bonjour")
    with pytest.raises(NotSent) as caught:
        other.find(message, either.told())
    assert caught.value.code == "wrong_account"


def test_a_token_that_may_not_publish_is_noticed_before_anything_is_sent(variant: Desk) -> None:
    variant.person = Person("", "etroit", "narrow_token")
    [problem] = variant.open(account="etroit").verify()
    assert problem.code == "CM530"
    assert problem.values["missing"] == tuple(each for each in NEEDED if "write" in each)


def test_a_token_that_is_none_is_said_so(either: Desk) -> None:
    either.person = replace(either.person, token="faux")
    with pytest.raises(NotSent) as caught:
        list(either.open().verify())
    assert caught.value.code == "unauthorised"


def test_a_server_says_its_own_limits(either: Desk) -> None:
    said = either.account.limits()
    own = either.server.call("GET", "/api/v2/instance")["configuration"]
    assert said["text"] == own["statuses"]["max_characters"]
    assert said["images"] == own["statuses"]["max_media_attachments"]
    assert said["poll_seconds"] == own["polls"]["max_expiration"]
    assert set(said) <= set(Account.platform.limits)


def test_a_status_is_corrected_where_it_is_and_the_same_correction_twice_is_one(
    either: Desk,
) -> None:
    receipts = either.send("Ouverture à 9 h", "La suite", spoiler="Horaires")
    [message, _] = either.messages("Ouverture à 10 h", "La suite", spoiler="Horaires corrigés")
    corrected = either.account.edit(receipts[0], message)
    assert either.account.edit(corrected, message) == corrected
    assert corrected.id == receipts[0].id
    below, first = either.live()
    assert (first["id"], first["spoiler_text"]) == (corrected.id, "Horaires corrigés")
    assert below["in_reply_to_id"] == first["id"]
    assert either.server.source(either.person, first["id"]) == "Ouverture à 10 h"
    path = f"/api/v1/statuses/{first['id']}/history"
    assert len(either.server.get(either.person, path)) == 2
    assert either.account.find(message, either.told()) == Found(
        replace(corrected, at=receipts[0].at)
    )


def test_a_correction_whose_answer_was_lost_is_made_again(between: tuple[Proxy, Desk]) -> None:
    way, desk = between
    [receipt] = desk.send("Ouverture à 9 h")
    [message] = desk.messages("Ouverture à 10 h")
    left = [Fault.KEPT]

    def fault_of(path: str) -> Fault | None:
        return left.pop() if left and way.seen[-1].method == "PUT" else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(way, "fault_of", fault_of)
        with pytest.raises(Unclear):
            desk.account.edit(receipt, message)
    assert desk.server.source(desk.person, receipt.id) == "Ouverture à 10 h"
    assert desk.account.edit(receipt, message) == receipt


def test_pictures_that_are_there_are_not_uploaded_again_for_a_correction(
    between: tuple[Proxy, Desk],
) -> None:
    way, desk = between
    picture = desk.picture("a.png", "red", "Rouge")
    [receipt] = desk.send("Rouge", media=(picture,))
    uploads = way.count("/api/v2/media")
    [message] = desk.messages("Très rouge", media=(picture,))
    corrected = desk.account.edit(receipt, message)
    assert way.count("/api/v2/media") == uploads
    assert corrected.extra == receipt.extra
    [status] = desk.live()
    assert len(status["media_attachments"]) == 1
    other = desk.messages("Très bleu", media=(desk.picture("b.png", "blue", "Bleu"),))
    assert desk.account.edit(corrected, other[0]).extra != corrected.extra
    assert way.count("/api/v2/media") > uploads


def test_a_poll_keeps_its_answers_in_a_correction_or_there_is_none(either: Desk) -> None:
    poll = Poll(("lundi", "mardi"), DAY)
    [receipt] = either.send("Quel jour ?", poll=poll)
    [message] = either.messages("Quel jour préférez-vous ?", poll=poll)
    either.account.edit(receipt, message)
    [status] = either.live()
    assert [each["title"] for each in status["poll"]["options"]] == ["lundi", "mardi"]
    for changed in (None, Poll(("lundi", "jeudi"), DAY), Poll(("lundi", "mardi"), 2 * DAY)):
        [other] = either.messages("Quel jour ?", poll=changed)
        with pytest.raises(Rejected) as caught:
            either.account.edit(receipt, other)
        assert caught.value.code == "poll_fixed"


def test_what_no_correction_changes_is_refused(desk: Desk) -> None:
    [receipt] = desk.send("Un")
    [message] = desk.messages("Deux", visibility="unlisted")
    with pytest.raises(Rejected) as caught:
        desk.account.edit(receipt, message)
    assert caught.value.code == "visibility_fixed"
    [message] = desk.messages("Deux")
    foreign = desk.server.post(desk.server.person(), "À elle")
    desk.account.delete(receipt)
    for id, reason in ((receipt.id, "gone"), (foreign["id"], "not_ours")):
        with pytest.raises(Rejected) as caught:
            desk.account.edit(Receipt(id, desk.since), message)
        assert caught.value.code == reason
