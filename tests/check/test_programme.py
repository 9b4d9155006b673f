"""What ``calendar/`` refers to, and periods that end before they begin."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds
from tests.conftest import CMOPS_YML

CAMPAIGN = {
    "name": "Hiver",
    "objective": "engagement",
    "start": "2026-12-01",
    "end": "2026-12-24",
    "audiences": "[membres]",
    "channels": "[mastodon]",
}
OBJECTIVE = {
    "id": "engagement",
    "name": "Réponses",
    "why": "Pour parler avec les gens",
    "kpi": "replies",
    "target": "100",
    "start": "2026-10-01",
    "end": "2026-12-31",
}
SETTINGS = f"{CMOPS_YML}audiences: {{membres: {{name: Membres}}}}\n"


def front(fields: dict[str, str], **changed: str) -> str:
    lines = [f"{key}: {value}" for key, value in {**fields, **changed}.items()]
    return "\n".join(["---", *lines, "---", ""])


def objectives(**changed: str) -> str:
    lines = [f"    {key}: {value}" for key, value in {**OBJECTIVE, **changed}.items()]
    return "\n".join(["objectives:", "  -", *lines, ""])


def files(**more: str) -> dict[str, str | bytes]:
    return {
        "cmops.yml": SETTINGS,
        "calendar/objectives.yml": objectives(),
        "calendar/campaigns/hiver.md": front(CAMPAIGN),
        **more,
    }


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("CM215", {"objective": "⟦engagements"}),
        ("CM211", {"brand": "⟦ateliers"}),
        ("CM214", {"audiences": "[membres, ⟦clients]"}),
        ("CM210", {"channels": "[⟦mastodont]"}),
        ("CM319", {"end": "⟦2026-11-30"}),
    ],
)
def test_a_campaign_that_points_nowhere_is_found(
    code: str, changed: dict[str, str], finds: Finds
) -> None:
    finds(code, {**files(), "calendar/campaigns/hiver.md": front(CAMPAIGN, **changed)})


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("CM211", "brand: ⟦ateliers"),
        ("CM212", "campaign: ⟦ete"),
        ("CM210", "channels: [⟦masto]"),
        ("CM319", "end: ⟦2026-12-05 10:00"),
    ],
)
def test_an_event_that_points_nowhere_is_found(code: str, line: str, finds: Finds) -> None:
    event = f"---\nname: Portes\ntype: meetup\nstart: 2026-12-05 10:00\n{line}\n---\n"
    finds(code, {**files(), "calendar/events/portes.md": event})


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("CM211", {"brand": "⟦ateliers"}),
        ("CM210", {"channel": "⟦masto"}),
        ("CM319", {"end": "⟦2026-09-30"}),
    ],
)
def test_an_objective_that_points_nowhere_is_found(
    code: str, changed: dict[str, str], finds: Finds
) -> None:
    finds(code, {**files(), "calendar/objectives.yml": objectives(**changed)})


@pytest.mark.parametrize(
    ("code", "yml"),
    [
        ("CM210", "publishing:\n  - {start: '09:00', end: '18:00', channels: [⟦masto]}\n"),
        ("CM211", "publishing:\n  - {start: '09:00', end: '18:00', brands: [⟦ateliers]}\n"),
        ("CM319", "publishing:\n  - {start: '18:00', end: ⟦'09:00'}\n"),
        (
            "CM319",
            "quiet:\n  - {reason: R, start: 2026-12-02 00:00, end: ⟦2026-12-01 00:00,"
            " scope: {everything: true}}\n",
        ),
        (
            "CM212",
            "quiet:\n  - {reason: R, start: 2026-12-01 00:00, end: 2026-12-02 00:00,"
            " scope: {campaigns: [⟦ete]}}\n",
        ),
    ],
)
def test_a_window_that_points_nowhere_is_found(code: str, yml: str, finds: Finds) -> None:
    finds(code, {**files(), "calendar/windows.yml": yml})


def test_a_key_date_of_an_unknown_brand_is_found(finds: Finds) -> None:
    yml = "dates:\n  - {id: noel, name: {fr: Noël}, kind: holiday, on: '12-25', brands: [⟦x]}\n"
    finds("CM211", {**files(), "calendar/key-dates/fr.yml": yml})


def test_a_campaign_of_one_day_is_a_period(check: Check) -> None:
    one = front(CAMPAIGN, end="2026-12-01")
    assert check({**files(), "calendar/campaigns/hiver.md": one}).codes == set()


def test_a_programme_without_mistakes_says_nothing(check: Check) -> None:
    assert check(files()).codes == set()
