"""What a command costs: processor time, wall-clock time and peak memory of the whole child."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu`` (user and system) and ``wall`` in seconds, ``peak`` resident memory in MB."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True, slots=True)
class Command:
    """A command, what to do before each run (not measured), and the exit codes that are right."""

    args: Sequence[str]
    before: Callable[[], object] = lambda: None
    right: frozenset[int] = frozenset({0})
    folder: Path | None = None


def compare(commands: Mapping[str, Command], rounds: int) -> dict[str, Cost]:
    """The median cost of each command. They take turns, so that all meet the same noise."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            print(f"  {name}, {turn + 1} of {rounds}", file=sys.stderr, flush=True)
            command.before()
            costs[name].append(cost(command))
    return {name: _median(found) for name, found in costs.items()}


def cost(command: Command) -> Cost:
    """What one run costs. Raises SystemExit with its output when it fails."""
    with tempfile.TemporaryFile() as output:
        start = perf_counter()
        child = subprocess.Popen(
            command.args,
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        # wait4 tells of this child alone; getrusage would add up all that there were.
        _, status, usage = os.wait4(child.pid, 0)
        wall = perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in command.right:
            output.seek(0)
            said = output.read()[-2000:].decode(errors="replace")
            raise SystemExit(f"{' '.join(command.args[:6])} ended with {child.returncode}:\n{said}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit / 1e6)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        median(cost.peak for cost in costs),
    )
