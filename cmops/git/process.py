"""One git process: which settings and environment it gets, when it is ended, what it said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from cmops.errors import CmopsError
from cmops.values import dataclass

_CREDENTIALS = re.compile(r"(\w+://)[^/\s@]+@")
_SECRETS = re.compile(
    r"(?i)(authorization:\s*\w+\s+|x-access-token:|[?&](?:\w*token|key)=)[^\s&'\"]+"
)
_NOT_OURS = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_QUARANTINE_PATH",
)
"""A hook or an alias that runs cmops sets these for its own repository and index."""

_LONG = 65_536
"""Bytes that a pipe takes at once on Linux."""

_SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("core.quotePath", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("protocol.ext.allow", "never"),
    ("color.ui", "false"),
)


class GitError(CmopsError):
    """git could not do what was asked. ``reason`` is git's own words without credentials."""

    def __init__(self, reason: str, phrase: str = "git.failed") -> None:
        super().__init__(phrase, reason=reason)
        self.reason = reason


class GitMissing(GitError):
    """There is no git program."""

    def __init__(self) -> None:
        super().__init__("git", "git.missing")


class NotARepository(GitError):
    """The folder does not belong to a git repository."""

    def __init__(self, root: Path) -> None:
        super().__init__(str(root), "git.no-repository")


class GitTimeout(GitError):
    """git, or the server it talked to, took too long and was ended."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s", "git.timeout")


@dataclass(frozen=True, slots=True)
class Done:
    """How a git process ended."""

    code: int
    out: bytes
    err: str


class Process:
    """Runs git in one folder. ``timeout`` is in seconds, for each call that names none."""

    def __init__(self, root: Path, timeout: float, program: str) -> None:
        self._root = root
        self._timeout = timeout
        self._program = program

    def run(
        self,
        *args: str,
        stdin: bytes = b"",
        timeout: float | None = None,
        extra: Mapping[str, str] | None = None,
        into: IO[bytes] | None = None,
    ) -> bytes:
        """What git printed, unless ``into`` takes it. Raises GitError with its complaint."""
        done = self.attempt(*args, stdin=stdin, timeout=timeout, extra=extra, into=into)
        if done.code != 0:
            raise GitError(done.err or f"git {args[0]}: {done.code}")
        return done.out

    def attempt(
        self,
        *args: str,
        stdin: bytes = b"",
        timeout: float | None = None,
        extra: Mapping[str, str] | None = None,
        into: IO[bytes] | None = None,
    ) -> Done:
        """How it went. Raises GitMissing and GitTimeout."""
        settings = [item for name, value in _SETTINGS for item in ("-c", f"{name}={value}")]
        command = [self._program, "-C", str(self._root), *settings, *args]
        seconds = self._timeout if timeout is None else timeout
        given = _as_file(stdin)
        try:
            process = subprocess.Popen(
                command,
                stdin=given or subprocess.PIPE,
                stdout=into or subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(extra or {}),
                start_new_session=True,  # Ctrl-C is for cmops, which finishes its pushes
            )
        except FileNotFoundError as error:
            raise GitMissing from error
        with process:
            try:
                out, err = process.communicate(None if given else stdin, seconds)
            except subprocess.TimeoutExpired as error:
                raise GitTimeout(seconds) from error
            finally:
                _end(process)
                if given:
                    given.close()
        return Done(process.returncode, out or b"", redact(err.decode(errors="replace").strip()))


def _as_file(stdin: bytes) -> IO[bytes] | None:
    """What is long is read by git from a file: a pipe takes it in thousands of small bites."""
    if len(stdin) <= _LONG:
        return None
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when git has read it
    file.write(stdin)
    file.seek(0)
    return file


def redact(text: str) -> str:
    """The text without user names, passwords and tokens in URLs and headers."""
    return _SECRETS.sub(r"\1***", _CREDENTIALS.sub(r"\1***@", text))


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    fixed = {"LC_ALL": "C", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never"}
    return {**kept, **fixed, "GIT_OPTIONAL_LOCKS": "0", **extra}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and the transport it started, if it has not ended."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
