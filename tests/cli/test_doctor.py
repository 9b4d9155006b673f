from __future__ import annotations

from pathlib import Path

import pytest

from cmops.ledger import opening
from cmops.wording import LANGUAGES
from tests.cli.conftest import Cmops
from tests.conftest import CMOPS_YML, MakeWorkspace

SECRET = "not-to-be-seen-1234"
FOLDER = """\
version: 1
name: Les Ateliers
language: {language}
timezone: Europe/Paris
channels:
  archive: {{platform: outbox, path: outbox/archive}}
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_looked_at_and_what_needs_a_person_sets_the_exit_code(
    cmops: Cmops, workspace: MakeWorkspace, language: str
) -> None:
    root = workspace({"cmops.yml": CMOPS_YML.replace("language: fr", f"language: {language}")})
    said = cmops("doctor", at=root)
    assert said.code == 1
    for part in ("mastodon", "MASTODON_TOKEN", "BLUESKY_PASSWORD", "outbox/archive", "→"):
        assert part in said.out
    assert "{" not in said.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workspace_where_all_is_well_ends_well(
    cmops: Cmops, workspace: MakeWorkspace, language: str
) -> None:
    settings = FOLDER.format(language=language)
    root = workspace({"cmops.yml": settings})
    assert cmops("doctor", at=root).code == 0
    ledger = opening.open_ledger(root, None)
    genesis = ledger.create()
    ledger.close()
    said = cmops("doctor")
    assert said.code == 1
    assert f"genesis: {genesis}" in said.out
    (root / "cmops.yml").write_text(f"{settings}ledger: {{genesis: {genesis}}}\n")
    assert cmops("doctor").code == 0


def test_one_channel_may_be_asked_about(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace()
    said = cmops("doctor", "archive", "--format", "json", at=root)
    assert said.code == 0
    assert [each["about"] for each in said.json["checks"]] == ["archive"]
    assert cmops("doctor", "archive", "nobody").code == 2


def test_programs_get_every_check(cmops: Cmops, workspace: MakeWorkspace) -> None:
    found = cmops("doctor", "--format", "json", at=workspace()).json
    levels = {(each["about"], each["code"]): each["level"] for each in found["checks"]}
    assert levels["mastodon", "secret"] == "wrong"
    assert levels["archive", "folder"] == "fine"
    assert levels["ledger", "in-folder"] == "note"
    assert all(each["how"] for each in found["checks"] if each["level"] == "wrong")
    assert (found["limits"], found["written"]) == ({}, [])


def test_no_secret_is_ever_shown(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = CMOPS_YML.replace("https://mastodon.example", "http://127.0.0.1:9")
    settings = settings.replace("https://bsky.example", "http://127.0.0.1:9")
    for name in ("MASTODON_TOKEN", "BLUESKY_PASSWORD"):
        monkeypatch.setenv(name, SECRET)
    root = workspace({"cmops.yml": settings})
    for form in ("text", "json"):
        said = cmops("doctor", "mastodon", "bluesky", "--format", form, at=root)
        assert said.code == 1
        assert SECRET not in said.out + said.err


def test_nothing_is_written_where_no_server_says_anything(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace()
    before = (root / "cmops.yml").read_bytes()
    said = cmops("doctor", "archive", "--write-limits", at=root)
    assert said.code == 0
    assert said.err
    assert (root / "cmops.yml").read_bytes() == before


def test_settings_that_cannot_be_used_come_first(cmops: Cmops, workspace: MakeWorkspace) -> None:
    assert cmops("doctor", at=workspace({"cmops.yml": "version: 1\nchannels: 3\n"})).code == 1
    assert cmops("doctor", at=Path("/")).code == 2
