"""A published post changes: the plan says so, a run corrects it, status tells what cannot be."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Cmops, post
from tests.conftest import CMOPS_YML, MakeWorkspace

PATH = "content/posts/a.md"
SANDBOX = ("--sandbox", "--at", NOW)


@pytest.fixture
def root(cmops: Cmops, workspace: MakeWorkspace) -> Path:
    """A post that the sandbox has sent to two networks, of which one can be corrected."""
    root = workspace({PATH: post("Ouverture à 9 h.", to="mastodon, bluesky")})
    assert cmops("publish", *SANDBOX, at=root).code == 0
    (root / PATH).write_text(post("Ouverture à 10 h.", to="mastodon, bluesky"))
    return root


def texts(root: Path, channel: str) -> list[str]:
    """What the sandbox shows on a channel."""
    [file] = (root / "outbox" / channel).glob("*.json")
    return [each["text"] for each in json.loads(file.read_text())["messages"]]


def test_the_plan_shows_the_correction_and_its_text(cmops: Cmops, root: Path) -> None:
    said = cmops("plan", *SANDBOX, at=root)
    assert said.code == 0
    assert "a@mastodon (correction)  à envoyer" in said.out
    assert "a@bluesky" not in said.out
    rows = cmops("plan", "--format", "json", *SANDBOX).json["deliveries"]
    [edit] = [row for row in rows if row["action"] == "edit"]
    assert (edit["channel"], edit["state"]) == ("mastodon", "due")
    assert edit["key"].endswith("~edit")
    assert [each["text"] for each in edit["messages"]] == ["Ouverture à 10 h."]
    [live] = [row for row in rows if (row["channel"], row["action"]) == ("mastodon", "publish")]
    assert (live["state"], live["digest"] == edit["digest"]) == ("published", False)


def test_a_run_makes_it_and_the_next_one_has_nothing_to_do(cmops: Cmops, root: Path) -> None:
    said = cmops("publish", "--format", "json", *SANDBOX, at=root)
    assert said.code == 0
    [done] = said.json["deliveries"]
    assert (done["channel"], done["outcome"]) == ("mastodon", "edited")
    assert said.json["counts"]["edited"] == 1
    assert texts(root, "mastodon") == ["Ouverture à 10 h."]
    assert texts(root, "bluesky") == ["Ouverture à 9 h."]
    assert cmops("publish", *SANDBOX).out == ""


def test_in_words_it_is_called_corrected(cmops: Cmops, root: Path) -> None:
    assert "a@mastodon  corrigé" in cmops("publish", *SANDBOX, at=root).out


def test_status_tells_of_a_correction_that_cannot_be_made(cmops: Cmops, root: Path) -> None:
    (root / PATH).write_text(post("Un\n\n---\n\nDeux", to="mastodon"))
    said = cmops("status", *SANDBOX, at=root)
    assert said.code == 1
    assert "CM921" in said.out
    assert "a@mastodon" in said.out
    assert texts(root, "mastodon") == ["Ouverture à 9 h."]


def test_other_settings_correct_nothing(cmops: Cmops, root: Path) -> None:
    (root / PATH).write_text(post("Ouverture à 9 h.", to="mastodon, bluesky"))
    settings = CMOPS_YML.replace("name: Les Ateliers", "name: Les nouveaux ateliers")
    (root / "cmops.yml").write_text(settings)
    assert cmops("publish", *SANDBOX, at=root).out == ""


def git(root: Path, *arguments: str) -> str:
    """What git says."""
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def remote(cmops: Cmops, workspace: MakeWorkspace, tmp_path: Path) -> Path:
    """A repository with a remote, whose main was published for real, to files."""
    root = workspace({PATH: post("Ouverture à 9 h.", at="2020-01-07 09:30")})
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "remote.git")
    git(root, "init", "--quiet", "--initial-branch", "main")
    (root / ".gitignore").write_text(".cmops/\noutbox/\n")
    git(root, "remote", "add", "origin", (tmp_path / "remote.git").as_uri())
    push(root)
    said = cmops("publish", "a@archive", at=root)
    assert "a@archive  publié" in said.out, said
    return root


def push(root: Path) -> None:
    """What stands in the folder is what main says."""
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "x")
    git(root, "push", "--quiet", "origin", "main")


def test_for_real_only_what_was_merged_is_corrected(cmops: Cmops, remote: Path) -> None:
    (remote / PATH).write_text(post("Ouverture à 10 h.", at="2020-01-07 09:30"))
    assert "corrigé" not in cmops("publish", at=remote).out
    push(remote)
    assert "a@archive  corrigé" in cmops("publish").out
    assert texts(remote, "archive") == ["Ouverture à 10 h."]
    git(remote, "fetch", "--quiet", "origin", "cmops-ledger")
    ledger = git(remote, "show", "FETCH_HEAD:ledger/archive/" + _month(remote))
    [line] = [line for line in ledger.splitlines() if '"kind":"edit"' in line]
    assert json.loads(line)["commit"] == git(remote, "rev-parse", "HEAD")
    assert json.loads(line)["message"] == 0


def _month(root: Path) -> str:
    names = git(root, "ls-tree", "--name-only", "FETCH_HEAD", "ledger/archive/")
    return names.splitlines()[-1].rpartition("/")[2]


def test_a_shallow_checkout_gets_the_history_it_needs(
    cmops: Cmops, remote: Path, tmp_path: Path
) -> None:
    (remote / PATH).write_text(post("Ouverture à 10 h.", at="2020-01-07 09:30"))
    push(remote)
    there = tmp_path / "checkout"
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--depth",
        "1",
        git(remote, "remote", "get-url", "origin"),
        str(there),
    )
    (remote / "outbox").rename(there / "outbox")
    assert "a@archive  corrigé" in cmops("publish", at=there).out
    assert texts(there, "archive") == ["Ouverture à 10 h."]


def test_a_main_that_went_back_or_was_rewritten_brings_no_text_back_by_itself(
    cmops: Cmops, remote: Path
) -> None:
    (remote / PATH).write_text(post("Ouverture à 10 h.", at="2020-01-07 09:30"))
    push(remote)
    assert cmops("publish", at=remote).out.startswith("a@archive  corrigé")
    git(remote, "reset", "--quiet", "--hard", "HEAD~1")
    git(remote, "push", "--quiet", "--force", "origin", "main")
    said = cmops("publish")
    assert said.code == 1
    assert "un ancien texte ne revient jamais" in said.out
    (remote / PATH).write_text(post("Ouverture à 11 h.", at="2020-01-07 09:30"))
    git(remote, "commit", "--quiet", "--all", "--amend", "--message", "y")
    git(remote, "push", "--quiet", "--force", "origin", "main")
    assert "nommez-le" in cmops("publish").out
    assert texts(remote, "archive") == ["Ouverture à 10 h."]
    assert "a@archive  corrigé" in cmops("publish", "a@archive").out
    assert texts(remote, "archive") == ["Ouverture à 11 h."]
