"""``python -m benchmarks [--sizes 1000,10000]``: measures, and writes the tables."""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import history, posts, publishing, rivals, site_build, table
from benchmarks.measure import Command, Cost, compare, cost
from benchmarks.table import Row

ROOT = Path(__file__).parent.parent
CMOPS = str(Path(sys.executable).with_name("cmops"))
CRIER_MOST = 1_000
"""crier takes about 3 ms a post, whatever their number."""

SITE_LEAST = 10_000
"""Below that, what a build costs anyway is most of it."""


def main() -> None:
    """Measures what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000", help="numbers of posts")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command")
    given = parser.parse_args()
    # As pip does when it installs a package: the rivals are measured without compiling either.
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "cmops")], check=True)
    rows = list(start_up(given.rounds * 5))
    # First, while this process is small: a child's peak memory starts at that of its parent.
    with tempfile.TemporaryDirectory(prefix="cmops-bench-") as scratch:
        sent = list(publishing.publishing(CMOPS, Path(scratch)))
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="cmops-bench-") as scratch:
            rows += workspace(size, given.rounds, Path(scratch))
    rows += sent
    table.write(rows, ROOT / "benchmarks" / "RESULTS.md", ROOT / "README.md")
    print(table.render(rows))


def start_up(rounds: int) -> Iterator[Row]:
    """``cmops --version`` beside the imports that it cannot do without."""
    costs = compare(
        {
            "cmops --version": Command([CMOPS, "--version"]),
            "import click, yaml": Command([sys.executable, "-c", "import click, yaml"]),
        },
        rounds,
    )
    yield _ratio(costs, "cmops --version", "import click, yaml", None, 1.5)


def workspace(size: int, rounds: int, scratch: Path) -> Iterator[Row]:
    """Validate and plan on a workspace of ``size`` posts, beside the other tools."""
    root = scratch / "workspace"
    _apart(posts.write_workspace, root, size)
    published = scratch / "published"
    shutil.copytree(root, published)
    after = _apart(history.publish_all, published, CMOPS)

    validate = [CMOPS, "-C", str(root), "validate", "--at", posts.BEFORE]
    commands = {
        "validate, cold": Command(validate, before=lambda: _forget(root)),
        "validate, warm": Command(validate),
        "plan, 10 ledger entries a post": Command(
            [CMOPS, "-C", str(published), "plan", "--at", after]
        ),
        "check-jsonschema": rivals.check_jsonschema(root, CMOPS, scratch),
    }
    crier = rivals.crier(root, scratch, ROOT / ".bench") if size <= CRIER_MOST else None
    if crier:
        commands["crier check"] = crier
    elif size <= CRIER_MOST:
        print("crier: skipped, it cannot be installed here", file=sys.stderr)

    cold, warm, plan = list(commands)[:3]
    cost(commands[plan])  # as warm as validate
    costs = compare(commands, rounds)
    yield _ratio(costs, cold, "check-jsonschema", size, 0.25)
    if crier:
        yield _ratio(costs, cold, "crier check", size, None)
    yield _ratio(costs, warm, cold, size, 0.2)
    yield _ratio(costs, plan, warm, size, 1.5)
    for name in (cold, plan):
        yield Row(f"{name}: peak memory", size, "", costs[name].peak, 200, "MB")
    if size >= SITE_LEAST:
        yield from site_build.site(published, after, size, rounds, scratch, CMOPS)


def _ratio(
    costs: dict[str, Cost], ours: str, theirs: str, size: int | None, most: float | None
) -> Row:
    detail = f"{costs[ours].cpu:.2f} s against {costs[theirs].cpu:.2f} s"
    ratio = costs[ours].cpu / costs[theirs].cpu
    return Row(f"{ours} ÷ {theirs}", size, detail, ratio, most)


def _forget(root: Path) -> None:
    shutil.rmtree(root / ".cmops", ignore_errors=True)


def _apart(work: Callable[..., Any], *args: Any) -> Any:
    """Runs it in a process of its own: a child's peak memory starts at that of its parent."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


if __name__ == "__main__":
    main()
