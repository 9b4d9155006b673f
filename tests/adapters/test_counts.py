from __future__ import annotations

from typing import Any

import pytest

from cmops.adapters.contract import Metric
from cmops.adapters.counts import added, counted, one

NAMES = {"likes": Metric.LIKES, "old": Metric.SHARES, "new": Metric.SHARES}


def test_numbers_go_by_the_platforms_names_and_what_is_not_told_is_left_out() -> None:
    assert counted({"likes": 3, "views": 9}, NAMES) == {Metric.LIKES: 3}
    assert counted({"likes": 0}, NAMES) == {Metric.LIKES: 0}


def test_a_metric_that_was_renamed_is_known_by_either_name() -> None:
    assert counted({"old": 2}, NAMES) == counted({"new": 2}, NAMES) == {Metric.SHARES: 2}
    assert counted({"old": 2, "new": None}, NAMES) == {Metric.SHARES: 2}


@pytest.mark.parametrize("value", [None, "3", 3.0, True, -1, [3], {}])
def test_what_was_not_counted_is_no_number(value: Any) -> None:
    assert counted({"likes": value}, NAMES) == {}
    assert one(Metric.LIKES, value) == {}
    assert added([{"count": value}, {"count": 2}]) == 2


@pytest.mark.parametrize("said", [None, [], "likes", 3, [{"likes": 3}]])
def test_an_answer_of_another_form_counts_nothing(said: Any) -> None:
    assert counted(said, NAMES) == {}
    assert added(said) == 0
