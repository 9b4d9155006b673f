from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Command, compare, cost


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


_TWICE = """
import sys
from benchmarks.measure import Command, cost
for code in ("x = bytearray(600_000_000)", "pass"):
    print(cost(Command([sys.executable, "-c", code])).peak)
"""


def test_the_cost_is_the_childs_own_not_that_of_an_earlier_child() -> None:
    # A child begins as a copy of its parent, which the system counts as well: this process has
    # grown with the tests before, so a small one of its own measures.
    root = Path(__file__).parents[2]
    said = subprocess.run(
        _python(_TWICE), cwd=root, check=True, capture_output=True, text=True
    ).stdout
    large, small = map(float, said.split())
    assert small < 100 < 600 < large


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
