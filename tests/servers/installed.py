"""What the servers are made of, installed from locks into ``.servers/`` when first needed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from tests import conftest

ROOT = Path(__file__).parents[2]
PLACE = ROOT / ".servers"
LOCKS = ROOT / "requirements"

# Taken before the tests' own environment, which has a dead proxy and an empty home.
ENVIRONMENT = dict(os.environ)


def node_modules(name: str, *, built: tuple[str, ...] = ()) -> Path:
    """``node_modules`` of ``requirements/<name>/package-lock.json``; ``built`` are compiled here.

    No other package runs a script while it is installed.
    """
    needs(*("node", "npm"), *(("g++", "make", "python3") if built else ()))
    lock = LOCKS / name / "package-lock.json"

    def make(folder: Path) -> None:
        for file in (lock, lock.with_name("package.json")):
            shutil.copy(file, folder)
        _run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        if built:
            _run(folder, "npm", "rebuild", "--build-from-source", *built)

    return _installed(name, lock, make) / "node_modules"


def python(name: str) -> Path:
    """The interpreter of a virtual environment with ``requirements/<name>.txt``, hashes checked."""
    lock = LOCKS / f"{name}.txt"

    def make(folder: Path) -> None:
        _run(folder, sys.executable, "-m", "venv", str(folder))
        pip = [str(folder / "bin/python"), "-m", "pip", "--disable-pip-version-check"]
        _run(folder, *pip, "install", "--quiet", "--require-hashes", "-r", str(lock))

    return _installed(name, lock, make) / "bin/python"


def needs(*programs: str) -> None:
    """Skips the test when one of them is missing, and fails it in CI."""
    missing = [each for each in programs if shutil.which(each) is None]
    if missing:
        unavailable(f"{', '.join(missing)} not installed")


def unavailable(why: str) -> NoReturn:
    """A visible skip on somebody's machine, a failure in CI."""
    if conftest.IN_CI:
        pytest.fail(f"{why}: .ci/run must provide it")
    pytest.skip(why)


def _installed(name: str, lock: Path, make: Callable[[Path], None]) -> Path:
    """The folder for this lock; another lock gets another one."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    folder = PLACE / f"{name}-{digest}"
    with _alone(name):
        if not (folder / ".made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            make(folder)
            (folder / ".made").touch()
    return folder


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Several test processes start at once; one of them installs."""
    PLACE.mkdir(exist_ok=True)
    with (PLACE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        unavailable(f"{' '.join(command[:2])} failed: {done.stderr[-2000:]}")


def _environment() -> dict[str, str]:
    """This machine's own, and where Node.js keeps its headers if it came with them."""
    found = {"JOBS": str(os.cpu_count() or 1), **ENVIRONMENT}
    node = shutil.which("node")
    prefix = Path(node).resolve().parents[1] if node else Path("/")
    if (prefix / "include/node/node.h").exists():
        found.setdefault("npm_config_nodedir", str(prefix))
    return found
