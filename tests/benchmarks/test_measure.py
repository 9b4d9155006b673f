from __future__ import annotations

import resource
import sys

import pytest

from benchmarks.measure import Command, compare, cost


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_cost_is_the_childs_own_not_that_of_an_earlier_child() -> None:
    large = cost(Command(_python("x = bytearray(600_000_000)")))
    small = cost(Command(_python("pass")))

    # A child begins as a copy of this process, which the system counts as well.
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    assert large.peak > 600
    assert small.peak < max(100, 1.1 * here) < large.peak


def test_a_command_that_fails_ends_the_measurement_with_its_words() -> None:
    with pytest.raises(SystemExit, match="ended with 3:\nno such post"):
        cost(Command(_python("print('no such post'); raise SystemExit(3)")))


def test_an_exit_code_that_was_announced_is_no_failure() -> None:
    assert cost(Command(_python("raise SystemExit(1)"), right=frozenset({0, 1}))).wall > 0


def test_commands_take_turns_and_are_prepared_before_each_run() -> None:
    order: list[str] = []

    compare(
        {
            "a": Command(_python("pass"), before=lambda: order.append("a")),
            "b": Command(_python("pass"), before=lambda: order.append("b")),
        },
        rounds=2,
    )

    assert order == ["a", "b", "a", "b"]
