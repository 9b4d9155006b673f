"""Workspaces made of what people really published; the data is beside the project, or absent.

Run as a script it writes one: ``python -m tests.real.workspaces bluesky FOLDER``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[3] / "shared" / "data"
BLUESKY = DATA / "nodejs-bluesky-records.ndjson"
TWEETS = DATA / "kubernetes-contributor-tweets.ndjson"
MANY = (DATA / "tweets.fr.tsv", DATA / "tweets.en.tsv")

SETTINGS: Mapping[str, Any] = {
    "version": 1,
    "name": "Real posts",
    "language": "en",
    "timezone": "UTC",
    "channels": {
        "bluesky": {"platform": "bluesky", "url": "https://bsky.social", "account": "nodejs.org"},
        "x": {"platform": "x", "account": "k8scontributors"},
        "archive": {"platform": "outbox", "path": "outbox/archive"},
    },
    # They are years old, and all of them are to go out now.
    "publishing": {"max_lateness": "9999d", "spacing": "0m"},
}


def bluesky(root: Path) -> dict[str, list[str]]:
    """The Node.js project's posts; what each is expected to send, by post id.

    A reply of the data is the next part of its file's thread. A repost has no text.
    """
    expected: dict[str, list[str]] = {}
    rows = [json.loads(line) for line in BLUESKY.read_text("utf-8").splitlines()]
    minutes: dict[str, int] = {}
    for file, group in groupby(rows, key=lambda row: row["file"]):
        parts = list(group)
        id, day = file.removesuffix(".json"), parts[0]["date"]
        minutes[day] = minutes.get(day, -1) + 1
        front = {"title": id, "to": ["bluesky"], "status": "ready"}
        front["publish_at"] = f"{day} {12 + minutes[day] // 60:02}:{minutes[day] % 60:02}"
        texts = [part.get("richText", "") for part in parts]
        if parts[0]["action"] == "repost":
            front["repost"] = parts[0]["repostURL"]
        _write(root, f"content/posts/{id}.md", front, "\n\n---\n\n".join(texts))
        expected[id] = [text.strip("\n") for text in texts]
    _settings(root)
    return expected


def tweets(root: Path) -> dict[str, list[str]]:
    """The Kubernetes contributors' tweets, by post id."""
    expected: dict[str, list[str]] = {}
    for line in TWEETS.read_text("utf-8").splitlines():
        row = json.loads(line)
        id = row["file"].removesuffix(".tweet").lower()
        front = {"title": id, "to": ["x"], "status": "ready", "publish_at": f"{_day(id)} 12:00"}
        _write(root, f"content/posts/{id}.md", front, row["text"])
        expected[id] = [row["text"].strip("\n")]
    _settings(root)
    return expected


def many(root: Path) -> dict[str, list[str]]:
    """The 4,326 tweets of the sentiment data set, by post id, to a channel without limits."""
    expected = {}
    for file in MANY:
        language = file.name.split(".")[1]
        for number, text in enumerate(_texts(file)):
            id = f"{language}-{number:04}"
            front = {"title": id, "to": ["archive"], "status": "ready", "language": language}
            front["publish_at"] = f"2026-01-{1 + number // 1440:02} {_clock(number)}"
            _write(root, f"content/posts/{language}/{id}.md", front, text)
            expected[id] = [text]
    _settings(root)
    return expected


def _day(id: str) -> date:
    """The day in a file's name, whichever of their three ways it was written in."""
    first, second, third = (int(part) for part in id.split("-")[:3])
    if first > 31:
        return date(first, second, third)
    return date(third, first, second) if first <= 12 else date(third, second, first)


def _clock(number: int) -> str:
    return f"{number // 60 % 24:02}:{number % 60:02}"


def _texts(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line.removesuffix("\n").split("\t", 1)[1]


def _settings(root: Path) -> None:
    (root / "cmops.yml").write_text(json.dumps(SETTINGS), "utf-8")


def _write(root: Path, path: str, front: Mapping[str, Any], body: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    head = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False)
    file.write_text(f"---\n{head}---\n{body}\n", "utf-8", newline="\n")


if __name__ == "__main__":
    made = {"bluesky": bluesky, "tweets": tweets, "many": many}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(f"{len(made)} posts, {sum(map(len, made.values()))} messages\n")
