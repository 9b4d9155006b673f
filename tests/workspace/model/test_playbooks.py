"""Ladders of sanctions."""

from __future__ import annotations

from cmops.workspace.model import Guideline, Guidelines, Sanction

COMMON = (Sanction("remind"), Sanction("ban"))
OWN = (Sanction("report"),)


def test_a_rule_without_its_own_ladder_has_the_common_one() -> None:
    respect = Guideline(1, "respect", "Respect", "Be kind.")
    hate = Guideline(2, "hate", "No hate", "None.", OWN)
    guidelines = Guidelines(
        id="g", path="p", title="Rules", rules=(respect, hate), sanctions=COMMON
    )
    assert guidelines.ladder(respect) == COMMON
    assert guidelines.ladder(hate) == OWN
