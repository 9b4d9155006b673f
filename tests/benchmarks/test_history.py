from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.history import GENESIS, publish_all
from cmops.ledger.entries import Entry, Kind, parse


def _plan(tmp_path: Path, deliveries: int) -> str:
    """A program that prints the plan that it is asked for."""
    start = datetime.fromisoformat("2026-12-01T08:00:00+01:00")
    plan = [
        {
            "key": f"post-{number}~x~ateliers",
            "channel": "x",
            "at": (start + timedelta(hours=number)).isoformat(),
            "digest": "sha256:00",
            "messages": [{}] * (3 if number == 0 else 1),
        }
        for number in range(deliveries)
    ]
    printed = json.dumps({"version": 1, "deliveries": plan})
    program = tmp_path / "cmops"
    program.write_text(f"#!{sys.executable}\nprint({printed!r})\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def _ledger(root: Path) -> list[Entry]:
    def git(*args: str) -> str:
        return subprocess.check_output(["git", "-C", str(root), *args], text=True)

    files = git("ls-tree", "-r", "--name-only", "cmops-ledger").split()
    lines = [line for file in files for line in git("show", f"cmops-ledger:{file}").splitlines()]
    entries = [parse(line) for line in lines]
    return [entry for entry in entries if isinstance(entry, Entry)]


def test_all_but_the_last_hundredth_is_published_with_entries_that_the_ledger_reads(
    workspace: Callable[[], Path], tmp_path: Path
) -> None:
    root = workspace()

    after = publish_all(root, _plan(tmp_path, 100))

    entries = _ledger(root)
    published = [entry for entry in entries if entry.kind == Kind.PUBLISHED]
    assert len({entry.key for entry in published}) == 99
    assert len([entry for entry in published if entry.key == "post-0~x~ateliers"]) == 3
    assert sum(entry.kind == Kind.THROTTLED for entry in entries) == 99 // 6
    assert [entry.genesis for entry in entries if entry.kind == Kind.GENESIS] == [GENESIS]
    assert f"ledger: {{genesis: {GENESIS}}}" in (root / "cmops.yml").read_text()
    assert max(entry.at for entry in entries) < datetime.fromisoformat(after)
