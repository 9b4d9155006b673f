from __future__ import annotations

from tests.cli.conftest import GOOD, NOW, ONE_MISTAKE, WRONG, Cmops, post
from tests.conftest import MakeWorkspace


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_nothing_to_do_gives_zero_and_says_what_is_next(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post(at="2026-11-25 09:30")})
    said = cmops("status", "--at", NOW, "--sandbox", at=root)
    assert said.code == 0
    assert plain(said.out) == "Rien n’attend personne.\n"
    assert plain(said.err) == "Prochain envoi : bon@archive, mercredi 25 novembre 2026, 09:30.\n"


def test_a_mistake_is_said_once_with_its_place_and_what_to_do(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("status", "--at", NOW, "--sandbox", at=workspace(ONE_MISTAKE))
    assert said.code == 1
    what, message, advice = said.out.splitlines()
    assert what == "• faux@nulle-part"
    assert message.endswith("(CM210)")
    assert f"{WRONG}:4:15" in advice


def test_json_has_a_row_for_each_task(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace(ONE_MISTAKE)
    said = cmops("status", "--at", NOW, "--sandbox", "--format", "json", at=root)
    assert said.code == 1
    assert (said.json["version"], said.json["at"]) == (1, "2026-11-24T10:00:00+01:00")
    row = said.json["todo"][0]
    assert list(row) == ["kind", "subject", "path", "line", "what", "how"]
    assert (row["kind"], row["path"], row["line"]) == ("held", WRONG, 4)


def test_what_was_missed_asks_for_a_decision(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post(at="2026-11-20 09:30")})
    said = cmops("status", "--at", NOW, "--sandbox", at=root)
    assert said.code == 1
    assert "cmops publish bon@archive" in said.out


def test_settings_that_cannot_be_used_are_a_task(cmops: Cmops, workspace: MakeWorkspace) -> None:
    said = cmops("status", at=workspace({"cmops.yml": "version: 1\n", GOOD: post()}))
    assert said.code == 1
    assert "cmops.yml:1" in said.out
