from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 9), ("2001:db8::1", 9)])
def test_a_connection_that_leaves_this_machine_fails_the_test(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as outgoing, pytest.raises(pytest.fail.Exception, match="leave"):
        outgoing.connect(address)


def test_a_name_that_only_the_network_knows_is_not_looked_up() -> None:
    with pytest.raises(pytest.fail.Exception, match="example\\.org"):
        socket.create_connection(("example.org", 443))


def test_code_that_catches_every_exception_cannot_hide_that_it_left() -> None:
    def swallow() -> None:
        try:
            socket.create_connection(("192.0.2.1", 9))
        except Exception:  # noqa: BLE001
            return

    with pytest.raises(pytest.fail.Exception):
        swallow()


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port), timeout=5) as client:
            assert client.getpeername()[1] == port


def test_git_commits_as_nobody_in_particular(tmp_path: Path) -> None:
    def git(*args: str) -> str:
        return subprocess.check_output(["git", "-C", str(tmp_path), *args], text=True).strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message", "x")

    assert git("log", "--format=%an <%ae> %cn") == "Test <test@example.org> Test"
    assert git("config", "--list", "--global") == ""


def test_the_local_time_is_utc() -> None:
    assert datetime.now().astimezone().utcoffset() == timedelta()
    assert os.environ["TZ"] == "UTC"


def test_a_workspace_holds_its_settings_and_the_given_files(
    workspace: Callable[..., Path],
) -> None:
    root = workspace({"content/posts/été.md": "---\r\n", "content/media/a.jpg": b"\xff"})

    assert (root / "cmops.yml").read_text().startswith("version: 1\n")
    assert (root / "content/posts/été.md").read_bytes() == b"---\r\n"
    assert (root / "content/media/a.jpg").read_bytes() == b"\xff"


def test_a_missing_program_skips_here_and_fails_in_ci(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    conftest = sys.modules[program.__module__]
    monkeypatch.setattr(conftest, "IN_CI", False)
    with pytest.raises(pytest.skip.Exception):
        program("no-such-program")
    monkeypatch.setattr(conftest, "IN_CI", True)
    with pytest.raises(pytest.fail.Exception):
        program("no-such-program")
