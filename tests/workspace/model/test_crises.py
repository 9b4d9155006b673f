"""The levels of a crisis."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cmops.workspace.model import Closing, CrisisPlaybook, Level


@pytest.mark.parametrize(
    ("level", "least", "reached"),
    [
        ("yellow", None, True),
        ("yellow", "red", False),
        ("red", "red", True),
        ("black", "red", True),
        ("pink", None, False),
        ("black", "pink", False),
    ],
)
def test_what_is_for_a_level_is_for_the_worse_ones_too(
    level: str, least: str | None, reached: bool
) -> None:
    levels = tuple(Level(id, id, "") for id in ("yellow", "red", "black"))
    closing = Closing((), "lead", "lead", timedelta(weeks=1))
    playbook = CrisisPlaybook(
        id="c", path="p", title="t", levels=levels, triggers=(), roles=(), steps=(), closing=closing
    )
    assert playbook.reaches(level, least) is reached
