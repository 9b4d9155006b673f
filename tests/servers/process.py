"""Servers as processes of their own: started, waited for, ended by their id."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def running(
    command: list[str], folder: Path, port: int | Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The command, as soon as it listens on ``port`` and until it is no longer needed.

    A path is that of a socket which it listens on.

    Its standard input ends when the tests do, however they end. What it says is in
    ``folder/said``.
    """
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment) if environment is not None else None,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, said)
        yield process
    finally:
        _end(process)


def tied(command: list[str]) -> list[str]:
    """The same for a command that does not look at its input: it is ended with the tests."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command


def _wait(process: subprocess.Popen[bytes], port: int | Path, said: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        if _listens(port):
            return
        time.sleep(0.1)
    pytest.fail(f"{process.args!r} did not start: {said.read_text(errors='replace')[-2000:]}")


def _listens(port: int | Path) -> bool:
    family = socket.AF_UNIX if isinstance(port, Path) else socket.AF_INET
    with socket.socket(family) as probe:
        place = str(port) if isinstance(port, Path) else ("127.0.0.1", port)
        return probe.connect_ex(place) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
