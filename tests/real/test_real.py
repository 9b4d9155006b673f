"""What people really published goes through cmops: checked, planned once, sent once, unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cmops.cli.main import run
from tests.real import workspaces

Texts = Mapping[str, list[str]]
Make = Callable[[Path], dict[str, list[str]]]
Run = Callable[..., Any]

pytestmark = pytest.mark.skipif(
    not workspaces.DATA.is_dir(), reason="the real posts are not beside the project (shared/data)"
)
NOW = "2026-11-24 10:00"
PART = ("2026-01-01 00:59", 120)
"""A time in the 4,326 tweets' plan, and how many are due by then."""


@pytest.fixture
def cmops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """``cmops("plan")``: what a command says as JSON, in the workspace that was made."""

    def call(*arguments: str) -> Any:
        capsys.readouterr()
        code = run(["-C", str(tmp_path), *arguments, "--format", "json"])
        assert code in (0, 1), capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return call


def sent(root: Path) -> dict[str, list[str]]:
    """The texts in the outbox, by post id."""
    files = [path for path in root.glob("outbox/*/*.json") if ".sandbox" not in path.parts]
    found = [json.loads(path.read_text("utf-8")) for path in files]
    assert len({each["post"] for each in found}) == len(found)
    return {each["post"]: [message["text"] for message in each["messages"]] for each in found}


def planned(report: Any) -> dict[str, list[str]]:
    """The texts of a plan, by post id; each delivery once."""
    rows = report["deliveries"]
    assert len({row["key"] for row in rows}) == len({row["post"] for row in rows}) == len(rows)
    return {row["post"]: [message["text"] for message in row["messages"]] for row in rows}


def snapshot(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.glob("outbox/*/*.json")}


@pytest.mark.parametrize(
    ("make", "messages"),
    [(workspaces.bluesky, 86), (workspaces.tweets, 19)],
    ids=["bluesky", "tweets"],
)
def test_real_actions_are_planned_and_sent_once_with_exactly_their_text(
    make: Make, messages: int, tmp_path: Path, cmops: Run
) -> None:
    expected = make(tmp_path)
    assert sum(map(len, expected.values())) == messages
    assert cmops("validate", "--at", NOW)["counts"]["errors"] == 0
    assert planned(cmops("plan", "--sandbox", "--at", NOW)) == expected

    first = cmops("publish", "--sandbox", "--at", NOW)
    assert first["counts"]["published"] == len(expected)
    assert sent(tmp_path) == expected
    before = snapshot(tmp_path)

    again = cmops("publish", "--sandbox", "--at", NOW)
    assert again["deliveries"] == []
    assert snapshot(tmp_path) == before


def test_thousands_of_tweets_come_out_byte_for_byte(tmp_path: Path, cmops: Run) -> None:
    """All are composed; a part is published, because a sandbox run of all takes minutes."""
    expected = workspaces.many(tmp_path)
    assert len(expected) == 4326
    assert cmops("validate", "--at", NOW)["counts"]["errors"] == 0
    assert planned(cmops("plan", "--sandbox", "--at", PART[0])) == expected

    first = cmops("publish", "--sandbox", "--at", PART[0])
    assert first["counts"]["published"] == PART[1]
    there = sent(tmp_path)
    assert len(there) == PART[1]
    assert there == {id: expected[id] for id in there}
    assert cmops("publish", "--sandbox", "--at", PART[0])["counts"]["published"] == 0
