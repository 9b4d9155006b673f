from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from cmops.adapters.contract import Message, Sending, Sends
from cmops.adapters.registry import sandbox
from cmops.failures import NotSent, Rejected, Throttled, Unclear
from cmops.ledger.entries import Kind, Receipt
from cmops.ledger.history import History
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


def test_after_a_stop_nothing_more_is_sent_and_what_was_sent_is_known(
    workspace: MakeWorkspace,
) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un"), "content/posts/b.md": post("deux")}))
    ports = scene.ports()
    stop = ports.stop

    class Stops(Fails):
        pass

    def ask(message: Message, sending: Sending) -> None:
        stop.ask()

    outlets = {
        id: replace(each, sender=Stops(each.sender, ask)) for id, each in ports.outlets.items()
    }
    result = scene.publish(stop=stop, outlets=outlets)
    assert result.stopped
    assert outcomes(result) == {"a@archive": Outcome.PUBLISHED, "b@archive": Outcome.NOT_SENT}
    assert scene.states() == {"a@archive": "published", "b@archive": "due"}
    assert scene.publish().counts["published"] == 1


def test_a_send_that_hangs_does_not_keep_a_run_that_was_told_to_end(
    workspace: MakeWorkspace,
) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un")}))
    begun, ended = Event(), Event()

    def hang(message: Message, sending: Sending) -> None:
        begun.set()
        ended.wait(60)

    failing(scene, hang)
    ports = scene.ports()

    def ask() -> None:
        begun.wait(60)
        ports.stop.ask()

    Thread(target=ask, daemon=True).start()
    from cmops.publish.deliver import deliver

    assert deliver(ports).stopped
    assert scene.states() == {"a@archive": "claimed"}
    ended.set()


def test_two_runs_at_once_send_everything_once(workspace: MakeWorkspace) -> None:
    posts: dict[str, str | bytes] = {
        f"content/posts/p{number}.md": post(f"Post {number}") for number in range(8)
    }
    scene = Scene(workspace(posts))
    results: list[RunResult] = []
    threads = [Thread(target=lambda: results.append(scene.publish())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result.counts["published"] for result in results) == 8
    history: History = scene.history()
    counted = [e for key in history.keys() for e in history.entries(key)]  # noqa: SIM118
    assert sum(entry.kind == Kind.PUBLISHED for entry in counted) == 8


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import timedelta
from cmops.adapters.registry import sandbox
from tests.publish.scene import Scene
from tests.publish.test_deliver import failing

root, after = Path(sys.argv[1]), sys.argv[2] == "after"
scene = Scene(root)
def die(message, sending):
    if message.text == "deux":
        if after:
            channel = next(iter(scene.workspace().settings.channels.values()))
            sandbox(channel, root=root).send(message, sending)
        os.kill(os.getpid(), signal.SIGKILL)
failing(scene, die)
scene.publish()
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_is_killed_while_it_sends_leaves_nothing_lost_or_doubled(
    workspace: MakeWorkspace, when: str
) -> None:
    settings = (
        "version: 1\nname: A\nlanguage: fr\ntimezone: Europe/Paris\n"
        "channels:\n  archive: {platform: outbox, path: outbox/archive}\n"
    )
    files: dict[str, str | bytes] = {
        "cmops.yml": settings,
        "content/posts/a.md": post("un\n\n---\n\ndeux\n\n---\n\ntrois"),
    }
    scene = Scene(workspace(files))
    project = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(scene.root), when],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert scene.states() == {"a@archive": "claimed"}
    assert scene.publish().counts["published"] == 0
    scene.clock.sleep(600)
    assert scene.publish().counts["published"] == 1
    assert sent(scene.root) == {"a@archive": ["un", "deux", "trois"]}


def test_a_signal_asks_for_the_end_and_a_second_one_is_not_ours() -> None:
    from cmops.publish.stopping import Stop, stopped_by_signals

    stop = Stop()
    before = signal.getsignal(signal.SIGTERM)
    with stopped_by_signals(stop):
        signal.raise_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while not stop.asked and time.monotonic() < deadline:
            time.sleep(0.01)
        assert signal.getsignal(signal.SIGTERM) == before
    assert stop.asked
