"""A PostgreSQL of a test's own, which only a socket in its folder leads to."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.installed import unavailable
from tests.servers.process import running, tied

USER = "test"
DATABASE = "postgres"
_NOBODY = 65534


@contextmanager
def postgres() -> Iterator[Path]:
    """The folder of the socket, as soon as the server lets ``USER`` in."""
    initdb, server = _program("initdb"), _program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="cmops-postgres-"))
    try:
        if os.getuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        data = str(folder / "data")
        made = _as_nobody([initdb, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "-N"])
        subprocess.run([*made, "--no-locale"], check=True, capture_output=True, cwd=folder)
        command = [server, "-D", data, "-k", str(folder), "-c", "listen_addresses=", "-F"]
        socket = folder / ".s.PGSQL.5432"
        with running(_as_nobody(tied(command)), folder, socket):
            connected(folder).close()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def connected(folder: Path) -> psycopg.Connection[Any]:
    """A connection; the server listens a little before it lets anybody in."""
    end = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(host=str(folder), user=USER, dbname=DATABASE, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _program(name: str) -> str:
    """Debian keeps PostgreSQL's programs out of PATH."""
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if found is None and not places:
        unavailable(f"{name} (PostgreSQL) not installed")
    return found or str(places[-1])


def _as_nobody(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return command
    who = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    return [*who, *command]
