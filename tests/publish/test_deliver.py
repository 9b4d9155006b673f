from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.adapters.contract import Message, Sending, Sends
from cmops.adapters.registry import sandbox
from cmops.failures import NotSent, Rejected, Throttled, Unclear
from cmops.ledger.entries import Receipt
from cmops.publish.plan import Rules
from cmops.publish.ports import Wanted
from cmops.publish.reasons import Reason
from cmops.publish.results import Outcome, RunResult
from cmops.workspace.model import Channel
from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, post


def sent(root: Path) -> dict[str, list[str]]:
    """What lies in the outboxes: by channel and post, the texts."""
    found = {}
    for path in sorted((root / "outbox").rglob("*.json")):
        delivery = json.loads(path.read_text("utf-8"))
        texts = [message["text"] for message in delivery["messages"]]
        found[f"{delivery['post']}@{delivery['channel']}"] = texts
    return found


def outcomes(result: RunResult) -> dict[str, str]:
    return {f"{done.post}@{done.channel}": done.outcome for done in result.deliveries}


class Fails:
    """A sandbox whose send fails as it is told, and publishes otherwise."""

    def __init__(self, real: Sends, fail: Callable[[Message, Sending], None]) -> None:
        self.real = real
        self.fail = fail
        self.platform = real.platform  # type: ignore[attr-defined]

    def send(self, message: Message, sending: Sending) -> Receipt:
        self.fail(message, sending)
        return self.real.send(message, sending)

    def verify(self) -> tuple[()]:
        return ()


def failing(scene: Scene, fail: Callable[[Message, Sending], None]) -> None:
    def sender(channel: Channel) -> Sends:
        return Fails(sandbox(channel, root=scene.root), fail)

    scene.senders = sender


def raising(error: Exception, at: str) -> Callable[[Message, Sending], None]:
    def fail(message: Message, sending: Sending) -> None:
        if message.text == at:
            raise error

    return fail


def test_what_is_due_is_published_once_and_a_second_run_publishes_nothing(
    workspace: MakeWorkspace,
) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("Bonjour", to="[archive, mastodon]")}))
    assert scene.publish().counts["published"] == 2
    assert sent(scene.root) == {"a@archive": ["Bonjour"], "a@mastodon": ["Bonjour"]}
    assert scene.publish().deliveries == ()
    assert set(scene.states().values()) == {"published"}


def test_more_than_a_slice_goes_out_in_one_run_with_few_pushes(workspace: MakeWorkspace) -> None:
    posts: dict[str, str | bytes] = {
        f"content/posts/p{number:02}.md": post(f"Post {number}") for number in range(45)
    }
    scene = Scene(workspace(posts))
    ports = scene.ports()
    pushes = []
    real = ports.ledger.push

    def counting(*args: object, **more: object) -> object:
        if args or more.get("decide") or ports.ledger.pending:
            pushes.append(1)
        return real(*args, **more)  # type: ignore[arg-type]

    ports.ledger.push = counting  # type: ignore[method-assign, assignment]
    from cmops.publish.deliver import deliver

    assert deliver(ports).counts["published"] == 45
    assert len(pushes) <= 45 / 20 + 1 + 2
    assert len(sent(scene.root)) == 45


def test_a_thread_goes_out_in_order_in_one_file(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un\n\n---\n\ndeux\n\n---\n\ntrois")}))
    assert scene.publish().counts["published"] == 1
    assert sent(scene.root) == {"a@archive": ["un", "deux", "trois"]}


def test_what_is_not_yet_due_or_too_late_stays(workspace: MakeWorkspace) -> None:
    scene = Scene(
        workspace(
            {
                "content/posts/early.md": post(at="2026-12-01 12:31"),
                "content/posts/late.md": post(at="2026-12-01 06:29"),
            }
        )
    )
    assert outcomes(scene.publish()) == {"late@archive": Outcome.MISSED}
    assert sent(scene.root) == {}


def test_a_refusal_leaves_the_others_alone_and_is_final_until_the_text_changes(
    workspace: MakeWorkspace,
) -> None:
    scene = Scene(
        workspace({"content/posts/a.md": post("mauvais"), "content/posts/b.md": post("bon")})
    )
    failing(scene, raising(Rejected("http-422"), "mauvais"))
    assert outcomes(scene.publish()) == {
        "a@archive": Outcome.REJECTED,
        "b@archive": Outcome.PUBLISHED,
    }
    assert scene.states() == {"a@archive": "rejected", "b@archive": "published"}
    assert scene.publish().counts["published"] == 0
    workspace({"content/posts/a.md": post("meilleur")})
    assert scene.publish().counts["published"] == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Throttled("rate", datetime(2026, 12, 1, 13, 0, tzinfo=UTC)), Outcome.THROTTLED),
        (NotSent("auth"), Outcome.NOT_SENT),
    ],
)
def test_a_channel_rests_after_a_failure_and_goes_on_later(
    workspace: MakeWorkspace, error: Exception, outcome: Outcome
) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un"), "content/posts/b.md": post("deux")}))
    failing(scene, raising(error, "un"))
    assert outcomes(scene.publish()) == {"a@archive": outcome, "b@archive": Outcome.NOT_SENT}
    assert sent(scene.root) == {}
    failing(scene, lambda message, sending: None)
    scene.clock.sleep(5400)
    assert scene.publish().counts["published"] == 2


@pytest.mark.parametrize("error", [Unclear("timeout"), ValueError("a bug in an adapter")])
def test_a_lost_answer_is_looked_for_and_sent_once(
    workspace: MakeWorkspace, error: Exception
) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un")}))
    failing(scene, raising(error, "un"))
    assert outcomes(scene.publish()) == {"a@archive": Outcome.UNCLEAR}
    assert scene.states() == {"a@archive": "unclear"}
    failing(scene, lambda message, sending: None)
    assert outcomes(scene.publish()) == {"a@archive": Outcome.PUBLISHED}
    assert sent(scene.root) == {"a@archive": ["un"]}


def test_a_thread_that_broke_off_goes_on_where_it_stopped(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un\n\n---\n\ndeux")}))
    failing(scene, raising(NotSent("unreachable"), "deux"))
    assert outcomes(scene.publish()) == {"a@archive": Outcome.NOT_SENT}
    assert sent(scene.root) == {"a@archive": ["un"]}
    failing(scene, raising(AssertionError("again"), "un"))
    scene.clock.sleep(3600)
    assert outcomes(scene.publish()) == {"a@archive": Outcome.PUBLISHED}
    assert sent(scene.root) == {"a@archive": ["un", "deux"]}


def test_a_begun_thread_is_held_when_its_bytes_are_lost(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un\n\n---\n\ndeux")}))
    failing(scene, raising(NotSent("unreachable"), "deux"))
    scene.publish()
    workspace({"content/posts/a.md": post("un\n\n---\n\nchangé")})
    scene.clock.sleep(3600)
    (done,) = scene.publish().deliveries
    assert (done.outcome, done.error) == (Outcome.HELD, "bytes_lost")
    assert sent(scene.root) == {"a@archive": ["un"]}


def test_a_gate_that_closes_while_sending_holds_the_rest(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un"), "content/posts/b.md": post("deux")}))

    def pause(message: Message, sending: Sending) -> None:
        scene.gates = (lambda subject: Reason("incident"),)
        moved.append(1)
        scene.clock.sleep(11)

    moved: list[int] = []
    failing(scene, pause)
    ports = scene.ports()
    main = ports.main
    main.identity = lambda max_age: f"v{len(moved)}"  # type: ignore[method-assign]
    from cmops.publish.deliver import deliver

    assert outcomes(deliver(ports)) == {"a@archive": Outcome.PUBLISHED, "b@archive": Outcome.HELD}
    assert sent(scene.root) == {"a@archive": ["un"]}


def test_an_account_that_is_not_the_right_one_gets_nothing(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post()}))

    class Wrong(Fails):
        def verify(self):  # type: ignore[no-untyped-def]
            from cmops.adapters.contract import Problem

            return (Problem("CM599", ()),)

    scene.senders = lambda channel: Wrong(
        sandbox(channel, root=scene.root), raising(AssertionError(), "Bonjour")
    )
    (done,) = scene.publish().deliveries
    assert (done.outcome, done.error) == (Outcome.HELD, "CM599")


def test_a_run_can_be_limited_to_what_is_named(workspace: MakeWorkspace) -> None:
    scene = Scene(
        workspace({"content/posts/a.md": post(), "content/posts/b.md": post(at="2026-11-01 12:00")})
    )
    (target,) = (each.key for each in scene.plan() if each.subject.post == "b")
    scene.rules = Rules(named=frozenset({target}))
    assert outcomes(scene.publish(Wanted(only=frozenset({target})))) == {
        "b@archive": Outcome.PUBLISHED
    }


def test_a_missed_post_is_told_for_a_fortnight(workspace: MakeWorkspace) -> None:
    recent, old = post(at="2026-11-20 12:00"), post(at="2026-11-01 12:00")
    scene = Scene(workspace({"content/posts/a.md": recent, "content/posts/b.md": old}))
    assert outcomes(scene.publish()) == {"a@archive": Outcome.MISSED}


def test_until_waits_for_what_is_due_before_then_and_no_longer(workspace: MakeWorkspace) -> None:
    scene = Scene(
        workspace(
            {
                "content/posts/a.md": post(at="2026-12-01 12:40"),
                "content/posts/b.md": post(at="2026-12-01 14:00"),
            }
        )
    )
    begun = scene.clock.now()
    result = scene.publish(Wanted(until=begun + timedelta(hours=1)))
    assert outcomes(result) == {"a@archive": Outcome.PUBLISHED}
    assert timedelta(minutes=10) <= scene.clock.now() - begun <= timedelta(minutes=12)


def test_what_a_deletion_asks_for_is_taken_back(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post(delete_at="2026-12-02 12:15")}))
    assert scene.publish().counts["published"] == 1
    scene.clock.sleep(86400)
    assert scene.publish().counts["retracted"] == 1
    assert sent(scene.root) == {}
    assert scene.publish().deliveries == ()
    assert set(scene.states().values()) == {"retracted"}
