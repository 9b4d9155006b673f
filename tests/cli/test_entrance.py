"""Which login a channel takes, where a page and a person have one each."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cmops.adapters import registry
from cmops.cli.connecting import Connecting, Wish
from cmops.cli.conversation import Talk
from cmops.cli.entrance import Entrance
from cmops.cli.keeper import Keeper
from cmops.connect.ways import WAYS
from cmops.project import Project
from tests.conftest import MakeWorkspace

CMOPS_YML = """\
version: 1
name: Les Ateliers
language: fr
timezone: Europe/Paris
channels:
  page: {platform: linkedin, account: "urn:li:organization:1337", handoff: true}
"""
KEEPER = cast("Keeper", SimpleNamespace(where="env"))


class Entered(Exception):
    """Somebody is at the door: nothing behind it is of interest here."""


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"cmops.yml": CMOPS_YML})


@pytest.mark.parametrize(
    ("channel", "account", "asked", "personal"),
    [
        ("moi", "urn:li:person:782bbtaQ", [], True),
        ("autre", "urn:li:organization:1338", [], False),
        ("page", None, [], False),
        ("nouveau", None, ["connect.ask-personal"], True),
    ],
    ids=["a member", "a page", "a page that is known", "nobody said"],
)
def test_linkedin_asks_who_publishes_where_nobody_said(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    channel: str,
    account: str | None,
    asked: list[str],
    personal: bool,
) -> None:
    questions: list[str] = []
    doors: list[Entrance] = []

    def confirms(phrase: str) -> bool:
        questions.append(phrase)
        return True

    def enter(entrance: Entrance, _talk: Any) -> None:
        doors.append(entrance)
        raise Entered

    monkeypatch.setattr(Entrance, "enter", enter)
    wish = Wish("linkedin", channel, account, None, None, None)
    talk = cast("Talk", SimpleNamespace(confirms=confirms))
    with pytest.raises(Entered):
        Connecting(Project(root), talk, wish).connect(KEEPER, paste=False)
    assert questions == asked
    way = WAYS["linkedin"]
    assert [each.login for each in doors] == [way.personal if personal else way.login]


def test_a_platform_with_one_login_has_it_for_everybody() -> None:
    platform = registry.adapter("threads").platform
    assert Entrance(platform, "", personal=True).login is WAYS["threads"].login
