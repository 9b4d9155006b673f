"""Pausing from the command line, before and after the first publication."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.conftest import Cmops, post
from tests.cli.test_corrections import git
from tests.conftest import MakeWorkspace

PATH = "content/posts/a.md"


def soon() -> str:
    now = datetime.now(ZoneInfo("Europe/Paris")) - timedelta(minutes=1)
    return f"{now:%Y-%m-%d %H:%M}"


@pytest.fixture(params=["folder", "branch", "remote"])
def root(request: pytest.FixtureRequest, workspace: MakeWorkspace, tmp_path: Path) -> Path:
    """A workspace that has never published anything, wherever its ledger will be."""
    root = workspace({PATH: post(at=soon()), ".gitignore": ".cmops/\noutbox/\n"})
    if request.param != "folder":
        git(root, "init", "--quiet", "--initial-branch", "main")
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", "x")
    if request.param == "remote":
        git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "remote.git")
        git(root, "remote", "add", "origin", (tmp_path / "remote.git").as_uri())
        git(root, "push", "--quiet", "origin", "main")
    return root


def test_a_pause_before_the_first_publication_makes_the_ledger_and_holds(
    cmops: Cmops, root: Path
) -> None:
    said = cmops("pause", "--reason", "rien avant lundi", at=root)
    assert said.code == 0, said
    [genesis] = re.findall(r"genesis: (\w+)", said.err)
    held = cmops("publish", "a@archive")
    assert genesis in held.err, "the same ledger, whose name is still missing in cmops.yml"
    assert "rien avant lundi" in held.out
    assert "publié" not in held.out
    settings = root / "cmops.yml"
    settings.write_text(f"{settings.read_text()}\nledger:\n  genesis: {genesis}\n")
    again = cmops("pause", "--reason", "encore")
    assert (again.code, "genesis" in again.err) == (0, False)
    assert cmops("resume", "--all").code == 0
    assert "a@archive  publié" in cmops("publish", "a@archive").out


def test_wrong_usage_makes_no_ledger(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({PATH: post()})
    for wrong in (("--reason", " "), ("--reason", "x", "--channel", "nulle-part")):
        assert cmops("pause", *wrong, at=root).code == 2
    assert not (root / ".cmops/kept").exists()


def test_a_ledger_that_is_named_and_missing_is_not_replaced_by_a_pause(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({PATH: post()})
    settings = root / "cmops.yml"
    settings.write_text(f"{settings.read_text()}\nledger:\n  genesis: {'a' * 32}\n")
    said = cmops("pause", "--reason", "x", at=root)
    assert said.code == 1
    assert not list((root / ".cmops").glob("kept/ledger/*"))


def test_the_sandbox_is_paused_without_a_genesis(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({PATH: post()})
    said = cmops("pause", "--sandbox", "--reason", "x", at=root)
    assert (said.code, said.err) == (0, "")
