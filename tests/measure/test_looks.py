"""What was looked at, and that nobody looks whose budget is used up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cmops.adapters.contract import Metric
from cmops.failures import NotSent
from cmops.measure import place
from cmops.measure.looks import affordable, looks
from cmops.measure.snapshots import CHANNEL, Snapshot
from cmops.workspace.model import Channel
from tests.measure.world import SetClock

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_each_subject_counts_once_a_day_this_month_and_the_last(tmp_path: Path) -> None:
    clock = SetClock(NOW)
    remote = place.open_place(tmp_path, clock)
    assert looks(remote, ("x",), NOW) == {}
    taken = [
        Snapshot("x", "a", NOW, {Metric.LIKES: 1}),
        Snapshot("x", "a", NOW + timedelta(hours=3), {Metric.LIKES: 1}),
        Snapshot("x", CHANNEL, NOW - timedelta(days=3), {Metric.FOLLOWERS: 1}),
        Snapshot("x", "a", NOW - timedelta(days=40), {Metric.LIKES: 1}),
        Snapshot("other", "b", NOW, {Metric.LIKES: 1}),
    ]
    lines: dict[str, bytes] = {}
    for each in taken:
        lines[each.path] = lines.get(each.path, b"") + each.line
    lines[taken[0].path] += b"?\n" + b'{"key": 1, "at": "2026-01-02T12:00:00Z"}\n'
    place.add(remote, clock, lambda there: {} if there.files else lines)
    found = looks(remote, ("x",), NOW)
    assert found == {"x": {("a", date(2026, 1, 2)), ("", date(2025, 12, 30))}}


def test_a_channel_whose_budget_is_used_up_is_not_asked() -> None:
    asked: list[str] = []
    opens = affordable(lambda id: id == "x", lambda channel: asked.append(channel.id))
    opens(Channel("free", "mastodon", "a", "b", "A", "fr"))
    with pytest.raises(NotSent, match="budget"):
        opens(Channel("x", "x", "a", "b", "A", "fr"))
    assert asked == ["free"]
