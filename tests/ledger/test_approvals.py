"""Approvals in the ledger: a file of their own, read once, in nobody's way."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cmops.ledger.cache import Cache
from cmops.ledger.clock import Run
from cmops.ledger.entries import Covered, Entry, Scope, Unreadable, dump, parse
from cmops.ledger.history import History, Index
from cmops.ledger.record import Record
from cmops.ledger.sheet import Sheet, read
from cmops.ledger.store import Store, Tools
from tests.ledger.world import KEY, START, MemoryDisk, MemoryRemote, Watch, content, scribe

PATH = "ledger/approvals-2026-12.ndjson"


def approval(run: str = "a", order: int = 1) -> Entry:
    covers = (Covered(KEY, f"sha256:{order}", START + timedelta(hours=order)),)
    return scribe(run).approved(order, "review", voices={"relecture": 1}, covers=covers, pull=order)


def store(remote: MemoryRemote, folder: Path | None = None) -> Store:
    cache = Cache(folder) if folder else None
    tools = Tools(Run(), Watch(), MemoryDisk(), cache)
    return Store(remote, tools, rooted=False)


def sheet(path: str, *entries: Entry) -> Sheet:
    lines = "".join(f"{dump(entry)}\n" for entry in entries)
    return read(path, path, lines.encode())


def test_they_have_a_file_of_their_own_and_are_no_delivery() -> None:
    remote = MemoryRemote()
    pushed = store(remote).push(lambda history: [approval()])
    assert pushed.landed
    assert list(remote.files) == [PATH]
    history = store(remote).read()
    assert [each.pull for each in history.approvals] == [1]
    assert list(history.keys()) == []
    assert history.unsettled == ()
    assert history.unreadable == ()
    assert history.pauses == ()


def test_months_are_read_together() -> None:
    sheets = [sheet(f"ledger/approvals-2026-{m}.ndjson", approval(m, int(m))) for m in ("11", "12")]
    history = History(Index.of(sheets), Sheet("", ""))
    assert [each.attempt for each in history.approvals] == [11, 12]


def test_they_are_decoded_once_while_deliveries_come_and_go() -> None:
    first = Index.of([sheet(PATH, approval())])
    known = History(first, Sheet("", "")).approvals
    claim = scribe("b").claim(Record(KEY), "mastodon", content())
    pause = scribe("c").pause(Scope(), "crise")
    more = [sheet(PATH, approval()), sheet("ledger/mastodon/2026-12.ndjson", claim)]
    later = History(Index.of([*more, sheet("ledger/pauses.ndjson", pause)], first), Sheet("", ""))
    assert later.approvals is known
    assert [each.reason for each in later.pauses] == ["crise"]
    grown = Index.of([sheet(PATH, approval(), approval("z", 2))], first)
    assert len(History(grown, Sheet("", "")).approvals) == 2


def test_they_survive_the_cache(tmp_path: Path) -> None:
    remote = MemoryRemote()
    lines = [dump(approval(f"r{order}", order)) for order in range(1, 250)]
    remote.write({PATH: "".join(f"{line}\n" for line in lines).encode()})
    first = store(remote, tmp_path).read().approvals
    assert (tmp_path / PATH).exists()
    assert store(remote, tmp_path).read().approvals == first


@pytest.mark.parametrize("fault", ["lost after", "lost before"])
def test_a_lost_answer_writes_an_approval_once(fault: str) -> None:
    remote = MemoryRemote()
    remote.faults.append(fault)
    pushed = store(remote).push(lambda history: [] if history.approvals else [approval()])
    assert pushed.landed
    assert len(store(remote).read().approvals) == 1


@pytest.mark.parametrize(
    "field",
    [
        {"covers": [[KEY, "sha256:1"]]},
        {"covers": [[KEY, "sha256:1", "demain"]]},
        {"covers": [[KEY, "sha256:1", "2026-12-01T12:00:00"]]},
        {"covers": [[KEY, "", "2026-12-01T12:00:00Z"]]},
        {"covers": {KEY: 1}},
        {"covers": [[KEY, "sha256:1", "2026-12-01T12:00:00Z"]] * 1001},
        {"refuses": [1]},
        {"voices": {"relecture": 0}},
        {"voices": {"relecture": True}},
        {"voices": {"": 1}},
        {"voices": ["relecture"]},
        {"means": ""},
        {"minor": 1},
    ],
    ids=lambda field: str(field)[:60],
)
def test_a_line_that_is_not_right_holds_everything_rather_than_nothing(
    field: dict[str, object],
) -> None:
    row = json.loads(dump(approval())) | field
    found = parse(json.dumps(row), PATH, 1)
    assert found == Unreadable(PATH, 1, next(iter(field)))
    bad = read(PATH, "b", json.dumps(row).encode() + b"\n")
    history = History(Index.of([bad]), Sheet("", ""))
    assert history.approvals == ()
    assert len(history.unreadable_on("mastodon")) == 1


def test_an_approval_that_pretends_to_be_a_delivery_settles_nothing() -> None:
    row = json.loads(dump(approval())) | {"key": KEY, "channel": "mastodon"}
    history = History(Index.of([read(PATH, "b", json.dumps(row).encode())]), Sheet("", ""))
    record = history.of(KEY)
    assert (record.published, record.begun, record.open) == (False, False, None)
    assert history.approvals == ()
