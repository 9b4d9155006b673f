"""What goes wrong between cmops and a real PDS, and what is known then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.adapters.contract import Absent, Found, Message
from cmops.adapters.registry import sender
from cmops.failures import Failure, NotSent, Throttled
from cmops.http import Http, Secret, wire
from cmops.ledger.clock import ClockCheck
from cmops.workspace.model import Channel
from tests.servers.bluesky import Pds, Person
from tests.servers.bluesky_posts import (
    account,
    composed,
    live,
    picture,
    told,
)
from tests.servers.proxy import FAULTS, RETRY_AFTER, Fault, Proxy, nobody, proxy


@pytest.fixture(scope="module")
def person(pds: Pds) -> Person:
    return pds.person()


@pytest.fixture
def between(pds: Pds) -> Iterator[Proxy]:
    with proxy(pds.url) as made:
        yield made


def test_an_ended_token_is_renewed_and_a_lost_session_begun_anew(pds: Pds, person: Person) -> None:
    bluesky = account(person, pds.url)
    login = bluesky._session.login()
    spoilt = Secret("accessJwt", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA")
    bluesky._session._login = replace(login, access=spoilt)
    assert live(pds, bluesky.send(Message("Renouvelé"), told("renouvelé")))
    bluesky._session._login = replace(login, access=spoilt, refresh=spoilt)
    assert live(pds, bluesky.send(Message("Recommencé"), told("recommencé")))


PUT = "com.atproto.repo.putRecord"


@pytest.mark.parametrize(("fault", "failure", "arrived"), FAULTS)
def test_a_fault_while_publishing_is_typed_by_what_it_proves_and_looking_finds_the_truth(
    pds: Pds,
    between: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    failure: type[Failure],
    arrived: bool,
) -> None:
    monkeypatch.setattr(wire, "READ", 3.0)
    person = pds.person()
    bluesky = account(person, between.url)
    [message] = composed(person, "Une fois, quoi qu'il arrive")
    between.order(fault, PUT)
    with pytest.raises(Failure) as caught:
        bluesky.send(message, told("panne"))
    assert type(caught.value) is failure
    assert between.count(PUT) == 1, "what publishes is never repeated"
    assert between.strangers == []
    assert len(pds.records(person.did)) == arrived
    found = bluesky.find(message, told("panne"))
    assert isinstance(found, Found if arrived else Absent)
    again = account(person, pds.url).send(message, told("panne"))
    assert found in {Absent(), Found(again)}
    assert len(pds.records(person.did)) == 1
    said = repr(caught.value) + str(caught.value) + repr(caught.value.__context__)
    assert person.password not in said
    assert "eyJ" not in said


def test_throttled_says_until_when(pds: Pds, between: Proxy) -> None:
    person = pds.person()
    between.order(Fault.THROTTLED, PUT)
    before = datetime.now(UTC)
    with pytest.raises(Throttled) as caught:
        account(person, between.url).send(Message("Plus tard"), told("plus-tard"))
    assert caught.value.until is not None
    assert caught.value.until >= before + timedelta(seconds=RETRY_AFTER)


@pytest.mark.parametrize("fault", [*Fault])
def test_a_fault_before_publishing_proves_that_nothing_is_live(
    pds: Pds, between: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(wire, "READ", 0.7)
    person = pds.person()
    message = Message("Image", (picture(tmp_path),))
    for path in ("createSession", "uploadBlob"):
        between.order(fault, path, times=3)
        with pytest.raises((NotSent, Throttled)):
            account(person, between.url, tmp_path).send(message, told("avant"))
        between.end_orders()
    assert between.count(PUT) == 0
    assert between.strangers == []
    assert pds.records(person.did) == []


def test_reading_goes_on_after_a_fault_that_passes(pds: Pds, between: Proxy) -> None:
    person = pds.person()
    for fault in (Fault.LOST, Fault.BROKEN_BEFORE):
        between.order(fault, "createSession")
    assert live(pds, account(person, between.url).send(Message("Enfin"), told("enfin")))


def test_a_fault_while_looking_is_no_proof(pds: Pds, between: Proxy) -> None:
    person = pds.person()
    bluesky = account(person, between.url)
    assert list(bluesky.verify()) == []
    for fault in (Fault.LOST, Fault.RUBBISH, Fault.UNAUTHORISED, Fault.ELSEWHERE):
        between.order(fault, "getRecord", times=3)
        with pytest.raises(NotSent):
            bluesky.find(Message("Là ?"), told("là"))
        between.end_orders()


def test_a_server_that_is_not_there_gets_nothing(person: Person) -> None:
    with nobody() as url, pytest.raises(NotSent, match="unreachable"):
        account(person, url).send(Message("Allô"), told("allô"))
    with nobody() as url, pytest.raises(NotSent, match="unreachable"):
        list(account(person, url).verify())


def test_secrets_go_to_the_channels_server_only(pds: Pds, between: Proxy) -> None:
    person = pds.person()
    for path in ("createSession", "uploadBlob", "getRecord", PUT, "deleteRecord"):
        between.order(Fault.ELSEWHERE, path)
    bluesky = account(person, between.url)
    for _ in range(2):
        with pytest.raises(NotSent):
            bluesky.send(Message("Ailleurs"), told("ailleurs"))
    receipt = bluesky.send(Message("Ailleurs"), told("ailleurs"))
    with pytest.raises(NotSent):
        bluesky.find(Message("Ailleurs"), told("ailleurs"))
    with pytest.raises(NotSent):
        bluesky.delete(receipt)
    assert between.strangers == []


def test_a_missing_or_wrong_password_sends_nothing(pds: Pds, person: Person) -> None:
    wrong = account(replace(person, password="faux"), pds.url)
    with pytest.raises(NotSent, match="unauthorised"):
        list(wrong.verify())
    channel = Channel("b", "bluesky", person.handle, "b", "B", "fr", settings={"url": pds.url})
    without = sender(channel, root=Path(), http=Http())
    assert without is not None
    with pytest.raises(NotSent, match="no_secret"):
        without.send(Message("Rien"), told("rien"))


def test_the_servers_clock_is_compared_with_ours(pds: Pds, person: Person) -> None:
    check = ClockCheck()
    secrets = {"password": Secret("BLUESKY_PASSWORD", person.password)}
    late = timedelta(minutes=10)
    channel = Channel("b", "bluesky", person.handle, "b", "B", "fr", settings={"url": pds.url})
    http = Http(secrets, check.observe, now=lambda: datetime.now(UTC) - late)
    made = sender(channel, root=Path(), http=http)
    assert made is not None
    assert list(made.verify()) == []
    assert late - timedelta(seconds=5) < check.worst < late + timedelta(seconds=5)
