"""Posts that change after they went out: what is live follows, once, and never backwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from cmops.adapters.contract import Message, Problem
from cmops.adapters.outbox import Outbox
from cmops.adapters.registry import sandbox
from cmops.failures import Failure, Rejected, Throttled, Unclear
from cmops.ledger.clock import Run
from cmops.ledger.entries import Kind, Receipt, Scope
from cmops.ledger.history import History
from cmops.publish.desk import Desk
from cmops.publish.gates import not_paused
from cmops.publish.pause import pause
from cmops.publish.plan import Delivery, Rules
from cmops.publish.ports import Planned, Wanted
from cmops.publish.results import Done, Outcome
from cmops.publish.retract import bury
from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, SetClock, StillMain, post

PATH = "content/posts/a.md"

CORRECTABLE = Rules(correctable=frozenset({"archive"}))


@pytest.fixture
def live(workspace: MakeWorkspace) -> Scene:
    """A post that went out, and may be corrected where it is."""
    return sent(workspace, post("Ouverture à 9 h"))


def sent(workspace: MakeWorkspace, text: str, *, sourced: bool = True) -> Scene:
    """What a run has published of a post."""
    scene = Scene(workspace({PATH: text}))
    scene.rules = CORRECTABLE
    if not sourced:
        scene.source = None
    assert [done.outcome for done in scene.publish().deliveries] == [Outcome.PUBLISHED]
    return scene


def desk(scene: Scene) -> Desk:
    """Where a person's decisions are written down."""
    run = Run()
    return Desk(run, scene.clock, scene.ledger(run))


def rewrite(scene: Scene, text: str, **more: str) -> None:
    """Another text on main, some time later."""
    scene.clock.time += timedelta(seconds=1)
    (scene.root / PATH).write_text(post(text, **more), "utf-8")


def texts(scene: Scene) -> list[str]:
    """What readers see."""
    [file] = (scene.root / "outbox" / "archive").glob("*.json")
    return [each["text"] for each in json.loads(file.read_text("utf-8"))["messages"]]


def corrections(scene: Scene) -> list[Delivery]:
    """What the plan would correct, or says it cannot."""
    return [each for each in scene.plan() if each.subject.action == "edit"]


def one(scene: Scene, **changes: Any) -> Done:
    """What a run did."""
    [done] = scene.publish(**changes).deliveries
    return done


def kinds(scene: Scene) -> list[str]:
    """The ledger of the delivery, in the order of its ids and times."""
    found = scene.history().entries(scene.history().of(key_of(scene)).key)
    return [entry.kind for entry in sorted(found, key=lambda entry: (entry.at, entry.id))]


def key_of(scene: Scene) -> str:
    """The delivery's key."""
    [key] = scene.history().keys()
    return key


class Failing(Outbox):
    """An outbox whose corrections fail, before or after they were made."""

    failures: ClassVar[list[tuple[Failure, bool]]] = []
    asked = 0

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        type(self).asked += 1
        failure, made = self.failures.pop(0) if self.failures else (None, True)
        if made:
            super().edit(receipt, message)
        if failure is not None:
            raise failure
        return receipt


def fail(scene: Scene, *failures: tuple[Failure, bool]) -> type[Failing]:
    """The channel's corrections fail in these ways, one after the other."""

    class Once(Failing):
        pass

    Once.failures = list(failures)
    scene.senders = lambda channel: Once.sandbox(channel, root=scene.root)
    return Once


def test_what_is_live_says_what_its_file_says_now(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    [planned] = corrections(live)
    assert (planned.state, planned.key) == ("due", f"{key_of(live)}~edit")
    assert planned.composition is not None
    assert planned.digest == planned.composition.digest
    done = one(live)
    assert (done.outcome, done.key) == (Outcome.EDITED, planned.key)
    assert texts(live) == ["Ouverture à 10 h"]
    assert not corrections(live)
    assert live.publish().deliveries == ()
    assert live.history().of(key_of(live)).live_digest == planned.digest


def test_no_lateness_keeps_a_correction_from_its_post(live: Scene) -> None:
    live.clock.time += timedelta(days=400)
    rewrite(live, "Ouverture à 10 h")
    assert one(live).outcome is Outcome.EDITED


def test_only_the_messages_that_changed_are_touched(workspace: MakeWorkspace) -> None:
    scene = sent(workspace, post("Un\n\n---\n\nDeux"))
    rewrite(scene, "Un\n\n---\n\nDeux, corrigé")
    spy = fail(scene)
    assert one(scene).outcome is Outcome.EDITED
    assert spy.asked == 1
    assert texts(scene) == ["Un", "Deux, corrigé"]
    assert scene.history().unsettled == ()


def test_another_number_of_messages_is_no_correction(live: Scene) -> None:
    rewrite(live, "Un\n\n---\n\nDeux")
    [planned] = corrections(live)
    assert planned.state == "held"
    assert planned.reason is not None
    assert planned.reason.code == "edit_messages"
    assert one(live).outcome is Outcome.HELD
    assert texts(live) == ["Ouverture à 9 h"]


def test_a_change_that_readers_do_not_see_corrects_nothing(live: Scene) -> None:
    rewrite(live, "Ouverture à 9 h", pillar="coulisses")
    assert not corrections(live)


def test_an_old_post_is_not_even_composed_when_other_things_change(live: Scene) -> None:
    live.composed.clear()
    settings = live.root / "cmops.yml"
    settings.write_text(settings.read_text("utf-8").replace("language: fr", "language: en"))
    live.plan()
    assert live.composed == []


def test_what_cannot_be_corrected_there_stays(live: Scene) -> None:
    live.rules = Rules()
    rewrite(live, "Ouverture à 10 h")
    assert not corrections(live)


def test_a_ledger_that_does_not_know_the_files_is_no_reason_to_correct(
    workspace: MakeWorkspace,
) -> None:
    scene = sent(workspace, post("Ouverture à 9 h"), sourced=False)
    scene.source = lambda post: "autre"
    rewrite(scene, "Ouverture à 10 h")
    assert not corrections(scene)


def test_past_occurrences_stay_as_they_were(workspace: MakeWorkspace) -> None:
    scene = sent(workspace, post("Ouverture à 9 h", repeat="FREQ=DAILY"))
    rewrite(scene, "Ouverture à 10 h", repeat="FREQ=DAILY")
    assert not corrections(scene)


def test_what_was_taken_back_is_not_corrected(live: Scene) -> None:
    assert bury([key_of(live)], desk(live))
    rewrite(live, "Ouverture à 10 h")
    assert not corrections(live)


def test_a_pause_holds_corrections(live: Scene) -> None:
    pause(desk(live), Scope("channel", "archive"), "crise")
    live.gates = (not_paused(live.history(), live.clock.now()),)
    rewrite(live, "Ouverture à 10 h")
    [planned] = corrections(live)
    assert (planned.state, planned.reason and planned.reason.code) == ("held", "paused")
    assert one(live).outcome is Outcome.HELD
    assert texts(live) == ["Ouverture à 9 h"]


def test_a_lost_answer_is_settled_by_making_the_correction_again(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    fail(live, (Unclear("timeout"), True))
    done = one(live)
    assert (done.outcome, done.error) == (Outcome.NOT_SENT, "timeout")
    assert live.history().of(key_of(live)).live_digest is None
    # Until the lost request cannot arrive any more, nothing is asked.
    assert [each.state for each in corrections(live)] == ["throttled"]
    live.clock.time += timedelta(minutes=5)
    assert one(live).outcome is Outcome.EDITED
    assert texts(live) == ["Ouverture à 10 h"]


def test_a_correction_that_may_have_been_made_is_made_undone_when_its_file_goes_back(
    live: Scene,
) -> None:
    rewrite(live, "Ouverture à 10 h")
    fail(live, (Unclear("timeout"), True))
    one(live)
    rewrite(live, "Ouverture à 9 h")
    live.clock.time += timedelta(minutes=5)
    assert one(live).outcome is Outcome.EDITED
    assert texts(live) == ["Ouverture à 9 h"]
    assert not corrections(live)


def test_a_run_that_is_lost_is_followed_by_one_that_makes_it(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")

    class Gone(BaseException):
        """The machine is lost."""

    class Lost(Outbox):
        def edit(self, receipt: Receipt, message: Message) -> Receipt:
            super().edit(receipt, message)
            raise Gone

    live.senders = lambda channel: Lost.sandbox(channel, root=live.root)
    with pytest.raises(Gone):
        live.publish()
    live.senders = lambda channel: sandbox(channel, root=live.root)
    assert [each.state for each in corrections(live)] == ["claimed"]
    assert [each.state for each in live.plan() if each.subject.action == "publish"] == ["published"]
    live.clock.time += timedelta(minutes=7)
    rewrite(live, "Ouverture à 11 h")
    assert one(live).outcome is Outcome.EDITED
    assert texts(live) == ["Ouverture à 11 h"]


def test_a_platforms_no_is_final_for_this_text_only(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    fail(live, (Rejected("changed_there"), False))
    done = one(live)
    assert (done.outcome, done.error) == (Outcome.REJECTED, "changed_there")
    [planned] = corrections(live)
    assert planned.state == "rejected"
    assert planned.reason is not None
    assert planned.reason.code == "edit_rejected"
    assert live.publish().deliveries == ()
    rewrite(live, "Ouverture à 11 h")
    assert one(live).outcome is Outcome.EDITED


def test_a_platform_that_wants_less_is_left_alone_for_a_while(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    until = live.clock.now() + timedelta(minutes=20)
    fail(live, (Throttled("throttled", until), False))
    assert one(live).outcome is Outcome.THROTTLED
    assert [each.state for each in corrections(live)] == ["throttled"]
    live.clock.time = until
    assert one(live).outcome is Outcome.EDITED


def test_what_the_platform_calls_it_now_is_kept(live: Scene) -> None:
    class Renames(Outbox):
        def edit(self, receipt: Receipt, message: Message) -> Receipt:
            known = dict(receipt.extra).get("version", "0")
            made = super().edit(receipt, message)
            version = (("version", str(int(known) + 1)),)
            return Receipt(made.id, live.clock.now(), "https://example.org/neuf", version)

    live.senders = lambda channel: Renames.sandbox(channel, root=live.root)
    for hour in (10, 11):
        rewrite(live, f"Ouverture à {hour} h")
        assert one(live).outcome is Outcome.EDITED
    [item] = live.history().of(key_of(live)).live
    assert (item.receipt.url, dict(item.receipt.extra)) == (
        "https://example.org/neuf",
        {"version": "2"},
    )


class Versions(StillMain):
    """Main at a commit whose name is a number: the higher, the later."""

    def __init__(self, scene: Scene, commit: str, related: bool = True) -> None:
        super().__init__(scene.plan, lambda history: scene.gates)
        self.commit = commit
        self.related = related

    def plan(self, history: History) -> Planned:
        return replace(super().plan(history), commit=self.commit)

    def follows(self, later: str | None, earlier: str | None) -> bool | None:
        return int(later or 0) >= int(earlier or 0) if self.related else None


def test_an_older_commit_never_brings_its_text_back(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    assert one(live, main=Versions(live, "7")).outcome is Outcome.EDITED
    rewrite(live, "Ouverture à 9 h")
    done = one(live, main=Versions(live, "6"))
    assert (done.outcome, done.error) == (Outcome.HELD, "older_commit")
    named = Wanted(frozenset({key_of(live)}))
    assert one(live, wanted=named, main=Versions(live, "6")).error == "older_commit"
    assert texts(live) == ["Ouverture à 10 h"]
    assert one(live, main=Versions(live, "8")).outcome is Outcome.EDITED


def test_the_claim_of_a_lost_run_counts_as_the_latest(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    fail(live, (Unclear("timeout"), False))
    one(live, main=Versions(live, "7"))
    live.clock.time += timedelta(minutes=5)
    assert one(live, main=Versions(live, "6")).error == "older_commit"


def test_where_nothing_is_known_of_the_order_a_person_says_so_by_naming_it(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    unrelated = Versions(live, "7", related=False)
    assert one(live, main=unrelated).error == "commit_unknown"
    named = Wanted(frozenset({key_of(live)}))
    assert one(live, wanted=named, main=unrelated).outcome is Outcome.EDITED


def test_main_that_moves_before_the_request_takes_the_correction_back(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")

    class Main(StillMain):
        name = "1"

        def identity(self, max_age: float) -> str:
            return self.name

    main = Main(live.plan, lambda history: ())

    class Moving(Outbox):
        def verify(self) -> Iterator[Problem]:
            """Between planning and sending, somebody merges another text."""
            if main.name == "1":
                main.name = "2"
                rewrite(live, "Ouverture à 11 h")
            return super().verify()

    live.senders = lambda channel: Moving.sandbox(channel, root=live.root)
    done = one(live, main=main)
    assert done.outcome is Outcome.EDITED
    assert texts(live) == ["Ouverture à 11 h"]
    assert kinds(live)[2:] == [Kind.CLAIM, Kind.NOT_SENT, Kind.CLAIM, Kind.EDIT]


def test_a_message_that_is_gone_is_a_persons_task(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    [file] = (live.root / "outbox" / "archive").glob("*.json")
    file.unlink()
    assert one(live).error == "gone"
    assert [each.state for each in corrections(live)] == ["rejected"]


def test_every_step_is_in_the_ledger(live: Scene) -> None:
    rewrite(live, "Ouverture à 10 h")
    one(live)
    assert kinds(live) == [Kind.CLAIM, Kind.PUBLISHED, Kind.CLAIM, Kind.EDIT]


class Eventful(SetClock):
    """A clock that lets things happen while a run waits."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[float, Callable[[], None]]] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        while self.events and self.events[0][0] <= self.passed:
            self.events.pop(0)[1]()


class Moving(StillMain):
    """Main is what the folder says at each look."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene.plan, lambda history: ())
        self._scene = scene

    def identity(self, max_age: float) -> str:
        return (self._scene.root / PATH).read_text("utf-8")


def test_every_correction_that_lands_while_a_run_waits_goes_out_in_it(
    workspace: MakeWorkspace,
) -> None:
    clock = Eventful()
    scene = Scene(
        workspace({PATH: post("0"), "content/posts/z.md": post("z", at="2026-12-01 12:44")}), clock
    )
    scene.rules = CORRECTABLE
    said: list[list[str]] = []

    def text(words: str) -> Callable[[], None]:
        def write() -> None:
            said.append([json.loads(file.read_text())["messages"][0]["text"] for file in outbox()])
            (scene.root / PATH).write_text(post(words), "utf-8")

        return write

    def outbox() -> Iterator[Path]:
        return (scene.root / "outbox" / "archive").glob("*.json")

    # The last one takes the second back: the same text again is a correction as well.
    clock.events = [(60.0 * n, text(words)) for n, words in enumerate("1212", 1)]
    until = clock.now() + timedelta(minutes=15)
    result = scene.publish(Wanted(until=until), main=Moving(scene))
    assert said == [["0"], ["1"], ["2"], ["1"]]
    assert {done.outcome for done in result.deliveries} == {Outcome.PUBLISHED, Outcome.EDITED}
    assert sorted(json.loads(file.read_text())["messages"][0]["text"] for file in outbox()) == [
        "2",
        "z",
    ]
    edits = [key for key in scene.history().keys() for each in scene.history().entries(key)]  # noqa: SIM118
    assert len(edits) == 2 * 2 + 4 * 2, "a claim and an outcome each, and nothing twice"


def test_a_refused_correction_is_offered_once_a_run_and_the_next_text_at_once(
    live: Scene,
) -> None:
    clock = Eventful()
    clock.time = live.clock.time
    live.clock = clock
    fake = fail(live, (Rejected("http-422"), False))
    rewrite(live, "refusé")
    (live.root / "content/posts/z.md").write_text(post("z", at="2026-12-01 12:44"), "utf-8")
    clock.events = [(120.0, lambda: rewrite(live, "accepté"))]
    until = clock.now() + timedelta(minutes=15)
    live.publish(Wanted(until=until), main=Moving(live))
    assert fake.asked == 2
    assert live.history().of(key_of_a(live)).live_digest is not None
    assert not corrections(live)


def key_of_a(scene: Scene) -> str:
    return next(each.subject.target for each in scene.plan() if each.subject.post == "a")
