"""The ledger of a team that has published for years: ten entries a post, on a local branch."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.posts import BEFORE
from cmops.ledger.entries import Entry, Kind, Receipt, dump
from cmops.project import Project
from cmops.publish.keys import post_of

GENESIS = hashlib.md5(b"benchmark", usedforsecurity=False).hexdigest()
_BRANCH = "cmops-ledger"


def publish_all(root: Path, cmops: str) -> str:
    """Makes ``root`` a repository in which all but the last hundredth is published; the time then.

    What there is to publish, and under which keys, is asked of ``cmops plan``. One delivery in
    six took two attempts.
    """
    plan = [cmops, "-C", str(root), "plan", "--format", "json", "--at", BEFORE]
    printed = subprocess.run(plan, stdout=subprocess.PIPE, check=True).stdout
    deliveries: list[dict[str, Any]] = json.loads(printed)["deliveries"]
    deliveries.sort(key=lambda delivery: str(delivery["at"]))
    project = Project(root)
    posts = project.workspace.posts.values()
    sources = {post.id: project.compositions.source(post) for post in posts}
    published = deliveries[: len(deliveries) * 99 // 100]
    settings = root / "cmops.yml"
    settings.write_text(f"{settings.read_text('utf-8')}ledger: {{genesis: {GENESIS}}}\n", "utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Workspace")
    git(root, "fast-import", "--quiet", stdin=_branch(published, sources))
    after = datetime.fromisoformat(published[-1]["at"]) + timedelta(minutes=30)
    return after.isoformat(timespec="minutes")


def _branch(published: list[dict[str, Any]], sources: Mapping[str, str]) -> bytes:
    """The ledger's branch as git's fast-import reads it; ``sources`` are of the posts' files."""
    files: dict[str, list[str]] = defaultdict(list)
    for entry in _entries(published, sources):
        files[entry.path].append(dump(entry) + "\n")
    parts = [f"commit refs/heads/{_BRANCH}\ncommitter cmops <> 0 +0000\ndata 0\n".encode()]
    for path, lines in files.items():
        content = "".join(lines).encode()
        parts.append(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
    return b"".join(parts)


def _entries(published: list[dict[str, Any]], sources: Mapping[str, str]) -> Iterator[Entry]:
    first = datetime.fromisoformat(published[0]["at"]).astimezone(UTC) - timedelta(days=1)
    yield Entry(Kind.GENESIS, f"{0:032x}.1", first, genesis=GENESIS)
    for number, delivery in enumerate(published, 1):
        at = datetime.fromisoformat(delivery["at"]).astimezone(UTC)
        late = number % 6 == 0
        told = delivery | {"source": sources.get(post_of(delivery["key"]))}
        if late:
            yield from _attempt(told, f"{number:032x}", at, 1, throttled=True)
        yield from _attempt(
            told, f"{number + 10**9:032x}", at + timedelta(minutes=10 * late), 1 + late
        )


def _attempt(
    delivery: Mapping[str, Any], run: str, at: datetime, attempt: int, throttled: bool = False
) -> Iterator[Entry]:
    """A claim, and for each message an intent and its outcome."""
    which: dict[str, Any] = {"key": delivery["key"], "channel": delivery["channel"]}
    claim = f"{run}.1"
    count = len(delivery["messages"])
    yield Entry(
        Kind.CLAIM,
        claim,
        at,
        **which,
        attempt=attempt,
        digest=delivery["digest"],
        digests=(delivery["digest"],) * count,
        until=at + timedelta(minutes=5),
        created=at,
        planned=at,
        source=delivery["source"],
    )
    if throttled:
        soon = at + timedelta(minutes=9)
        yield Entry(Kind.THROTTLED, f"{run}.2", at, **which, claim=claim, not_before=soon)
        return
    for message in range(count):
        sent = at + timedelta(seconds=1 + message)
        which |= {"claim": claim, "message": message}
        yield Entry(Kind.INTENT, f"{run}.{2 + 2 * message}", sent, **which)
        receipt = Receipt(f"{run}{message}", sent, f"https://social.example/{run}/{message}")
        yield Entry(Kind.PUBLISHED, f"{run}.{3 + 2 * message}", sent, **which, receipt=receipt)


def git(root: Path, *args: str, stdin: bytes = b"") -> None:
    """Runs git there, as nobody in particular."""
    who = ("-c", "user.name=cmops", "-c", "user.email=cmops@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", "-C", str(root), *who, *args], input=stdin, check=True)
