"""Sending again, or eight times at once, makes nothing twice on a real PDS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cmops.adapters.bluesky.records import record_key
from cmops.adapters.contract import Message
from cmops.failures import Rejected
from tests.servers.bluesky import Pds, Person
from tests.servers.bluesky_posts import (
    SINCE,
    account,
    composed,
    live,
    picture,
    told,
)


@pytest.fixture(scope="module")
def person(pds: Pds) -> Person:
    return pds.person()


def test_sending_twice_makes_one_record(pds: Pds) -> None:
    person = pds.person()
    [message] = composed(person, "Une seule fois")
    first = account(person, pds.url).send(message, told("double"))
    assert account(person, pds.url).send(message, told("double")) == first
    later = replace(told("double"), at=SINCE + timedelta(hours=1))
    assert account(person, pds.url).send(message, later) == first
    assert len(pds.records(person.did)) == 1


def test_sending_eight_times_at_once_makes_one_record(pds: Pds) -> None:
    person = pds.person()
    [message] = composed(person, "Huit à la fois")
    senders = [account(person, pds.url) for _ in range(8)]
    for each in senders:
        assert list(each.verify()) == []
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda each: each.send(message, told("huit")), senders))
    assert len(set(receipts)) == 1
    assert len(pds.records(person.did)) == 1


def test_another_text_under_the_same_key_is_refused_and_changes_nothing(pds: Pds) -> None:
    person = pds.person()
    bluesky = account(person, pds.url)
    receipt = bluesky.send(Message("Ceci"), told("prise"))
    with pytest.raises(Rejected, match="different"):
        bluesky.send(Message("Cela"), told("prise"))
    assert live(pds, receipt)["text"] == "Ceci"
    assert len(pds.records(person.did)) == 1


def test_what_was_prepared_is_sent_only_if_it_is_still_the_same(
    pds: Pds, person: Person, tmp_path: Path
) -> None:
    thumb = picture(tmp_path)
    bluesky = account(person, pds.url, tmp_path)
    message = Message("Avant", (thumb,))
    bluesky.prepare(message, told("prêt"))
    (tmp_path / "content" / thumb.path).unlink()
    assert live(pds, bluesky.send(message, told("prêt")))["text"] == "Avant"
    bluesky.prepare(Message("Avant"), told("corrigé"))
    assert live(pds, bluesky.send(Message("Après"), told("corrigé")))["text"] == "Après"


def test_keys_are_tids_of_their_claims_time_and_no_two_are_the_same() -> None:
    keys = [record_key(told(f"post-{n}", index)) for n in range(500) for index in range(20)]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 13 and key[0] in "234567abcdefghij" for key in keys)
    assert record_key(told("a")) == record_key(
        replace(told("a"), since=SINCE.replace(microsecond=0))
    )
