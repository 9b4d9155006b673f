"""The whole site of a full workspace, beside what plain MkDocs needs for one page a post."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.history import git
from benchmarks.measure import Command, compare
from benchmarks.table import Row

MKDOCS = str(Path(sys.executable).with_name("mkdocs"))
SNAPSHOTS = 1_000_000
_BRANCH = "refs/heads/cmops-metrics"
_AS_CI = "new checkout, with what the last build kept"
_OURS = """\
site_name: Les Ateliers
theme: {{name: mkdocs}}
plugins: [search, {{cmops: {{at: "{at}"}}}}]
"""
_PLAIN = """\
site_name: Les Ateliers
theme: {name: mkdocs}
nav: [index.md]
validation: {nav: {omitted_files: ignore}}
"""
# Both print seconds of CPU: of what "mkdocs serve" does after one post has changed, and of all
# figures from the snapshots on.
_SERVED = """\
import sys, time
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config
def once(begins=False):
    start = time.process_time()
    config = load_config(sys.argv[1], site_dir=sys.argv[2])
    if begins:
        config.plugins.on_startup(command="serve", dirty=False)
    build(config, serve_url="http://127.0.0.1:8000/")
    return time.process_time() - start
once(begins=True)
post = sorted(Path(sys.argv[1]).parent.glob("content/posts/**/*.md"))[-1]
text = post.read_text("utf-8")
post.write_text(text.replace("\\n---\\n", "\\n---\\nAnd more. ", 1), "utf-8")
print(once())
post.write_text(text, "utf-8")
"""
_ASKED = """\
import sys, time
from pathlib import Path
from cmops.project import Project
project = Project(Path(sys.argv[1]), at=sys.argv[2])
assert project.deliveries
start = time.process_time()
assert any([project.figures.rows(kpi) for kpi in project.figures.kpis])
print(time.process_time() - start)
"""


def site(
    published: Path, at: str, size: int, rounds: int, scratch: Path, cmops: str
) -> Iterator[Row]:
    """``published`` is a workspace with its ledger, looked at at ``at``."""
    snapshots(published, cmops, at)
    (published / "docs").mkdir(exist_ok=True)
    (published / "mkdocs.yml").write_text(_OURS.format(at=at), "utf-8")
    plain, there = one_page_a_post(published, scratch / "plain"), scratch / "checkout"
    ours = {
        "cold": Command(_build(published), before=lambda: _forget(published)),
        "warm": Command(_build(published)),
        _AS_CI: Command(_build(there), before=lambda: _check_out(published, there)),
    }
    costs = compare({**ours, "plain": Command(_build(plain))}, rounds)
    for name in ours:
        cost, other = costs[name].cpu, costs["plain"].cpu
        what = f"site, {name} ÷ plain MkDocs, one page a post"
        yield Row(what, size, f"{cost:.1f} s against {other:.1f} s", cost / other, 1.0)
    whole = costs["cold"].cpu
    paths = (str(published / "mkdocs.yml"), str(scratch / "served"))
    served = median(_printed(_SERVED, *paths) for _ in range(rounds))
    detail = f"{served:.1f} s against {whole:.1f} s"
    yield Row("mkdocs serve, one post changed ÷ cold build", size, detail, served / whole, 0.2)
    _forget(published)
    asked = _printed(_ASKED, str(published), at)
    detail = f"{asked:.1f} s against {whole:.1f} s"
    yield Row(
        "site: all KPIs from the snapshots on ÷ cold build", size, detail, asked / whole, 0.33
    )
    largest = max(file.stat().st_size for file in (published / "site").rglob("*.html"))
    yield Row("site: the largest page", size, "", largest / 1000, 300, "kB")


def _check_out(workspace: Path, folder: Path) -> None:
    """What the site's workflow begins with: a clone, and what the last run's build worked out."""
    shutil.rmtree(folder, ignore_errors=True)
    git(workspace, "clone", "--quiet", "--no-local", str(workspace), str(folder))
    shutil.copytree(workspace / ".cmops", folder / ".cmops", copy_function=shutil.copyfile)
    shutil.copy(workspace / "mkdocs.yml", folder)
    (folder / "docs").mkdir()


def one_page_a_post(workspace: Path, folder: Path) -> Path:
    """The same posts as pages written by hand, for MkDocs alone."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    (docs / "index.md").write_text("# Posts\n", "utf-8")
    (folder / "mkdocs.yml").write_text(_PLAIN, "utf-8")
    for post in (workspace / "content" / "posts").rglob("*.md"):
        _, front, body = post.read_text("utf-8").split("---\n", 2)
        title = next(line for line in front.splitlines() if line.startswith("title: "))
        (docs / post.name).write_text(f"---\n{title}\n---\n{body}", "utf-8")
    return folder


def snapshots(root: Path, cmops: str, at: str, seed: int = 1) -> None:
    """A million numbers of what was published, often at first and rarely later, on their branch."""
    plan = [cmops, "-C", str(root), "plan", "--format", "json", "--at", at]
    printed = subprocess.run(plan, stdout=subprocess.PIPE, check=True).stdout
    deliveries: list[Mapping[str, Any]] = [
        each for each in json.loads(printed)["deliveries"] if each["state"] == "published"
    ]
    draw = random.Random(seed)
    files: dict[str, list[str]] = defaultdict(list)
    # One more than a million needs: the newest deliveries have not been seen as often yet.
    each_has, now = SNAPSHOTS // len(deliveries) + 1, datetime.fromisoformat(at)
    for delivery in deliveries:
        start = datetime.fromisoformat(delivery["at"]).astimezone(UTC)
        seen = draw.randint(20, 4_000)
        for number in range(each_has):
            when = start + timedelta(hours=(number + 1) ** 2 / 2)
            if when > now:
                break
            share = 1 - 0.8**number
            numbers = {
                "comments": round(seen * share / 120),
                "impressions": round(seen * share),
                "likes": round(seen * share / 25),
                "shares": round(seen * share / 80),
            }
            row = {"at": f"{when:%Y-%m-%dT%H:%M:%SZ}", "key": delivery["key"], "metrics": numbers}
            path = f"metrics/{delivery['channel']}/{when:%Y-%m}.ndjson"
            files[path].append(json.dumps(row, separators=(",", ":")) + "\n")
    parts = [f"commit {_BRANCH}\ncommitter cmops <> 0 +0000\ndata 0\n".encode()]
    for path, lines in files.items():
        content = "".join(lines).encode()
        parts.append(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
    git(root, "fast-import", "--quiet", stdin=b"".join(parts))


def _printed(script: str, *args: str) -> float:
    """The figure that a script of ours prints last."""
    ran = subprocess.run(
        [sys.executable, "-c", script, *args], stdout=subprocess.PIPE, text=True, check=True
    )
    return float(ran.stdout.split()[-1])


def _build(folder: Path) -> list[str]:
    return [MKDOCS, "build", "--quiet", "--config-file", str(folder / "mkdocs.yml")]


def _forget(root: Path) -> None:
    shutil.rmtree(root / ".cmops", ignore_errors=True)
