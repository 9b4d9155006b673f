"""A workspace on the disk, published through the sandbox's outboxes with a clock that is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Sends
from cmops.adapters.registry import sandbox
from cmops.compose import Composition, compose_post
from cmops.composed import Compositions
from cmops.ledger.clock import Run
from cmops.ledger.disk import FolderDisk
from cmops.ledger.folder import Folder
from cmops.ledger.history import History
from cmops.ledger.record import Claim
from cmops.ledger.store import Store, Tools
from cmops.media import Gallery
from cmops.publish.deliver import deliver
from cmops.publish.outlets import Outlet, outlet
from cmops.publish.plan import Delivery, Gate, Rules, plan
from cmops.publish.ports import Planned, Ports, Wanted
from cmops.publish.results import RunResult
from cmops.publish.stopping import Stop
from cmops.publish.subjects import subjects
from cmops.workspace.load import load
from cmops.workspace.model import Channel, Post, Workspace

NOON = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)


class SetClock:
    """A clock that only moves when somebody sleeps or sets it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now
        self.passed = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.passed += seconds


class StillMain:
    """Plans from what was loaded once. What it no longer says cannot be composed again."""

    def __init__(
        self,
        plan: Callable[[History], tuple[Delivery, ...]],
        gates: Callable[[History], tuple[Gate, ...]],
    ) -> None:
        self._plan = plan
        self._gates = gates

    def plan(self, history: History) -> Planned:
        """The plan for now."""
        return Planned(self._plan(history), self.identity(0), None, self._gates(history))

    def identity(self, max_age: float) -> str:
        """Always the same."""
        return "still"

    def recompose(self, claim: Claim) -> Composition | None:
        """Nothing is kept but what there is now."""
        return None

    def follows(self, later: str | None, earlier: str | None) -> bool | None:
        """There is one state only."""
        return True


def post(
    text: str = "Bonjour", at: str = "2026-12-01 12:15", to: str = "[archive]", **more: str
) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in more.items())
    return f"---\ntitle: Un titre\npublish_at: {at}\nto: {to}\nstatus: ready\n{lines}---\n{text}\n"


class Scene:
    """One workspace, its sandbox's ledger, and runs on it."""

    def __init__(self, root: Path, clock: SetClock | None = None) -> None:
        self.root = root
        self.clock = clock or SetClock()
        self.gates: tuple[Gate, ...] = ()
        self.rules = Rules()
        self.source: Callable[[Post], str] | None = lambda post: self.made().source(post)
        self.composed: list[tuple[str, str]] = []
        self.senders: Callable[[Channel], Sends] = lambda channel: sandbox(channel, root=root)

    def workspace(self) -> Workspace:
        loaded = load(self.root)
        assert not loaded.findings, loaded.findings
        return loaded.workspace

    def made(self) -> Compositions:
        return Compositions(load(self.root), Gallery(self.root))

    def ledger(self, run: Run | None = None) -> Store:
        disk = FolderDisk(self.root / ".cmops" / "sandbox")
        tools = Tools(run or Run(), self.clock, disk)
        return Store(Folder(disk, self.clock), tools, rooted=False)

    def history(self) -> History:
        return self.ledger().read()

    def plan(self, history: History | None = None) -> tuple[Delivery, ...]:
        workspace, gallery = self.workspace(), Gallery(self.root)

        def composer(post: Post, channel: Channel) -> Composition:
            self.composed.append((post.id, channel.id))
            return compose_post(post, channel, workspace, gallery)

        now = self.clock.now()
        return plan(
            subjects(workspace, composer, now, source=self.source),
            history if history is not None else self.history(),
            self.gates,
            now,
            self.rules,
        )

    def states(self) -> dict[str, str]:
        return {f"{each.subject.post}@{each.subject.channel}": each.state for each in self.plan()}

    def ports(self, **changes: Any) -> Ports:
        run = Run()
        outlets: Mapping[str, Outlet] = {
            id: outlet(channel, self.senders(channel))
            for id, channel in self.workspace().settings.channels.items()
        }
        ports = Ports(
            run=run,
            clock=self.clock,
            ledger=self.ledger(run),
            main=StillMain(self.plan, lambda history: self.gates),
            outlets=outlets,
            stop=Stop(),
        )
        return replace(ports, **changes)

    def publish(self, wanted: Wanted | None = None, **changes: Any) -> RunResult:
        ports = self.ports(**changes)
        result = deliver(ports, wanted)
        ports.ledger.close()
        return result
