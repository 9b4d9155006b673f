"""Collecting: at most one snapshot in an hour, whatever runs twice, at once, or fails."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.adapters.contract import Measures, Metric
from cmops.failures import NotSent, Throttled
from cmops.ledger.clock import Run
from cmops.ledger.entries import Receipt
from cmops.ledger.history import History
from cmops.ledger.remote import Answer, Remote, Snapshot, Swap
from cmops.ledger.scribe import Content, Scribe
from cmops.measure import place
from cmops.measure.collect import Collected, Trouble, collect, opener
from cmops.measure.schedule import channel_is_due, is_due
from cmops.workspace.model import Channel
from tests.measure.world import SetClock, World

START = datetime(2026, 11, 30, 23, 10, tzinfo=UTC)
CHANNELS = tuple(
    Channel(name, "network", f"{name}@example", "b", name, "fr") for name in ("one", "two")
)


@dataclass
class Network:
    """A platform that counts: likes by what it calls a message."""

    likes: dict[str, int]
    followers: int | None = 100
    fails: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        self.asked += [each.id for each in receipts]
        if self.fails:
            raise self.fails
        known = [each.id for each in receipts if each.id in self.likes]
        return {id: {Metric.LIKES: self.likes[id]} for id in known}

    def measure_channel(self) -> Mapping[Metric, int]:
        return {} if self.followers is None else {Metric.FOLLOWERS: self.followers}


def past(*sent: tuple[str, str, datetime, int]) -> History:
    """Deliveries that are live: key, channel, when, how many messages."""
    history, clock = History.of_entries(()), SetClock(START)
    scribe = Scribe(Run(), clock)
    for key, channel, at, messages in sent:
        clock.time = at
        content = Content("sha256:a", ("sha256:a",) * messages)
        claim = scribe.claim(history.of(key), channel, content)
        history = history.knowing([claim])
        for number in range(messages):
            receipt = Receipt(f"{key}.{number}", at)
            history = history.knowing([scribe.published(claim, number, receipt)])
    return history


def kept(remote: Remote) -> list[tuple[str, str, str, dict[str, int]]]:
    """What is there: file, time, key, numbers."""
    there = remote.look(10)
    rows = []
    for path, content in sorted(remote.contents(there, there.files).items()):
        for line in content.splitlines():
            row = json.loads(line)
            rows.append((path, row["at"], row["key"], row["metrics"]))
    return rows


Opened = Callable[[Channel], Measures | None]


def over(**networks: Network | None) -> Opened:
    return lambda channel: networks[channel.id]


def run(
    root: Path, at: datetime, history: History, opened: Opened, remote: Remote | None = None
) -> Collected:
    clock = SetClock(at)
    return collect(CHANNELS, history, remote or place.open_place(root, clock), clock, opened)


def test_a_channel_and_its_deliveries_are_counted_once_in_an_hour(tmp_path: Path) -> None:
    history = past(("a", "one", START, 1), ("b", "two", START, 1))
    opened = over(one=Network({"a.0": 3}), two=Network({"b.0": 4}))
    first = run(tmp_path, START, history, opened)
    assert (first.added, dict(first.taken), first.troubles) == (4, {"one": 2, "two": 2}, ())
    again = run(tmp_path, START + timedelta(minutes=40), history, opened)
    assert again.added == 0
    later = run(tmp_path, START + timedelta(minutes=51), history, opened)
    assert later.added == 4, "the hour has passed, and so has the day"
    assert kept(place.open_place(tmp_path, SetClock(START))) == [
        ("metrics/one/2026-11.ndjson", "2026-11-30T23:10:00Z", "", {"followers": 100}),
        ("metrics/one/2026-11.ndjson", "2026-11-30T23:10:00Z", "a", {"likes": 3}),
        ("metrics/one/2026-12.ndjson", "2026-12-01T00:01:00Z", "", {"followers": 100}),
        ("metrics/one/2026-12.ndjson", "2026-12-01T00:01:00Z", "a", {"likes": 3}),
        ("metrics/two/2026-11.ndjson", "2026-11-30T23:10:00Z", "", {"followers": 100}),
        ("metrics/two/2026-11.ndjson", "2026-11-30T23:10:00Z", "b", {"likes": 4}),
        ("metrics/two/2026-12.ndjson", "2026-12-01T00:01:00Z", "", {"followers": 100}),
        ("metrics/two/2026-12.ndjson", "2026-12-01T00:01:00Z", "b", {"likes": 4}),
    ]


def test_a_thread_counts_as_one_and_what_is_gone_is_left_out(tmp_path: Path) -> None:
    history = past(("fil", "one", START, 3), ("parti", "one", START, 1))
    network = Network({"fil.0": 5, "fil.1": 2, "fil.2": 1}, followers=None)
    done = run(tmp_path, START, history, over(one=network, two=None))
    assert (done.added, done.without) == (1, ("two",))
    [row] = kept(place.open_place(tmp_path, SetClock(START)))
    assert row[2:] == ("fil", {"likes": 8})


def test_one_channels_failure_does_not_keep_the_others_from_being_asked(tmp_path: Path) -> None:
    history = past(("a", "one", START, 1), ("b", "two", START, 1))
    broken = Network({}, fails=NotSent("unreachable", "GET one"))
    done = run(tmp_path, START, history, over(one=broken, two=Network({"b.0": 4})))
    assert done.troubles == (Trouble("one", "unreachable", "GET one"),)
    assert dict(done.taken) == {"one": 1, "two": 2}, "its followers were told before"


def test_what_was_answered_before_a_rest_was_asked_for_is_kept(tmp_path: Path) -> None:
    class Tiring(Network):
        def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
            self.fails = Throttled("throttled") if self.asked else None
            return super().measure(receipts)

    history = past(*((f"p{n}", "one", START - timedelta(minutes=n), 1) for n in range(30)))
    network = Tiring({f"p{n}.0": n for n in range(30)}, followers=None)
    done = run(tmp_path, START, history, over(one=network, two=None))
    assert (done.added, [each.code for each in done.troubles]) == (20, ["throttled"])
    newest_first = [row[2] for row in kept(place.open_place(tmp_path, SetClock(START)))]
    assert newest_first == [f"p{n}" for n in range(20)]


def test_what_was_retracted_is_not_asked_about(tmp_path: Path) -> None:
    history = past(("a", "one", START, 1))
    scribe = Scribe(Run(), SetClock(START + timedelta(minutes=1)))
    record = history.of("a")
    history = history.knowing([scribe.retract(record)])
    history = history.knowing([scribe.retracted(history.of("a"), "a.0")])
    network = Network({"a.0": 1}, followers=None)
    run(tmp_path, START + timedelta(minutes=2), history, over(one=network, two=None))
    assert network.asked == []


def test_a_line_that_says_nothing_stops_nothing(tmp_path: Path) -> None:
    clock = SetClock(START)
    remote = place.open_place(tmp_path, clock)
    rubbish = b'{"at": 3}\nnot json\n\xff\xfe\n{"at":"2026-11-30T23:00:00","key":"a"}\n'
    place.add(remote, clock, lambda there: {"metrics/one/2026-11.ndjson": rubbish})
    history = past(("a", "one", START, 1))
    done = run(tmp_path, START, history, over(one=Network({"a.0": 3}), two=None))
    assert done.added == 2


def test_deliveries_are_asked_about_often_at_first_and_rarely_later() -> None:
    asked, last, now = [], None, START
    while now < START + timedelta(days=420):
        if is_due(START, last, now):
            asked.append(now - START)
            last = now.replace(minute=0)
        now += timedelta(hours=1)
    by_age = [
        sum(low <= each.total_seconds() / 86400 < high for each in asked)
        for low, high in ((0, 2), (2, 9), (9, 40), (40, 405), (405, 420))
    ]
    assert by_age[0] == 48
    assert by_age[1] in (27, 28)
    assert by_age[2] in (30, 31)
    assert by_age[3] in (52, 53)
    assert by_age[4] == 0


def test_a_channel_is_asked_about_once_a_day() -> None:
    assert channel_is_due(None, START)
    assert not channel_is_due(START.replace(hour=1), START)
    assert channel_is_due(START - timedelta(days=1), START)


# On branches.


def git(root: Path, *args: str) -> str:
    command = ["git", "-C", str(root), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A bare repository with a commit on main."""
    bare, seed = tmp_path / "server.git", tmp_path / "seed"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(seed)], check=True)
    (seed / "a.md").write_text("a\n")
    git(seed, "add", "a.md")
    git(seed, "commit", "-qm", "a")
    git(seed, "push", "-q", bare.as_uri(), "main")
    return bare


def clone(server: Path, name: str, *options: str) -> Path:
    root = server.parent / name
    subprocess.run(["git", "clone", "-q", *options, server.as_uri(), str(root)], check=True)
    return root


def test_runs_at_once_on_one_server_keep_one_snapshot_each_hour(server: Path) -> None:
    roots = [clone(server, f"clone-{n}") for n in range(3)]
    roots.append(clone(server, "shallow", "--depth=1"))
    history = past(*((f"p{n}", "one", START, 1) for n in range(5)))

    def once(root: Path) -> int:
        network = Network({f"p{n}.0": n for n in range(5)})
        return run(root, START, history, over(one=network, two=None)).added

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(once, roots))
    assert sorted(added) == [0, 0, 0, 6]
    rows = kept(place.open_place(roots[0], SetClock(START)))
    assert len(rows) == len({row[2] for row in rows}) == 6
    assert git(server, "log", "--format=%an <%ae>", "cmops-metrics") == "cmops <cmops@localhost>"
    assert git(server, "branch", "--format=%(refname:short)").split() == ["cmops-metrics", "main"]


def test_the_branch_may_be_squashed(server: Path) -> None:
    root = clone(server, "clone")
    history = past(("a", "one", START, 1))
    opened = over(one=Network({"a.0": 3}), two=None)
    run(root, START, history, opened)
    run(root, START + timedelta(hours=1), history, opened)
    tree = git(server, "rev-parse", "cmops-metrics^{tree}")
    squashed = git(server, "commit-tree", "-m", "squashed", tree)
    git(server, "update-ref", "refs/heads/cmops-metrics", squashed)
    done = run(root, START + timedelta(hours=2), history, opened)
    assert done.added == 1
    remote = place.open_place(root, SetClock(START))
    assert len(kept(remote)) == 5
    known = place.open_place(root, SetClock(START)).known()
    assert known is not None
    assert known.tip == git(server, "rev-parse", "cmops-metrics")


def test_a_lost_answer_adds_nothing_twice(server: Path) -> None:
    root = clone(server, "clone")
    clock = SetClock(START)

    class Losing:
        """Pushes, and loses the first answer."""

        def __init__(self) -> None:
            self.inner = place.open_place(root, clock)
            self.lost = 0

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

        def append(self, *arguments: object) -> object:
            swap = self.inner.append(*arguments)  # type: ignore[arg-type]
            if self.lost:
                return swap
            self.lost += 1
            return Swap(Answer.UNKNOWN)

    history = past(("a", "one", START, 1))
    opened = over(one=Network({"a.0": 3}), two=None)
    done = run(root, START, history, opened, Losing())  # type: ignore[arg-type]
    assert done.added == 0
    assert len(kept(place.open_place(root, clock))) == 2


def test_a_server_that_keeps_refusing_is_told_with_its_reason(server: Path) -> None:
    root = clone(server, "clone")
    hook = server / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'protected branch' >&2\nexit 1\n")
    hook.chmod(0o755)
    history = past(("a", "one", START, 1))
    with pytest.raises(place.NotKept) as error:
        run(root, START, history, over(one=Network({"a.0": 3}), two=None))
    assert "protected branch" in str(error.value.values["reason"])


def test_a_secret_that_is_not_set_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write()
    channel = world.workspace.settings.channels["masto"]
    with pytest.raises(NotSent) as failure:
        opener(tmp_path, {})(channel)
    assert (failure.value.code, failure.value.detail) == ("no_secret", "MASTODON_TOKEN")
    assert isinstance(opener(tmp_path, {"MASTODON_TOKEN": "x"})(channel), Measures)


def test_an_outbox_has_no_numbers(tmp_path: Path) -> None:
    archive = Channel("a", "outbox", "a", "b", "A", "fr", settings={"path": "outbox/a"})
    assert opener(tmp_path, {})(archive) is None
    unknown = Channel("a", "nowhere", "a", "b", "A", "fr")
    assert opener(tmp_path, {})(unknown) is None


def test_nothing_is_there_before_the_first_run(tmp_path: Path) -> None:
    assert place.open_place(tmp_path, SetClock(START)).known() == Snapshot()
