"""A run of many slices plans once, and anew as soon as something has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from cmops.adapters.contract import Message, Sending
from cmops.adapters.outbox import Outbox
from cmops.ledger.clock import Run
from cmops.ledger.entries import Receipt, Scope
from cmops.ledger.history import History
from cmops.publish import plan as planning
from cmops.publish.desk import Desk
from cmops.publish.pause import pause
from cmops.publish.plan import Judge
from cmops.publish.ports import Planned
from cmops.publish.results import Outcome, RunResult
from cmops.publish.standing import LONGEST
from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, StillMain, post

MANY = 45
"""Three slices."""


class Main(StillMain):
    """Counts its plans, and can be asked to judge again."""

    name = "one"
    plans = 0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene.plan, lambda history: scene.gates)
        self._scene = scene

    def plan(self, history: History) -> Planned:
        self.plans += 1
        found = super().plan(history)
        return Planned(found.deliveries, self.name, None, found.gates, self._again)

    def identity(self, max_age: float) -> str:
        return self.name

    def _again(self, history: History) -> Judge:
        scene = self._scene
        return planning.judge(history, scene.gates, scene.clock.now(), scene.rules)


Told = Callable[[Main, list[str]], object]


def posts(many: int = MANY) -> dict[str, str]:
    return {f"content/posts/p{number:02}.md": post(f"Texte {number}") for number in range(many)}


@pytest.fixture
def scene(workspace: MakeWorkspace) -> Scene:
    return Scene(workspace(posts()))


def publish(scene: Scene, told: Told | None = None) -> tuple[Main, RunResult]:
    """A run; ``told`` is called after each message with the posts that were sent so far."""
    main, sent = Main(scene), list[str]()

    class Telling(Outbox):
        def send(self, message: Message, sending: Sending) -> Receipt:
            receipt = super().send(message, sending)
            sent.append(sending.post)
            if told:
                told(main, sent)
            return receipt

    scene.senders = lambda channel: Telling.sandbox(channel, root=scene.root)
    return main, scene.publish(main=main)


def outcomes(result: RunResult, outcome: Outcome) -> int:
    return sum(done.outcome is outcome for done in result.deliveries)


def test_the_first_plan_serves_every_slice_and_a_last_one_ends_the_run(scene: Scene) -> None:
    main, result = publish(scene)
    assert outcomes(result, Outcome.PUBLISHED) == MANY
    assert main.plans == 2
    main, result = publish(scene)
    assert (main.plans, result.deliveries) == (1, ())


def test_a_main_that_moves_is_planned_anew(scene: Scene) -> None:
    def move(main: Main, sent: list[str]) -> None:
        main.name = "two" if len(sent) == 20 else main.name

    main, result = publish(scene, move)
    assert outcomes(result, Outcome.PUBLISHED) == MANY
    assert main.plans == 3


def test_what_another_run_wrote_is_planned_with(scene: Scene) -> None:
    def pause_another_channel(main: Main, sent: list[str]) -> None:
        if len(sent) == 20:
            run = Run()
            ledger = scene.ledger(run)
            pause(Desk(run, scene.clock, ledger), Scope("channel", "mastodon"), "Pourquoi pas")
            ledger.close()

    main, result = publish(scene, pause_another_channel)
    assert outcomes(result, Outcome.PUBLISHED) == MANY
    assert main.plans == 3


def test_what_becomes_due_in_a_long_run_does_not_wait_for_its_end(
    workspace: MakeWorkspace,
) -> None:
    later = post("Le midi", at="2026-12-01 12:31", to="[bluesky]")
    many = posts(65)
    scene = Scene(workspace({**many, "content/posts/later.md": later}))
    order: list[str] = []

    def slowly(main: Main, sent: list[str]) -> None:
        order[:] = sent
        scene.clock.sleep(2)

    publish(scene, slowly)
    assert len(order) == len(many) + 1
    # With the third slice: beside its twenty, before, among or after them, but before the fourth.
    assert order.index("later") in range(40, 61)


def test_what_got_too_late_meanwhile_is_not_claimed_by_an_old_plan(scene: Scene) -> None:
    def late(main: Main, sent: list[str]) -> None:
        if len(sent) == 20:
            scene.clock.time = datetime(2026, 12, 1, 19, tzinfo=UTC)

    _, result = publish(scene, late)
    assert outcomes(result, Outcome.PUBLISHED) == 20
    assert outcomes(result, Outcome.MISSED) == MANY - 20


def test_no_plan_stands_for_longer_than_a_minute(scene: Scene) -> None:
    def long(main: Main, sent: list[str]) -> None:
        if len(sent) == 20:
            scene.clock.sleep(LONGEST + 1)

    main, result = publish(scene, long)
    assert outcomes(result, Outcome.PUBLISHED) == MANY
    assert main.plans == 3
