"""Runs that are told to end, that are killed, and that meet another run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from cmops.adapters.contract import Message, Sending
from cmops.ledger.entries import Kind
from cmops.ledger.history import History
from cmops.publish.ports import Wanted
from cmops.publish.results import Outcome, RunResult
from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, SetClock, post
from tests.publish.test_deliver import Fails, failing, outcomes, sent


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


def test_a_run_that_waits_for_another_one_goes_on_once_that_is_done(
    workspace: MakeWorkspace,
) -> None:
    posts: dict[str, str | bytes] = {
        f"content/posts/p{number:02}.md": post(f"Post {number}") for number in range(25)
    }
    scene = Scene(workspace(posts))
    entered, go_on = Event(), Event()

    def slowly(message: Message, sending: Sending) -> None:
        entered.set()
        go_on.wait(60)

    failing(scene, slowly)
    first: list[RunResult] = []
    one = Thread(target=lambda: first.append(scene.publish()), daemon=True)
    one.start()
    entered.wait(60)
    clock, naps = Napping(), 0

    def nap() -> None:
        # The other one ends during the second nap, minutes before its lease does.
        nonlocal naps
        naps += 1
        if naps == 2:
            go_on.set()
            one.join(60)

    clock.nap = nap
    scene.clock = clock
    failing(scene, lambda message, sending: None)
    begun = clock.now()
    result = scene.publish(Wanted(until=begun + timedelta(minutes=14)))
    assert first[0].counts["published"] == 25
    assert result.deliveries == ()
    assert clock.now() - begun < timedelta(seconds=30)
    assert naps < 100


class Napping(SetClock):
    """A clock of its own, which tells somebody each time that ten seconds of sleep are over."""

    nap: Callable[[], None]
    slept = 0.0

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.slept += seconds
        if self.slept >= 10:
            self.slept = 0
            self.nap()


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
