"""Processes that take turns, one time for all of them, and faults at chosen steps.

Every call that a process makes to the outside is a step. At a step it may lose its machine, be
suspended, or find that somebody else did something meanwhile. Which process goes on is decided by
the world's random numbers alone, so that a seed tells a whole story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Semaphore, Thread

START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LATENCY = 0.2
"""Seconds that a step takes."""

SLOW = 2.5
"""The same on a bad day."""


class Crashed(BaseException):
    """The machine is gone; nothing that the process does from here on has any effect."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a process at one of its steps. ``step`` counts from 1."""

    process: int
    step: int
    kind: str


@dataclass
class World:
    """Time, turns and faults. ``story`` is what happened, for whoever must understand a failure."""

    seed: int = 0
    faults: tuple[Fault, ...] = ()
    fair: bool = False
    """Whether any process may go on at any step; otherwise one goes on until it waits or ends."""
    latency: float = LATENCY
    time: float = 0.0
    story: list[str] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    acts: Mapping[str, Callable[[Process], None]] = field(default_factory=dict)
    """What others do, by the name that a fault calls it by."""
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    """What happens on its own at a time: a request that was long on its way arrives."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._faults = {(fault.process, fault.step): fault.kind for fault in self.faults}

    def now(self) -> datetime:
        """The true time."""
        return START + timedelta(seconds=self.time)

    def spawn(self, work: Callable[[Process], None], skew: float = 0.0, at: float = 0.0) -> Process:
        """A new process, which begins at a time, when it gets its turn."""
        process = Process(self, len(self.processes), work, skew)
        process.wake = max(self.time, at)
        self.processes.append(process)
        return process

    def run(self) -> None:
        """Until every process has ended, however it ended."""
        current: Process | None = None
        while runnable := [each for each in self.processes if not each.ended]:
            awake = [each for each in runnable if each.wake <= self.time]
            if not awake:
                self.pass_time(min(each.wake for each in runnable) - self.time)
                continue
            if self.fair:
                current = self.random.choice(awake)
            elif current not in awake or current.yielding:
                current = next((each for each in awake if each is not current), awake[0])
            assert current is not None
            current.yielding = False
            current.turn()
            if current.failure is not None:
                raise current.failure

    def pass_time(self, seconds: float) -> None:
        """Lets time pass, with what happens on its own meanwhile."""
        end = self.time + seconds
        while due := [item for item in self.later if item[0] <= end]:
            first = min(due, key=lambda item: item[0])
            self.later.remove(first)
            self.time = max(self.time, first[0])
            first[1]()
        self.time = end

    def fault(self, process: Process) -> str | None:
        """What the world has in store for this step."""
        return self._faults.get((process.number, process.steps))

    def tell(self, what: str) -> None:
        """Adds to the story."""
        self.story.append(f"{self.time:9.1f}  {what}")


class Process:
    """One run's process: a thread that only goes on when it is its turn."""

    def __init__(
        self, world: World, number: int, work: Callable[[Process], None], skew: float
    ) -> None:
        self.world = world
        self.number = number
        self.skew = skew
        self.steps = 0
        self.wake = world.time
        self.dead = False
        self.ended = False
        self.yielding = False
        self.failure: BaseException | None = None
        self.seen: list[tuple[int, str]] = []
        """Every step with what it was, for whoever wants to put faults at each of them."""
        self.holds: set[str] = set()
        self._work = work
        self._go, self._back = Semaphore(0), Semaphore(0)
        self._thread: Thread | None = None

    def turn(self) -> None:
        """Lets it go on until it gives its turn back."""
        if self._thread is None:
            self._thread = Thread(target=self._live, daemon=True)
            self._thread.start()
        else:
            self._go.release()
        self._back.acquire()

    def step(self, what: str, *, may_stall: bool = True) -> str | None:
        """A call to the outside; a fault's kind where it is for the call itself to perform.

        A request that leaves at once, or not at all, says that it may not stall.
        """
        if self.dead:
            raise Crashed
        self.steps += 1
        self.seen.append((self.steps, what))
        kind = self.world.fault(self)
        if kind is not None:
            self.world.tell(f"p{self.number} {what} #{self.steps}: {kind}")
        if kind == "crash":
            self.crash()
        if kind is not None and kind.startswith("suspend"):
            if may_stall:
                self.sleep(float(kind.partition(" ")[2] or 900))
            kind = None
        act = self.world.acts.get(kind or "")
        if act is not None:
            act(self)
            self.yielding = True
            self.give_way()
            kind = None
        self.world.pass_time(self.world.latency)
        if self.world.fair:
            self.give_way()
        return kind

    def crash(self) -> None:
        """The machine is gone."""
        self.world.tell(f"p{self.number} is lost")
        self.dead = True
        raise Crashed

    def sleep(self, seconds: float) -> None:
        """Lets others go on for so long."""
        if self.dead:
            raise Crashed
        self.wake = self.world.time + seconds
        self.give_way()

    def give_way(self) -> None:
        """Gives the turn back, until it comes again."""
        self._back.release()
        self._go.acquire()

    def now(self) -> datetime:
        """Its wall clock."""
        return self.world.now() + timedelta(seconds=self.skew)

    def monotonic(self) -> float:
        """Its other clock, which counts suspension."""
        return self.world.time + 1000.0 * self.number

    def _live(self) -> None:
        try:
            self._work(self)
        except Crashed:
            pass
        except BaseException as failure:  # noqa: BLE001 - raised again by the world
            self.failure = failure
        self.dead = self.ended = True
        self._back.release()
