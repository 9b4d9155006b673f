"""What stood in a run's way before it claimed anything: in the ledger once, and told to people."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cmops.errors import UsageError
from cmops.failures import NotSent
from cmops.ledger.clock import Run
from cmops.ledger.entries import Entry, Kind
from cmops.publish.desk import Desk
from cmops.publish.gates import secrets_present
from cmops.publish.holds import told
from cmops.publish.plan import Delivery, Rules, State, plan
from cmops.publish.ports import Wanted
from cmops.publish.reasons import Reason
from cmops.publish.report import say
from cmops.publish.retract import retract
from cmops.wording import LANGUAGES, Wording
from tests.conftest import MakeWorkspace
from tests.publish.records import KEY, NOON, Hand, composition, subject
from tests.publish.scene import Scene, post
from tests.publish.test_accounts import House

LOOKS = Rules(looks=True)


@pytest.fixture
def house(workspace: MakeWorkspace) -> House:
    return House(
        Scene(workspace({"content/posts/a.md": post("a"), "content/posts/b.md": post("b")}))
    )


def looked(scene: Scene) -> dict[str, tuple[str, str | None]]:
    """What ``status`` and the site would be told."""
    run, scene.rules = scene.rules, LOOKS
    found = scene.plan()
    scene.rules = run
    return {
        each.subject.post: (str(each.state), each.reason.code if each.reason else None)
        for each in found
    }


def held(scene: Scene) -> list[Entry]:
    history = scene.history()
    entries = (entry for key in history.keys() for entry in history.entries(key))  # noqa: SIM118
    return [entry for entry in entries if entry.kind == Kind.HELD]


def test_a_refused_secret_is_noted_once_and_told_until_it_is_mended(house: House) -> None:
    house.shut = NotSent("unauthorised")
    for _ in range(3):
        assert house.scene.publish().counts["held"] == 2
        house.scene.clock.sleep(600)
    assert [(each.channel, each.code) for each in held(house.scene)] == [
        ("archive", "unauthorised")
    ] * 2
    assert looked(house.scene) == dict.fromkeys("ab", ("held", "unauthorised"))
    assert set(house.scene.states().values()) == {"due"}, "a run tries again"
    house.shut = None
    assert house.scene.publish().counts["published"] == 2
    assert looked(house.scene) == dict.fromkeys("ab", ("published", None))
    assert not house.scene.history().unsettled


def test_another_reason_is_noted_as_well_and_is_the_one_that_is_told(house: House) -> None:
    for code in ("unreachable", "unreachable", "wrong_account"):
        house.shut = NotSent(code)
        house.scene.publish(Wanted(frozenset({key_of(house.scene, "a")})))
        house.scene.clock.sleep(60)
    assert [each.code for each in held(house.scene)] == ["unreachable", "wrong_account"]
    assert looked(house.scene) == {"a": ("held", "wrong_account"), "b": ("due", None)}


def key_of(scene: Scene, name: str) -> str:
    return next(each.key for each in scene.plan() if each.subject.post == name)


def test_a_missing_secret_is_noted_by_the_run_and_told_wherever_one_looks(house: House) -> None:
    scene = house.scene
    channels = scene.workspace().settings.channels
    needed = {id: each for id, each in channels.items() if id == "mastodon"}
    (scene.root / "content/posts/a.md").write_text(post("a", to="[mastodon]"))
    scene.gates = (secrets_present(needed, {}),)
    assert {done.error for done in scene.publish().deliveries} == {None, "secret_missing"}
    scene.publish()
    assert [(each.code, each.attempt) for each in held(scene)] == [("no_secret", 0)]
    assert looked(scene)["a"] == ("held", "no_secret"), "who builds the site has no secrets either"
    scene.gates = ()
    assert looked(scene)["a"] == ("held", "no_secret")
    (scene.root / "content/posts/a.md").write_text(post("a", "2026-12-02 12:00", "[mastodon]"))
    assert looked(scene)["a"] == ("waiting", None)


def test_what_is_not_asked_for_is_not_noted(house: House) -> None:
    house.shut = NotSent("unauthorised")
    house.scene.publish(Wanted(frozenset({key_of(house.scene, "b")})))
    assert [each.key for each in held(house.scene)] == [key_of(house.scene, "b")]


def test_what_was_only_held_was_never_sent(house: House) -> None:
    house.shut = NotSent("unauthorised")
    house.scene.publish()
    run = Run()
    desk = Desk(run, house.scene.clock, house.scene.ledger(run))
    with pytest.raises(UsageError):
        retract(key_of(house.scene, "a"), "archive", desk)


def test_a_hold_takes_nothing_from_a_run_that_can_send() -> None:
    hand = Hand()
    before = hand.history.of(KEY)
    hand.write(hand.scribe.held(before, "chan", "no_secret"))
    # A claim is refused where the record's stamp has changed since it was decided on.
    assert hand.history.of(KEY).stamp == before.stamp
    hand.sleep(60)
    claim = hand.claim("A")
    assert hand.history.of(KEY).hold is None
    assert [doubt.claim.id for doubt in hand.history.of(KEY).doubts] == [claim.id]


@pytest.mark.parametrize("code", ["media_missing", "media_changed"])
def test_a_lost_file_is_told_while_its_post_is_the_same(house: House, code: str) -> None:
    house.refuses = [NotSent(code, "media/a.png")]
    house.scene.publish()
    assert looked(house.scene) == {"a": ("held", code), "b": ("published", None)}
    (house.scene.root / "content/posts/a.md").write_text(post("autre"))
    assert looked(house.scene)["a"] == ("due", None)
    assert house.scene.publish().counts["published"] == 1


def test_what_a_run_gave_back_for_its_own_reasons_is_simply_due() -> None:
    hand = Hand()
    hand.write(hand.scribe.not_sent(hand.claim("A"), None, "stopped"))
    assert told(subject("A"), hand.history.of(KEY)) is None


def test_the_gates_of_people_come_before_what_the_last_run_found(house: House) -> None:
    house.shut = NotSent("unauthorised")
    house.scene.publish()
    house.scene.gates = (lambda subject: Reason("incident", {"incident": "x", "title": "x"}),)
    assert looked(house.scene)["a"] == ("held", "incident")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code", ["unauthorised", "CM521", "bug:KeyError", "throttled", "errors", "http-503"]
)
def test_whatever_the_code_there_are_words_for_it(code: str, language: str) -> None:
    hand = Hand()
    hand.write(hand.scribe.held(hand.history.of(KEY), "chan", code))
    reason = told(subject("A"), hand.history.of(KEY))
    assert reason is not None
    said = say(reason, Wording(language))
    assert "{" not in said
    assert reason.code == code or code in said


def test_times_are_told_in_the_zone_of_whoever_plans() -> None:
    hand = Hand()
    claim = hand.claim("A")
    until = NOON + timedelta(hours=1)
    hand.write(hand.scribe.throttled(claim, 0, until, "rate"))
    paris = NOON.astimezone(ZoneInfo("Europe/Paris"))
    [delivery] = plan([subject("A")], hand.history, (), paris)
    assert delivery.state is State.THROTTLED
    assert "14:00" in said_of(delivery)
    [again] = plan([subject("A")], hand.history, (), NOON)
    assert "13:00" in said_of(again)


def said_of(delivery: Delivery) -> str:
    assert delivery.reason is not None
    return say(delivery.reason, Wording("fr"))


def test_a_correction_that_cannot_be_made_is_told_and_what_is_live_stays_published() -> None:
    hand = Hand()
    hand.published(hand.claim("A"))
    hand.write(hand.scribe.held(hand.history.of(KEY), "chan", "commit_unknown"))
    [delivery] = plan([subject("A")], hand.history, (), NOON, LOOKS)
    assert delivery.state is State.PUBLISHED
    assert composition("A").digest == delivery.digest
