"""What publishing costs, counted from the ledger, and what a month's budget still allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmops.adapters.contract import Media, Message
from cmops.adapters.x import X
from cmops.ledger.entries import dump
from cmops.ledger.history import History, Index
from cmops.ledger.sheet import Sheet, read
from cmops.publish.budget import Budgets, Knowledge
from cmops.publish.plan import plan
from cmops.publish.prices import Money, budgeted, price
from cmops.publish.reasons import State
from cmops.publish.subjects import Subject
from cmops.workspace.model import Channel, Publishing
from tests.publish.records import NOON, Hand, subject

COST = X.platform.cost
assert COST is not None
PLAIN, LINK, DELETE = COST.message, COST.link, COST.delete
CHANNELS = {
    "chan": Channel("chan", "x", "ateliers", "b", "Ateliers", "fr"),
    "free": Channel("free", "mastodon", "ateliers", "b", "Ateliers", "fr"),
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINKED = "Voir https://example.org/a"


def planned(key: str, *texts: str, at: datetime = NOON) -> Subject:
    return replace(subject(*texts, at=at, key=key), platform="x")


def budgets(
    budget: str = "",
    subjects: Iterable[Subject] = (),
    hand: Hand | None = None,
    looks: Mapping[str, Iterable[tuple[str, date]]] | None = None,
    now: datetime = NOON,
    name: str = "x",
) -> Budgets:
    publishing = Publishing(budget={name: budget} if budget else {})
    history = (hand or Hand()).history
    wanted = tuple(subjects)
    return Budgets(
        Knowledge(CHANNELS, publishing, history, lambda: wanted, lambda: looks or {}, now)
    )


def held(made: Budgets, subjects: Iterable[Subject]) -> list[str]:
    return [each.key for each in subjects if made.gate(each) is not None]


PICTURE = Media("media/a.jpg", "Un établi", "image/jpeg", 1, "0")


# docs.x.com, "X API pay-per-usage pricing": $0.015, $0.200 with a URL, $0.005 for alt text.
@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Message("Bonjour"), 15_000),
        (Message("Voir example.org"), 200_000),
        (Message(LINKED), 200_000),
        (Message("Écrire à a@example.org"), 15_000),
        (Message("", fields={"repost": "https://x.com/a/status/1"}), 15_000),
        (Message("Un", (PICTURE, replace(PICTURE, alt=""))), 20_000),
    ],
)
def test_a_message_costs_what_its_platform_says(message: Message, expected: int) -> None:
    assert COST is not None
    assert price(COST, message) == expected


def test_amounts_are_written_as_each_language_writes_them() -> None:
    assert Money(200_000, "USD").words == {"fr": "0,20 USD", "en": "0.20 USD"}
    assert Money(15_000, "USD").words == {"fr": "0,015 USD", "en": "0.015 USD"}
    assert Money(5_000_000, "USD").plain == {"amount": "5.000", "currency": "USD"}
    assert budgeted("5 USD/month") == Money(5_000_000, "USD")
    assert budgeted("0.5 EUR/month") == Money(500_000, "EUR")
    for wrong in ("5", "5 USD", "5 usd/month", "-5 USD/month", "5.123 USD/month"):
        assert budgeted(wrong) is None


def test_what_fits_goes_out_and_what_would_exceed_the_budget_is_held_in_its_order() -> None:
    # Asked in another order than they are to happen.
    wanted = [
        planned("late", LINKED, at=NOON + 3 * HOUR),
        planned("first", LINKED),
        planned("small", "Un", at=NOON + 4 * HOUR),
        planned("second", LINKED, at=NOON + HOUR),
    ]
    made = budgets("0.42 USD/month", wanted)
    assert held(made, wanted) == ["late"]
    reason = made.gate(wanted[0])
    assert reason is not None
    assert (reason.code, reason.lasting) == ("budget", True)
    assert reason.values["most"] == {"fr": "0,42 USD", "en": "0.42 USD"}
    assert reason.values["needed"] == {"fr": "0,60 USD", "en": "0.60 USD"}


def test_the_last_cent_of_a_budget_can_be_spent() -> None:
    wanted = [planned("a", LINKED), planned("b", LINKED, at=NOON + HOUR)]
    assert held(budgets("0.40 USD/month", wanted), wanted) == []
    assert held(budgets("0.39 USD/month", wanted), wanted) == ["b"]


def test_without_a_budget_or_a_price_nothing_is_held() -> None:
    wanted = [planned("a", LINKED)]
    assert budgets("", wanted).gates == ()
    free = replace(planned("a", LINKED), channel="free", platform="mastodon")
    made = budgets("0 USD/month", [free])
    assert made.gates != ()
    assert held(made, [free]) == []
    assert made.estimate(free) is None
    nothing = budgets("0 USD/month", wanted, name="mastodon")
    assert nothing.gates == ()
    euros = budgets("5 EUR/month", wanted)
    assert euros.gates == ()


def test_a_budget_of_one_channel_holds_no_other() -> None:
    wanted = [planned("a", LINKED)]
    assert held(budgets("0 USD/month", wanted, name="chan"), wanted) == ["a"]
    assert held(budgets("0 USD/month", wanted, name="free"), wanted) == []


def test_what_was_published_counts_even_if_it_was_deleted_or_its_post_is_gone() -> None:
    hand = Hand()
    claim = hand.claim("A", key="gone")
    hand.published(claim)
    hand.write(hand.scribe.retract(hand.history.of("gone")))
    hand.write(hand.scribe.retracted(hand.history.of("gone"), "r0"))
    [bill] = budgets("1 USD/month", (), hand).bills()
    # Nobody knows what it said: the dearest.
    assert bill.sent.amount == LINK + DELETE
    known = planned("gone", "A")
    [bill] = budgets("1 USD/month", (known,), hand).bills()
    assert bill.sent.amount == PLAIN + DELETE
    assert bill.planned.amount == 0


def test_a_ledger_of_files_says_the_same_and_old_months_do_not_count() -> None:
    lines, hand = [], Hand()
    for day, key in ((NOON, "a"), (NOON - 40 * DAY, "old")):
        hand = Hand()
        hand.time = day
        hand.published(hand.claim(LINKED, key=key))
        lines += [dump(each) for each in hand.history.entries(key)]
    content = "".join(f"{line}\n" for line in lines).encode()
    hand.history = History(Index.of([read("ledger/chan/x.ndjson", "", content)]), Sheet("", ""))
    assert hand.history.settled("a") is not None
    [bill] = budgets("1 USD/month", (planned("a", LINKED),), hand).bills()
    assert bill.sent.amount == LINK


def test_the_next_month_has_its_own_money_in_the_workspace_s_zone() -> None:
    paris = ZoneInfo("Europe/Paris")
    hand = Hand()
    hand.time = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # December in Paris
    hand.published(hand.claim(LINKED, key="a"))
    wanted = [planned("a", LINKED), planned("b", LINKED, at=datetime(2026, 12, 9, tzinfo=UTC))]
    wanted += [planned("c", LINKED, at=datetime(2027, 1, 1, tzinfo=UTC))]
    made = budgets("0.30 USD/month", wanted, hand, now=NOON.astimezone(paris))
    assert held(made, wanted) == ["b"]
    utc = budgets("0.30 USD/month", wanted, hand, now=NOON)
    assert held(utc, wanted) == []


def test_a_thread_that_has_begun_is_never_cut_off() -> None:
    hand = Hand()
    claim = hand.claim(LINKED, LINKED, key="a")
    hand.published(claim)
    wanted = [planned("a", LINKED, LINKED)]
    made = budgets("0.20 USD/month", wanted, hand)
    assert held(made, wanted) == []
    [bill] = made.bills()
    assert (bill.sent.amount, bill.planned.amount) == (LINK, LINK)


def test_what_will_not_go_out_takes_no_money_from_others() -> None:
    past = planned("past", LINKED, at=NOON - DAY)
    over = replace(planned("over", LINKED, at=NOON - HOUR), expires=NOON)
    wanted = [past, over, planned("a", LINKED)]
    assert held(budgets("0.20 USD/month", wanted), wanted[2:]) == []


def test_deletions_are_never_held_by_money() -> None:
    deletion = replace(subject(action="delete"), platform="x")
    assert budgets("0 USD/month", [deletion]).gate(deletion) is None


def test_what_is_to_be_taken_back_is_paid_for_before_anything_else() -> None:
    deletion = replace(subject("A", "B", action="delete", at=NOON + DAY, key="a"), platform="x")
    wanted = [planned("a", "A", "B", at=NOON - DAY), deletion, planned("b", "C", at=NOON + HOUR)]
    hand = Hand()
    claim = hand.claim("A", "B", key="a")
    hand.published(claim)
    hand.published(claim, 1)
    made = budgets("1 USD/month", wanted, hand)
    [bill] = made.bills()
    assert (bill.sent.amount, bill.planned.amount) == (2 * PLAIN, 2 * DELETE + PLAIN)
    assert made.estimate(deletion) == Money(2 * DELETE, "USD")
    # What is left for the other message is what its deletion does not take.
    assert held(budgets("0.07 USD/month", wanted, hand), wanted) == []
    assert held(budgets("0.06 USD/month", wanted, hand), wanted) == ["b"]


def test_a_deletion_of_what_is_not_out_yet_is_planned_as_well() -> None:
    deletion = replace(subject("A", action="delete", at=NOON + DAY, key="a"), platform="x")
    [bill] = budgets("1 USD/month", [planned("a", "A", at=NOON + HOUR), deletion]).bills()
    assert bill.planned.amount == PLAIN + DELETE
    # What was missed will never be there to be taken back.
    [bill] = budgets("1 USD/month", [planned("a", "A", at=NOON - 9 * DAY), deletion]).bills()
    assert bill.planned.amount == 0


def test_looking_for_a_message_after_a_lost_answer_is_paid_for() -> None:
    hand = Hand()
    claim = hand.claim("A", "B", key="a")
    hand.write(hand.scribe.unclear(claim, 0, "no_answer"))
    hand.published(claim)
    hand.write(hand.scribe.unclear(claim, 1, "no_answer"))
    hand.write(hand.scribe.not_sent(claim, 1, "absent"))
    [bill] = budgets("1 USD/month", [planned("a", "A", "B")], hand).bills()
    assert (bill.sent.amount, bill.read.amount) == (PLAIN, 2 * COST.read if COST else 0)


def test_looking_counts_once_a_day_for_each_message_and_comes_after_what_is_planned() -> None:
    hand = Hand()
    claim = hand.claim("A", "B", key="a")
    hand.published(claim)
    hand.published(claim, 1)
    wanted = [planned("a", "A", "B"), planned("b", LINKED, at=NOON + DAY)]
    looks = {
        "chan": {("a", date(2026, 12, 1)), ("", date(2026, 12, 1)), ("a", date(2026, 11, 30))},
        "free": {("z", date(2026, 12, 1))},
    }
    made = budgets("0.26 USD/month", wanted, hand, looks)
    [bill] = made.bills()
    assert (bill.sent.amount, bill.read.amount, bill.planned.amount) == (30_000, 20_000, LINK)
    assert bill.total.amount == 250_000
    assert bill.most == Money(260_000, "USD")
    assert not made.exhausted("chan")
    assert budgets("0.25 USD/month", wanted, hand, looks).exhausted("chan")
    assert not budgets("0.25 USD/month", wanted, hand, looks).exhausted("free")
    assert not budgets("", wanted, hand, looks).exhausted("chan")


def test_the_plan_shows_long_before_its_time_that_there_is_no_money() -> None:
    wanted = [planned("a", LINKED, at=NOON + DAY), planned("b", LINKED, at=NOON + 2 * DAY)]
    made = budgets("0.20 USD/month", wanted)
    found = plan(wanted, Hand().history, made.gates, NOON)
    assert [each.state for each in found] == [State.WAITING, State.HELD]
    assert found[1].reason is not None
    assert found[1].reason.code == "budget"
