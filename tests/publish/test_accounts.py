"""The account behind a channel: asked before the first send, and again while a run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from cmops.adapters.contract import Message, Problem, Sending, Sends
from cmops.adapters.registry import sandbox
from cmops.failures import Failure, NotSent
from cmops.ledger.entries import Receipt
from cmops.publish.ports import Wanted
from cmops.publish.results import Outcome
from cmops.workspace.model import Channel
from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, post
from tests.publish.test_deliver import outcomes, sent

Answer = Callable[[], None]


class Door:
    """A sandbox that asks ``ask`` when it is verified, and ``act`` before each send."""

    def __init__(self, real: Sends, ask: Answer, act: Answer) -> None:
        self.real = real
        self.ask = ask
        self.act = act
        self.platform = real.platform  # type: ignore[attr-defined]

    def send(self, message: Message, sending: Sending) -> Receipt:
        self.act()
        return self.real.send(message, sending)

    def verify(self) -> Iterable[Problem]:
        self.ask()
        return ()


class House:
    """A scene whose doors are counted, shut and slow."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.asked = 0
        self.shut: Exception | None = None
        self.slow = 0.0
        self.refuses: list[Failure] = []
        scene.senders = self.door

    def door(self, channel: Channel) -> Sends:
        return Door(sandbox(channel, root=self.scene.root), self.ask, self.act)

    def ask(self) -> None:
        self.asked += 1
        if self.shut is not None:
            raise self.shut

    def act(self) -> None:
        self.scene.clock.sleep(self.slow)
        if self.refuses:
            raise self.refuses.pop()


@pytest.fixture
def house(workspace: MakeWorkspace) -> House:
    posts: dict[str, str | bytes] = {
        f"content/posts/{name}.md": post(name) for name in ("a", "b", "c", "d")
    }
    return House(Scene(workspace(posts)))


def test_an_account_is_asked_about_once_for_many_sends(house: House) -> None:
    assert house.scene.publish().counts["published"] == 4
    assert house.asked == 1


def test_a_long_run_asks_again(house: House, workspace: MakeWorkspace) -> None:
    workspace({"content/posts/later.md": post("later", at="2026-12-01 12:50")})
    until = house.scene.clock.now() + timedelta(hours=1)
    assert house.scene.publish(Wanted(until=until)).counts["published"] == 5
    assert house.asked == 2


def test_an_account_that_changes_hands_while_a_slice_is_sent_gets_no_more(
    workspace: MakeWorkspace,
) -> None:
    soon = "2026-12-01 12:34:50"
    posts = {f"content/posts/{name}.md": post(name, at=soon) for name in ("b", "c", "d")}
    house = House(Scene(workspace({"content/posts/a.md": post("a"), **posts})))
    house.slow = 12

    def ask() -> None:
        house.asked += 1
        if house.asked > 1:
            raise NotSent("wrong_account")

    house.ask = ask  # type: ignore[method-assign]
    until = house.scene.clock.now() + timedelta(minutes=10)
    result = house.scene.publish(Wanted(until=until))
    # The first was sent, and one of those claimed together before its word was too old.
    assert list(sent(house.scene.root)) == ["a@archive", "b@archive"]
    assert [done.error for done in result.deliveries] == [
        None,
        None,
        "wrong_account",
        "channel_rests",
    ]
    assert house.asked == 2
    house.asked = -9
    house.scene.clock.sleep(60)
    assert house.scene.publish().counts["published"] == 2


def test_after_a_no_the_account_is_asked_about_before_anything_else_is_sent(house: House) -> None:
    house.refuses = [NotSent("unauthorised")]
    result = house.scene.publish()
    assert (house.asked, len(sent(house.scene.root))) == (1, 0)
    assert {done.error for done in result.deliveries} == {"unauthorised", "channel_rests"}
    house.scene.clock.sleep(3600)
    house.shut = NotSent("unauthorised")
    refused = house.scene.publish()
    # All are told, and the platform is asked once.
    assert house.asked == 2
    assert set(outcomes(refused).values()) == {Outcome.HELD}
    assert [done.error for done in refused.deliveries] == ["unauthorised"] * 4
    house.shut = None
    assert house.scene.publish().counts["published"] == 4


def test_a_bug_in_one_adapter_holds_its_channel_and_no_other(workspace: MakeWorkspace) -> None:
    house = House(Scene(workspace({"content/posts/a.md": post(to="[archive, mastodon]")})))
    house.shut = KeyError("surprise")

    def door(channel: Channel) -> Sends:
        return (
            house.door(channel)
            if channel.id == "mastodon"
            else sandbox(channel, root=house.scene.root)
        )

    house.scene.senders = door
    result = house.scene.publish()
    assert outcomes(result) == {"a@archive": Outcome.PUBLISHED, "a@mastodon": Outcome.HELD}
    assert {done.error for done in result.deliveries} == {None, "bug:KeyError"}


@pytest.mark.parametrize("code", ["media_missing", "media_changed"])
def test_a_file_that_is_not_what_was_reviewed_holds_its_post_alone(house: House, code: str) -> None:
    house.refuses = [NotSent(code, "media/a.png")]
    result = house.scene.publish()
    assert outcomes(result) == {
        "a@archive": Outcome.HELD,
        **{f"{name}@archive": Outcome.PUBLISHED for name in "bcd"},
    }
    assert [done.error for done in result.deliveries if done.error] == [code]
    assert house.scene.states()["a@archive"] == "due"
