from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.ledger.corrected import changed_since
from cmops.ledger.entries import Entry, Kind, Receipt, dump
from cmops.ledger.fold import fold
from cmops.ledger.history import History, Index
from cmops.ledger.record import Record, Wrong
from cmops.ledger.settled import fold_settled, leased_until, made_from, obviously_settled, sources
from cmops.ledger.sheet import Sheet, extend, read
from cmops.ledger.waits import Hold
from tests.ledger.world import KEY, START, Watch, content, record_of, scribe

MINUTE = timedelta(minutes=1)
AFTER = START + 10 * MINUTE


def receipt(name: str = "1", url: str | None = None) -> Receipt:
    return Receipt(name, START, url)


def claimed(messages: int = 1, *, intents: bool = False, at: datetime = START) -> Entry:
    return scribe("a", Watch(at)).claim(Record(KEY), "mastodon", content(messages), intents=intents)


def doubted(record: Record) -> list[tuple[str, int, bool]]:
    return [(doubt.claim.id, doubt.message, doubt.unclear) for doubt in record.doubts]


pen = scribe("b")


def test_a_claim_is_live_until_its_lease_ends_and_then_every_message_is_in_doubt() -> None:
    claim = claimed(2)
    record = record_of([claim])
    assert record.held_by(START) is not None
    assert record.held_by(AFTER) is None
    assert doubted(record) == [(claim.id, 0, False), (claim.id, 1, False)]
    assert record.unsettled


def test_a_claim_that_pushes_intents_has_sent_nothing_without_one() -> None:
    claim = claimed(2, intents=True)
    assert record_of([claim]).doubts == ()
    assert record_of([claim]).held_by(START) is not None
    assert doubted(record_of([claim, pen.intent(claim, 0)])) == [(claim.id, 0, False)]


def test_published_messages_are_settled_and_the_rest_of_the_thread_is_in_doubt() -> None:
    claim = claimed(3)
    record = record_of([claim, pen.published(claim, 0, receipt())])
    assert [doubt.message for doubt in record.doubts] == [1, 2]
    assert record.partly
    assert record.next_message == 1
    assert record.bound is not None
    assert record.bound.id == claim.id


def test_a_delivery_with_all_receipts_is_settled() -> None:
    claim = claimed(2)
    record = record_of([claim, *(pen.published(claim, n, receipt(str(n))) for n in range(2))])
    assert record.published
    assert not record.unsettled
    assert record.open is None
    assert record.live_digest == "d"


@pytest.mark.parametrize(
    "negative",
    [
        lambda claim: pen.rejected(claim, 0, "http-422"),
        lambda claim: pen.throttled(claim, 0, AFTER, "http-429"),
        lambda claim: pen.not_sent(claim, 0, "absent"),
        lambda claim: pen.not_sent(claim, None, "auth"),
    ],
)
def test_a_negative_outcome_clears_only_its_own_attempt(negative: Any) -> None:
    first = claimed()
    second = scribe("c", Watch(AFTER)).claim(record_of([first]), "mastodon", content())
    record = record_of([first, second, negative(second)])
    assert doubted(record) == [(first.id, 0, False)]
    assert doubted(record_of([first, second, negative(first)])) == [(second.id, 0, False)]
    assert record_of([first, negative(first)]).doubts == ()
    assert record_of([first, negative(first)]).open is None


def test_what_comes_after_a_message_that_failed_was_never_attempted() -> None:
    claim = claimed(3)
    known = [claim, pen.published(claim, 0, receipt())]
    assert record_of([*known, pen.rejected(claim, 1, "http-422")]).doubts == ()
    assert doubted(record_of([*known, pen.unclear(claim, 1, "timeout")])) == [(claim.id, 1, True)]


def test_a_failure_says_nothing_of_the_messages_before_it() -> None:
    claim = claimed(3)
    record = record_of([claim, pen.not_sent(claim, 2, "absent")])
    assert [doubt.message for doubt in record.doubts] == [0, 1]


def test_a_claim_given_back_without_sending_clears_no_message_that_had_an_intent() -> None:
    claim = claimed(2, intents=True)
    record = record_of([claim, pen.intent(claim, 0), pen.not_sent(claim, None, "paused")])
    assert [doubt.message for doubt in record.doubts] == [0]


@pytest.mark.parametrize("code", ["rejected", "not_sent", "drop"])
def test_a_later_published_always_wins(code: str) -> None:
    claim = claimed()
    negative = {
        "rejected": pen.rejected(claim, 0, "http-422"),
        "not_sent": pen.not_sent(claim, 0, "absent"),
        "drop": pen.resolved(record_of([claim]), "drop"),
    }[code]
    record = record_of([claim, negative, pen.published(claim, 0, receipt())])
    assert record.published
    assert record.doubts == ()


def test_an_outcome_whose_claim_is_not_known_still_counts_as_published() -> None:
    claim = claimed()
    assert record_of([pen.published(claim, 0, receipt())]).receipts == {0: receipt()}


def test_two_receipts_for_one_message_are_a_duplicate_until_one_is_deleted() -> None:
    claim = claimed()
    known = [
        claim,
        pen.published(claim, 0, receipt("1")),
        pen.published(claim, 0, receipt("2")),
    ]
    record = record_of(known)
    assert [each.id for each in record.duplicates[0].receipts] == ["1", "2"]
    assert record.unsettled
    asked = record_of([*known, pen.retract(record, "2")])
    assert [item.receipt.id for item in asked.to_delete] == ["2"]
    assert asked.tombstone is None
    done = record_of([*known, pen.retract(record, "2"), pen.retracted(record, "2")])
    assert done.duplicates == ()
    assert done.published
    assert not done.unsettled


def test_the_same_receipt_recorded_by_two_runs_is_no_duplicate() -> None:
    claim = claimed()
    record = record_of(
        [
            claim,
            pen.published(claim, 0, receipt("1", "https://x/1")),
            scribe("z").published(claim, 0, receipt("1", "https://x/1")),
            pen.resolved(
                record_of([claim]), "published", message=0, receipt=receipt("u", "https://x/1")
            ),
        ]
    )
    assert record.duplicates == ()
    assert record.receipts[0].id == "1"


def test_a_persons_answer_settles_the_attempts_it_names_and_no_later_one() -> None:
    first = claimed()
    doubt = record_of([first])
    answer = pen.resolved(doubt, "send")
    record = record_of([first, answer])
    assert (record.doubts, record.answer, record.open) == ((), "send", None)
    second = scribe("c", Watch(AFTER)).claim(record, "mastodon", content())
    assert doubted(record_of([first, answer, second])) == [(second.id, 0, False)]


def test_an_answer_about_one_message_leaves_the_others_in_doubt() -> None:
    claim = claimed(2)
    answer = pen.resolved(record_of([claim]), "published", message=0, receipt=receipt())
    record = record_of([claim, answer])
    assert record.receipts == {0: receipt()}
    assert [doubt.message for doubt in record.doubts] == [1]


def test_rejected_is_final_for_its_digest_only() -> None:
    claim = claimed()
    record = record_of([claim, pen.rejected(claim, 0, "http-422")])
    assert record.refused("d") is not None
    assert record.refused("e") is None


def test_the_latest_time_before_which_nothing_may_be_sent_holds() -> None:
    claim = claimed()
    record = record_of(
        [
            claim,
            pen.throttled(claim, 0, AFTER, "http-429"),
            pen.not_sent(claim, 0, "auth", START + MINUTE),
        ]
    )
    assert record.pausing is not None
    assert record.pausing.until == AFTER


def test_a_tombstone_covers_receipts_that_arrive_later_and_does_not_clear_doubt() -> None:
    claim = claimed(2)
    known = [claim, pen.retract(record_of([claim]))]
    record = record_of(known)
    assert record.tombstone is not None
    assert len(record.doubts) == 2
    late = [*known, *(pen.published(claim, n, receipt(str(n))) for n in range(2))]
    assert [item.message for item in record_of(late).to_delete] == [1, 0]
    done = [*late, *(pen.retracted(record_of(late), str(n)) for n in range(2))]
    assert record_of(done).retracted
    assert record_of(done).published
    assert not record_of(done).unsettled


def test_a_republication_is_a_new_round_with_an_untouched_first_one() -> None:
    claim = claimed()
    first = [claim, pen.published(claim, 0, receipt("1"))]
    again = [*first, pen.again(record_of(first), "nouvelle date")]
    record = record_of(again)
    assert (record.round, record.receipts, record.published) == (1, {}, False)
    second = scribe("c", Watch(AFTER)).claim(record, "mastodon", content())
    assert (second.round, second.attempt, second.created) == (1, 2, AFTER)
    record = record_of([*again, second, pen.published(second, 0, receipt("2"))])
    assert record.published
    assert record.duplicates == ()
    assert [item.receipt.id for item in record.live] == ["1", "2"]


def test_two_people_who_ask_for_the_same_republication_get_one() -> None:
    claim = claimed()
    first = [claim, pen.published(claim, 0, receipt("1"))]
    record = record_of(first)
    assert record_of([*first, pen.again(record, "a"), scribe("c").again(record, "b")]).round == 1


def test_a_republication_after_a_retraction_is_not_deleted() -> None:
    claim = claimed()
    known: list[Entry] = [claim, pen.published(claim, 0, receipt("1"))]
    known.append(pen.retract(record_of(known)))
    known.append(pen.retracted(record_of(known), "1"))
    known.append(pen.again(record_of(known), "corrigé"))
    second = scribe("c", Watch(AFTER)).claim(record_of(known), "mastodon", content())
    record = record_of([*known, second, pen.published(second, 0, receipt("2"))])
    assert record.tombstone is None
    assert record.to_delete == ()


def test_a_doubt_of_an_earlier_round_is_still_a_doubt() -> None:
    claim = claimed()
    record = record_of([claim, pen.again(record_of([claim]), "x")])
    assert doubted(record) == [(claim.id, 0, False)]
    assert not record.begun


def test_a_lease_beyond_the_maximum_is_not_believed_but_reported() -> None:
    claim = replace(claimed(), until=START + timedelta(days=1))
    record = record_of([claim])
    assert record.held_by(START) is None
    assert record.doubts
    assert [(each.id, wrong) for each, wrong in record.wrongs(START)] == [
        (claim.id, Wrong.OVERLONG)
    ]


def test_a_claim_from_the_future_is_not_believed_but_reported() -> None:
    claim = claimed(at=START + timedelta(hours=1))
    record = record_of([claim])
    assert record.held_by(START) is None
    assert [wrong for _, wrong in record.wrongs(START)] == [Wrong.FUTURE]
    assert record_of([claimed(at=START + timedelta(seconds=30))]).held_by(START) is not None


def test_the_newest_claim_is_the_one_with_the_highest_attempt_whatever_the_clocks_say() -> None:
    wrong = claimed(at=START + timedelta(hours=1))
    right = scribe("c", Watch(AFTER)).claim(record_of([wrong]), "mastodon", content())
    record = record_of([wrong, right])
    assert record.open is not None
    assert record.open.id == right.id


def test_an_edit_changes_what_is_live_but_not_what_was_claimed() -> None:
    claim = claimed()
    known: list[Entry] = [claim, pen.published(claim, 0, receipt())]
    editing = scribe("c", Watch(AFTER)).claim(
        record_of(known), "mastodon", content(name="e"), action="edit"
    )
    assert record_of([*known, editing]).open is not None
    assert record_of([*known, editing]).doubts == ()
    record = record_of([*known, editing, pen.edit(editing, 0)])
    assert record.open is None
    assert record.live_digest == "e"
    assert record.bound is not None
    assert record.bound.digest == "d"


def editing(known: list[Entry], name: str, messages: int = 2) -> Entry:
    """A claim on a correction, as it stands in these entries."""
    return scribe("c", Watch(AFTER)).claim(
        record_of(known), "mastodon", content(messages, name=name), action="edit"
    )


def test_a_correction_that_is_made_in_part_leaves_two_texts_live() -> None:
    claim = claimed(messages=2)
    known: list[Entry] = [claim, *(pen.published(claim, n, receipt(f"r{n}")) for n in (0, 1))]
    edit = editing(known, "e")
    known += [edit, pen.edit(edit, 0), pen.not_sent(edit, None, "moved")]
    record = record_of(known)
    assert record.shown == ("e0", "d1")
    assert (record.said, record.live_digest, record.open) == (None, None, None)


def test_a_correction_that_got_lost_may_have_been_made() -> None:
    claim = claimed(messages=2)
    known: list[Entry] = [claim, *(pen.published(claim, n, receipt(f"r{n}")) for n in (0, 1))]
    edit = editing(known, "e")
    assert record_of([*known, edit]).shown == (None, None)
    lost = record_of([*known, edit, pen.unclear(edit, 0, "timeout", AFTER)])
    assert lost.shown == (None, "d1")
    assert lost.pausing is not None
    assert lost.pausing.until == AFTER
    assert lost.doubts == ()
    again = editing([*known, edit], "f")
    known += [edit, again, pen.edit(again, 0), pen.edit(again, 1)]
    assert record_of(known).live_digest == "f"


def test_a_corrected_message_goes_by_its_newest_receipt() -> None:
    claim = claimed()
    known: list[Entry] = [claim, pen.published(claim, 0, receipt("r"))]
    edit = editing(known, "e", 1)
    changed = replace(receipt("r"), url="https://example.org/neuf", extra=(("v", "2"),))
    record = record_of([*known, edit, pen.edit(edit, 0, changed)])
    [item] = record.live
    assert (item.receipt.url, item.receipt.extra, item.digest) == (
        "https://example.org/neuf",
        (("v", "2"),),
        "e0",
    )
    assert record.receipts[0] == item.receipt


def test_two_entries_with_one_id_are_reported_and_neither_is_lost() -> None:
    claim = claimed()
    one = pen.published(claim, 0, receipt("1"))
    other = replace(pen.published(claim, 0, receipt("2")), id=one.id)
    record = record_of([claim, one, other])
    assert record.clash == one.id
    assert len(record.live) == 2
    assert record == record_of([other, claim, one])


def test_the_stamp_notices_an_entry_that_is_older_than_the_last() -> None:
    claim = claimed()
    record = record_of([claim])
    late = replace(pen.unclear(claim, 0, "timeout"), at=START - MINUTE)
    after = record_of([claim, late])
    assert after.last == record.last
    assert after.stamp != record.stamp


def test_what_held_a_delivery_is_told_until_it_is_claimed_and_forbids_nobody_anything() -> None:
    note = pen.held(Record(KEY), "mastodon", "no_secret")
    record = record_of([note])
    assert (record.hold, record.stamp) == (Hold("no_secret", note.at, None), "")
    assert not record.unsettled
    claim = claimed()
    assert record_of([note, claim]).hold is None
    assert record_of([note, claim]).stamp == record_of([claim]).stamp
    given_back = pen.not_sent(claim, 0, "media_missing")
    assert record_of([note, claim, given_back]).hold == Hold("media_missing", given_back.at, "d")
    later = replace(pen.held(record_of([claim]), "mastodon", "auth"), at=AFTER)
    assert record_of([note, claim, given_back, later]).hold == Hold("auth", AFTER, None)
    second = scribe("c", Watch(AFTER)).claim(record_of([claim]), "mastodon", content())
    assert record_of([note, claim, given_back, later, second]).hold is None


def test_what_held_a_delivery_before_it_went_out_no_longer_matters() -> None:
    claim = claimed()
    note = pen.held(Record(KEY), "mastodon", "no_secret")
    known = [note, claim, pen.published(claim, 0, receipt())]
    assert obviously_settled([json.loads(dump(entry)) for entry in known])
    assert record_of(known).published


def test_a_running_claim_has_begun_nothing_yet() -> None:
    claim = claimed(2)
    assert record_of([claim]).begun
    assert not record_of([claim]).begun_before(START)
    assert record_of([claim]).begun_before(AFTER), "its run may have sent something"
    assert record_of([claim, pen.published(claim, 0, receipt())]).begun_before(START)
    lost = [claim, pen.unclear(claim, 0, "timeout")]
    second = scribe("c", Watch(AFTER)).claim(record_of(lost), "mastodon", content(2))
    assert record_of([*lost, second]).begun_before(AFTER)


def test_unknown_kinds_change_nothing_but_the_stamp() -> None:
    claim = claimed()
    boosted = Entry("boosted", "z.1", START, key=KEY, channel="mastodon")
    one, other = record_of([claim]), record_of([claim, boosted])
    assert replace(other, stamp="", last=None) == replace(one, stamp="", last=None)


# Any entries at all: a small world in which everything can meet everything.

_TIMES = st.integers(0, 50 * 24 * 60).map(lambda minutes: START + minutes * MINUTE)
_CLAIMS = st.sampled_from(["a.1", "b.1", "c.1", "nobody.1"])
_INDEX = st.integers(0, 2)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    drawn = draw(st.lists(_entry(), max_size=12))
    return [replace(entry, id=entry.id or f"r.{n}") for n, entry in enumerate(drawn)]


@st.composite
def _entry(draw: st.DrawFn) -> Entry:
    kind = draw(
        st.sampled_from(
            [each for each in Kind if each not in ("genesis", "pause", "resume", "approved")]
        )
    )
    at = draw(_TIMES)
    about = Entry(kind, "", at, key=KEY, channel="mastodon", round=draw(st.integers(0, 1)))
    if kind == Kind.CLAIM:
        name = draw(st.sampled_from(["a.1", "b.1", "c.1"]))
        digests = ("d0", "d1", "d2")[: draw(st.integers(1, 3))]
        return replace(
            about,
            id=name,
            attempt=draw(st.integers(1, 3)),
            digest="d",
            digests=digests,
            created=START,
            until=at + 5 * MINUTE,
            intents=draw(st.booleans()),
            action=draw(st.sampled_from(["publish", "publish", "edit"])),
        )
    target = draw(st.sampled_from(["1", "2", None]))
    return replace(
        about,
        claim=draw(_CLAIMS),
        message=draw(_INDEX),
        code="x",
        not_before=at,
        receipt=_receipts(draw, kind),
        target=target if kind == Kind.RETRACT else "1",
        answer=draw(st.sampled_from(["published", "send", "drop"])),
        claims=tuple(draw(st.lists(_CLAIMS, max_size=2))),
        digest="d",
        commit="c",
    )


def _receipts(draw: st.DrawFn, kind: str) -> Receipt | None:
    known = st.sampled_from([receipt("1"), receipt("2"), receipt("3", "https://x/1")])
    if kind == Kind.PUBLISHED:
        return draw(known)
    return draw(st.none() | known)


@given(entries(), st.randoms(use_true_random=False))
def test_order_and_repetition_never_matter(drawn: list[Entry], random: Any) -> None:
    shuffled = [*drawn, *random.choices(drawn, k=3)] if drawn else []
    random.shuffle(shuffled)
    assert fold(KEY, shuffled) == fold(KEY, drawn)


@given(entries(), st.lists(st.integers(0, 12), max_size=4))
def test_files_read_in_pieces_and_by_month_say_the_same_as_all_at_once(
    drawn: list[Entry], cuts: list[int]
) -> None:
    pieces = _cut(drawn, cuts)
    index = Index.of(_sheets(pieces))
    history = History(index, Sheet("", "")).knowing(pieces[-1])
    assert history.of(KEY) == fold(KEY, drawn)
    assert (KEY in {record.key for record in history.unsettled}) == fold(KEY, drawn).unsettled


def _cut(drawn: list[Entry], cuts: list[int]) -> list[list[Entry]]:
    edges = [0, *sorted(min(cut, len(drawn)) for cut in cuts), len(drawn)]
    return [drawn[start:end] for start, end in pairwise(edges)]


def _group(known: Sequence[Entry]) -> str:
    """What a sheet keeps of these entries, which are obviously settled."""
    lines = "".join(f"{dump(each)}\n" for each in known)
    sheet = extend(Sheet("p", ""), lines.encode())
    assert KEY not in sheet.loose
    return sheet.groups[KEY]


def _sheets(pieces: Sequence[Sequence[Entry]]) -> list[Sheet]:
    """All but the last piece, each appended to the files of its months, as runs do."""
    sheets: dict[str, Sheet] = {}
    for piece in pieces[:-1]:
        for entry in piece:
            sheet = sheets.get(entry.path, Sheet(entry.path, ""))
            sheets[entry.path] = extend(sheet, f"{dump(entry)}\n".encode())
    return list(sheets.values())


@given(entries())
def test_what_is_obviously_settled_is_settled_and_folds_the_same_either_way(
    drawn: list[Entry],
) -> None:
    rows = [json.loads(dump(entry)) for entry in drawn]
    if obviously_settled(rows):
        record = fold(KEY, drawn)
        assert not record.unsettled
        assert record.published
        assert record.live
        assert not record.tombstone
        assert not record.answer
        assert fold_settled(KEY, _group(drawn)) in (None, record)


@given(entries())
def test_the_text_of_what_is_settled_tells_its_files_and_its_leases(drawn: list[Entry]) -> None:
    sheets = _sheets([drawn, []])
    group = History(Index.of(sheets), Sheet("", "")).settled(KEY)
    record = fold(KEY, drawn)
    assert (group is not None) == (
        len(sheets) == 1 and obviously_settled([json.loads(dump(entry)) for entry in drawn])
    )
    if group is not None:
        assert leased_until(group) == max(claim.until for claim in record.claims)
        for source in ("f1", "f2", None):
            if made_from(sources(group), lambda source=source: source):  # type: ignore[misc]
                assert not changed_since(record, source)


def test_a_history_tells_what_is_settled_only_of_the_ledger_itself() -> None:
    claim = claimed(1)
    done = [claim, pen.published(claim, 0, receipt())]
    history = History(Index.of(_sheets([done, []])), Sheet("", ""))
    assert history.settled(KEY) is not None
    assert history.settled("other") is None
    assert history.knowing([pen.retract(history.of(KEY))]).settled(KEY) is None


@pytest.mark.parametrize("messages", [1, 3])
@pytest.mark.parametrize("intents", [True, False])
def test_the_fast_fold_of_a_published_delivery_is_the_fold(messages: int, intents: bool) -> None:
    claim = claimed(messages, intents=intents)
    known = [claim]
    for n in range(messages):
        known += [pen.intent(claim, n), pen.published(claim, n, receipt(str(n)), f"d{n}")]
    assert fold_settled(KEY, _group(known[::-1])) == fold(KEY, known)


@pytest.mark.parametrize("message", [None, 0])
def test_the_fast_fold_of_what_had_to_wait_is_the_fold(message: int | None) -> None:
    first = claimed()
    known = [first, pen.throttled(first, message, START + 9 * MINUTE, "rate_limit")]
    second = scribe("c", Watch(AFTER)).claim(record_of(known), "mastodon", content())
    known += [second, pen.throttled(second, message, START + 19 * MINUTE, "flood")]
    late = Watch(AFTER + 10 * MINUTE)
    last = scribe("d", late).claim(record_of(known), "mastodon", content())
    known += [last, pen.intent(last, 0), pen.published(last, 0, receipt("1"), "d0")]
    folded = fold_settled(KEY, _group(known[::-1]))
    assert folded is not None
    assert folded == fold(KEY, known)


def test_the_fast_fold_reads_everything_that_runs_write() -> None:
    made = replace(content(), commit="c0ffee", pull=12, source="f1", planned=START)
    claim = scribe("a", Watch(START)).claim(Record(KEY), "mastodon", made)
    extra = (("cid", "b,c]"), ("root", "at://r"))
    known = [
        claim,
        pen.published(claim, 0, Receipt("1", AFTER, "https://x.example/1", extra), "d0"),
    ]
    assert fold_settled(KEY, _group(known)) == fold(KEY, known)


@pytest.mark.parametrize(
    "line",
    [
        lambda line: line.replace('":', '": '),
        lambda line: line.replace("mastodon", "masto\\u0064on"),
        lambda line: line.replace('"key":', '"later":{"kind":"claim"},"key":'),
        lambda line: json.dumps(dict(reversed(json.loads(line).items())), separators=(",", ":")),
    ],
)
def test_lines_that_another_program_wrote_are_left_to_the_fold(line: Callable[[str], str]) -> None:
    claim = claimed()
    known = [claim, pen.intent(claim, 0), pen.published(claim, 0, receipt())]
    lines = [f"{line(dump(each))}\n".encode() for each in known]
    sheet = extend(Sheet("p", ""), b"".join(lines))
    assert sheet.unreadable == ()
    assert KEY not in sheet.loose
    assert fold_settled(KEY, sheet.groups[KEY]) is None
    history = History(Index.of([sheet]), Sheet("", ""))
    record = fold(KEY, known)
    assert replace(history.of(KEY), claims=()) == replace(record, claims=())


def test_a_sheet_extended_is_the_sheet_of_the_whole_file() -> None:
    claim = claimed(2)
    lines = [f"{dump(e)}\n".encode() for e in (claim, pen.published(claim, 0, receipt()))]
    whole = read("p", "", b"".join(lines))
    assert extend(extend(Sheet("p", ""), lines[0]), lines[1]) == whole
