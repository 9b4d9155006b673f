"""Every capability that Matrix's adapter declares, used on a real Synapse and read back there."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Can,
    Capability,
    Edition,
    Found,
    Message,
    Sending,
    Unknown,
)
from cmops.adapters.matrix import Matrix, content, looking
from cmops.adapters.matrix.room import Room
from cmops.adapters.registry import sender
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret, wire
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.files import film, picture, put
from tests.servers.matrix import Homeserver, Member, synapse
from tests.servers.proxy import FAULTS, Fault, Proxy, nobody, proxy

USED: set[Capability] = set()
SEND = "/send/m.room.message/"


@dataclass(frozen=True)
class Salon:
    """A room of the test server and who writes in it."""

    server: Homeserver
    member: Member
    room: str

    def channel(self, **settings: Any) -> Channel:
        given = {"url": self.server.url, "room": self.room, **settings}
        name = given.pop("account", self.member.id)
        return Channel("salon", "matrix", name, "b", "Salon", "fr", settings=given)

    def adapter(self, root: Path = Path(), later: timedelta = timedelta(), **settings: Any) -> Room:
        token = settings.pop("token", self.member.token)
        http = Http(
            {"token": Secret("MATRIX_TOKEN", token)},
            sleep=lambda seconds: None,
            now=lambda: datetime.now(UTC) + later,
        )
        made = sender(self.channel(**settings), root=root, http=http)
        assert isinstance(made, Room)
        return made

    def composed(self, *parts: str, **fields: Any) -> tuple[Message, ...]:
        places = tuple((BODY, 100 * number) for number in range(len(parts)))
        values = {"language": "fr", **fields}
        made = compose(Edition("ouverture", self.channel(), parts, places, "Ouverture", **values))
        assert made.problems == ()
        return made.messages

    def sent(self, key: str, *parts: str, root: Path = Path(), **fields: Any) -> list[Receipt]:
        """A whole delivery, one message after the other."""
        adapter = self.adapter(root)
        receipts: list[Receipt] = []
        for index, message in enumerate(self.composed(*parts, **fields)):
            receipts.append(adapter.send(message, told(key, index, tuple(receipts))))
        return receipts

    def live(self, receipt: Receipt) -> dict[str, Any]:
        found: dict[str, Any] = self.server.event(self.member, self.room, receipt.id)["content"]
        return found

    def texts(self) -> list[str]:
        events = self.server.events(self.member, self.room)
        return [each["content"].get("body", "") for each in events]


@pytest.fixture
def salon(homeserver: Homeserver) -> Salon:
    member = homeserver.member()
    return Salon(homeserver, member, homeserver.room(member))


@pytest.fixture
def between(homeserver: Homeserver) -> Iterator[Proxy]:
    with proxy(homeserver.url) as made:
        yield made


def told(key: str, index: int = 0, before: tuple[Receipt, ...] = ()) -> Sending:
    now = datetime.now(UTC)
    return Sending(key, index, "ouverture", now, now, before)


def test_the_token_is_that_of_the_account_and_the_room_may_be_written_in(salon: Salon) -> None:
    assert list(salon.adapter().verify()) == []
    alias = "#ateliers-" + salon.member.device.lower() + ":localhost"
    path = f"/directory/room/{alias.replace('#', '%23')}"
    salon.server.call("PUT", path, salon.member, json={"room_id": salon.room})
    by_alias = salon.adapter(room=alias)
    assert list(by_alias.verify()) == []
    assert by_alias.send(Message("Par son adresse"), told("adresse")).id
    assert salon.texts() == ["Par son adresse"]


def test_the_token_of_another_account_is_a_problem_and_sends_nothing(salon: Salon) -> None:
    other = salon.adapter(account="@autre:localhost")
    [problem] = other.verify()
    assert (problem.code, problem.values["found"]) == ("CM521", salon.member.id)
    with pytest.raises(NotSent, match="wrong_account"):
        other.send(Message("Non"), told("non"))
    assert salon.texts() == []


def test_a_room_that_cannot_be_written_in_is_a_problem_that_says_why(salon: Salon) -> None:
    server = salon.server
    owner = server.member()
    closed = server.room(owner, preset="private_chat")
    silent = server.room(
        owner, preset="public_chat", power_level_content_override={"events_default": 50}
    )
    server.call("POST", f"/join/{silent}", salon.member, json={})
    algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
    secret = {"type": "m.room.encryption", "state_key": "", "content": algorithm}
    encrypted = server.room(salon.member, initial_state=[secret])
    rooms = {
        "#personne:localhost": "no_room",
        closed: "not_joined",
        silent: "no_power",
        encrypted: "encrypted_room",
    }
    for room, reason in rooms.items():
        [problem] = salon.adapter(room=room).verify()
        assert (problem.code, problem.values["reason"]) == ("CM550", reason)
        with pytest.raises(NotSent):
            salon.adapter(room=room).send(Message("Non"), told("non"))


def test_the_server_says_how_large_a_file_may_be(salon: Salon) -> None:
    assert salon.adapter().limits() == {"image_bytes": 52_428_800, "video_bytes": 52_428_800}


def test_a_text_is_live_as_it_was_written_and_formatted(salon: Salon) -> None:
    friend = salon.server.member()
    text = f"**Été** : 👩‍👩‍👧 <b>\navec {friend.id}"
    [receipt] = salon.sent("texte", text)
    made = salon.live(receipt)
    assert made["body"] == text
    assert made["formatted_body"] == (
        f"<p><strong>Été</strong> : 👩‍👩‍👧 &lt;b&gt;<br />\navec {friend.id}</p>"
    )
    assert made["m.mentions"] == {"user_ids": [friend.id]}
    assert receipt.url is not None
    assert receipt.url.startswith("https://matrix.to/#/%21")
    USED.update({Capability.PUBLISH, Capability.FORMATTING})


HOSTILE = [
    "\u202eà l'envers\u202c et \u200bnul",
    "'; DROP TABLE events; -- <script>alert(1)</script>",
    '{"msgtype": "m.image"} \\u0041 \\n',
    "  deux espaces\n\n\n\tet une tabulation\r\n  ",
    "e\u0301 n'est pas é",
    "@room @@ : $ ! # /me /shrug",
    "🧑🏽‍🚀" * 600,
    "\x01\x7f\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_went(salon: Salon, text: str) -> None:
    [receipt] = salon.sent("hostile", text)
    assert salon.live(receipt)["body"] == text
    assert salon.live(receipt)["m.mentions"] == {}
    [message] = salon.composed(text)
    assert isinstance(salon.adapter().find(message, told("hostile")), Found)


def test_a_lone_surrogate_is_refused_and_not_live(salon: Salon) -> None:
    with pytest.raises(Failure) as caught:
        salon.adapter().send(Message("\ud800 seul"), told("seul"))
    assert isinstance(caught.value, Rejected | Unclear)
    assert salon.texts() == []


def test_the_largest_text_is_live_and_a_larger_event_is_refused(salon: Salon) -> None:
    text = "é " * 10_000
    [receipt] = salon.sent("grand", text)
    assert salon.live(receipt)["body"] == text
    fits = Message('"' * 20, fields={"html": "h" * (content.MOST - 200)})
    assert content.size(fits) <= content.MOST
    assert salon.adapter().send(fits, told("plein")).id
    with pytest.raises(Rejected) as caught:
        salon.adapter().send(Message("é" * 40_000), told("trop"))
    assert caught.value.code == "too_large"


def test_sending_twice_makes_one_event_though_the_server_starts_anew_or_forgets(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("synapse-twice")
    sendings = [told("double"), told("oublié")]
    messages = [Message("Une seule fois"), Message("Oublié")]
    with synapse(folder) as server:
        member = server.member()
        salon = Salon(server, member, server.room(member))
        first, second = (
            salon.adapter().send(*each) for each in zip(messages, sendings, strict=True)
        )
        assert salon.adapter().send(messages[0], sendings[0]).id == first.id
    # What the server does by itself a day later.
    with sqlite3.connect(folder / "homeserver.db") as database:
        forget = "DELETE FROM event_txn_id_device_id WHERE event_id = ?"
        assert database.execute(forget, (second.id,)).rowcount == 1
    slow = {"rc_message": {"per_second": 0.01, "burst_count": 2}}
    with synapse(folder, slow) as server:
        salon = replace(salon, server=server)
        assert salon.adapter().send(messages[0], sendings[0]).id == first.id
        late = salon.adapter(later=timedelta(days=2))
        assert isinstance(late.find(messages[1], sendings[1]), Found)
        assert late.send(messages[1], sendings[1]).id == second.id
        assert salon.texts() == ["Une seule fois", "Oublié"]
        _wants_less(salon)


def _wants_less(salon: Salon) -> None:
    before = datetime.now(UTC)
    adapter = salon.adapter()
    with pytest.raises(Throttled) as caught:
        [adapter.send(Message(f"Message {n}"), told("vite", n)) for n in range(5)]
    assert caught.value.until is not None
    assert caught.value.until > before + timedelta(seconds=5)


def test_sending_eight_times_at_once_makes_one_event(salon: Salon) -> None:
    [message] = salon.composed("Huit à la fois")
    senders = [salon.adapter() for _ in range(8)]
    for each in senders:
        assert list(each.verify()) == []
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda each: each.send(message, told("huit")), senders))
    assert len({each.id for each in receipts}) == 1
    assert salon.texts() == ["Huit à la fois"]


def test_what_is_live_is_found_and_what_is_not_is_certainly_not(salon: Salon) -> None:
    adapter = salon.adapter()
    [message] = salon.composed("Trouvez-moi")
    salon.server.say(salon.member, salon.room, "Trouvez-moi")
    assert adapter.find(message, told("cherche")) == Absent()
    receipt = adapter.send(message, told("cherche"))
    found = adapter.find(message, told("cherche"))
    assert isinstance(found, Found)
    assert (found.receipt.id, found.receipt.url) == (receipt.id, receipt.url)
    assert adapter.find(message, told("cherche", 1)) == Absent()
    assert adapter.find(message, told("cherche-encore")) == Absent()
    assert adapter.find(Message("Autre chose"), told("cherche")) == Unknown()


def test_it_is_found_behind_many_pages_of_others_and_our_own(salon: Salon) -> None:
    friend = salon.server.member()
    salon.server.call(
        "POST", f"/rooms/{salon.room}/invite", salon.member, json={"user_id": friend.id}
    )
    salon.server.call("POST", f"/join/{salon.room}", friend, json={})
    [message] = salon.composed("Au fond")
    receipt = salon.adapter().send(message, told("fond"))
    for number in range(120):
        writer = salon.member if number % 2 else friend
        salon.server.say(writer, salon.room, f"Bruit {number}")
    found = salon.adapter().find(message, told("fond"))
    assert isinstance(found, Found)
    assert found.receipt.id == receipt.id
    assert salon.adapter().find(message, told("jamais")) == Absent()


def test_pages_without_an_end_prove_nothing(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PAGES", 1)
    for number in range(101):
        salon.server.say(salon.member, salon.room, f"Bruit {number}")
    with pytest.raises(NotSent, match="too_many_pages"):
        salon.adapter().find(Message("Là ?"), told("là"))


def test_what_was_taken_down_was_live_and_does_not_come_again(salon: Salon) -> None:
    adapter = salon.adapter()
    [message] = salon.composed("Retiré par une autre")
    receipt = adapter.send(message, told("retrait"))
    salon.server.call("PUT", f"/rooms/{salon.room}/redact/{receipt.id}/1", salon.member, json={})
    found = adapter.find(message, told("retrait"))
    assert isinstance(found, Found)
    assert found.receipt.id == receipt.id
    assert adapter.find(message, told("autre")) == Absent()


def test_a_message_is_taken_back_with_its_corrections(salon: Salon) -> None:
    adapter = salon.adapter()
    [receipt] = salon.sent("retire", "À retirer")
    adapter.edit(receipt, Message("À retirer vite"))
    adapter.delete(receipt)
    adapter.delete(receipt)
    assert salon.live(receipt) == {}
    assert set(salon.texts()) == {""}
    adapter.delete(replace(receipt, id="$" + "a" * 43))
    USED.add(Capability.DELETE)


def test_a_correction_replaces_the_text_once(salon: Salon, tmp_path: Path) -> None:
    adapter = salon.adapter(tmp_path)
    text, image = salon.sent(
        "corrige", "Ouverture à **9 h**", root=tmp_path, media=(picture(tmp_path),)
    )[::-1]
    [_, message] = salon.composed("Ouverture à **10 h**", media=(picture(tmp_path),))
    for _ in range(2):
        assert adapter.edit(text, message) == text
    edits = [
        each["content"]
        for each in salon.server.events(salon.member, salon.room)
        if each["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
    ]
    assert [each["m.new_content"]["body"] for each in edits] == ["Ouverture à **10 h**"]
    assert edits[0]["m.relates_to"]["event_id"] == text.id
    assert edits[0]["m.new_content"]["formatted_body"] == "<p>Ouverture à <strong>10 h</strong></p>"
    other = Message("", (picture(tmp_path, "nuit.png", alt="La nuit"),))
    adapter.edit(image, other)
    assert "La nuit" in salon.texts()[-1]
    [_, before] = salon.composed("Ouverture à **9 h**", media=(picture(tmp_path),))
    found = adapter.find(before, told("corrige", 1, (image,)))
    assert isinstance(found, Found), "a correction is not taken for the message"
    assert found.receipt.id == text.id
    USED.add(Capability.EDIT)


def test_what_is_gone_or_not_ours_is_not_corrected(salon: Salon) -> None:
    adapter = salon.adapter()
    foreign = salon.server.say(salon.member, salon.room, "Écrit à la main")
    for event, reason in ((foreign, "gone"), ("$" + "a" * 43, "gone")):
        with pytest.raises(Rejected, match=reason):
            adapter.edit(Receipt(event, datetime.now(UTC)), Message("Non"))
    [receipt] = salon.sent("parti", "Parti")
    adapter.delete(receipt)
    with pytest.raises(Rejected, match="gone"):
        adapter.edit(receipt, Message("Non"))


def test_a_thread_hangs_below_its_first_text_with_the_first_comment_at_its_end(
    salon: Salon, tmp_path: Path
) -> None:
    receipts = salon.sent(
        "fil", "Un", "Deux", root=tmp_path, media=(picture(tmp_path),), first_comment="Le lien"
    )
    image, first, second, comment = [salon.live(each) for each in receipts]
    assert (image["msgtype"], first["body"]) == ("m.image", "Un")
    assert "m.relates_to" not in first
    assert [each["body"] for each in (second, comment)] == ["Deux", "Le lien"]
    for made, last in ((second, 1), (comment, 2)):
        assert made["m.relates_to"] == {
            "rel_type": "m.thread",
            "event_id": receipts[1].id,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": receipts[last].id},
        }
    path = f"/_matrix/client/v1/rooms/{salon.room}/relations/{receipts[1].id}/m.thread"
    below = salon.server.call("GET", path, salon.member)["chunk"]
    assert {each["event_id"] for each in below} == {each.id for each in receipts[2:]}
    messages = salon.composed("Un", "Deux", media=(picture(tmp_path),), first_comment="Le lien")
    for index, message in enumerate(messages):
        found = salon.adapter().find(message, told("fil", index, tuple(receipts[:index])))
        assert isinstance(found, Found)
        assert found.receipt.id == receipts[index].id
    USED.update({Capability.THREAD, Capability.FIRST_COMMENT})


def test_files_arrive_byte_for_byte_with_their_words(salon: Salon, tmp_path: Path) -> None:
    files = (
        picture(tmp_path, "a.png", (80, 61)),
        film(tmp_path),
        put(tmp_path, "plan.pdf", b"%PDF-1.7\n" + bytes(500), "application/pdf", "Le plan"),
    )
    receipts = salon.sent("fichiers", "Trois", root=tmp_path, media=files)
    made = [salon.live(each) for each in receipts]
    assert [each["msgtype"] for each in made] == ["m.image", "m.video", "m.file", "m.text"]
    assert [each["body"] for each in made] == ["Un établi", "La visite", "Le plan", "Trois"]
    assert made[0]["info"] == {
        "mimetype": "image/png",
        "size": files[0].size,
        "w": 80,
        "h": 61,
    }
    assert made[2]["filename"] == "plan.pdf"
    for file, each in zip(files, made[:3], strict=True):
        expected = (tmp_path / "content" / file.path).read_bytes()
        assert salon.server.file(salon.member, each["url"]) == expected
    USED.update({Capability.IMAGE, Capability.VIDEO, Capability.DOCUMENT, Capability.ALT_TEXT})


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_a_file_that_is_not_what_was_reviewed_is_not_sent(
    salon: Salon, tmp_path: Path, change: str
) -> None:
    thumb = picture(tmp_path)
    place = tmp_path / "content" / thumb.path
    place.unlink() if change == "missing" else place.write_bytes(b"\x89PNG\r\n\x1a\nx")
    with pytest.raises(NotSent, match=f"media_{change}"):
        salon.adapter(tmp_path).send(Message("", (thumb,)), told("absente"))
    assert salon.texts() == []


def test_what_was_prepared_is_sent_only_if_it_is_still_the_same(
    salon: Salon, tmp_path: Path
) -> None:
    thumb = picture(tmp_path)
    adapter = salon.adapter(tmp_path)
    message, sending = Message("", (thumb,)), told("prêt")
    adapter.prepare(message, sending)
    assert salon.texts() == []
    (tmp_path / "content" / thumb.path).unlink()
    assert salon.live(adapter.send(message, sending))["body"] == "Un établi"
    adapter.prepare(Message("Avant"), told("corrigé"))
    assert salon.live(adapter.send(Message("Après"), told("corrigé")))["body"] == "Après"


def test_an_answer_points_at_what_it_answers(salon: Salon) -> None:
    asked = salon.server.say(salon.member, salon.room, "Une question ?")
    address = f"https://matrix.to/#/{salon.room}/{asked}?via=localhost"
    first, second = [
        salon.live(each) for each in salon.sent("réponse", "Oui", "Encore", reply_to=address)
    ]
    assert first["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}
    assert second["m.relates_to"]["rel_type"] == "m.thread"
    USED.add(Capability.REPLY)


def test_an_answer_to_another_room_is_refused(salon: Salon) -> None:
    elsewhere = salon.server.room(salon.member)
    address = f"https://matrix.to/#/{elsewhere}/{'$' + 'a' * 43}"
    [message] = salon.composed("Oui", reply_to=address)
    with pytest.raises(Rejected, match="other_room"):
        salon.adapter().send(message, told("ailleurs"))


@pytest.mark.parametrize(("fault", "failure", "arrived"), FAULTS)
def test_a_fault_while_publishing_is_typed_by_what_it_proves_and_looking_finds_the_truth(
    salon: Salon,
    between: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    failure: type[Failure],
    arrived: bool,
) -> None:
    monkeypatch.setattr(wire, "READ", 3.0)
    adapter = salon.adapter(url=between.url)
    [message] = salon.composed("Une fois, quoi qu'il arrive")
    sending = told("panne")
    between.order(fault, SEND)
    with pytest.raises(Failure) as caught:
        adapter.send(message, sending)
    assert type(caught.value) is failure
    assert between.count(SEND) == 1, "what publishes is never repeated"
    assert between.strangers == []
    assert len(salon.texts()) == arrived
    assert isinstance(adapter.find(message, sending), Found if arrived else Absent)
    again = salon.adapter().send(message, sending)
    assert salon.live(again)["body"] == message.text
    assert len(salon.texts()) == 1
    said = repr(caught.value) + str(caught.value) + repr(caught.value.__context__)
    assert salon.member.token not in said


@pytest.mark.parametrize("fault", [*Fault])
def test_a_fault_before_publishing_proves_that_nothing_is_live(
    salon: Salon, between: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(wire, "READ", 0.7)
    message = Message("", (picture(tmp_path),))
    for path in ("whoami", "/state/", "/upload"):
        between.order(fault, path, times=3)
        with pytest.raises((NotSent, Throttled)):
            salon.adapter(tmp_path, url=between.url).send(message, told("avant"))
        between.end_orders()
    assert between.count(SEND) == 0
    assert between.strangers == []
    assert salon.texts() == []


@pytest.mark.parametrize(
    "fault", [Fault.LOST, Fault.RUBBISH, Fault.UNAUTHORISED, Fault.ELSEWHERE, Fault.BROKEN_AFTER]
)
def test_a_fault_while_looking_is_no_proof(salon: Salon, between: Proxy, fault: Fault) -> None:
    adapter = salon.adapter(url=between.url)
    between.order(fault, "/messages", times=3)
    with pytest.raises(NotSent):
        adapter.find(Message("Là ?"), told("là"))


def test_a_file_that_the_server_refuses_is_refused_for_good(salon: Salon, tmp_path: Path) -> None:
    large = put(tmp_path, "grand.mp4", bytes(52_428_801), "video/mp4")
    with pytest.raises(Rejected, match="media_too_large"):
        salon.adapter(tmp_path).send(Message("", (large,)), told("grand"))
    assert salon.texts() == []


def test_a_server_that_is_not_there_gets_nothing(salon: Salon) -> None:
    with nobody() as url, pytest.raises(NotSent, match="unreachable"):
        salon.adapter(url=url).send(Message("Allô"), told("allô"))


def test_a_wrong_token_sends_nothing_and_asks_for_no_other(salon: Salon, between: Proxy) -> None:
    wrong = salon.adapter(url=between.url, token="syt_faux")
    with pytest.raises(NotSent, match="unauthorised"):
        list(wrong.verify())
    with pytest.raises(NotSent, match="unauthorised"):
        wrong.send(Message("Non"), told("non"))
    assert between.count("login") == between.count("refresh") == 0
    assert salon.texts() == []


def test_no_name_of_the_account_stands_in_the_event(salon: Salon) -> None:
    [receipt] = salon.sent("annonce~matrix~@ateliers%3Aexample.org", "Bonjour")
    key = salon.live(receipt)[content.KEY]
    whole = b"annonce~matrix~@ateliers%3Aexample.org.0"
    assert key == hashlib.sha256(whole).hexdigest()


def test_every_capability_that_is_declared_was_used_here(request: pytest.FixtureRequest) -> None:
    module = [each for each in request.session.items if each.path == request.node.path]
    if request.node is not module[-1] or len(module) < 45:
        pytest.skip("only some of this file's tests run")
    able = {each for each in Capability if Matrix.platform.able(each) is Can.YES}
    assert able == USED
