"""Secrets go where they were sent, and nowhere that git looks."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from cmops.connect.keeping import to_descriptor, to_file
from cmops.errors import UsageError
from cmops.http import Secret

SECRETS = {"A_TOKEN": Secret("a", "xo-1"), "B_KEY": Secret("b", 'deux mots "et"')}


def test_a_file_is_its_owners_alone_and_keeps_what_it_had(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("OTHER=1\nA_TOKEN=old\n")
    file.chmod(0o644)
    to_file(file, SECRETS)
    assert file.read_text() == 'OTHER=1\nA_TOKEN=xo-1\nB_KEY="deux mots \\"et\\""\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secrets.env"]


def test_git_must_not_keep_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    file = tmp_path / ".env"
    with pytest.raises(UsageError):
        to_file(file, SECRETS)
    (tmp_path / ".gitignore").write_text(".env\n")
    to_file(file, SECRETS)
    assert "A_TOKEN=xo-1" in file.read_text()


def test_a_file_that_git_has_already_is_refused_even_if_it_is_ignored(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".env").write_text("")
    (tmp_path / ".gitignore").write_text(".env\n")
    subprocess.run(["git", "-C", str(tmp_path), "add", "-f", ".env"], check=True)
    with pytest.raises(UsageError):
        to_file(tmp_path / ".env", SECRETS)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        to_file(tmp_path / "nulle-part" / ".env", SECRETS)


def test_a_descriptor_gets_lines() -> None:
    out, into = os.pipe()
    to_descriptor(into, SECRETS)
    os.close(into)
    with os.fdopen(out) as stream:
        assert stream.read() == 'A_TOKEN=xo-1\nB_KEY="deux mots \\"et\\""\n'
