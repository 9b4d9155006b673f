from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.cli.conftest import Cmops

LANGUAGES = pytest.mark.parametrize(("language", "first"), [("fr", "bienvenue"), ("en", "welcome")])
NETWORKS = (
    "mastodon=us@mastodon.example",
    "bluesky=us.example",
    "x=us",
    "wordpress=us@blog.example",
)


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


@LANGUAGES
def test_a_new_workspace_has_nothing_to_mend_and_publishes_its_post_when_it_is_ready(
    language: str, first: str, cmops: Cmops, tmp_path: Path
) -> None:
    made = cmops("init", "new", "--language", language)
    assert made.code == 0
    assert all((tmp_path / "new" / path).is_file() for path in made.out.splitlines())
    root = tmp_path / "new"
    said = cmops("validate", at=root)
    assert (said.code, said.out) == (0, "")

    (file,) = root.glob("content/posts/*.md")
    ready = file.read_text("utf-8").replace("status: draft", "status: ready")
    file.write_text(ready, "utf-8")
    (at,) = (line[12:] for line in ready.splitlines() if line.startswith("publish_at: "))
    assert cmops("validate").out == ""
    said = cmops("publish", "--sandbox", "--at", at)
    assert said.code == 0
    assert said.out.startswith(f"{first}@outbox  ")
    assert len(list(root.glob("outbox/outbox/*.json"))) == 1


@LANGUAGES
@pytest.mark.parametrize("day", range(20, 27))
def test_whatever_day_it_is_made_on_nothing_is_to_be_mended(
    language: str, first: str, day: int, cmops: Cmops, tmp_path: Path
) -> None:
    with time_machine.travel(datetime(2026, 11, day, 22, 30, tzinfo=UTC), tick=False):
        cmops("init", "new", "--language", language)
        assert cmops("validate", at=tmp_path / "new").out == ""


@LANGUAGES
def test_every_network_can_be_begun_with(
    language: str, first: str, cmops: Cmops, tmp_path: Path
) -> None:
    options = [each for network in NETWORKS for each in ("--channel", network)]
    made = cmops("init", "new", "--language", language, *options)
    assert made.code == 0
    said = cmops("validate", at=tmp_path / "new")
    assert (said.code, said.out) == (0, "")
    assert cmops("preview", first).code == 0


def test_two_accounts_of_a_platform_are_two_channels(cmops: Cmops, tmp_path: Path) -> None:
    cmops("init", "new", "--channel", "bluesky=a.example", "--channel", "bluesky=b.example")
    assert cmops("validate", at=tmp_path / "new").out == ""
    text = (tmp_path / "new/cmops.yml").read_text("utf-8")
    assert "  bluesky-2:\n" in text
    assert "BLUESKY_2_PASSWORD" in text


@pytest.mark.parametrize("place", ["a repository", "a repository with a remote"])
def test_a_repository_is_left_as_it_is(place: str, cmops: Cmops, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(root))
    (root / "README.md").write_text("Ours.\n")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "Before")
    if place.endswith("remote"):
        git(tmp_path, "init", "--quiet", "--bare", "remote.git")
        git(root, "remote", "add", "origin", "../remote.git")
    before = git(root, "for-each-ref")
    said = cmops("init", "--language", "fr", at=root)
    assert said.code == 0
    assert "README.md" not in said.out.splitlines()
    assert (root / "README.md").read_text() == "Ours.\n"
    assert git(root, "for-each-ref") == before
    assert cmops("validate").out == ""
    git(root, "add", ".")
    assert "cmops.yml" in git(root, "status", "--short")
    assert ".cmops" not in git(root, "status", "--short")


def test_a_workspace_is_not_made_twice(cmops: Cmops, tmp_path: Path) -> None:
    assert cmops("init", "new").code == 0
    before = (tmp_path / "new/cmops.yml").read_bytes()
    said = cmops("init", "new")
    assert said.code == 2
    assert (tmp_path / "new/cmops.yml").read_bytes() == before


@pytest.mark.parametrize(
    "name", ["L'Atelier : été & co", '"Quotes"', "#hash", "- dash", "yes", "123", "é" * 200, "a\nb"]
)
def test_any_name_is_a_name(name: str, cmops: Cmops, tmp_path: Path) -> None:
    assert cmops("init", "new", "--name", name, "--language", "fr").code == 0
    assert cmops("validate", at=tmp_path / "new").code == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ["--timezone", "Europe/Pari"],
        ["--timezone", "../etc"],
        ["--language", "de"],
        ["--channel", "mastodon"],
        ["--channel", "mastodon="],
        ["--channel", "mastodon=us"],
        ["--channel", "mastodon=us@"],
        ["--channel", "myspace=us"],
        ["--name", "x" * 201],
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_written(
    wrong: list[str], cmops: Cmops, tmp_path: Path
) -> None:
    said = cmops("init", "new", *wrong)
    assert said.code == 2
    assert said.err.strip()
    assert not (tmp_path / "new").exists()


def test_what_to_do_next_is_said_in_the_new_workspaces_language(
    cmops: Cmops, tmp_path: Path
) -> None:
    said = cmops("init", "new", "--language", "fr")
    assert "Pour commencer" in said.err
    assert "cd " in said.err
    here = tmp_path / "here"
    here.mkdir()
    said = cmops("init", "--language", "en", at=here)
    assert "To begin" in said.err
    assert "cd " not in said.err


def test_a_folder_that_is_a_file_is_wrong_usage(cmops: Cmops, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert cmops("init", "file").code == 2
