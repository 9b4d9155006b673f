from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from cmops.ledger.clock import ClockCheck, Run
from cmops.ledger.entries import PAUSES, Entry, Kind, Scope
from cmops.ledger.errors import (
    ClockSkewed,
    JournalUnwritable,
    LedgerMissing,
    LedgerRewound,
    LedgerUnreachable,
    WrongLedger,
)
from cmops.ledger.history import History, Place
from cmops.ledger.store import Result, Store, Tools
from tests.ledger.world import (
    KEY,
    START,
    MemoryDisk,
    MemoryRemote,
    Watch,
    claims,
    content,
    published,
    scribe,
    store,
)


def test_what_is_decided_is_in_the_ledger_and_in_the_history_that_comes_back() -> None:
    remote = MemoryRemote()
    pushed = store(remote).push(claims("a"))
    assert pushed.result is Result.WON
    assert pushed.history is not None
    assert [claim.id.partition(".")[0] for claim in pushed.history.of(KEY).claims] == ["a"]
    assert [claim.id.partition(".")[0] for claim in store(remote).read().of(KEY).claims] == ["a"]


def test_a_lost_race_is_decided_again_on_what_the_winner_wrote() -> None:
    remote = MemoryRemote()
    other = store(remote, run="b")
    remote.before_append.append(lambda: other.push(claims("b")))
    seen: list[History] = []
    pushed = store(remote).push(claims("a", seen=seen))
    assert pushed.result is Result.NOTHING
    assert pushed.entries == ()
    assert [len(history.of(KEY).claims) for history in seen] == [0, 1]
    assert len(store(remote).read().of(KEY).claims) == 1


def test_facts_are_pushed_on_whatever_tip_there_is() -> None:
    remote = MemoryRemote()
    ledger = store(remote)
    (claim,) = ledger.push(claims("a")).entries
    ledger.note(published(claim))
    other = store(remote, run="b")
    pause = scribe("b").pause(Scope(), "x")
    remote.before_append.append(lambda: other.push(lambda _: [pause]))
    assert ledger.push().result is Result.WON
    history = store(remote).read()
    assert history.of(KEY).published
    assert history.paused(Place("mastodon"), START)


@pytest.mark.parametrize("kind", sorted(set(Kind) - {"published", "edit"}))
def test_only_facts_can_be_noted(kind: Kind) -> None:
    facts = {"rejected", "throttled", "not_sent", "held", "unclear", "handed", "retracted"}
    entry = Entry(
        kind,
        "a.1",
        START,
        key=KEY,
        channel="mastodon",
        claim="a.0",
        message=0,
        code="x",
        not_before=START,
        target="1",
    )
    if kind in facts:
        store(MemoryRemote()).note(entry)
    else:
        with pytest.raises(ValueError, match="decisions"):
            store(MemoryRemote()).note(entry)


def test_what_was_noted_is_known_at_once_and_rides_with_the_next_decision() -> None:
    remote = MemoryRemote()
    ledger = store(remote)
    (claim,) = ledger.push(claims("a")).entries
    ledger.note(published(claim))
    assert ledger.pending == 1
    assert ledger.read(max_age=60).of(KEY).published
    assert not store(remote, run="b").read().of(KEY).published
    before = remote.appends
    ledger.push(lambda _: [scribe("p").pause(Scope(), "x")])
    assert remote.appends == before + 1
    assert ledger.pending == 0
    assert store(remote, run="b").read().of(KEY).published


def test_a_push_with_nothing_to_say_asks_nobody() -> None:
    remote = MemoryRemote()
    assert store(remote).push().result is Result.NOTHING
    assert (remote.looks, remote.appends) == (0, 0)


def test_nothing_is_decided_to_be_nothing_on_old_knowledge() -> None:
    remote = MemoryRemote()
    ledger = store(remote)
    ledger.read()
    store(remote, run="b").push(lambda _: [scribe("b").pause(Scope(), "x")])
    seen: list[bool] = []

    def decide(history: History) -> Sequence[Entry]:
        seen.append(bool(history.pauses))
        return ()

    assert ledger.push(decide).result is Result.NOTHING
    assert seen == [False, True]


def test_an_answer_that_was_lost_after_the_write_is_a_win_when_the_entry_is_found() -> None:
    remote = MemoryRemote()
    remote.faults = ["lost after"]
    pushed = store(remote).push(claims("a"))
    assert pushed.result is Result.WON
    assert len(pushed.entries) == 1
    assert remote.appends == 1
    assert pushed.history is not None
    assert pushed.history.has(pushed.entries[0])


def test_an_answer_that_was_lost_before_the_write_is_decided_again() -> None:
    remote = MemoryRemote()
    remote.faults = ["lost before"]
    seen: list[History] = []
    pushed = store(remote).push(claims("a", seen=seen))
    assert pushed.result is Result.WON
    assert len(seen) == 2
    assert len(store(remote).read().of(KEY).claims) == 1


def test_somebody_elses_entry_under_ones_own_id_is_not_taken_for_ones_own() -> None:
    remote = MemoryRemote()
    remote.faults = ["lost before"]
    twin = scribe("a", Watch(START + timedelta(seconds=7)))

    def steal() -> None:
        def decide(history: History) -> Sequence[Entry]:
            return [twin.claim(history.of(KEY), "mastodon", content(name="other"))]

        assert store(remote, run="b").push(decide).result is Result.WON

    pushed_by = claims("a")
    remote.before_append = [lambda: None, steal]
    ledger = store(remote)
    pushed = ledger.push(pushed_by)
    assert pushed.entries == ()


def test_facts_whose_answer_was_lost_are_not_written_twice() -> None:
    remote = MemoryRemote()
    ledger = store(remote)
    (claim,) = ledger.push(claims("a")).entries
    ledger.note(published(claim))
    remote.faults = ["lost after"]
    assert ledger.push().landed
    assert ledger.pending == 0
    (content,) = (text for path, text in remote.files.items() if "mastodon" in path)
    assert content.count(b'"published"') == 1


def test_a_place_that_keeps_refusing_on_an_unmoved_tip_is_reported_with_its_reason() -> None:
    remote = MemoryRemote()
    remote.faults = ["refused"] * 50
    pushed = store(remote).push(claims("a"))
    assert (pushed.result, pushed.reason) == (Result.REFUSED, "protected branch")
    assert remote.appends == 4


def test_losing_on_an_unmoved_tip_is_refusal_whatever_the_server_calls_it() -> None:
    remote = MemoryRemote()
    remote.faults = ["lost before"] * 50
    pushed = store(remote).push(claims("a"))
    assert pushed.result is Result.UNREACHABLE
    assert remote.appends == 4


def test_endless_contention_ends_with_the_time() -> None:
    remote = MemoryRemote()
    watch = Watch()
    numbers = iter(range(10_000))

    def somebody() -> None:
        remote.write(
            {PAUSES: b'{"kind":"later","id":"z.%d","at":"2026-12-01T12:00:00Z"}\n' % next(numbers)}
        )

    remote.before_append = [somebody] * 10_000
    pushed = store(remote, watch=watch).push(claims("a", watch), within=30)
    assert pushed.result is Result.CONTENDED
    assert watch.now() - START <= timedelta(seconds=30)


def test_a_remote_that_is_down_is_unreachable_and_facts_are_kept() -> None:
    remote = MemoryRemote()
    ledger = store(remote)
    (claim,) = ledger.push(claims("a")).entries
    ledger.note(published(claim))
    remote.down = True
    remote.faults = ["lost before"] * 99
    pushed = ledger.push(within=5)
    assert pushed.result is Result.UNREACHABLE
    assert ledger.pending == 1
    with pytest.raises(LedgerUnreachable):
        ledger.read()
    remote.down = False
    remote.faults = []
    assert ledger.push().result is Result.WON


def test_a_reading_is_reused_while_it_is_young_by_the_clock_that_counts_suspension() -> None:
    remote, watch = MemoryRemote(), Watch()
    ledger = store(remote, watch=watch)
    ledger.read()
    watch.passed += 9
    ledger.read(max_age=10)
    assert remote.looks == 1
    watch.passed += 2  # the machine slept: no wall clock moved
    ledger.read(max_age=10)
    assert remote.looks == 2


def test_a_win_makes_the_reading_young_again() -> None:
    remote, watch = MemoryRemote(), Watch()
    ledger = store(remote, watch=watch)
    ledger.read()
    watch.sleep(9)
    ledger.push(claims("a", watch))
    watch.sleep(9)
    ledger.read(max_age=10)
    assert remote.looks == 1


def test_a_journal_that_survived_is_replayed_by_the_next_run() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    dead = store(remote, disk)
    (claim,) = dead.push(claims("a")).entries
    dead.note(published(claim))
    disk.die()
    ledger = store(remote, MemoryDisk(disk), run="b")
    assert ledger.push().result is Result.WON
    assert [entry.kind for entry in ledger.left_over.entries] == ["published"]
    assert store(remote, run="c").read().of(KEY).published
    ledger.close()
    assert [name for name in disk.files if name.endswith(".ndjson")] == []


def test_a_journal_whose_run_is_alive_is_left_to_it() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    alive = store(remote, disk)
    (claim,) = alive.push(claims("a")).entries
    alive.note(published(claim))
    other = store(remote, MemoryDisk(disk), run="b")
    assert other.push().result is Result.NOTHING
    assert other.left_over.entries == ()
    assert alive.push().result is Result.WON


def test_replaying_what_was_pushed_before_the_run_died_writes_nothing() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    dead = store(remote, disk)
    (claim,) = dead.push(claims("a")).entries
    dead.note(published(claim))
    dead.push()
    disk.die()
    before = remote.appends
    ledger = store(remote, MemoryDisk(disk), run="b")
    assert ledger.push().result is Result.NOTHING
    assert remote.appends == before
    assert not [name for name in disk.files if "/a." in name]


def test_a_line_of_a_journal_that_broke_off_is_shown_and_the_rest_replayed() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    dead = store(remote, disk)
    (claim,) = dead.push(claims("a")).entries
    dead.note(published(claim))
    disk.die()
    (name,) = (name for name in disk.files if name.endswith("/a.ndjson"))
    disk.files[name] += b'{"at":"2026-12'
    ledger = store(remote, MemoryDisk(disk), run="b")
    ledger.push()
    assert [line.reason for line in ledger.left_over.broken] == ["json"]
    assert ledger.read().of(KEY).published


def test_a_disk_that_cannot_be_written_stops_before_anything_is_claimed() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    disk.full = True
    with pytest.raises(JournalUnwritable):
        store(remote, disk).push(claims("a"))
    assert remote.appends == 0


def test_a_disk_that_fills_up_after_a_send_loses_nothing_that_can_still_be_pushed() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    ledger = store(remote, disk)
    (claim,) = ledger.push(claims("a")).entries
    disk.full = True
    with pytest.raises(JournalUnwritable):
        ledger.note(published(claim))
    assert ledger.push().result is Result.WON
    assert store(remote, run="b").read().of(KEY).published


def test_two_processes_with_one_identity_cannot_both_begin() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    store(remote, disk).push(claims("a"))
    with pytest.raises(JournalUnwritable):
        store(remote, MemoryDisk(disk)).push(claims("a"))


def test_a_wrong_clock_stops_before_anything_is_claimed() -> None:
    remote, check = MemoryRemote(), ClockCheck()
    check.observe("api.example", START + timedelta(seconds=90), START, START)
    ledger = Store(remote, Tools(Run("a"), Watch(), MemoryDisk(), check=check), rooted=False)
    with pytest.raises(ClockSkewed):
        ledger.push(claims("a"))
    assert remote.appends == 0


# The genesis.


def test_a_ledger_that_was_never_made_is_missing_until_it_is_created() -> None:
    remote = MemoryRemote()
    ledger = store(remote, rooted=True)
    with pytest.raises(LedgerMissing) as raised:
        ledger.read()
    assert raised.value.phrase == "ledger.not-made"
    with pytest.raises(LedgerMissing):
        ledger.push(claims("a"))
    genesis = ledger.create()
    assert len(bytes.fromhex(genesis)) == 16
    made = ledger.read().genesis
    assert made is not None
    assert (made.id, made.at) == (genesis, START)
    assert store(remote, run="b", rooted=True, genesis=genesis).push(claims("b")).landed
    assert store(remote, run="c", rooted=True).create() == genesis


def test_two_runs_that_create_at_once_make_one_genesis() -> None:
    remote = MemoryRemote()
    made: list[str] = []
    other = store(remote, run="b", rooted=True)
    remote.before_append.append(lambda: made.append(other.create()))
    assert [store(remote, rooted=True).create()] == made
    assert remote.files[PAUSES].count(b"genesis") == 2  # kind and field of one line


def test_a_ledger_that_settings_name_is_never_made_anew() -> None:
    remote = MemoryRemote()
    with pytest.raises(LedgerMissing) as raised:
        store(remote, rooted=True, genesis="f00").create()
    assert raised.value.phrase == "ledger.missing"
    assert remote.appends == 0


@pytest.mark.parametrize("expected", ["f00", None])
def test_a_ledger_that_begins_otherwise_is_refused(expected: str | None) -> None:
    remote = MemoryRemote()
    store(remote).push(claims("a"))
    with pytest.raises(WrongLedger):
        store(remote, run="b", rooted=True, genesis=expected).read()


def test_another_genesis_is_refused_and_so_are_two() -> None:
    remote = MemoryRemote()
    genesis = store(remote, rooted=True).create()
    with pytest.raises(WrongLedger):
        store(remote, rooted=True, genesis="f00").push(claims("a"))
    second = b'{"at":"2026-12-01T12:00:00Z","genesis":"f00","id":"z.1","kind":"genesis"}\n'
    remote.write({PAUSES: second})
    with pytest.raises(WrongLedger):
        store(remote, rooted=True, genesis=genesis).read()


def test_a_genesis_line_that_cannot_be_read_is_no_genesis() -> None:
    remote = MemoryRemote()
    genesis = store(remote, rooted=True).create()
    remote.log.append({PAUSES: remote.files[PAUSES][:-5]})
    with pytest.raises(WrongLedger):
        store(remote, rooted=True, genesis=genesis).read()


# Rewinding.


def test_a_ledger_that_was_rewound_is_refused_even_by_a_later_run_on_this_machine() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    first = store(remote, disk)
    first.push(claims("a"))
    first.push(lambda _: [scribe("p").pause(Scope(), "x")])
    first.close()
    del remote.log[-1]
    for ledger in (first, store(remote, disk, run="b")):
        with pytest.raises(LedgerRewound):
            ledger.read()
    with pytest.raises(LedgerRewound):
        store(remote, disk, run="c").push(claims("c"))


def test_a_ledger_that_was_deleted_is_refused() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    store(remote, disk).push(claims("a"))
    del remote.log[1:]
    with pytest.raises(LedgerRewound) as raised:
        store(remote, disk, run="b").read()
    assert raised.value.phrase == "ledger.deleted"


def test_one_lagging_answer_of_a_server_is_not_a_rewound_ledger() -> None:
    remote, disk = MemoryRemote(), MemoryDisk()
    ledger = store(remote, disk)
    ledger.push(claims("a"))
    newest = remote.log.pop()
    looks = remote.looks

    class Lagging(Watch):
        def sleep(self, seconds: float) -> None:
            remote.log.append(newest)

    late = store(remote, disk, Lagging(), run="b")
    assert late.read().of(KEY).claims
    assert remote.looks == looks + 2


# What cannot be read.


def test_an_unreadable_line_holds_its_channel_and_the_rest_is_known() -> None:
    remote = MemoryRemote()
    store(remote).push(claims("a"))
    remote.write({"ledger/bluesky/2026-12.ndjson": b"\xff\xfe\n<<<<<<< HEAD\n\n{}\n"})
    history = store(remote, run="b").read()
    assert [line.line for line in history.unreadable_on("bluesky")] == [1, 2, 4]
    assert history.unreadable_on("mastodon") == ()
    assert history.of(KEY).claims


def test_an_unreadable_line_among_the_pauses_holds_every_channel() -> None:
    remote = MemoryRemote()
    remote.write({PAUSES: b"torn"})
    assert store(remote).read().unreadable_on("mastodon")


def test_a_torn_last_line_stays_torn_and_what_is_added_stays_readable() -> None:
    remote = MemoryRemote()
    remote.write({"ledger/mastodon/2026-12.ndjson": b'{"kind":"claim","at"'})
    ledger = store(remote)
    assert ledger.push(claims("a")).result is Result.WON
    history = store(remote, run="b").read()
    assert [line.line for line in history.unreadable] == [1]
    assert len(history.of(KEY).claims) == 1
    assert ledger.read().unreadable == history.unreadable


def test_line_separators_inside_a_text_do_not_end_a_line() -> None:
    remote = MemoryRemote()
    row = '{"at":"2026-12-01T12:00:00Z","id":"a.1","kind":"pause","reason":"a\u2028b",'
    remote.write({PAUSES: (row + '"scope":{"kind":"everything"}}\n').encode()})
    history = store(remote).read()
    assert history.unreadable == ()
    assert history.pauses[0].reason == "a\u2028b"


# Pauses.


def test_a_pause_holds_its_scope_until_its_end_or_the_resume_that_names_it() -> None:
    pen = scribe()
    brand = pen.pause(Scope("brand", "ateliers"), "x", START + timedelta(hours=1))
    all_of_it = pen.pause(Scope(), "y")
    history = History.of_entries([brand, all_of_it])
    here, there = Place("mastodon", "ateliers"), Place("x", "autre", "hiver")
    assert [pause.id for pause in history.paused(here, START)] == [brand.id, all_of_it.id]
    assert [pause.id for pause in history.paused(there, START)] == [all_of_it.id]
    assert len(history.paused(here, START + timedelta(hours=1))) == 1
    resumed = history.knowing([pen.resume([all_of_it.id])])
    assert [pause.id for pause in resumed.paused(here, START)] == [brand.id]
    assert len(history.paused(here, START)) == 2


def test_a_resume_that_a_fast_clock_dated_before_its_pause_ends_it_all_the_same() -> None:
    pause = scribe("a").pause(Scope("campaign", "hiver"), "x")
    resume = scribe("b", Watch(START - timedelta(minutes=1))).resume([pause.id])
    assert History.of_entries([resume, pause]).pauses == ()


def test_noting_and_pushing_from_several_threads_loses_nothing() -> None:
    remote = MemoryRemote()
    ledger = store(remote)
    (claim,) = ledger.push(claims("a")).entries
    pen = scribe("many")

    def work() -> None:
        for number in range(20):
            ledger.note(pen.unclear(claim, number, "timeout"))
            if number % 5 == 0:
                ledger.push()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.push()
    known = [e.id for e in store(remote, run="b").read().entries(KEY) if e.kind == Kind.UNCLEAR]
    assert len(known) == len(set(known)) == 80


def test_the_clock_check_allows_for_whole_seconds_and_the_time_a_call_took() -> None:
    check = ClockCheck()
    asked = datetime(2026, 12, 1, 12, 0, 0, tzinfo=UTC)
    answered = asked + timedelta(seconds=10)
    check.observe("a", asked + timedelta(seconds=5), asked, answered)
    check.observe("a", asked + timedelta(seconds=70), asked, answered)
    check.check()
    check.observe("b", asked + timedelta(seconds=71), asked, answered)
    with pytest.raises(ClockSkewed) as raised:
        check.check()
    assert raised.value.values == {"source": "b", "seconds": 61}
