from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.ledger.clock import Run
from cmops.ledger.entries import (
    PAUSES,
    REQUIRED,
    Covered,
    Entry,
    Kind,
    Receipt,
    Scope,
    Unreadable,
    dump,
    parse,
)
from cmops.ledger.record import Record
from tests.ledger.world import KEY, START, content, record_of, scribe

LATER = START + timedelta(minutes=1)
RECEIPT = Receipt("at://x/1", START, "https://x/1", (("cid", "bafy"), ("root", "at://x/0")))


def one_of_each() -> list[Entry]:
    pen = scribe()
    claim = pen.claim(Record(KEY), "mastodon", content(2))
    doubtful = record_of([claim])
    return [
        Entry(Kind.GENESIS, "a.0", START, genesis="f" * 32),
        claim,
        pen.intent(claim, 0),
        pen.published(claim, 0, RECEIPT, "d0"),
        pen.rejected(claim, 1, "http-422"),
        pen.throttled(claim, 1, LATER, "http-429"),
        pen.not_sent(claim, None, "auth"),
        pen.held(Record(KEY), "mastodon", "no_secret"),
        pen.unclear(claim, 1, "timeout"),
        pen.handed(claim),
        pen.retract(doubtful),
        pen.retracted(doubtful, "at://x/1"),
        pen.resolved(doubtful, "published", message=0, receipt=RECEIPT),
        pen.edit(claim, 0, RECEIPT),
        pen.pause(Scope("brand", "ateliers"), "crise : «\u202fbad buzz\u202f»", LATER),
        pen.resume(["a.13"]),
        pen.again(doubtful, "nouvelle date"),
        pen.approved(
            1,
            "review",
            voices={"direction": 1, "direction+legal": 2},
            covers=(Covered(KEY, "sha256:1", LATER),),
            refuses=(Covered(KEY, "sha256:2", LATER),),
            commit="c" * 40,
            pull=12,
            minor=True,
        ),
    ]


def test_there_is_an_example_of_every_kind() -> None:
    assert {entry.kind for entry in one_of_each()} == set(Kind) == set(REQUIRED)


@pytest.mark.parametrize("entry", one_of_each(), ids=lambda entry: str(entry.kind))
def test_an_entry_is_one_ascii_line_that_says_the_same_when_read_again(entry: Entry) -> None:
    line = dump(entry)
    assert "\n" not in line
    assert line.isascii()
    assert list(json.loads(line)) == sorted(json.loads(line))
    assert parse(line) == entry


@pytest.mark.parametrize("entry", one_of_each(), ids=lambda entry: str(entry.kind))
def test_a_line_without_something_its_kind_needs_is_unreadable(entry: Entry) -> None:
    row = json.loads(dump(entry))
    for name in ("id", "at", "kind", *REQUIRED[entry.kind]):
        broken = {other: value for other, value in row.items() if other != name}
        assert parse(json.dumps(broken), "p", 7) == Unreadable("p", 7, name)


@pytest.mark.parametrize("entry", one_of_each(), ids=lambda entry: str(entry.kind))
@pytest.mark.parametrize("value", [None, True, -1, 1.5, "", [], {}, [1], "x\ny"], ids=repr)
def test_a_value_of_a_wrong_type_never_gets_past_the_reader_as_something_else(
    entry: Entry, value: object
) -> None:
    row = json.loads(dump(entry))
    for name in row:
        read = parse(json.dumps({**row, name: value}))
        if isinstance(read, Entry):
            assert parse(dump(read)) == read


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "null",
        "[]",
        '"claim"',
        "{",
        '{"kind":"claim"',
        "<<<<<<< HEAD",
        "\ufeff{}",
        "\x00" * 40,
        '{"kind":NaN}',
        "[" * 100_000,
        dump(one_of_each()[0]) + dump(one_of_each()[0]),
        dump(one_of_each()[0])[:-1],
    ],
    ids=lambda line: repr(line[:20]),
)
def test_what_is_not_an_entry_is_unreadable_and_raises_nothing(line: str) -> None:
    assert isinstance(parse(line), Unreadable)


@given(st.text())
def test_any_text_is_an_entry_or_unreadable(line: str) -> None:
    assert isinstance(parse(line), Unreadable)


@given(st.integers(0, 400), st.characters())
def test_a_damaged_line_is_never_an_error_of_the_reader(at: int, character: str) -> None:
    line = dump(one_of_each()[3])
    parse(line[: at % len(line)] + character + line[at % len(line) + 1 :])


def test_blanks_and_a_carriage_return_around_a_line_do_not_matter() -> None:
    entry = one_of_each()[1]
    assert parse(dump(entry) + " \r") == entry


def test_kinds_and_fields_of_a_later_version_are_kept() -> None:
    row = {"kind": "boosted", "id": "a.1", "at": "2026-12-01T12:00:00Z", "key": KEY, "by": {"n": 1}}
    entry = parse(json.dumps(row))
    assert isinstance(entry, Entry)
    assert entry.more == {"by": {"n": 1}}
    assert json.loads(dump(entry)) == row


@pytest.mark.parametrize("time", ["2026-12-01T12:00:00", "2026-12-01T12:00:00+01:00", "12:00", 3])
def test_a_time_that_is_not_in_utc_is_unreadable(time: object) -> None:
    row = json.loads(dump(one_of_each()[0]))
    assert parse(json.dumps({**row, "at": time})) == Unreadable("", 0, "at")


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "the server said: jean@example.org is banned"},
        {"code": "x" * 65},
        {"reason": "two\nlines", "scope": Scope()},
        {"digests": ()},
        {"at": START.replace(tzinfo=None)},
        {"key": ""},
    ],
    ids=str,
)
def test_an_entry_that_no_reader_would_accept_is_not_written(fields: dict[str, object]) -> None:
    claim = one_of_each()[1]
    values = {name: getattr(claim, name) for name in Entry.__dataclass_fields__}
    with pytest.raises(ValueError, match="not a ledger entry"):
        dump(Entry(**{**values, **fields}))


def test_an_entry_is_filed_by_channel_and_month_of_its_own_time() -> None:
    entries = {entry.kind: entry for entry in one_of_each()}
    assert entries[Kind.CLAIM].path == "ledger/mastodon/2026-12.ndjson"
    assert entries[Kind.PAUSE].path == entries[Kind.GENESIS].path == PAUSES
    assert entries[Kind.APPROVED].path == "ledger/approvals-2026-12.ndjson"


@pytest.mark.parametrize("channel", ["", "..", "a/b", "../a", ".git", "a b", "-x", "a\n"])
def test_a_channel_whose_name_would_leave_its_folder_is_refused(channel: str) -> None:
    entry = Entry(Kind.RETRACT, "a.1", START, key=KEY, channel=channel)
    with pytest.raises(ValueError, match="not a channel's name"):
        _ = entry.path


def test_an_unreadable_line_holds_its_channel_or_all_of_them() -> None:
    assert Unreadable("ledger/mastodon/2026-12.ndjson", 1, "json").channel == "mastodon"
    assert Unreadable(PAUSES, 1, "json").channel is None
    assert Unreadable("ledger/approvals-2026-12.ndjson", 1, "json").channel is None


def test_two_runs_have_different_identities_of_128_bits_and_number_their_entries() -> None:
    one, other = Run(), Run()
    assert one.id != other.id
    assert len(bytes.fromhex(one.id)) == 16
    assert [one.entry_id(), one.entry_id()] == [f"{one.id}.1", f"{one.id}.2"]


def test_a_claim_keeps_its_rounds_creation_time_and_counts_attempts() -> None:
    first = scribe("a").claim(Record(KEY), "mastodon", content())
    second = scribe("b").claim(record_of([first]), "mastodon", content())
    assert (first.attempt, second.attempt) == (1, 2)
    assert second.created == first.created


def test_no_claim_asks_for_more_than_the_longest_lease() -> None:
    claim = scribe().claim(Record(KEY), "mastodon", content(), lease=timedelta(hours=1))
    assert claim.until == START + timedelta(minutes=5)
