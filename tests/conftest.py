"""What every test gets: only this machine, nobody's settings, a workspace to fill."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# No time is asserted anywhere: a loaded machine is no fault of the code.
settings.register_profile(
    "cmops", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("cmops")

CMOPS_YML = """\
version: 1
name: Les Ateliers
language: fr
timezone: Europe/Paris
channels:
  mastodon:
    platform: mastodon
    url: https://mastodon.example
    account: ateliers@mastodon.example
    secrets: {token: MASTODON_TOKEN}
  bluesky:
    platform: bluesky
    url: https://bsky.example
    account: ateliers.example
    secrets: {password: BLUESKY_PASSWORD}
  archive:
    platform: outbox
    path: outbox/archive
"""

MakeWorkspace = Callable[..., Path]


@pytest.fixture
def workspace(tmp_path: Path) -> MakeWorkspace:
    """``workspace({path: text or bytes})``: a valid workspace with these files, as its folder.

    ``cmops.yml`` is CMOPS_YML unless it is among the files. A second call adds to the first.
    """

    def make(files: Mapping[str, str | bytes] | None = None) -> Path:
        root = tmp_path / "workspace"
        for name, content in {"cmops.yml": CMOPS_YML, **(files or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


@pytest.fixture
def program() -> Callable[[str], str]:
    """``program("chromium")``: its path; without it a test is skipped, and fails in CI."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None and IN_CI:
            pytest.fail(f"{name} is missing: .ci/run must install it")
        if path is None:
            pytest.skip(f"{name} is not installed")
        return path

    return find


@pytest.fixture(scope="session", autouse=True)
def plain_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home, git without anybody's settings, UTC, no colours, nothing of cmops or CI."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - {"CMOPS_PROOF"}:  # which asks for the long simulation
            if name.startswith(("CMOPS_", "GIT_", "GITHUB_")):
                patch.delenv(name)
        for name, value in _environment(home).items():
            patch.setenv(name, value)
        time.tzset()
        yield
    time.tzset()


def _environment(home: Path) -> dict[str, str]:
    git_config = home / "gitconfig"
    git_config.touch()
    who = {"NAME": "Test", "EMAIL": "test@example.org"}
    return {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GIT_CONFIG_GLOBAL": str(git_config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **{f"GIT_{role}_{key}": v for role in ("AUTHOR", "COMMITTER") for key, v in who.items()},
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TZ": "UTC",
        # The guard below cannot see into a process that a test starts: it gets a dead proxy.
        **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9"),
        "no_proxy": "localhost,127.0.0.1,::1",
    }


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """A connection or a name look-up that would leave this machine fails the test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_unless_loopback(address[0])
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **options: Any) -> Any:
        _refuse_unless_loopback(host)
        return lookup(host, *args, **options)

    return guarded


def _refuse_unless_loopback(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "0.0.0.0", "::", socket.gethostname()}:
        return
    try:
        inside = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        inside = False
    if not inside:
        # Not an Exception: code under test that catches too much cannot swallow it.
        pytest.fail(f"a test may not leave this machine: {host!r}")
