from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cmops.adapters.contract import Platform
from cmops.findings import Diagnostic, Severity
from cmops.ledger.entries import Scope as LedgerScope
from cmops.publish import gates
from cmops.workspace.model import Channel, Incident
from cmops.workspace.model.scope import Scope
from tests.publish.records import NOON, Hand, subject

PATH = "content/posts/a.md"


def diagnostic(
    code: str, channel: str | None = None, severity: Severity = Severity.ERROR
) -> Diagnostic:
    return Diagnostic(PATH, 1, 1, severity, code, "", "", channel)


def channel(platform: str = "outbox", **secrets: str) -> dict[str, Channel]:
    return {"chan": Channel("chan", platform, "account", "brand", "name", "fr", secrets=secrets)}


def test_errors_hold_their_post_or_their_channel_and_warnings_nothing() -> None:
    errors = gates.errors_of(
        [
            diagnostic("CM101"),
            diagnostic("CM501", "chan"),
            diagnostic("CM501", "chan"),
            diagnostic("CM502", "other"),
            diagnostic("CM601", severity=Severity.WARNING),
        ]
    )
    gate = gates.without_errors(errors)
    here = gate(subject())
    assert here is not None
    assert here.lasting
    assert here.values["codes"] == ("CM101", "CM501")
    assert gate(replace(subject(), path="content/posts/b.md")) is None
    assert gate(subject(action="delete")) is None


def test_a_secret_that_is_not_set_is_named() -> None:
    needs = channel(token="TOKEN", password="PASSWORD")
    gate = gates.secrets_present(needs, {"TOKEN": "x", "PASSWORD": ""})
    here = gate(subject())
    assert here is not None
    assert here.values["variables"] == ("PASSWORD",)
    assert not here.lasting
    assert gates.secrets_present(needs, {"TOKEN": "x", "PASSWORD": "y"})(subject()) is None


class Composing:
    """An adapter of somebody else's that cannot publish yet."""

    platform = Platform("later", "Later", limits={}, can={})


def test_a_platform_that_cannot_be_published_to_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gates.platform_built(channel("outbox"))(subject()) is None
    assert gates.platform_built(channel("nowhere"))(subject()) is None
    monkeypatch.setattr(gates, "adapter", lambda name: Composing)
    here = gates.platform_built(channel("later"))(subject())
    assert here is not None
    assert here.lasting


def test_only_deletions_mind_that_a_platform_cannot_delete() -> None:
    gate = gates.deletable(channel("email"))
    assert gate(subject()) is None
    assert gates.deletable(channel("outbox"))(subject(action="delete")) is None


def test_a_pause_holds_what_it_covers_until_it_ends() -> None:
    for scope, holds in (
        (LedgerScope(), True),
        (LedgerScope("channel", "chan"), True),
        (LedgerScope("channel", "other"), False),
        (LedgerScope("brand", "brand"), True),
        (LedgerScope("campaign", "hiver"), True),
        (LedgerScope("campaign", "ete"), False),
    ):
        hand = Hand()
        hand.write(hand.scribe.pause(scope, "incident"))
        gate = gates.not_paused(hand.history, NOON)
        assert (gate(subject()) is not None) == holds
        assert gate(subject(action="delete")) is None
        hand.write(hand.scribe.resume([each.id for each in hand.history.pauses]))
        assert gates.not_paused(hand.history, NOON)(subject()) is None


def test_the_pause_that_lasts_is_the_one_that_is_named() -> None:
    hand = Hand()
    hand.write(hand.scribe.pause(LedgerScope(), "ce soir", until=NOON + timedelta(hours=2)))
    hand.write(hand.scribe.pause(LedgerScope(), "pour de bon"))
    reason = gates.not_paused(hand.history, NOON)(subject(at=NOON + timedelta(days=3)))
    assert reason is not None
    assert (reason.values["why"], reason.stopping) == ("pour de bon", True)


def test_a_pause_stops_what_is_to_come_unless_it_is_over_by_then() -> None:
    hand = Hand()
    hand.write(hand.scribe.pause(LedgerScope(), "travaux", until=NOON + timedelta(hours=2)))
    gate = gates.not_paused(hand.history, NOON)
    found = [gate(subject(at=NOON + timedelta(hours=hours))) for hours in (1, 3)]
    assert [each.stopping for each in found if each] == [True, False]


INCIDENT = Incident(
    id="bad-buzz",
    path="playbooks/incidents/a.md",
    title="Bad buzz",
    playbook="bad-buzz",
    level="high",
    status="open",
    pauses=Scope(brands=("brand",)),
)


def test_an_open_incident_holds_its_scope_and_a_closed_one_nothing() -> None:
    incident = INCIDENT
    here = gates.no_incident([incident])(subject())
    assert here is not None
    assert here.values["incident"] == "bad-buzz"
    assert gates.no_incident([replace(incident, status="closed")])(subject()) is None
    assert gates.no_incident([replace(incident, pauses=Scope())])(subject()) is None
    early = replace(incident, declared_at=NOON + timedelta(days=1))
    assert gates.no_incident([early])(subject()) is not None


@pytest.mark.parametrize(
    ("declared", "status", "closed", "holds"),
    [
        (None, "open", None, True),
        (-1, "open", None, True),
        (1, "open", None, False),
        (-2, "closed", -1, False),
        (-2, "closed", 1, True),
        (1, "closed", 2, False),
        (-2, "closed", None, False),
    ],
)
def test_at_another_time_an_incident_holds_from_its_declaration_to_its_end(
    declared: int | None, status: str, closed: int | None, holds: bool
) -> None:
    def at(hours: int | None) -> datetime | None:
        return None if hours is None else NOON + timedelta(hours=hours)

    incident = replace(INCIDENT, status=status, declared_at=at(declared), closed_at=at(closed))
    assert (gates.no_incident([incident], NOON)(subject()) is not None) == holds


def test_wrong_settings_hold_everything() -> None:
    assert gates.settings_usable(usable=True)(subject()) is None
    assert gates.settings_usable(usable=False)(subject()) is not None
