"""What happens when a person is there: commands run on a terminal of their own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

from tests.conftest import MakeWorkspace


def on_a_terminal(root: Path, *arguments: str, answers: str) -> tuple[int, str]:
    """A command with somebody at the keyboard who types these lines; what the screen showed."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "cmops", *arguments],
        cwd=root,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "xterm"},
    ) as command:
        os.close(theirs)
        os.write(ours, answers.encode())
        screen = _screen(ours)
    os.close(ours)
    return command.returncode, screen


def _screen(terminal: int) -> str:
    shown = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # on Linux that is how a terminal says that nobody is left
            break
        if not more:
            break
        shown += more
    return shown.decode()


def test_init_asks_for_what_is_missing(tmp_path: Path) -> None:
    answers = "fr\nEurope/Brussels\nMa structure\n"
    code, screen = on_a_terminal(tmp_path, "init", "new", answers=answers)
    assert code == 0
    assert "Language" in screen or "Langue" in screen
    text = (tmp_path / "new/cmops.yml").read_text("utf-8")
    assert "name: Ma structure\n" in text
    assert "language: fr\n" in text
    assert "timezone: Europe/Brussels\n" in text


def test_init_takes_what_it_proposes(tmp_path: Path) -> None:
    code, _ = on_a_terminal(tmp_path, "init", "new", answers="\n\n\n")
    assert code == 0
    assert "name: new\n" in (tmp_path / "new/cmops.yml").read_text("utf-8")


def test_new_asks_for_title_channels_and_time(workspace: MakeWorkspace) -> None:
    root = workspace()
    answers = "Ateliers d’hiver\nbluesky, archive\n2026-12-01 12:15\n"
    code, screen = on_a_terminal(root, "new", "post", answers=answers)
    assert code == 0
    assert "Titre" in screen
    text = (root / "content/posts/2026/ateliers-d-hiver.md").read_text("utf-8")
    assert "to: [bluesky, archive]\n" in text
    assert "publish_at: 2026-12-01 12:15\n" in text


def test_a_wrong_answer_writes_nothing(workspace: MakeWorkspace) -> None:
    root = workspace()
    code, screen = on_a_terminal(root, "new", "post", answers="Titre\nnulle-part\n")
    assert code == 2
    assert "nulle-part" in screen
    assert not (root / "content").exists()


def test_who_changes_their_mind_gets_130_and_nothing_is_written(workspace: MakeWorkspace) -> None:
    root = workspace()
    code, screen = on_a_terminal(root, "new", "post", answers="\x04")
    assert code == 130
    assert "Traceback" not in screen
    assert not (root / "content").exists()


def test_a_person_sees_colours(workspace: MakeWorkspace) -> None:
    root = workspace({"content/posts/a.md": ""})
    _, screen = on_a_terminal(root, "validate", answers="")
    assert "\x1b[" in screen
