from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cmops.compose import Composition
from cmops.ledger.entries import Entry, Kind, Receipt
from cmops.ledger.history import History
from cmops.publish.plan import Delivery, Rules, State, plan
from cmops.publish.reasons import Reason
from cmops.publish.subjects import Subject
from tests.publish.records import KEY, NOON, Hand, subject

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def judged(
    hand: Hand,
    *subjects: Subject,
    after: timedelta = MINUTE,
    rules: Rules | None = None,
    holds: Callable[[Subject], Reason | None] = lambda subject: None,
) -> Delivery:
    found = plan(subjects or (subject(),), hand.history, (holds,), NOON + after, rules)
    return found[-1]


def state(hand: Hand, *subjects: Subject, **more: object) -> tuple[State, str | None]:
    found = judged(hand, *subjects, **more)  # type: ignore[arg-type]
    return found.state, found.reason.code if found.reason else None


def test_before_its_time_it_waits_and_then_it_is_due() -> None:
    assert state(Hand(), after=-MINUTE) == (State.WAITING, None)
    assert state(Hand(), after=timedelta(0)) == (State.DUE, None)


def test_too_late_is_missed_unless_it_is_asked_for_by_name() -> None:
    assert state(Hand(), after=6 * HOUR) == (State.DUE, None)
    assert state(Hand(), after=6 * HOUR + MINUTE) == (State.MISSED, "late")
    named = Rules(named=frozenset({KEY}))
    assert state(Hand(), after=48 * HOUR, rules=named) == (State.DUE, None)


def test_a_name_does_not_bring_its_time_forward() -> None:
    assert state(Hand(), after=-HOUR, rules=Rules(named=frozenset({KEY})))[0] is State.WAITING


def test_what_made_sense_for_a_time_only_expires() -> None:
    once = subject(expires=NOON + HOUR)
    assert state(Hand(), once, after=HOUR) == (State.EXPIRED, "expired")


def test_nothing_dated_before_the_ledgers_beginning_is_sent_unless_named() -> None:
    hand = Hand()
    hand.write(Entry(Kind.GENESIS, "f.1", NOON + MINUTE, genesis="g"))
    assert state(hand, after=2 * MINUTE) == (State.HELD, "before_genesis")
    named = Rules(named=frozenset({KEY}))
    assert state(hand, after=2 * MINUTE, rules=named) == (State.DUE, None)


def test_a_mistake_holds_long_before_and_a_pause_only_when_it_is_due() -> None:
    mistake = Reason("errors", lasting=True)
    pause = Reason("paused")
    assert state(Hand(), after=-HOUR, holds=lambda s: mistake) == (State.HELD, "errors")
    assert state(Hand(), after=-HOUR, holds=lambda s: pause) == (State.WAITING, None)
    assert state(Hand(), after=HOUR, holds=lambda s: pause) == (State.HELD, "paused")


def test_what_people_stopped_is_told_of_what_is_near_and_holds_nothing_before_its_time() -> None:
    looks = Rules(looks=True)
    stop, lacks = Reason("incident", stopping=True), Reason("budget")
    week = timedelta(days=7)

    def told(holds: Reason, before: timedelta, rules: Rules) -> tuple[State, str | None]:
        return state(Hand(), after=-before, holds=lambda s: holds, rules=rules)

    assert told(stop, week, looks) == (State.WAITING, "incident")
    assert told(stop, week + MINUTE, looks) == (State.WAITING, None)
    assert told(stop, HOUR, Rules()) == (State.WAITING, None)
    assert told(lacks, HOUR, looks) == (State.WAITING, None)


def test_what_is_about_to_end_does_not_hide_what_a_person_must_lift() -> None:
    soon, stop = Reason("paused"), Reason("incident", stopping=True)
    gates = (lambda each: soon, lambda each: stop)
    (found,) = plan((subject(),), Hand().history, gates, NOON - HOUR, Rules(looks=True))
    assert (found.state, found.reason) == (State.WAITING, stop)
    (found,) = plan((subject(),), Hand().history, gates, NOON + MINUTE)
    assert found.state is State.HELD


def test_what_a_pause_held_too_long_is_missed_and_says_why() -> None:
    found = judged(Hand(), after=7 * HOUR, holds=lambda s: Reason("paused"))
    assert found.state is State.MISSED
    assert found.reason is not None
    assert found.reason.values["because"] == "paused"


def test_a_claim_is_somebodys_until_its_lease_and_the_clocks_difference_are_over() -> None:
    hand = Hand()
    hand.claim("A")
    assert state(hand, after=5 * MINUTE)[0] is State.CLAIMED
    assert state(hand, after=6 * MINUTE - timedelta(seconds=1))[0] is State.CLAIMED
    assert state(hand, after=6 * MINUTE)[0] is State.UNCLEAR


def test_doubt_is_never_missed_however_late() -> None:
    hand = Hand()
    hand.claim("A")
    assert state(hand, after=72 * HOUR)[0] is State.UNCLEAR


def test_a_claim_that_pushes_its_intents_is_free_again_without_one() -> None:
    hand = Hand()
    claim = hand.claim("A", intents=True)
    assert state(hand, after=10 * MINUTE) == (State.DUE, None)
    hand.write(hand.scribe.intent(claim, 0))
    assert state(hand, after=10 * MINUTE)[0] is State.UNCLEAR


def test_what_was_in_doubt_and_is_proven_absent_is_due_whatever_its_lateness() -> None:
    hand = Hand()
    claim = hand.claim("A")
    hand.write(hand.scribe.not_sent(claim, 0, "absent"))
    assert state(hand, after=48 * HOUR) == (State.DUE, None)


def test_what_was_claimed_and_given_back_can_still_be_missed() -> None:
    hand = Hand()
    claim = hand.claim("A")
    hand.write(hand.scribe.not_sent(claim, None, "stopped"))
    assert state(hand, after=MINUTE) == (State.DUE, None)
    assert state(hand, after=48 * HOUR) == (State.MISSED, "late")


def test_a_published_delivery_stays_published_whatever_main_says() -> None:
    hand = Hand()
    hand.published(hand.claim("A"))
    other = subject("B")
    found = judged(hand, other, after=48 * HOUR)
    assert found.state is State.PUBLISHED
    assert found.digest != other.composition.digest  # type: ignore[union-attr]


def test_a_begun_thread_goes_on_with_its_own_bytes_and_is_never_missed() -> None:
    hand = Hand()
    claim = hand.claim("A", "B")
    hand.published(claim, 0)
    hand.write(hand.scribe.not_sent(claim, None, "stopped"))
    found = judged(hand, subject("changed", "B"), after=HOUR)
    assert found.state is State.DUE
    assert found.bound is not None
    assert found.bound.id == claim.id
    assert state(hand, after=48 * HOUR) == (State.HELD, "half_published")


def test_a_refusal_is_final_for_this_content_only() -> None:
    hand = Hand()
    hand.write(hand.scribe.rejected(hand.claim("A"), 0, "http-422"))
    assert state(hand, subject("A")) == (State.REJECTED, "rejected")
    assert state(hand, subject("A, mended")) == (State.DUE, None)


def test_a_throttled_delivery_waits_as_long_as_it_was_told() -> None:
    hand = Hand()
    hand.write(hand.scribe.throttled(hand.claim("A"), 0, NOON + HOUR, "rate"))
    assert state(hand, after=HOUR - MINUTE) == (State.THROTTLED, "throttled")
    assert state(hand, after=HOUR) == (State.DUE, None)


def test_a_failure_of_ours_does_not_put_off_what_is_asked_for_by_name() -> None:
    hand = Hand()
    hand.write(hand.scribe.not_sent(hand.claim("A"), 0, "auth", NOON + HOUR))
    assert state(hand)[0] is State.THROTTLED
    assert state(hand, rules=Rules(named=frozenset({KEY})))[0] is State.DUE


def test_people_decide_what_happens_to_a_doubt() -> None:
    for answer, expected in (("send", State.DUE), ("drop", State.RETRACTED)):
        hand = Hand()
        hand.write(hand.scribe.unclear(hand.claim("A"), 0, "timeout"))
        hand.write(hand.scribe.resolved(hand.history.of(KEY), answer))
        assert state(hand, after=48 * HOUR)[0] is expected


def test_a_person_may_say_that_it_is_live() -> None:
    hand = Hand()
    hand.write(hand.scribe.unclear(hand.claim("A"), 0, "timeout"))
    receipt = Receipt("https://x.example/1", NOON)
    hand.write(hand.scribe.resolved(hand.history.of(KEY), "published", message=0, receipt=receipt))
    assert state(hand, after=48 * HOUR)[0] is State.PUBLISHED


def test_publishing_again_makes_it_due_whatever_its_lateness() -> None:
    hand = Hand()
    hand.published(hand.claim("A"))
    hand.write(hand.scribe.again(hand.history.of(KEY), "lost"))
    assert state(hand, after=48 * HOUR) == (State.DUE, None)


def test_a_tombstone_ends_it_and_does_not_clear_doubt() -> None:
    hand = Hand()
    claim = hand.claim("A")
    hand.write(hand.scribe.retract(hand.history.of(KEY)))
    assert state(hand, after=HOUR)[0] is State.UNCLEAR
    hand.write(hand.scribe.not_sent(claim, 0, "absent"))
    assert state(hand, after=HOUR)[0] is State.RETRACTED


def test_what_is_to_be_taken_back_is_published_until_it_is_gone() -> None:
    hand = Hand()
    hand.published(hand.claim("A"))
    hand.write(hand.scribe.retract(hand.history.of(KEY)))
    assert state(hand) == (State.PUBLISHED, "retracting")
    hand.write(hand.scribe.retracted(hand.history.of(KEY), "r0"))
    assert state(hand) == (State.RETRACTED, None)


def test_a_line_that_cannot_be_read_holds_its_channel() -> None:
    from cmops.ledger.history import Index
    from cmops.ledger.sheet import Sheet, read

    path = "ledger/chan/2026-12.ndjson"
    broken = History(Index.of([read(path, "b", b"{torn\n", None)]), Sheet("", ""))
    (found,) = plan([subject()], broken, (), NOON)
    assert (found.state, found.reason and found.reason.code) == (State.HELD, "unreadable")


def test_two_entries_with_one_id_hold_their_delivery() -> None:
    hand = Hand()
    claim = hand.claim("A")
    hand.write(replace(claim, commit="another"))
    assert state(hand, after=HOUR) == (State.HELD, "clash")


class TestDeletion:
    wish = staticmethod(lambda: subject(action="delete", at=NOON + HOUR))

    def test_it_waits_for_its_time(self) -> None:
        hand = Hand()
        hand.published(hand.claim("A"))
        assert state(hand, self.wish())[0] is State.WAITING
        assert state(hand, self.wish(), after=HOUR)[0] is State.DUE

    def test_a_pause_does_not_keep_anything_online(self) -> None:
        hand = Hand()
        hand.published(hand.claim("A"))
        hand.write(hand.scribe.retract(hand.history.of(KEY)))
        hand.write(hand.scribe.retracted(hand.history.of(KEY), "r0"))
        assert state(hand, self.wish(), after=HOUR)[0] is State.RETRACTED

    def test_what_never_went_out_needs_no_deletion(self) -> None:
        assert state(Hand(), self.wish(), after=HOUR) == (State.EXPIRED, "nothing_live")


class TestSameText:
    windows = Rules(same_text={"chan": 15 * MINUTE})

    def test_of_two_equal_texts_the_second_waits(self) -> None:
        one, other = subject("A", key="a~x~y"), subject("A", key="b~x~y", at=NOON + MINUTE)
        found = plan([other, one], History.of_entries([]), (), NOON + MINUTE, self.windows)
        assert [each.state for each in found] == [State.DUE, State.HELD]
        assert found[1].reason == Reason("same_text", {"other": "a~x~y"})

    def test_it_waits_while_the_first_is_in_doubt_and_goes_when_they_cannot_be_mistaken(
        self,
    ) -> None:
        hand = Hand()
        hand.published(hand.claim("A"))
        other = subject("A", key="b~x~y")
        both = (subject("A"), other)
        assert state(hand, *both, rules=self.windows, after=10 * MINUTE)[0] is State.HELD
        assert state(hand, *both, rules=self.windows, after=21 * MINUTE)[0] is State.DUE

    def test_a_post_that_main_no_longer_has_still_counts(self) -> None:
        hand = Hand()
        hand.write(hand.scribe.unclear(hand.claim("A"), 0, "timeout"))
        other = subject("A", key="b~x~y")
        assert state(hand, other, rules=self.windows)[0] is State.HELD

    def test_where_keys_are_recognised_texts_may_be_equal(self) -> None:
        one, other = subject("A", key="a~x~y"), subject("A", key="b~x~y")
        found = plan([one, other], History.of_entries([]), (), NOON, Rules())
        assert [each.state for each in found] == [State.DUE, State.DUE]


def test_planning_composes_nothing_that_it_does_not_need() -> None:
    def compose() -> Composition:
        pytest.fail("composed")

    hand = Hand()
    hand.published(hand.claim("A", key="b~x~y"))
    several = [
        subject(compose=compose),
        subject(compose=compose, key="b~x~y"),
        subject(compose=compose, key="c~x~y", at=NOON + HOUR),
    ]
    assert len(plan(several, hand.history, (), NOON)) == 3


def test_deliveries_come_in_the_order_of_their_times() -> None:
    late, early = subject(key="a~x~y", at=NOON + HOUR), subject(key="b~x~y")
    never = subject(key="c~x~y", at=None)
    found = plan([never, late, early], History.of_entries([]), (), NOON)
    assert [each.key for each in found] == ["b~x~y", "a~x~y", "c~x~y"]
