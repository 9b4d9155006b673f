"""What ``cmops plan`` says of money."""

from __future__ import annotations

from tests.cli.conftest import GOOD, NOW, Cmops, post
from tests.conftest import CMOPS_YML, MakeWorkspace

X = "  x: {platform: x, account: ateliers, secrets: {access_token: X_TOKEN}}\n"
LATER = "content/posts/plus-tard.md"
TIME = "2026-11-25 12:15"


def test_without_anything_that_costs_nothing_is_said(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post("Bonjour")})
    said = cmops("plan", "--format", "json", "--at", NOW, at=root)
    assert "costs" not in said.json
    assert "USD" not in cmops("plan", "--at", NOW, at=root).err


def test_the_plan_shows_each_price_the_month_and_what_is_held(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    budget = "publishing:\n  budget: {x: 0.21 USD/month}\n"
    root = workspace(
        {
            "cmops.yml": f"{CMOPS_YML}{X}{budget}",
            GOOD: post("Voir https://example.org/a", to="x", at=TIME),
            LATER: post("Voir https://example.org/b", to="x", at="2026-11-26 12:15"),
        }
    )
    said = cmops("plan", "--at", NOW, at=root)
    assert "bon@x  programmé (0,20 USD)" in said.out
    assert "plus-tard@x  retenu (0,20 USD)" in said.out
    assert "dépasserait le budget de « x » : 0,40 USD ce mois-là sur 0,21 USD" in said.out
    assert "0,00 USD d’envois et de retraits, 0,20 USD prévus, 0,00 USD de lectures" in said.err
    data = cmops("plan", "--format", "json", "--at", NOW, at=root).json
    assert [each["cost"]["amount"] for each in data["deliveries"]] == ["0.200", "0.200"]
    assert data["deliveries"][1]["code"] == "budget"
    [bill] = data["costs"]
    assert (bill["name"], bill["planned"]["amount"]) == ("x", "0.200")
    assert bill["budget"] == {"amount": "0.210", "currency": "USD"}
    sandbox = cmops("plan", "--at", NOW, "--sandbox", at=root)
    assert "USD" not in sandbox.out + sandbox.err
