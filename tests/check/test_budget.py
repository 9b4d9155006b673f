"""Budgets that hold nothing."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, settings

X = "  x: {platform: x, account: ateliers, secrets: {access_token: X_TOKEN}}\n"


@pytest.mark.parametrize(
    "budget", ["{⟦y: 5 USD/month}", "{⟦mastodon: 5 USD/month}", "{x: ⟦5 EUR/month}"]
)
def test_a_budget_of_nothing_is_found_at_its_place(budget: str, finds: Finds) -> None:
    finds("CM257", {"cmops.yml": settings(f"{X}publishing:\n  budget: {budget}\n")})


def test_a_budget_of_a_channel_or_of_a_platform_is_fine(check: Check) -> None:
    for name in ("x", "oiseau"):
        channel = X.replace("  x:", f"  {name}:")
        for budget in {name, "x"}:
            yml = settings(f"{channel}publishing:\n  budget: {{{budget}: 5.50 USD/month}}\n")
            assert "CM257" not in check({"cmops.yml": yml}).codes
