"""One story: two deliveries (one of them a thread) on a channel, runs that overlap, faults, people.

The code that runs is cmops's own, ``publish`` and ``ledger``, behind its ports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from cmops.adapters.contract import Message
from cmops.compose import Composition
from cmops.errors import CmopsError
from cmops.ledger.clock import Run
from cmops.ledger.entries import Covered, Entry, Kind, Scope
from cmops.ledger.history import History
from cmops.ledger.record import Claim
from cmops.ledger.scribe import Scribe
from cmops.ledger.store import Store, Tools
from cmops.publish import deliver as real
from cmops.publish.gates import not_paused
from cmops.publish.outlets import Outlet
from cmops.publish.plan import Delivery, Gate, Judge, Rules, State, judge, plan
from cmops.publish.ports import MainUnreadable, Planned, Ports
from cmops.publish.reasons import Reason
from cmops.publish.stopping import Stop
from cmops.publish.subjects import Subject
from cmops.review.approvals import Book
from cmops.workspace.model import Channel
from tests.simulation.networks import Network, outlet
from tests.simulation.outside import Server, SimDisk, SimRemote
from tests.simulation.world import LATENCY, START, Crashed, Fault, Process, World

CHANNEL = Channel("chan", "network", "account", "brand", "name", "fr")
SINGLE, THREAD = "a~network~account", "b~network~account"
KEYS = (SINGLE, THREAD)
EVERY = 600.0
"""Seconds between the runs that a schedule starts."""

ROUNDS = 5
"""Scheduled runs after everything that goes wrong has gone wrong."""


@dataclass(slots=True)
class Policies:
    """The code under test; a planted bug replaces a part of it."""

    deliver: Callable[[Ports], object] = real.deliver
    ledger: Callable[[SimRemote, Tools], Store] = lambda remote, tools: Store(
        remote, tools, rooted=False
    )
    run_id: Callable[[int], str] = lambda number: f"{number + 1:032x}"
    outlet: Callable[[Network, Channel, Process], Outlet] = outlet


@dataclass(slots=True)
class Repository:
    """Main's versions, and when each came."""

    world: World
    versions: list[float] = field(default_factory=lambda: [0.0])

    @property
    def version(self) -> int:
        return len(self.versions) - 1

    def edit(self) -> None:
        self.versions.append(self.world.time)
        self.world.tell(f"   main: version {self.version}")


def texts(key: str, version: int) -> tuple[str, ...]:
    mark = f" v{version}" if version else ""
    return (f"A{mark}",) if key == SINGLE else (f"B1{mark}", f"B2{mark}")


def composition(key: str, version: int) -> Composition:
    messages = tuple(Message(text) for text in texts(key, version))
    return Composition("simulated", messages)


def gates_on(history: History, now: datetime) -> tuple[Gate, ...]:
    return not_paused(history, now), not_refused(history, now)


def not_refused(history: History, now: datetime) -> Gate:
    """Holds what somebody who had approved it has refused since; what has begun goes on."""
    book = Book(history.approvals)

    def gate(subject: Subject) -> Reason | None:
        if not book.refuses(Covered(subject.target, "any", START)):
            return None
        goes_on = subject.action == "publish" and history.of(subject.target).begun_before(now)
        return None if goes_on else Reason("unapproved_refused")

    return gate


class SimMain:
    """Main as one process sees it."""

    def __init__(self, repository: Repository, process: Process, corrects: bool = False) -> None:
        self._repository = repository
        self._process = process
        self.rules = Rules(correctable={CHANNEL.id} if corrects else ())
        self._behind = 0
        self._read: tuple[float, int] = (float("-inf"), 0)

    def plan(self, history: History) -> Planned:
        version = self._look(0.0)
        now = self._process.now()
        gates = self._gates(history)
        deliveries = plan(self.subjects(version), history, gates, now, self.rules)
        name = f"v{version}"
        return Planned(deliveries, name, name, gates, self._again, self._gates)

    def _again(self, history: History) -> Judge:
        return judge(history, self._gates(history), self._process.now(), self.rules)

    def _gates(self, history: History) -> tuple[Gate, ...]:
        return gates_on(history, self._process.now())

    def identity(self, max_age: float) -> str:
        return f"v{self._look(max_age)}"

    def recompose(self, claim: Claim) -> Composition | None:
        self._process.step("recompose")
        return composition(claim.key, int((claim.commit or "v0")[1:]))

    def follows(self, later: str | None, earlier: str | None) -> bool | None:
        return int((later or "v0")[1:]) >= int((earlier or "v0")[1:])

    def _look(self, max_age: float) -> int:
        at, version = self._read
        if self._process.monotonic() - at > max_age:
            asked = self._process.monotonic()
            fault = self._process.step("main")
            if fault in ("lost", "lost after"):
                raise MainUnreadable("no answer")
            self._behind = 1 if fault == "stale" else self._behind
            version = max(self._repository.version - self._behind, 0)
            self._read = (asked, version)
        return version

    def subjects(self, version: int) -> Sequence[Subject]:
        return [
            Subject(
                key=key,
                target=key,
                action="publish",
                post=key[0],
                path=f"{key[0]}.md",
                channel=CHANNEL.id,
                platform=CHANNEL.platform,
                brand=CHANNEL.brand,
                campaign=None,
                at=START - timedelta(minutes=1),
                compose=lambda key=key: composition(key, version),  # type: ignore[misc]
                files=lambda: f"v{version}",
            )
            for key in KEYS
        ]


class Scenario:
    """Runs a story to its end; ``tests.simulation.invariants`` judges it."""

    def __init__(
        self,
        kind: str,
        faults: tuple[Fault, ...] = (),
        *,
        seed: int = 0,
        fair: bool = False,
        disks_survive: bool = False,
        every: float = EVERY,
        latency: float = LATENCY,
        policies: Policies | None = None,
        corrects: bool = False,
    ) -> None:
        self.corrects = corrects
        self.world = World(seed, faults, fair, latency)
        self.kind = kind
        self.network = Network(self.world, kind)
        self.server = Server(self.world)
        self.repository = Repository(self.world)
        self.every = every
        self.policies = policies or Policies()
        self.results: list[object] = []
        self.pauses: list[tuple[float, float]] = []
        """When each pause landed, and when it was ended."""
        self.refusals: list[tuple[float, float]] = []
        """When each refusal landed, and when it was taken back."""
        self.retracted: dict[str, float] = {}
        self._person = Scribe(Run(id="f" * 32), _TrueClock(self.world))
        self._disk: tuple[dict[str, bytes], dict[str, Process]] | None = (
            ({}, {}) if disks_survive else None
        )
        self.world.acts = {
            "another run": lambda process: self._spawn(),
            "edit": lambda process: self.repository.edit(),
            "pause": self._pause,
            "retract": self._retract,
            "refuse": self._refuse,
        }

    def run(self, starts: Sequence[float] = (0.0,), skews: Sequence[float] = ()) -> Scenario:
        """The story: the first runs, with all that goes wrong, and then a schedule's runs.

        ``starts`` says when each of the first runs begins, ``skews`` by how much its clock is off.
        """
        for number, at in enumerate(starts):
            self._spawn(skews[number] if number < len(skews) else 0.0, at)
        self.world.run()
        last = max((fault.process for fault in self.world.faults), default=0)
        rounds = 0
        while rounds < ROUNDS:
            self.world.pass_time(self.every)
            if rounds and self._quiet():
                break
            # What still is to go wrong, or to end, comes before the rounds that must mend it all.
            rounds += not self.world.later and len(self.world.processes) > last
            self._spawn()
            self.world.run()
        return self

    def _quiet(self) -> bool:
        """Whether nothing can happen any more: all is published, and no request is on its way."""
        if self.world.later or self.retracted:
            return False
        return all(each.state is State.PUBLISHED for each in self.plan())

    def history(self) -> History:
        """What the ledger says in the end."""
        return History.of_entries(self.server.entries())

    def plan(self) -> tuple[Delivery, ...]:
        """What would be planned in the end."""
        process = Process(World(), 0, lambda process: None, 0.0)
        main = SimMain(self.repository, process, self.corrects)
        now = self.world.now()
        subjects = main.subjects(self.repository.version)
        history = self.history()
        return plan(subjects, history, gates_on(history, now), now, main.rules)

    def _spawn(self, skew: float = 0.0, at: float = 0.0) -> None:
        self.world.spawn(self._work, skew, at)

    def _work(self, process: Process) -> None:
        self.world.tell(f"p{process.number} begins")
        files, held = self._disk if self._disk is not None else ({}, {})
        run = Run(id=self.policies.run_id(process.number))
        clock = _Clock(process)
        tools = Tools(run, clock, SimDisk(process, files, held), jitter=Random(process.number))
        ledger = self.policies.ledger(SimRemote(self.server, process), tools)
        stop = Stop()
        stop.step = 1e9
        ports = Ports(
            run=run,
            clock=clock,
            ledger=ledger,
            main=SimMain(self.repository, process, self.corrects),
            outlets={CHANNEL.id: self.policies.outlet(self.network, CHANNEL, process)},
            parallel=_one_by_one,
            stop=stop,
        )
        try:
            self.results.append(self.policies.deliver(ports))
            ledger.close()
        except Crashed:
            raise
        except CmopsError as error:
            self.world.tell(f"p{process.number} ends: {error!r}")
        self.world.tell(f"p{process.number} ends")

    def _pause(self, process: Process) -> None:
        entry = self._person.pause(Scope("channel", CHANNEL.id), "incident")
        self.server.write(entry)
        begun, ends = self.world.time, self.world.time + 1500
        self.pauses.append((begun, ends))
        resume = lambda: self.server.write(self._person.resume([entry.id]))  # noqa: E731
        self.world.later.append((ends, resume))

    def _refuse(self, process: Process) -> None:
        """Takes the approval of both deliveries back, and gives it again later."""
        about = tuple(Covered(key, "any", START) for key in KEYS)
        order = 2 * len(self.refusals) + 1
        self.server.write(self._person.approved(order, "email", refuses=about))
        begun, ends = self.world.time, self.world.time + 1500
        self.refusals.append((begun, ends))
        entry = partial(self._person.approved, order + 1, "email", covers=about)
        self.world.later.append((ends, lambda: self.server.write(entry())))

    def _retract(self, process: Process) -> None:
        """Takes the thread back, whatever is live of it."""
        entry = Entry(
            Kind.RETRACT,
            self._person.run.entry_id(),
            self.world.now(),
            key=THREAD,
            channel=CHANNEL.id,
        )
        self.server.write(entry)
        self.retracted[THREAD] = self.world.time


class _Clock:
    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> datetime:
        return self._process.now().astimezone(UTC)

    def monotonic(self) -> float:
        return self._process.monotonic()

    def sleep(self, seconds: float) -> None:
        self._process.sleep(seconds)


class _TrueClock:
    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now()

    def monotonic(self) -> float:
        return self._world.time

    def sleep(self, seconds: float) -> None:
        self._world.pass_time(seconds)


def _one_by_one(tasks: Sequence[Callable[[], None]], stop: Stop) -> None:
    for task in tasks:
        task()
